"""What residents read about a file or message that we cannot use, or can hardly read."""

from collections.abc import Iterable
from typing import Final

REFUSALS: Final[dict[str, str]] = {
    "kosong": "File yang Anda kirim kosong (0 byte). Silakan foto atau kirim ulang.",
    "terlalu-besar": "File terlalu besar. Kirim foto paling besar 10 MB atau PDF paling besar "
    "20 MB.",
    "jenis-tidak-dikenal": "Jenis file ini tidak bisa kami terima. Kirim foto (JPG atau PNG) "
    "atau PDF.",
    "bukan-pdf": "File ini bernama PDF tetapi isinya bukan PDF. Silakan pindai ulang, atau kirim "
    "sebagai foto.",
    "pdf-rusak": "PDF ini tidak bisa dibuka. Silakan pindai ulang, atau kirim sebagai foto.",
    "pdf-terkunci": "PDF ini terkunci kata sandi. Silakan kirim PDF tanpa kata sandi, atau kirim "
    "fotonya.",
    "pdf-terlalu-banyak-halaman": "PDF ini terlalu banyak halamannya. Kirim halaman yang "
    "diperlukan saja.",
    "pdf-berisi-program": "PDF ini berisi program atau lampiran di dalamnya, jadi tidak bisa kami "
    "terima. Silakan kirim foto berkasnya.",
    "gambar-rusak": "Gambar ini tidak bisa dibuka. Silakan foto ulang dan kirim lagi.",
    "gambar-terlalu-luas": "Ukuran gambar ini terlalu besar untuk dibuka. Silakan foto ulang "
    "dengan kamera biasa.",
    "berbahaya": "File ini ditolak karena terdeteksi berisi virus. Silakan kirim foto berkas "
    "langsung dari kamera.",
    "sudah-kedaluwarsa": "File ini sudah tidak tersedia di WhatsApp. Silakan kirim ulang.",
}
"""By reason code."""

HINTS: Final[dict[str, str]] = {
    "gelap": "Foto terlihat gelap.",
    "kecil": "Foto terlalu kecil, tulisannya mungkin tidak terbaca.",
    "buram": "Foto terlihat buram.",
}
"""By hint of a paper that was kept all the same."""
_BETTER: Final = (
    "Berkas tetap kami simpan. Kalau bisa, foto ulang di tempat terang dan kirim sebagai Dokumen "
    "supaya jelas."
)

_ONLY: Final = "Kirim tulisan, foto (JPG/PNG) atau PDF. Ketik MENU untuk melihat layanan."
_KINDS: Final[dict[str, str]] = {
    "audio": "Maaf, pesan suara belum bisa kami dengarkan.",
    "video": "Maaf, video belum bisa kami terima.",
    "sticker": "Terima kasih stikernya.",
    "location": "Maaf, lokasi tidak kami perlukan.",
    "contacts": "Maaf, kartu kontak belum bisa kami terima.",
    "order": "Layanan kami bukan toko dan semuanya GRATIS.",
}
_UNREADABLE: Final = "Maaf, jenis pesan ini belum bisa kami baca."

SLOW_DOWN: Final = (
    "Pesan Anda banyak sekali dan semuanya sudah kami simpan. Kami baca satu per satu, mohon "
    "tunggu sebentar. Tidak perlu dikirim ulang."
)


def refusal(reason_code: str) -> str:
    """Why a file cannot be used, and what to do instead."""
    return REFUSALS.get(reason_code, REFUSALS["jenis-tidak-dikenal"])


def unreadable(wire_kind: str) -> str:
    """What to say to a message of a kind that we cannot use."""
    return f"{_KINDS.get(wire_kind, _UNREADABLE)} {_ONLY}"


def quality(hints: Iterable[str]) -> str:
    """What makes a kept paper hard to read; nothing when it is fine."""
    sentences = [HINTS[each] for each in hints if each in HINTS]
    return " ".join([*sentences, _BETTER]) if sentences else ""
