"""What residents read in the chat: short, plain Indonesian, with a greeting in Banjar."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from intake.domain import CaseIntake, Stage
from intake.options import Option, Reply, shortened
from jamila_contracts.catalogue import (
    Catalogue,
    ChecklistItem,
    Question,
    Service,
    Topic,
    catalogue_of,
)
from jamila_contracts.catalogue.answers import Fault
from jamila_contracts.sop import load_sop

OFFICE: Final = "Disdukcapil Kabupaten Balangan"
NOTICE_VERSION: Final = "pdp-2026-1"
NOTICE: Final = (
    "Salam, dangsanak! 👋 Ini Dik Jamila, layanan WhatsApp Disdukcapil Kabupaten Balangan. "
    "Semua layanan *GRATIS*.\n\n"
    "*Data Anda* (UU 27/2022): pesan, data, dan berkas Anda dipakai Disdukcapil Kabupaten "
    "Balangan, sebagai pengendali data, hanya untuk mengurus dokumen kependudukan. Pesan lewat "
    "WhatsApp melalui server Meta di luar negeri. Anda boleh melihat, membetulkan, atau meminta "
    "hapus data: ketik PETUGAS. Tidak ingin lewat WhatsApp? Silakan datang ke kantor."
)
GOODS: Final = (
    "Foto dari dokumen *asli*, terang, tidak terpotong. Paling jelas dikirim sebagai Dokumen."
)

_STAGES: Final[dict[Stage, tuple[int, str]]] = {
    "periksa": (1, "berkas sedang diperiksa kelengkapannya"),
    "pemohon": (1, "menunggu berkas tambahan dari Anda"),
    "siak": (2, "sedang dicocokkan dengan data kependudukan"),
    "draft": (3, "dokumen sedang dibuat"),
    "verifikasi": (4, "dokumen sedang diperiksa pejabat"),
    "tte": (6, "menunggu tanda tangan elektronik Kepala Dinas"),
    "cetak": (7, "sudah ditandatangani, sedang disiapkan"),
    "siap": (8, "dokumen sudah siap"),
}
_LAST_STEP: Final = 8
_FAULTS: Final[dict[Fault, str]] = {
    "not-a-choice": "Maaf, jawabannya belum kami pahami. Ketuk salah satu pilihan.",
    "not-a-date": "Maaf, tanggalnya belum terbaca. Tulis seperti ini: 17-08-2026",
    "in-the-future": "Tanggal itu belum terjadi. Mohon periksa lagi.",
    "too-long-ago": "Tanggal itu terlalu lama. Mohon periksa tahunnya.",
    "not-16-digits": "Nomornya harus 16 angka. Mohon periksa lagi, lalu ketik angkanya saja.",
    "not-a-nik": "Nomor itu bukan NIK yang benar. Mohon periksa lagi angkanya.",
    "no-name": "Mohon tulis namanya dengan huruf.",
    "name-with-digits": "Nama tidak boleh berisi angka. Mohon tulis namanya saja.",
    "too-long": "Tulisannya terlalu panjang. Nama paling panjang 60 huruf.",
    "empty": "Mohon tulis jawabannya.",
}
_DELIVERY: Final = {
    "full": "Dokumen dikirim lewat WhatsApp, tidak perlu datang.",
    "intake": "Dokumen diambil di kantor; kami kabari bila siap.",
    "visit": "Anda perlu datang ke kantor satu kali; kami kabari waktunya.",
}
_DOCUMENTS: Final = {
    "kartu-keluarga": "Kartu Keluarga",
    "akta-kelahiran": "Akta Kelahiran",
    "akta-kematian": "Akta Kematian",
    "akta-perkawinan": "Akta Perkawinan",
    "akta-perceraian": "Akta Perceraian",
    "akta-pengakuan-anak": "Akta Pengakuan Anak",
    "akta-pengesahan-anak": "Akta Pengesahan Anak",
    "ktp-el": "KTP-el",
    "kia": "KIA",
    "biodata": "Biodata",
}
_CARDS: Final = ("kia", "ktp-el")
_NUMBERS: Final = ("nik", "no-kk")
_SHOWN_DIGITS: Final = 4
_HELP_AFTER: Final = 2

HELP: Final = (
    "Caranya:\n"
    "1. Pilih layanan.\n2. Jawab pertanyaan singkat.\n3. Kirim foto berkas.\n4. Ketik KIRIM.\n\n"
    "Kata yang bisa diketik kapan saja:\n"
    "*MENU* daftar layanan\n*STATUS* sampai di mana permohonan saya\n"
    "*ULANGI* ulangi pesan terakhir\n*BATAL* batalkan\n*PETUGAS* bicara dengan orang"
)
CANCELLED: Final = "Permohonan Anda sudah dibatalkan."
DRAFT_DROPPED: Final = (
    "Permohonan yang belum dikirim sudah dibatalkan dan berkasnya dihapus. Ketik MENU untuk "
    "mulai lagi."
)
NOTHING_TO_CANCEL: Final = "Tidak ada permohonan yang bisa dibatalkan. Ketik MENU untuk layanan."
TOO_LATE: Final = (
    "Permohonan ini tidak bisa dibatalkan lagi karena dokumennya sudah ditandatangani atau "
    "permohonannya sudah selesai."
)
WAITING_FOR_MORE: Final = "Kirim dulu berkas yang diminta, lalu ketik KIRIM."
NOTHING_TO_SEND: Final = "Belum ada permohonan untuk dikirim."
NOT_UNDERSTOOD: Final = "Maaf, belum kami pahami."
OLD_BUTTON: Final = "Tombol itu sudah tidak berlaku."
SAVED: Final = "Berkas Anda kami simpan."
LATE: Final = (
    "Lapornya memang lewat dari batas waktu, tetapi tetap dilayani dan tetap GRATIS. Tidak perlu "
    "ke pengadilan."
)
HELP_ENDED: Final = "Percakapan dengan petugas selesai. Layanan otomatis menjawab lagi."
HELP_HEARD: Final = "Pesan Anda kami teruskan ke petugas. Ketik SELESAI untuk layanan otomatis."

_MENU: Final = Option(id="menu", title="Kembali ke menu")
_PERSON: Final = Option(id="petugas", title="Bicara dengan petugas")
_SEND: Final = Option(id="kirim", title="Kirim")
_CHANGE: Final = Option(id="ubah", title="Ubah jawaban")
_DROP: Final = Option(id="batal", title="Batalkan")


def menu(catalogue: Catalogue) -> Reply:
    """The first menu: kinds of documents."""
    rows = [
        Option(id=f"g:{each.id}", title=each.label, description=each.description)
        for each in catalogue.groups
    ]
    text = "Handak maurus napa? (Mau mengurus apa?)\nKetuk *Pilih*, atau ketik angkanya."
    return Reply(text, (*rows, _PERSON))


def submenu(catalogue: Catalogue, group_id: str) -> Reply:
    """The second menu: wishes around one kind of document."""
    group = catalogue.group(group_id)
    if group is None:
        return menu(catalogue)
    rows = [
        Option(id=f"t:{each.id}", title=each.label, description=each.description)
        for each in group.topics
    ]
    text = f"*{group.label}*. Apa yang diperlukan?\nKetuk *Pilih*, atau ketik angkanya."
    return Reply(text, (*rows, _MENU))


def question(asked: Question, only: Sequence[str] = (), *, faults: int = 0) -> Reply:
    """One question, with what may be tapped."""
    options = [
        Option(id=f"a:{asked.id}:{each.value}", title=each.label)
        for each in asked.options
        if not only or each.value in only
    ]
    skip = "Tidak tahu? Ketik LEWATI." if asked.optional else ""
    person = "Sulit? Ketik PETUGAS untuk dibantu orang." if faults >= _HELP_AFTER else ""
    if asked.optional:
        options.append(Option(id="lewati", title="Lewati"))
        skip = ""
    return Reply("\n".join(filter(None, [asked.text, asked.help, skip, person])), tuple(options))


def fault(found: Fault) -> str:
    """Why an answer does not do."""
    return _FAULTS[found]


def checklist(
    service: Service, lines: Sequence[ChecklistItem], missing: Sequence[str], catalogue: Catalogue
) -> Reply:
    """What to send for this case, once the questions are answered."""
    wanted = [line for line in lines if line.id in missing]
    optional = [line for line in lines if not line.required]
    more = [f"\nBila ada, kirim juga:\n{_lines(optional, catalogue)}"] if optional else []
    has_letter = any(line.id == "doc.pengantar_rtrw" for line in lines)
    letter = "" if has_letter else " Tidak perlu surat RT/RW."
    text = (
        f"Terima kasih. Untuk *{service.label}* kirim foto berkas ini:\n"
        f"{_lines(wanted, catalogue, has_help=True)}{''.join(more)}\n\n{GOODS}{letter}\n"
        "Mulai dari nomor 1, atau beri keterangan, misalnya: KK. Sudah semua? Ketik KIRIM."
    )
    return Reply(text)


def still_missing(missing: Sequence[str], catalogue: Catalogue) -> Reply:
    """What is still to be sent."""
    if not missing:
        return Reply("Semua berkas sudah ada.", (_SEND,))
    listed = "\n".join(f"• {catalogue.label_of(each)}" for each in missing)
    first = f"Berikutnya kirim: *{title(missing[0], catalogue)}*. Yang lain? Beri keterangan."
    return Reply(f"Masih kurang {len(missing)}:\n{listed}\n\n{first}\nSudah semua? Ketik KIRIM.")


def begun(topic: Topic) -> str:
    """A wish is understood; what comes next."""
    return f"*{topic.label}*, baik. Kami tanya sebentar, lalu Anda kirim foto berkasnya."


def papers_kept(
    count: int, item_ids: Sequence[str | None], catalogue: Catalogue, *, repeated: int = 0
) -> str:
    """How many papers came just now, and what they are."""
    names = [title(each, catalogue) for each in item_ids if each]
    named = f": {', '.join(dict.fromkeys(names))}" if names else ""
    kept = f"✅ {count} berkas diterima{named}." if count else ""
    again = f"{repeated} berkas sudah pernah Anda kirim." if repeated else ""
    return " ".join(filter(None, [kept, again]))


def title(item_id: str, catalogue: Catalogue) -> str:
    """An item in few words."""
    found = catalogue.item(item_id)
    return found.title if found else item_id


def taken_for(item_id: str, catalogue: Catalogue) -> str:
    """A paper without a name was taken for the one that was asked for."""
    return f"Kami catat sebagai *{catalogue.label_of(item_id)}*. Salah? Ketik GANTI."


def which_item(number: int, options: Sequence[tuple[str, str]], sha256: str) -> Reply:
    """Ask what a paper is."""
    key = sha256[:16]
    rows = [Option(id=f"i:{key}:{item}", title=title) for item, title in options]
    rows.append(Option(id=f"i:{key}:-", title="Bukan semuanya"))
    return Reply(f"Berkas ke-{number} yang Anda kirim ini apa?", tuple(rows))


def summary(  # noqa: PLR0913 - everything the resident has to see once more
    service: Service,
    answers: Sequence[tuple[Question, str]],
    items: Sequence[str],
    *,
    unnamed: int,
    missing: Sequence[str],
    documents: Sequence[str],
    catalogue: Catalogue,
) -> Reply:
    """Everything once more, before it is handed in."""
    facts = "\n".join(f"{each.label}: {shown(each, value)}" for each, value in answers if value)
    papers = ", ".join(title(each, catalogue) for each in items)
    strange = f" dan {unnamed} berkas lain" if unnamed else ""
    lacking = ", ".join(title(each, catalogue) for each in missing)
    warning = f"⚠️ Belum ada: {lacking}. Bila dikirim sekarang, petugas akan memintanya."
    parts = [
        f"*Periksa dulu: {service.label}*",
        facts,
        f"Berkas: {papers or 'belum ada'}{strange}" if papers or unnamed or missing else "",
        warning if missing else "",
        f"Hasil: {document_names(documents)}. {delivery(service, documents)}",
        "Sudah benar?",
    ]
    return Reply("\n\n".join(filter(None, parts)), (_SEND, _CHANGE))


def change_answers(answers: Sequence[Question]) -> Reply:
    """Which answer is to be given again?"""
    rows = [Option(id=f"u:{each.id}", title=shortened(each.label, 24)) for each in answers]
    return Reply("Jawaban mana yang mau diubah?", tuple(rows))


def submitted(
    service: Service, documents: Sequence[str], originals: Sequence[str], catalogue: Catalogue
) -> Reply:
    """The draft became a case; the receipt code comes from the notifier, once and on record."""
    minutes = int(load_sop().total.total_seconds() // 60)
    take = ", ".join(map(catalogue.label_of, originals))
    bring = f"Bawa aslinya bila diminta datang: {take}." if originals else ""
    text = (
        f"🎉 Permohonan *{service.label}* sudah dikirim kepada petugas. Kode tanda terima kami "
        "kirim dalam pesan tersendiri.\n\n"
        f"Hasil: {document_names(documents)}.\nJanji kami: {minutes} menit kerja sejak berkas "
        f"lengkap. {delivery(service, documents)}\n{bring}\nKetik STATUS kapan saja. Layanan "
        "GRATIS."
    )
    return Reply(text.replace("\n\n\n", "\n\n").replace("\n\nKetik", "\nKetik"))


def duplicate(receipt_code: str, *, is_own: bool) -> Reply:
    """The same wish for the same person is open already."""
    code = receipt_code if is_own else f"{receipt_code[:_SHOWN_DIGITS]}…"
    text = (
        f"Untuk orang ini sudah ada permohonan yang sama dan masih berjalan: {code}. "
        "Tidak perlu mengajukan lagi."
    )
    return Reply(text, (Option(id="status", title="Status"), _CHANGE, _DROP))


def resubmitted(receipt_code: str) -> Reply:
    """The further papers went to their case."""
    return Reply(
        f"Berkas tambahan untuk permohonan {receipt_code} sudah kami terima dan diperiksa lagi."
    )


def papers_added(receipt_code: str) -> Reply:
    """Papers joined an application that the operator has not decided on yet."""
    return Reply(f"Berkas masuk ke permohonan {receipt_code}. Untuk permohonan lain, ketik MENU.")


def further_kept(case: CaseIntake, missing: Sequence[str]) -> Reply:
    """Papers came for a case whose operator asked for them."""
    catalogue = catalogue_of(case.catalogue)
    rest = "\n".join(f"• {catalogue.label_of(each)}" for each in missing)
    asked = f"Masih diminta:\n{rest}\n\n" if rest else ""
    text = f"Untuk permohonan {case.receipt_code}.\n{asked}Sudah semua? Ketik KIRIM."
    return Reply(text, (_SEND,))


def confirm_cancel(receipt_code: str) -> Reply:
    """Cancelling a submitted application asks for its code, so that no slip does it."""
    yes = Option(id=f"batal {receipt_code}", title="Ya, batalkan")
    return Reply(
        f"Untuk membatalkan permohonan yang sudah dikirim, ketik: BATAL {receipt_code}",
        (yes, Option(id="status", title="Tidak jadi")),
    )


def go_on(label: str, papers: int) -> Reply:
    """After a long silence."""
    sent = f", {papers} berkas sudah Anda kirim" if papers else ""
    return Reply(
        f"Anda punya permohonan yang belum selesai: *{label}*{sent}. Lanjutkan?",
        (Option(id="lanjutkan", title="Lanjutkan"), _DROP),
    )


def person_asked(due: str) -> Reply:
    """A person will answer here."""
    return Reply(
        f"Baik, petugas akan menjawab di sini, paling lambat {due} (jam kerja). Silakan tulis "
        "pertanyaannya. Ketik SELESAI untuk kembali ke layanan otomatis.",
        (Option(id="selesai", title="Selesai"),),
    )


def from_person(text: str) -> Reply:
    """What a person of the office answers."""
    return Reply(f"👤 *Petugas*: {text}", (Option(id="selesai", title="Selesai"),))


def status_line(case: CaseIntake, left: timedelta | None) -> str:
    """Where one application stands, in plain words."""
    catalogue = catalogue_of(case.catalogue)
    label = catalogue.service_label(case.service_id) or case.service_id
    head = f"• *{label}* ({case.receipt_code}): "
    if case.is_cancelled:
        return f"{head}sudah dibatalkan."
    if case.is_finished:
        return f"{head}selesai, dokumen sudah diserahkan."
    step, words = _STAGES[case.stage]
    asked = [f"\n  - {catalogue.problem_line(each)}" for each in case.problems]
    return f"{head}langkah {step} dari {_LAST_STEP}, {words}.{_left(left)}{''.join(asked)}"


def draft_line(label: str, papers: int) -> str:
    """The open draft in the answer to STATUS."""
    return f"• *{label}*: belum dikirim, {papers} berkas. Ketik ULANGI untuk melanjutkan."


def no_application() -> Reply:
    """STATUS without any application."""
    return Reply("Anda belum punya permohonan. Ketik MENU untuk melihat layanan.")


def shown(asked: Question, value: str) -> str:
    """An answer as it is shown again; of a number only the end."""
    if asked.kind in _NUMBERS:
        return "•" * (len(value) - _SHOWN_DIGITS) + value[-_SHOWN_DIGITS:]
    return asked.label_of(value)


def delivery(service: Service, documents: Sequence[str]) -> str:
    """How the documents come to the resident; a card can only be fetched."""
    cards = [each for each in documents if each in _CARDS]
    if service.delivery == "full" and cards:
        return f"Dikirim lewat WhatsApp; {document_names(cards)} diambil di kantor."
    return _DELIVERY[service.delivery]


def document_names(kinds: Sequence[str]) -> str:
    """Documents as residents call them."""
    return ", ".join(_DOCUMENTS.get(each, each) for each in kinds)


def _left(left: timedelta | None) -> str:
    if left is None:
        return ""
    minutes = int(left.total_seconds() // 60)
    if minutes <= 0:
        return " Waktu janji kami sudah lewat, mohon maaf; petugas sudah diingatkan."
    return f" Sisa waktu janji kami: {minutes} menit kerja."


def _lines(lines: Sequence[ChecklistItem], catalogue: Catalogue, *, has_help: bool = False) -> str:
    return "\n".join(
        _line(number, line, catalogue, has_help=has_help)
        for number, line in enumerate(lines, start=1)
    )


def _line(number: int, line: ChecklistItem, catalogue: Catalogue, *, has_help: bool) -> str:
    names = " *atau* ".join(catalogue.label_of(each) for each in (line.id, *line.instead))
    item = catalogue.item(line.id)
    explained = f"\n   _{item.help}_" if has_help and item and item.help else ""
    return f"{number}. {names}{explained}"
