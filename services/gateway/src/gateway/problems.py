"""The single map from what went wrong to what HTTP says: RFC 9457 problem details.

``title`` is the sentence staff read, Indonesian; ``detail`` is for programmers; ``slug`` is what
programs compare. Nothing of the input is ever repeated: it may be personal data.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from jamila_runtime.errors import JamilaError

MEDIA_TYPE = "application/problem+json"
_RETRY_AFTER_SECONDS = 2


class Meaning(NamedTuple):
    """What a slug means to whoever asked."""

    status: int
    title: str


PROBLEMS: Mapping[str, Meaning] = MappingProxyType(
    {
        "error": Meaning(500, "Terjadi kesalahan pada sistem."),
        "internal-error": Meaning(
            500, "Terjadi kesalahan pada sistem; petugas TI dapat melihatnya."
        ),
        "refused": Meaning(422, "Permintaan ditolak oleh aturan layanan."),
        "conflict": Meaning(409, "Keadaan berkas sudah berubah."),
        "not-found": Meaning(404, "Yang dicari tidak ada."),
        "temporarily-unavailable": Meaning(503, "Layanan sedang terganggu, coba lagi sebentar."),
        # Who asks.
        "not-logged-in": Meaning(401, "Silakan masuk dahulu."),
        "login-refused": Meaning(401, "Akun atau kata sandi salah."),
        "login-locked": Meaning(429, "Terlalu banyak percobaan masuk, tunggu sebentar."),
        "too-many-requests": Meaning(429, "Terlalu banyak permintaan, tunggu sebentar."),
        "login-busy": Meaning(503, "Terlalu banyak yang masuk bersamaan, coba lagi sebentar."),
        "code-needed": Meaning(401, "Masukkan kode dari aplikasi autentikator."),
        "code-refused": Meaning(403, "Kode salah atau sudah dipakai, tunggu kode berikutnya."),
        "second-factor-needed": Meaning(
            403, "Langkah ini perlu kode dari aplikasi autentikator akun Anda."
        ),
        "password-change-needed": Meaning(403, "Ganti dahulu kata sandi sementara Anda."),
        "password-unfit": Meaning(
            422,
            "Kata sandi baru terlalu pendek, mudah ditebak, sama dengan yang lama, atau memuat "
            "nama akun.",
        ),
        "oidc-refused": Meaning(401, "Masuk lewat penyedia identitas gagal, coba lagi."),
        "oidc-subject-unknown": Meaning(
            403, "Identitas ini belum dipasangkan dengan akun kantor; hubungi administrator."
        ),
        "oidc-unavailable": Meaning(503, "Penyedia identitas tidak menjawab, coba lagi sebentar."),
        "oidc-not-configured": Meaning(404, "Kantor ini tidak memakai penyedia identitas."),
        "identity-taken": Meaning(
            409, "Akun atau identitas itu sudah dipasangkan dengan yang lain."
        ),
        "session-unknown": Meaning(404, "Sesi itu tidak ada atau sudah berakhir."),
        "csrf-token-wrong": Meaning(403, "Halaman sudah kedaluwarsa, muat ulang lalu coba lagi."),
        "capability-missing": Meaning(403, "Akun ini tidak berwenang untuk langkah tersebut."),
        "four-eyes": Meaning(403, "Langkah ini harus dikerjakan akun yang berbeda."),
        "account-exists": Meaning(409, "Akun dengan nama itu sudah ada."),
        "account-unfit": Meaning(422, "Nama akun atau sebutannya tidak dapat dipakai."),
        "account-closed": Meaning(409, "Akun itu sudah ditutup."),
        "grant-unknown": Meaning(404, "Kewenangan itu tidak ada pada akun tersebut."),
        "grant-refused": Meaning(422, "Kewenangan itu tidak dapat diberikan seperti itu."),
        "last-admin": Meaning(409, "Ini administrator terakhir, tunjuk dahulu yang lain."),
        "account-unknown": Meaning(404, "Akun itu tidak ada."),
        # How it is asked.
        "malformed-request": Meaning(422, "Isi permintaan tidak benar."),
        "search-personal": Meaning(
            422, "Nomor penduduk atau telepon dicari lewat pencarian khusus yang dicatat."
        ),
        "malformed-command": Meaning(422, "Perintah tidak dapat dibaca oleh layanan."),
        "idempotency-key-reused": Meaning(409, "Kunci permintaan sudah dipakai untuk hal lain."),
        "request-too-large": Meaning(413, "Permintaan terlalu besar."),
        "no-such-path": Meaning(404, "Alamat itu tidak ada."),
        "method-not-allowed": Meaning(405, "Cara itu tidak berlaku untuk alamat ini."),
        "letter-not-possible": Meaning(409, "Surat itu belum dapat dibuat untuk permohonan ini."),
        "pages-not-drawn": Meaning(503, "Halamannya tidak dapat ditampilkan; buka file aslinya."),
        "home-newer": Meaning(503, "Perangkat lunak ini lebih lama daripada data kantor."),
        "letters-not-configured": Meaning(503, "Alamat halaman warga belum diatur."),
        # Residents and what they asked for.
        "help-unknown": Meaning(404, "Percakapan itu tidak ada."),
        "help-ended": Meaning(409, "Warga sudah kembali ke layanan otomatis."),
        # Other systems.
        "webhook-unknown": Meaning(404, "Langganan kabar itu tidak ada."),
        "webhook-exists": Meaning(409, "Langganan kabar itu sudah dibuat."),
        "webhook-address-refused": Meaning(422, "Ke alamat itu tidak boleh dikirim kabar."),
        # Whose turn it is.
        "step-not-open": Meaning(409, "Langkah ini tidak sedang terbuka."),
        "task-taken": Meaning(409, "Tugas ini sedang dikerjakan akun lain."),
        "step-paused": Meaning(409, "Waktu langkah ini sedang dihentikan."),
        "step-not-paused": Meaning(409, "Waktu langkah ini tidak sedang dihentikan."),
        "stale-version": Meaning(409, "Berkas sudah berubah sejak terakhir dilihat."),
        "draft-changed": Meaning(409, "Draft sudah berganti sejak terakhir dilihat."),
        "application-ended": Meaning(409, "Permohonan sudah berakhir."),
        "outage-already-open": Meaning(409, "Gangguan sistem itu sudah dicatat."),
        "outage-unknown": Meaning(404, "Gangguan itu tidak ada."),
        "outage-system-unknown": Meaning(422, "Sebutkan langkah mana yang memakai sistem itu."),
        "print-pending": Meaning(409, "Pencetakan masih berjalan."),
        # What was decided or entered.
        "paper-unknown": Meaning(422, "Berkas itu tidak ada pada permohonan ini."),
        "paper-refused": Meaning(422, "Berkas itu tidak dapat diterima."),
        "claims-invalid": Meaning(422, "Data yang ditanyakan kepada SIAK tidak lengkap."),
        "document-data-invalid": Meaning(422, "Data dokumen belum lengkap atau tidak benar."),
        "photo-unusable": Meaning(422, "Foto itu tidak dapat dibaca sebagai gambar."),
        "document-text-unprintable": Meaning(422, "Ada huruf yang tidak dapat dicetak."),
        "document-text-too-long": Meaning(422, "Ada tulisan yang terlalu panjang untuk tempatnya."),
        "document-not-signable": Meaning(422, "Dokumen ini tidak dapat ditandatangani."),
        "document-not-readable": Meaning(422, "Dokumen ini bukan PDF yang dapat dibaca."),
        "document-too-large": Meaning(422, "Dokumen ini terlalu besar."),
        "document-too-complex": Meaning(422, "Susunan dokumen ini tidak wajar."),
        "document-password-needed": Meaning(422, "Dokumen terkunci, isi PIN dari SIAK."),
        "document-password-wrong": Meaning(422, "PIN dokumen salah."),
        "document-not-seen": Meaning(409, "Buka dokumennya dahulu sebelum menandatangani."),
        "document-unknown": Meaning(404, "Dokumen dengan kode itu tidak ada pada permohonan ini."),
        "document-already-ended": Meaning(409, "Dokumen itu sudah dicabut atau diganti."),
        "documents-made-here": Meaning(422, "Dokumen layanan ini dibuat di sini, bukan di SIAK."),
        "documents-made-in-siak": Meaning(
            422, "Dokumen layanan ini dibuat di SIAK, unggah hasilnya."
        ),
        "import-not-configured": Meaning(422, "Kantor ini belum menerima dokumen dari SIAK."),
        "import-refused": Meaning(422, "Dokumen ini tidak dapat diterima."),
        "import-unsigned": Meaning(422, "Dokumen ini belum ditandatangani di SIAK."),
        "import-changed": Meaning(422, "Dokumen ini berubah setelah ditandatangani."),
        "import-not-trusted": Meaning(422, "Penerbit sertifikat pada dokumen tidak dikenal."),
        "import-certificate-expired": Meaning(422, "Sertifikat pada dokumen tidak berlaku."),
        "import-certificate-revoked": Meaning(422, "Sertifikat pada dokumen sudah dicabut."),
        "import-revocation-unknown": Meaning(422, "Status sertifikat dokumen belum terbukti."),
        "import-time-wrong": Meaning(422, "Waktu tanda tangan pada dokumen tidak benar."),
        "import-signer-unknown": Meaning(
            422, "Penanda tangan bukan kepala dinas yang menjabat pada hari itu."
        ),
        "batch-unknown": Meaning(404, "Penandatanganan bersama itu tidak ada."),
        "entry-invalid": Meaning(422, "Isian permohonan belum benar."),
        "entry-closed": Meaning(409, "Catatan ini sudah diajukan atau dibuang."),
        "list-invalid": Meaning(422, "Ada baris daftar yang belum benar."),
        "list-unknown": Meaning(404, "Daftar kolektif itu tidak ada."),
        "notice-unknown": Meaning(404, "Kabar itu tidak ada."),
        "notice-settled": Meaning(409, "Kabar itu sudah diselesaikan dengan cara lain."),
        "answer-unknown": Meaning(404, "Jawaban itu tidak ada."),
        "sender-slowed": Meaning(503, "Pengirim ini mengirim terlalu banyak, pesannya menunggu."),
        "receipt-code-wrong": Meaning(422, "Kode tidak cocok."),
        "receipt-code-not-known-yet": Meaning(503, "Kode tanda terima belum sampai, coba lagi."),
        "collector-missing": Meaning(422, "Tulis siapa yang mengambil dokumen."),
        "medium-unfit": Meaning(422, "Dokumen ini tidak dibuat pada media itu."),
        "print-outcome-known": Meaning(409, "Hasil cetak sudah diketahui atau masih berjalan."),
        "stock-short": Meaning(409, "Persediaan tidak cukup."),
        "stock-count-unexplained": Meaning(422, "Tulis alasan selisih hitungan."),
        "stock-item-unknown": Meaning(404, "Barang itu tidak ada dalam persediaan."),
        # What it is about.
        "case-unknown": Meaning(404, "Permohonan itu tidak ada."),
        "case-not-known-yet": Meaning(503, "Permohonan belum sampai di sini, coba lagi."),
        "case-not-at-this-stage": Meaning(404, "Permohonan belum sampai pada tahap ini."),
        "case-still-open": Meaning(
            409, "Permohonan masih berjalan; selesaikan atau batalkan dahulu."
        ),
        "forget-reason-unknown": Meaning(422, "Alasan penghapusan itu tidak dikenal."),
        "personal-data-forgotten": Meaning(
            410, "Data pribadi permohonan ini sudah dihapus dan tidak dapat dibuka lagi."
        ),
        "object-not-found": Meaning(404, "Berkas atau dokumen itu tidak ada."),
        "key-ring-missing": Meaning(500, "Gantungan kunci data pribadi hilang atau rusak."),
        "seal-broken": Meaning(500, "Data tersegel tidak dapat dibuka."),
        "object-corrupt": Meaning(500, "Berkas tersimpan rusak; petugas TI perlu memeriksanya."),
        "ledger-forged-duplicate": Meaning(500, "Buku besar menemukan peristiwa palsu."),
        "ledger-unusable": Meaning(500, "Buku besar tidak dapat dibuka."),
        "read-model-foreign": Meaning(500, "Daftar berasal dari buku besar lain."),
        # What the office has to set right.
        "siak-not-configured": Meaning(422, "Kantor ini belum memakai layanan web SIAK."),
        "siak-configuration-refused": Meaning(500, "SIAK menolak pengaturan kantor ini."),
        "siak-request-refused": Meaning(422, "SIAK menolak pertanyaan ini."),
        "nobody-in-charge": Meaning(500, "Belum diatur siapa yang menjabat pada hari itu."),
        "signer-not-in-office": Meaning(403, "Akun ini tidak sedang menjabat."),
        "signer-not-on-document": Meaning(
            409, "Dokumen memuat jabatan lain; kembalikan agar dibuat ulang."
        ),
        "signing-key-missing": Meaning(503, "Kunci tanda tangan akun ini belum diatur."),
        "signing-session-needed": Meaning(503, "Masukkan frasa sandi TTE dahulu."),
        "signing-secret-refused": Meaning(503, "Frasa sandi atau kode TTE salah, masukkan lagi."),
        "tte-unavailable": Meaning(503, "Layanan TTE BSrE tidak menjawab, dicoba lagi."),
        "tte-file-gone": Meaning(503, "Hasil TTE sudah tidak ada di BSrE, dicoba lagi."),
        "tte-not-registered": Meaning(422, "Penanda tangan belum terdaftar di BSrE."),
        "tte-certificate-refused": Meaning(422, "Sertifikat BSrE tidak dapat dipakai."),
        "tte-request-refused": Meaning(422, "BSrE menolak permintaan tanda tangan."),
        "tte-answer-wrong": Meaning(422, "Hasil dari BSrE tidak sesuai dokumen yang diperiksa."),
        "signing-token-unavailable": Meaning(503, "Perangkat kunci tanda tangan tidak menjawab."),
        "signing-key-unusable": Meaning(500, "Kunci tanda tangan tidak dapat dibuka."),
        "signing-certificate-expired": Meaning(422, "Sertifikat elektronik sudah kedaluwarsa."),
        "signing-certificate-not-yet-valid": Meaning(422, "Sertifikat elektronik belum berlaku."),
        "signing-certificate-refused": Meaning(422, "Sertifikat elektronik dicabut atau ditolak."),
        "trust-roots-unreadable": Meaning(500, "Sertifikat induk tidak dapat dibaca."),
        # Who does not answer.
        "siak-unreachable": Meaning(503, "SIAK tidak menjawab, coba lagi sebentar."),
        "siak-quota-exhausted": Meaning(503, "Kuota pertanyaan SIAK hari ini habis."),
        "timestamp-unavailable": Meaning(503, "Layanan stempel waktu tidak menjawab."),
        "revocation-information-unavailable": Meaning(
            503, "Status sertifikat belum dapat diperiksa."
        ),
        "printer-unreachable": Meaning(503, "Pencetak tidak terjangkau."),
        "printer-silent": Meaning(503, "Pencetak tidak menjawab."),
        "printer-refused": Meaning(422, "Pencetak menolak dokumen ini."),
        "still-printing": Meaning(503, "Pencetakan masih berjalan."),
        # What happens on the way to the applicant.
        "whatsapp-busy": Meaning(503, "WhatsApp meminta menunggu."),
        "whatsapp-unreachable": Meaning(503, "WhatsApp tidak tersambung."),
        "whatsapp-account": Meaning(503, "Akun WhatsApp kantor ditolak."),
        "whatsapp-outcome-unknown": Meaning(503, "Belum diketahui apakah pesan terkirim."),
        "whatsapp-window-closed": Meaning(422, "Pemohon terakhir menulis lebih dari 24 jam lalu."),
        "whatsapp-undeliverable": Meaning(422, "Nomor pemohon tidak dapat menerima pesan."),
        "whatsapp-refused": Meaning(422, "WhatsApp menolak pesan ini."),
        "not-set-aside": Meaning(404, "Pesan masuk itu tidak ada di antara yang disisihkan."),
        "hand-notice-overdue": Meaning(503, "Kabar ini belum disampaikan kepada pemohon."),
        "message-not-yet": Meaning(503, "Pesan menunggu gilirannya."),
        "softcopy-not-ready": Meaning(409, "Belum ada dokumen yang dapat dikirim ke pemohon ini."),
        "sending-not-stopped": Meaning(409, "Pengiriman pesan tidak sedang berhenti."),
        "contact-unknown": Meaning(404, "Nomor pemohon tidak diketahui."),
        "applicant-unknown": Meaning(503, "Data pemohon belum sampai, coba lagi."),
        "sender-unknown": Meaning(422, "Pengirim kiriman tidak diketahui."),
        "drawer-locked": Meaning(500, "Simpanan nomor pemohon tidak dapat dibuka."),
        "inbox-unavailable": Meaning(503, "Kotak masuk sedang terganggu, coba lagi."),
        "media-gone": Meaning(404, "Kiriman itu sudah tidak disimpan WhatsApp."),
        "media-too-large": Meaning(422, "Kiriman terlalu besar."),
        "media-broken": Meaning(503, "Kiriman rusak di jalan, coba lagi."),
        "application-duplicate": Meaning(409, "Permohonan yang sama masih berjalan."),
        "media-host-foreign": Meaning(503, "Alamat kiriman bukan milik WhatsApp."),
        "pdf-check-slow": Meaning(503, "Pemeriksaan PDF terlalu lama, coba lagi."),
        "scanner-unavailable": Meaning(503, "Pemindai virus tidak menjawab, coba lagi."),
        "service-unavailable": Meaning(503, "Layanan tahap ini tidak menjawab, coba lagi."),
        "read-not-recorded": Meaning(
            503, "Pembacaan data pribadi belum dapat dicatat, jadi data belum ditampilkan."
        ),
        "read-model-behind": Meaning(503, "Daftar belum memuat perubahan terakhir, coba lagi."),
        "documents-refused": Meaning(500, "Penyimpanan daftar menolak permintaan."),
        "document-stale": Meaning(409, "Data daftar sudah diubah proses lain."),
        "read-model-moved": Meaning(503, "Daftar baru saja diganti, coba lagi."),
        "nats-unreachable": Meaning(503, "Jalur pesan antarlayanan tidak tersambung."),
        # What operators do with the record.
        "run-ended": Meaning(409, "Pemutaran ulang itu sudah selesai."),
        "run-unknown": Meaning(404, "Pemutaran ulang itu tidak ada."),
        "reason-needed": Meaning(422, "Alasan wajib diisi, tanpa nomor penduduk atau telepon."),
        "restore-place-taken": Meaning(409, "Di tempat itu sudah ada buku besar."),
        "restore-incomplete": Meaning(422, "Belum semua catatan layanan terbit ulang."),
        "owner-refused": Meaning(422, "Layanan pemiliknya menolak."),
        "reader-unknown": Meaning(404, "Layanan itu tidak menahan peristiwa."),
    }
)
"""Every slug of the workspace; a test walks all error classes and compares."""

_UNKNOWN = Meaning(422, "Permintaan ditolak.")


class Fault(BaseModel):
    """One place of a request that is not right."""

    place: tuple[str | int, ...]
    kind: str


class ProblemDetails(BaseModel):
    """RFC 9457 problem details, with our members."""

    type: str = Field(examples=["urn:jamila:problem:stale-version"])
    title: str
    status: int
    detail: str
    slug: str
    data: dict[str, Any] = Field(default_factory=dict)
    """What the asker needs to go on; with status 409 the current state."""
    errors: tuple[Fault, ...] = ()


class CaseUnknownError(JamilaError):
    """The read model knows no such case, or it is another office's."""

    slug = "case-unknown"


class RequestTooLargeError(JamilaError):
    """The body is larger than anything this API takes."""

    slug = "request-too-large"


def meaning_of(slug: str) -> Meaning:
    """What a slug means; a service newer than this gateway may refuse with one we do not know."""
    return PROBLEMS.get(slug, _UNKNOWN)


def problem_response(
    slug: str,
    detail: str,
    *,
    data: Mapping[str, Any] | None = None,
    errors: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Answer with a problem."""
    status, title = meaning_of(slug)
    details = ProblemDetails(
        type=f"urn:jamila:problem:{slug}",
        title=title,
        status=status,
        detail=detail,
        slug=slug,
        data=dict(data or {}),
        errors=tuple(errors),
    )
    return JSONResponse(
        details.model_dump(mode="json"),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={**_headers_of(status, details.data), **(headers or {})},
    )


def response_of(error: JamilaError) -> JSONResponse:
    """Answer with an error of ours."""
    return problem_response(error.slug, error.detail, data=error.data)


def _headers_of(status: int, data: Mapping[str, Any]) -> dict[str, str]:
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return {"Retry-After": str(data.get("retry_after_seconds", _RETRY_AFTER_SECONDS))}
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    return {}
