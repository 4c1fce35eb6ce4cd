"""What an operator reads when the tool refuses: by the slug of the error. Data, no logic."""

from collections.abc import Mapping
from types import MappingProxyType

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "event-unreadable": "ada peristiwa yang belum dikenal perangkat lunak ini; dihentikan",
        "ledger-broken": "buku besar tidak utuh; periksa dengan: jamila ledger verify",
        "ledger-forged-duplicate": "satu peristiwa ada dua kali dengan isi berbeda",
        "ledger-unusable": "buku besar tidak terbaca",
        "shadow-unknown": "bayangan itu tidak ada; lihat namanya dengan: jamila replay status",
        "shadow-unfit": "bayangan itu tidak dapat dipakai untuk ini",
        "shadow-outdated": "perangkat lunak atau kalender sudah berubah; bangun bayangan baru",
        "point-unknown": "posisi, waktu, permohonan, atau pilihan itu tidak dikenal",
        "models-differ": "bayangan berbeda dengan yang hidup; lihat dulu, baru terima",
        "replay-running": "pemutaran ulang lain sedang berjalan",
        "live-moved-ahead": "yang hidup terus berubah; coba lagi saat lebih sepi",
        "replay-cancelled": "dihentikan atas permintaan; lanjutkan dengan --resume",
        "owner-silent": "layanan belum menjawab; coba lagi nanti",
        "owner-refused": "layanan menolak",
        "file-unusable": "berkas itu bukan ekspor buku besar, atau rusak",
        "reason-needed": "alasan wajib diisi (--reason), tanpa NIK dan nomor telepon",
        "run-unknown": "pemutaran ulang itu tidak dikenal",
        "run-ended": "pemutaran ulang itu sudah selesai",
        "restore-place-taken": "alamat itu sudah berisi; sebutkan tempat yang baru",
        "restore-incomplete": "log layanan tidak lengkap; buku besar baru tidak dipakai",
        "read-model-foreign": "model baca dibuat dari buku besar lain",
        "read-model-moved": "model yang hidup baru saja ditukar; coba lagi",
        "temporarily-unavailable": "MongoDB atau buku besar tidak menjawab; apakah sistem berjalan",
        "document-stale": "dokumen berubah saat ditulis; coba lagi",
        "documents-refused": "MongoDB menolak dokumen",
        "refused": "ditolak",
        "conflict": "berbenturan dengan yang lain; coba lagi",
        "not-found": "tidak ada",
    }
)
