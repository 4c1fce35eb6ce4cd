"""The utility templates the simulated business account has approved from the start.

Others are added as on the real platform, by ``POST /{waba_id}/message_templates``; they are
approved at once.
"""

import re
from typing import Final

LANGUAGE: Final = "id"

APPROVED: Final[dict[str, str]] = {
    "diterima": "Permohonan {{1}} Anda sudah kami terima dengan nomor {{2}}.",
    "kurang_berkas": "Permohonan {{1}} belum lengkap. Yang masih kurang: {{2}}.",
    "siap_diambil": "Dokumen untuk permohonan {{1}} siap diambil. Kode pengambilan: {{2}}.",
    "dokumen_terbit": "Dokumen untuk permohonan {{1}} sudah terbit. Unduh di: {{2}}",
    "gangguan_siak": "Layanan SIAK sedang terganggu. Permohonan {{1}} dilanjutkan setelah pulih.",
    "ditolak": "Permohonan {{1}} tidak dapat dilanjutkan: {{2}}.",
}
"""Names from the project's rules page, section on sending."""

_PLACEHOLDER = re.compile(r"\{\{(\d+)\}\}")


def placeholders(body: str) -> int:
    """How many values the template expects."""
    return len(set(_PLACEHOLDER.findall(body)))


def fill(body: str, values: list[str]) -> str:
    """The text the user reads; ``{{1}}`` is the first value."""
    return _PLACEHOLDER.sub(lambda found: values[int(found.group(1)) - 1], body)
