"""``jamila backup``: copy a running office, prove the copy, put it back.

Exit codes: 0 done · 1 ``verify`` found damage · 2 refused, the error says why · 3 not just now, try
again later.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final

import typer

from jamila_deploy.backup.create import Made, create
from jamila_deploy.backup.create import Wish as ToMake
from jamila_deploy.backup.places import Places
from jamila_deploy.backup.restore import PutBack, restore
from jamila_deploy.backup.restore import Wish as ToPutBack
from jamila_deploy.backup.verify import Verified, verify
from jamila_replay.cli_output import print_json
from jamila_replay.cli_running import AsJson, Reason, refusals_explained
from jamila_replay.cli_words import REFUSALS

DAMAGED: Final = 1
_MEGABYTE: Final = 1_000_000
_REFUSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **REFUSALS,
        "backup-elsewhere": "data ada di lebih dari satu tempat, atau di tempat lain daripada data "
        "cadangan ini (docs/howto/backup-and-restore.md)",
        "backup-tool-missing": "pg_dump atau pg_restore tidak terpasang di komputer ini",
        "backup-damaged": "cadangan atau penyimpanan rusak; pakai cadangan lain",
        "backup-unknown": "di tempat itu tidak ada cadangan atau buku besar yang utuh",
        "backup-secrets-place": "rahasia dan data tidak boleh berada di satu tempat",
        "backup-secrets-wrong": "rahasia itu tidak ada atau bukan milik cadangan ini",
        "backup-older": "data di sini lebih baru daripada cadangan dan akan hilang",
        "backup-foreign": "data di sini milik buku besar lain",
        "backup-home-in-use": "sistem sedang berjalan di folder itu; hentikan dahulu",
        "backup-stores-busy": "penyimpanan sedang ditulis terus, atau cadangan lain sedang dibuat",
        "backup-place-unusable": "folder itu penuh, tidak terpasang, atau tidak boleh ditulis",
        "home-newer": "cadangan dibuat oleh perangkat lunak yang lebih baru; pasang versi itu",
    }
)

backup = typer.Typer(help="Cadangan: buat, periksa, pulihkan.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder tempat semua cadangan")]
One = Annotated[
    Path, typer.Argument(metavar="CADANGAN", help="Satu cadangan, atau foldernya: yang terbaru")
]
Secrets = Annotated[
    Path | None,
    typer.Option("--secrets", help="Tempat salinan rahasia; tidak boleh sama dengan tempat data"),
]
Keep = Annotated[int | None, typer.Option(min=1, help="Banyaknya cadangan yang disimpan")]
Quiet = Annotated[float, typer.Option(min=0, help="Berapa detik menunggu saat yang sepi")]


@backup.command("create")
def make(
    folder: Folder,
    *,
    secrets: Secrets = None,
    keep: Keep = None,
    quiet: Quiet = 10.0,
    as_json: AsJson = False,
) -> None:
    """Cadangkan kantor yang sedang berjalan, lalu buktikan cadangannya."""
    with refusals_explained(as_json=as_json, words=_REFUSALS):
        wish = ToMake(into=folder, secrets=secrets, keep=keep, quiet_seconds=quiet)
        made = create(Places(), wish)
    print_json(made) if as_json else _say_made(made)


@backup.command("verify")
def prove(place: One, *, as_json: AsJson = False) -> None:
    """Periksa cadangan di tempatnya, tanpa sistem dan tanpa rahasia; 1 bila rusak."""
    with refusals_explained(as_json=as_json, words=_REFUSALS):
        found = verify(place)
    print_json(found) if as_json else _say_verified(found)
    if not found.ok:
        raise typer.Exit(DAMAGED)


@backup.command("restore")
def put_back(
    place: One, *, secrets: Secrets = None, reason: Reason = "", as_json: AsJson = False
) -> None:
    """Pulihkan ke JAMILA_HOME; data yang lebih baru tidak pernah ditimpa."""
    with refusals_explained(as_json=as_json, words=_REFUSALS):
        done = restore(Places(), ToPutBack(backup=place, reason=reason, secrets=secrets))
    print_json(done) if as_json else _say_put_back(done)


def _say_made(made: Made) -> None:
    print(f"Cadangan: {made.backup}")
    print(f"Keadaan per {made.cut_at:%Y-%m-%d %H:%M:%S} UTC, posisi {made.ledger_position}")
    print(f"{made.stores} penyimpanan, {made.objects} berkas ({made.objects_copied} baru)")
    print(
        f"{made.bytes / _MEGABYTE:.1f} MB dalam {made.seconds:.1f} detik; "
        f"layanan menunggu {made.held_milliseconds} milidetik"
    )
    if made.secrets:
        print(f"Rahasia: {made.secrets} berkas di tempatnya sendiri")
    if made.secrets_on_same_disk:
        print("PERHATIAN: rahasia dan data ada di satu cakram; pindahkan rahasia ke brankas")


def _say_verified(found: Verified) -> None:
    print(f"Cadangan: {found.backup}")
    print(f"Umur {found.age_hours:.1f} jam, posisi {found.ledger_position}")
    for problem in found.problems:
        print(f"RUSAK {problem}")
    print("Utuh." if found.ok else "TIDAK utuh.", f"{found.files} berkas diperiksa.")


def _say_put_back(done: PutBack) -> None:
    print(f"Dipulihkan ke {done.home}, posisi {done.ledger_position}, {done.seconds:.1f} detik")
    print(f"Hilang: yang dicatat dalam {done.lost_hours:.1f} jam terakhir sebelum ini")
    if done.doubted:
        print(f"{done.doubted} pesan atau cetakan mungkin sudah keluar; petugas akan ditanya")
    if done.put_aside:
        print(f"Keadaan sebelumnya disimpan di {done.put_aside}")
