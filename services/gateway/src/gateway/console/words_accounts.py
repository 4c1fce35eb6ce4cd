"""Words of the pages about accounts. Data."""

from collections.abc import Mapping
from types import MappingProxyType

DONE: Mapping[str, str] = MappingProxyType(
    {
        "sandi-saya": "Kata sandi diganti. Sesi Anda yang lain sudah berakhir.",
        "sesi-diakhiri": "Sesi diakhiri.",
        "kewenangan-diberi": "Kewenangan diberikan; berlaku mulai permintaan berikutnya.",
        "kewenangan-dicabut": "Kewenangan dicabut.",
        "autentikator-dihapus": "Autentikator dihapus; pemiliknya memasang yang baru.",
        "akun-ditutup": "Akun ditutup. Semua sesinya berakhir.",
    }
)

CHANGES: Mapping[str, str] = MappingProxyType(
    {
        "akun-dibuat": "akun dibuat",
        "akun-ditutup": "akun ditutup",
        "kewenangan-diberi": "kewenangan diberi",
        "kewenangan-dicabut": "kewenangan dicabut",
        "kata-sandi-diganti-pemilik": "kata sandi diganti pemiliknya",
        "kata-sandi-diganti-admin": "kata sandi sementara diberikan",
        "autentikator-diaktifkan": "autentikator diaktifkan",
        "autentikator-dihapus": "autentikator dihapus",
        "kode-pemulihan-dibuat": "kode pemulihan baru dibuat",
        "identitas-oidc-dipasang": "masuk lewat akun pemerintah dipasang",
        "identitas-oidc-dilepas": "masuk lewat akun pemerintah dilepas",
    }
)
"""What was changed about an account."""

STAND_INS: Mapping[str, str] = MappingProxyType(
    {"plh": "Plh (pejabat berhalangan)", "plt": "Plt (jabatan kosong)"}
)
KINDS: Mapping[str, str] = MappingProxyType({"browser": "peramban", "program": "program"})
