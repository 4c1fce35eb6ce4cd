"""What stands in the office on a busy day: which wishes, how far they came, who works on what.

Data of ``jamila demo-day``; read from top to bottom it is the state that staff find.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from jamila_contracts.sop import load_sop

FINISHED: Final = len(load_sop().steps) + 1
"""In place of a step: all of them are done."""
BIRTH: Final = "akta-lahir"
"""The wish that has its own class, ``sample.Birth``."""


@dataclass(frozen=True)
class Deed:
    """One thing somebody does with a case that waits at its step."""

    account: str
    command: str
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Errand:
    """One case of the day."""

    wish: str
    step: int
    """Where it waits; ``FINISHED`` if nowhere."""
    deeds: tuple[Deed, ...] = ()
    """What is done with it there."""
    written_minutes_ago: int = 0
    """When the family wrote; its phone had no net until now."""
    medium: str = "hvs-a4"
    is_claimed_wrongly: bool = False
    """SIAK was asked, and knows another name."""


def _taken(account: str, step: int) -> tuple[Deed, ...]:
    return (Deed(account, "take-task", {"step": step}),)


def _paused(account: str, step: int, reason: str) -> tuple[Deed, ...]:
    pause = Deed(account, "pause-task", {"step": step, "reason_code": reason})
    return (*_taken(account, step), pause)


def _returned(account: str, command: str, code: str, about: str, note: str) -> tuple[Deed, ...]:
    reason = {"code": code, "field": about, "note": note}
    return (Deed(account, command, {"reasons": [reason]}),)


_UNREADABLE: Final = {
    "problems": [
        {"item_id": "doc.sk_lahir", "reason_code": "tidak-terbaca"},
        {"item_id": "doc.ktp_saksi2", "reason_code": "salah-orang"},
    ]
}

ERRANDS: Final = (
    # Step 1, Operator Layanan: two are late already, one is in hand, one went back to the family.
    Errand(BIRTH, 1, written_minutes_ago=26),
    Errand("kia-baru", 1, written_minutes_ago=9),
    Errand("kk-hilang", 1, written_minutes_ago=3),
    Errand("kematian", 1, written_minutes_ago=1),
    Errand("ktp-hilang", 1),
    Errand("kk-pindah", 1),
    Errand(BIRTH, 1, _taken("loket-1", 1), written_minutes_ago=2),
    Errand(BIRTH, 1, (Deed("loket-1", "return-papers", _UNREADABLE),), written_minutes_ago=31),
    # Step 2, Operator SIAK: one is in hand and differs, one went back to step 1.
    Errand(BIRTH, 2),
    Errand("kk-pindah", 2),
    Errand("kematian", 2),
    Errand("lahir-hilang", 2, _taken("siak-1", 2), is_claimed_wrongly=True),
    Errand(
        BIRTH,
        2,
        _returned("siak-1", "reject-match", "data-tidak-cocok", "nama-ibu", "Ejaan berbeda."),
    ),
    # Step 3, Operator SIAK: one in hand, one stands still, one came back from the Kasi.
    Errand("kk-hilang", 3),
    Errand(BIRTH, 3),
    Errand(BIRTH, 3, _taken("siak-2", 3)),
    Errand("ktp-hilang", 3, _paused("siak-2", 3, "menunggu-perekaman")),
    Errand(
        "kk-tambah",
        4,
        _returned("kasi-1", "return-draft", "salah-ketik", "nama", "Nama istri salah ketik."),
    ),
    # Step 4, Kasi: one in hand, one came back from the Kabid.
    Errand(BIRTH, 4),
    Errand("kk-tambah", 4),
    Errand("kematian", 4),
    Errand("kia-baru", 4, _taken("kasi-1", 4)),
    Errand(
        BIRTH,
        5,
        _returned(
            "kabid-1", "return-verification", "periksa-ulang", "tanggal-lahir", "Cek surat lahir."
        ),
    ),
    # Step 5, Kabid.
    Errand(BIRTH, 5),
    Errand("kk-hilang", 5),
    Errand("kk-pindah", 5),
    Errand("lahir-hilang", 5, _taken("kabid-1", 5)),
    # Step 6, Kepala Dinas: enough to sign as one batch.
    Errand(BIRTH, 6),
    Errand(BIRTH, 6),
    Errand("kk-hilang", 6),
    Errand("kematian", 6),
    Errand("kk-tambah", 6),
    # Step 7, Operator Cetak: paper and a card.
    Errand(BIRTH, 7),
    Errand("kk-pindah", 7),
    Errand("kia-baru", 7),
    # Step 8: at the counter, by download, a card.
    Errand(BIRTH, 8),
    Errand("kk-hilang", 8, medium="unduh"),
    Errand("kia-baru", 8, medium="kartu"),
    # Done.
    Errand(BIRTH, FINISHED),
    Errand("kk-tambah", FINISHED),
    Errand("kematian", FINISHED),
)
"""Those that come by WhatsApp."""

WALK_INS: Final = ("lahir-hilang", "kk-hilang")
"""Written down at the counter for somebody who came."""
VILLAGE_LIST: Final = ("kk-tambah", "kk-pindah", "kk-tambah", "kk-hilang", "kk-pindah")
"""One row each; the papers of the last one are missing."""
QUESTIONS: Final = (
    ("Apakah saya bisa mengurus KK kalau KTP suami hilang?", None),
    (
        "Jam berapa kantor buka hari Jumat?",
        "Selamat pagi, Bu. Jumat kami buka pukul 07.30 sampai 11.30 dan 13.00 sampai 16.30.",
    ),
)
"""What residents ask a person, and what one of them was answered."""
STOCK: Final = (
    ("blangko-ktp-el", 400, 100),
    ("blangko-kia", 9, 20),
    ("ribbon", 300, 50),
    ("film", 300, 50),
)
"""What was delivered, and from how much on somebody has to order: KIA is nearly used up."""
