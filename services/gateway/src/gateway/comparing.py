"""Claims beside what SIAK says of them, and what a difference usually means. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.answers import Answer

LABELS: Final = {
    "nik": "NIK",
    "no_kk": "Nomor KK",
    "nama_lgkp": "Nama lengkap",
    "nama_lgkp_ibu": "Nama ibu kandung",
    "tmpt_lhr": "Tempat lahir",
    "tgl_lhr": "Tanggal lahir",
    "jenis_klmin": "Jenis kelamin",
    "alamat": "Alamat",
    "no_prop": "Provinsi",
    "no_kab": "Kabupaten",
    "no_kec": "Kecamatan",
    "no_kel": "Desa atau kelurahan",
}
"""What SIAK's web service compares, and what it is called."""
_SIMILAR: Final = 70
"""From this score on two texts are most likely the same with another spelling."""
_DIFFERENCES: Final = {
    "nik": "NIK tidak dikenal. Periksa angka demi angka pada KTP-el atau KK.",
    "no_kk": "Nomor KK berbeda. Mungkin sudah pindah atau pecah KK; minta KK yang terbaru.",
    "tgl_lhr": "Tanggal lahir berbeda. Periksa urutan tanggal dan bulan, dan akta kelahirannya.",
    "jenis_klmin": "Jenis kelamin berbeda. Periksa pilihan pada formulir.",
}
_REGION: Final = "Wilayah berbeda. Mungkin belum lapor pindah; tanyakan alamat sekarang."
_SPELLING: Final = (
    "Ejaan mirip ({score} dari 100). Bandingkan huruf demi huruf dengan KTP-el atau KK."
)
_OTHER: Final = "Sangat berbeda ({score} dari 100). Pastikan NIK milik orang yang sama."
_UNASKED: Final = "Tidak dijawab SIAK. Bandingkan sendiri di SIAK."
_OUTCOMES: Final = {
    "ok": "Orangnya ditemukan dan aktif.",
    "deceased": "SIAK mencatat orang ini meninggal dunia. Jangan lanjutkan tanpa pembetulan.",
    "duplicate": "NIK ini tercatat ganda. Bersihkan dahulu di SIAK.",
    "not-found": "NIK tidak ada di SIAK. Periksa angkanya; kalau benar, daftarkan biodata dahulu.",
    "inactive": "Data tidak aktif. Hubungi pusat untuk mengaktifkan.",
    "bad-format": "NIK tidak sesuai format. Periksa 16 angkanya.",
    "other-final": "Jawaban SIAK tidak lazim. Lihat langsung di SIAK.",
}


class ComparedField(Answer):
    """One claimed field."""

    field: str
    label: str
    claimed: str
    verdict: str | None = None
    """``sesuai``, ``tidak-sesuai``; None: SIAK did not say."""
    score: int | None = None
    explanation: str | None = None
    """What a difference usually means and what to do; None when they agree."""


def compared(claims: Mapping[str, Any], verdicts: list[Mapping[str, Any]]) -> list[ComparedField]:
    """Lay the verdicts beside the claims, differences first."""
    said = {each["field"]: each for each in verdicts}
    fields = [_field(name.lower(), str(value), said) for name, value in claims.items()]
    order = {"tidak-sesuai": 0, None: 1, "sesuai": 2}
    return sorted(fields, key=lambda each: order.get(each.verdict, 1))


def outcome_in_words(outcome: str) -> str:
    """What SIAK knows of the person, and what follows."""
    return _OUTCOMES.get(outcome, _OUTCOMES["other-final"])


def _field(name: str, claimed: str, said: Mapping[str, Mapping[str, Any]]) -> ComparedField:
    verdict = said.get(name, {})
    return ComparedField(
        field=name,
        label=LABELS.get(name, name),
        claimed=claimed,
        verdict=verdict.get("verdict"),
        score=verdict.get("score"),
        explanation=_explanation(name, verdict),
    )


def _explanation(name: str, verdict: Mapping[str, Any]) -> str | None:
    match verdict.get("verdict"):
        case None:
            return _UNASKED
        case "sesuai":
            return None
    score = verdict.get("score")
    if score is None:
        return _DIFFERENCES.get(name, _REGION)
    return (_SPELLING if score >= _SIMILAR else _OTHER).format(score=score)
