"""The Indonesian words for codes: capabilities, reasons, documents, channels. Data, no logic.

What services and papers are called stands in the catalogue.
"""

from collections.abc import Mapping
from types import MappingProxyType

CAPABILITIES: Mapping[str, str] = MappingProxyType(
    {
        "operator-layanan": "Operator Layanan",
        "operator-siak": "Operator SIAK",
        "kasi": "Kepala Seksi",
        "kabid": "Kepala Bidang",
        "kepala-dinas": "Kepala Dinas",
        "operator-cetak": "Operator Cetak",
        "admin": "Administrator",
        "ops": "Petugas TI",
        "system": "Sistem",
    }
)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "menunggu-pemohon": "menunggu pemohon",
        "gangguan-siak": "gangguan SIAK",
        "gangguan-tte": "gangguan layanan tanda tangan elektronik",
        "blangko-habis": "blangko habis",
        "belum-diambil": "dokumen belum diambil atau diunduh pemohon",
        "menunggu-instansi": "menunggu konfirmasi instansi lain",
        "menunggu-pengadilan": "menunggu pengadilan",
        "menunggu-perekaman": "menunggu perekaman biometrik",
        "tidak-ada": "tidak ada",
        "tidak-terbaca": "tidak terbaca",
        "kedaluwarsa": "kedaluwarsa",
        "bukan-asli": "bukan dari dokumen asli",
        "salah-orang": "milik orang lain",
        "tidak-sesuai": "tidak sesuai",
        "data-tidak-cocok": "data tidak cocok dengan SIAK",
        "periksa-ulang": "perlu diperiksa ulang",
        "salah-ketik": "salah ketik",
        "salah-data": "data salah",
        "belum-lengkap": "belum lengkap",
        "permintaan-pemohon": "permintaan pemohon",
        "permintaan-subjek": "permintaan pemilik data",
        "retensi": "masa simpan berakhir",
        "salah-input": "salah masuk",
        "kertas-macet": "kertas macet",
        "hasil-rusak": "hasil cetak rusak",
        "printer-mati": "printer tidak menyala",
        "tidak-menjawab": "layanan tidak menjawab",
        "kertas-habis": "kertas habis",
        "tinta-habis": "tinta atau toner habis",
        "penutup-terbuka": "penutup pencetak terbuka",
        "pencetak-luring": "pencetak tidak tersambung",
        "pencetak-dijeda": "pencetak dijeda",
        "pencetak-tidak-terjangkau": "pencetak tidak terjangkau",
        "pencetak-gagal": "pencetak tidak dapat mencetaknya",
        "dibatalkan-di-pencetak": "dibatalkan di pencetak",
        "hasil-tidak-diketahui": "tidak diketahui apakah sudah tercetak",
        "blangko-rusak": "blangko rusak",
        "selisih-hitung": "selisih saat dihitung",
        "kartu-rusak": "kartu lama rusak",
        "kartu-diganti": "kartu lama diganti",
        "pin-salah": "PIN salah berkali-kali",
        "di-luar-jendela-24-jam": "lebih dari 24 jam sejak pemohon menulis",
        "didahului": "sudah ada kabar yang lebih baru",
        "kabar-lama": "kabarnya sudah terlalu lama",
        "disampaikan-petugas": "disampaikan oleh petugas",
        "tidak-terhubung": "pemohon tidak terhubung",
        "nomor-salah": "nomornya bukan milik pemohon",
        "ditolak-pemohon": "pemohon tidak mau dihubungi",
        "permohonan-berakhir": "permohonan sudah berakhir",
        "tidak-dapat-diterima": "nomor tidak dapat menerima WhatsApp",
        "ditolak-whatsapp": "ditolak WhatsApp",
        "batas-kontak-harian": "batas harian WhatsApp untuk menyapa pemohon tercapai",
        "akun-diblokir": "akun WhatsApp kantor diblokir atau dikunci",
        "batas-spam": "WhatsApp membatasi pengiriman karena terlalu banyak laporan",
    }
)

FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "applicant-unknown": "data pemohon sudah tidak ada",
        "whatsapp-account": "akun WhatsApp kantor ditolak",
        "whatsapp-outcome-unknown": "tidak diketahui apakah sudah terkirim",
        "whatsapp-busy": "WhatsApp terlalu sibuk",
        "whatsapp-refused": "ditolak WhatsApp",
        "whatsapp-undeliverable": "nomor tidak dapat menerima WhatsApp",
        "whatsapp-unreachable": "WhatsApp tidak menjawab",
        "whatsapp-window-closed": "lebih dari 24 jam sejak pemohon menulis",
        "printer-refused": "ditolak pencetak",
        "object-not-found": "dokumen tidak ada di penyimpanan",
        "object-corrupt": "dokumen di penyimpanan rusak",
        "timestamp-unavailable": "layanan cap waktu tidak menjawab",
        "revocation-information-unavailable": "bukti pencabutan sertifikat tidak diperoleh",
        "document-not-readable": "dokumen tidak terbaca",
        "document-not-signable": "dokumen tidak dapat ditandatangani",
        "signer-not-on-document": "nama penanda tangan tidak sama dengan di dokumen",
        "signer-not-in-office": "penanda tangan sedang tidak menjabat",
        "signing-certificate-expired": "sertifikat sudah kedaluwarsa",
        "signing-certificate-not-yet-valid": "sertifikat belum berlaku",
        "signing-certificate-refused": "sertifikat ditolak",
        "signing-key-missing": "kunci tanda tangan tidak ada",
        "signing-key-unusable": "kunci tanda tangan tidak dapat dipakai",
        "signing-secret-refused": "PIN atau frasa sandi ditolak",
        "signing-session-needed": "belum masuk dengan PIN atau frasa sandi",
        "signing-token-unavailable": "perangkat tanda tangan tidak terpasang",
        "tte-answer-wrong": "jawaban layanan TTE tidak benar",
        "tte-certificate-refused": "sertifikat ditolak layanan TTE",
        "tte-file-gone": "berkas hilang di layanan TTE",
        "tte-not-registered": "penanda tangan belum terdaftar di layanan TTE",
        "tte-request-refused": "permintaan ditolak layanan TTE",
        "tte-unavailable": "layanan TTE tidak menjawab",
    }
)
"""Why something technical failed: the code of the error, as the fact keeps it."""

DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "kartu-keluarga": "Kartu Keluarga",
        "akta-kelahiran": "Kutipan Akta Kelahiran",
        "akta-kematian": "Kutipan Akta Kematian",
        "akta-perkawinan": "Kutipan Akta Perkawinan",
        "akta-perceraian": "Kutipan Akta Perceraian",
        "akta-pengakuan-anak": "Kutipan Akta Pengakuan Anak",
        "akta-pengesahan-anak": "Kutipan Akta Pengesahan Anak",
        "ktp-el": "KTP-el",
        "kia": "Kartu Identitas Anak (KIA)",
        "biodata": "Biodata Penduduk",
    }
)
"""What the documents are called, in the trail, in letters and on the page for residents."""

SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        "siak": "SIAK",
        "nik": "layanan NIK",
        "tte": "layanan tanda tangan elektronik",
        "printer": "pencetak",
        "internet": "internet",
        "listrik": "listrik",
    }
)
"""Outside systems that can be down; an office may name others."""

RUNS: Mapping[str, str] = MappingProxyType(
    {
        "rebuild": "membangun model baca",
        "catch-up": "menyusulkan model baca",
        "diff": "membandingkan model baca",
        "swap": "menukar model baca",
        "rollback": "kembali ke model baca sebelumnya",
        "drop": "membuang model baca",
        "republish": "menerbitkan ulang log layanan",
        "restore": "menyusun ulang buku besar",
        "restore-backup": "memulihkan dari cadangan",
        "import": "mengimpor buku besar",
        "drill": "latihan",
        "parked-retry": "mencoba lagi yang tertahan",
        "parked-discard": "melepas yang tertahan",
    }
)
"""What the replay tool can be asked for."""

CHANNELS: Mapping[str, str] = MappingProxyType(
    {
        "whatsapp": "WhatsApp",
        "loket": "loket",
        "kolektif": "pengajuan kolektif",
        "manual": "catatan manual",
    }
)

READS: Mapping[str, str] = MappingProxyType(
    {
        "data-pemohon": "data pemohon",
        "nik": "data pemohon dengan NIK dan nomor KK lengkap",
        "kabar-manual": "kabar dan nomor telepon pemohon",
        "pencarian": "permohonan lewat nomor seseorang",
        "klaim": "isian yang dibandingkan dengan SIAK",
        "berkas": "berkas",
        "dokumen": "dokumen",
        "ekspor": "dokumen untuk ekspor",
        "percakapan": "percakapan dengan warga",
        "jawaban-chat": "jawaban chat dan nomor telepon warga",
    }
)

DOORS: Mapping[str, str] = MappingProxyType(
    {"gateway": "layanan petugas", "cli": "perintah jamila"}
)

MEDIA: Mapping[str, str] = MappingProxyType(
    {
        "hvs-a4": "dicetak pada kertas HVS A4",
        "kartu": "dicetak pada kartu",
        "unduh": "disiapkan untuk diunduh",
    }
)

HANDOVERS: Mapping[str, str] = MappingProxyType(
    {
        "diambil": "diambil sendiri oleh pemohon",
        "dikuasakan": "diambil oleh orang yang diberi kuasa",
        "whatsapp": "dikirim melalui WhatsApp",
    }
)

PROOFS: Mapping[str, str] = MappingProxyType(
    {
        "kode-tanda-terima": "kode tanda terima",
        "kode-pengambilan": "kode pengambilan",
        "identitas-pengambil": "identitas pengambil",
        "status-terkirim": "status pesan terkirim",
        "tautan-dibuka": "tautan unduh dibuka dengan PIN",
    }
)

DELIVERY: Mapping[str, str] = MappingProxyType(
    {
        "queued": "antre",
        "sent": "terkirim",
        "delivered": "sampai",
        "read": "dibaca",
        "failed": "gagal",
        "skipped": "tidak dikirim",
    }
)

SIAK_OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "ok": "orangnya ditemukan",
        "deceased": "tercatat meninggal dunia",
        "duplicate": "tercatat ganda",
        "not-found": "tidak ditemukan",
        "inactive": "tidak aktif",
        "bad-format": "NIK tidak sesuai format",
        "other-final": "jawaban lain, lihat di SIAK",
    }
)
