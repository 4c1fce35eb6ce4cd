"""Words of the search page. Data."""

from collections.abc import Mapping
from types import MappingProxyType

READ_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "menjawab-pemohon": "menjawab pemohon yang bertanya",
        "melayani-loket": "melayani pemohon di loket",
        "memeriksa-permohonan": "memeriksa permohonan",
        "pengaduan": "menangani pengaduan",
    }
)
"""Why somebody looks for a person; recorded with the read."""

UNDERSTOOD: Mapping[str, str] = MappingProxyType(
    {
        "receipt-code": "kode tanda terima",
        "case-id": "nomor permohonan",
        "service": "nama layanan",
        "number": "nomor seseorang",
    }
)
"""As what a text was understood."""
