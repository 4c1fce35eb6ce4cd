"""Every message as a resident reads it."""
# ruff: noqa: E501 - a text that is broken elsewhere than on the phone cannot be read

from inline_snapshot import snapshot

from notifier.templates import Template, free_form, load_templates, utility_values

VALUES = {
    "layanan": "Akta Kelahiran",
    "kode": "K7M2Q9XW4T",
    "kode_ambil": "AHGK49TX",
    "kekurangan": ["Kartu Keluarga: belum ada", "Buku nikah: tidak terbaca"],
    "alasan": "sesuai permintaan Anda",
    "tautan": "https://layanan.test/unduh/abc",
    "pin": "042917",
    "sampai": "Senin, 13 April 2026 pukul 09.00 WITA",
    "dokumen": "Kutipan Akta Kelahiran",
}


def test_every_message_reads_as_it_should():
    def shown(template: Template) -> str:
        return free_form(template, VALUES)

    assert {each.id: shown(each) for each in load_templates().templates} == snapshot(
        {
            "diterima": """\
Permohonan Akta Kelahiran Anda sudah kami terima.

Kode tanda terima: K7M2Q9XW4T
Simpan kode ini dan jangan berikan kepada orang lain.

Petugas memeriksa berkas Anda lebih dulu, lalu kami kabari di sini. Ketik STATUS kapan saja untuk melihat perkembangannya.

Layanan ini GRATIS.\
""",
            "kurang_berkas": """\
Permohonan Akta Kelahiran (K7M2Q9XW4T) belum bisa kami proses. Mohon kirim lagi:
- Kartu Keluarga: belum ada
- Buku nikah: tidak terbaca

Kirim foto atau PDF-nya di sini, lalu ketik KIRIM. Berkas lain yang sudah Anda kirim tidak perlu dikirim ulang.

Layanan ini GRATIS.\
""",
            "berkas_lengkap": """\
Berkas permohonan Akta Kelahiran (K7M2Q9XW4T) sudah lengkap dan sedang kami proses. Anda tidak perlu melakukan apa pun; kami kabari bila dokumennya selesai.

Layanan ini GRATIS.\
""",
            "selesai_ditandatangani": """\
Dokumen Akta Kelahiran (K7M2Q9XW4T) sudah ditandatangani secara elektronik oleh Kepala Dinas. Sebentar lagi kami kabari cara menerimanya.

Layanan ini GRATIS.\
""",
            "siap_diambil": """\
Dokumen Akta Kelahiran Anda sudah jadi dan siap diambil di kantor pada jam pelayanan. Tunjukkan kode pengambilan AHGK49TX kepada petugas; jangan berikan kepada orang lain.

Layanan ini GRATIS.\
""",
            "softcopy_tautan": """\
Dokumen Akta Kelahiran Anda (K7M2Q9XW4T) sudah jadi. Unduh di sini:
https://layanan.test/unduh/abc

Halaman itu meminta PIN 6 angka; PIN-nya kami kirim dalam pesan berikutnya. Tautan berlaku sampai Senin, 13 April 2026 pukul 09.00 WITA.

Bila tautan tidak bisa dibuka, ketik KIRIM ULANG.

Layanan ini GRATIS.\
""",
            "softcopy_pin": """\
PIN untuk mengunduh dokumen Anda: 042917

Jangan berikan PIN ini kepada siapa pun, juga tidak kepada orang yang mengaku petugas. Layanan ini GRATIS.\
""",
            "softcopy_dokumen": """\
Kutipan Akta Kelahiran dari permohonan Akta Kelahiran (K7M2Q9XW4T). Ditandatangani secara elektronik, sah tanpa cap dan tanda tangan basah. Simpan berkas ini baik-baik; boleh dicetak sendiri.

Layanan ini GRATIS.\
""",
            "softcopy_menunggu": """\
Dokumen Akta Kelahiran Anda (K7M2Q9XW4T) sudah jadi. Balas pesan ini dengan KIRIM ULANG, lalu kami kirim dokumennya di sini.

Layanan ini GRATIS.\
""",
            "softcopy_diingatkan": """\
Dokumen Akta Kelahiran Anda (K7M2Q9XW4T) sudah jadi, tetapi belum Anda unduh. Ketik KIRIM ULANG, lalu kami kirim tautan dan PIN yang baru.

Layanan ini GRATIS.\
""",
            "softcopy_manual": """\
Dokumen Akta Kelahiran Anda (K7M2Q9XW4T) sudah jadi. Berkas PDF-nya kami kirim bersama pesan ini: ditandatangani secara elektronik, sah tanpa cap dan tanda tangan basah, boleh dicetak sendiri.

Layanan ini GRATIS.\
""",
            "tautan_dikunci": """\
Tautan unduh dokumen Akta Kelahiran (K7M2Q9XW4T) kami kunci karena PIN-nya beberapa kali salah dimasukkan. Ketik KIRIM ULANG untuk menerima tautan dan PIN yang baru.

Layanan ini GRATIS.\
""",
            "kirim_ulang_belum": """\
Belum ada dokumen yang bisa kami kirim di sini untuk permohonan Akta Kelahiran (K7M2Q9XW4T). Ketik STATUS untuk melihat perkembangannya.

Layanan ini GRATIS.\
""",
            "kirim_ulang_baru_saja": """\
Dokumen Akta Kelahiran (K7M2Q9XW4T) baru saja kami kirim; lihat pesan di atas. Bila belum tampak, tunggu sebentar lalu ketik KIRIM ULANG lagi.

Layanan ini GRATIS.\
""",
            "kirim_ulang_terlalu_sering": """\
Dokumen Akta Kelahiran (K7M2Q9XW4T) hari ini sudah beberapa kali kami kirim ulang. Silakan coba lagi besok, atau ketik BANTUAN untuk bicara dengan petugas.

Layanan ini GRATIS.\
""",
            "terima_kasih": """\
Dokumen Akta Kelahiran (K7M2Q9XW4T) sudah Anda terima. Terima kasih sudah memakai layanan kami.

Layanan ini GRATIS; bila ada yang meminta bayaran, laporkan kepada kami.

Bagaimana pelayanan kami? Cukup pilih satu nilai; nama Anda tidak dicatat bersama nilainya.\
""",
            "survei_terima_kasih": "Terima kasih atas penilaian Anda. Layanan ini GRATIS.",
            "survei_mohon_maaf": "Terima kasih atas penilaian Anda, dan mohon maaf atas pelayanan kami. Bila berkenan, ketik BANTUAN lalu ceritakan apa yang harus kami perbaiki. Layanan ini GRATIS.",
            "kode_baru": """\
Kode pengambilan dokumen Akta Kelahiran Anda (K7M2Q9XW4T) kami ganti. Kode yang baru: AHGK49TX. Kode yang lama tidak berlaku lagi; jangan berikan kode ini kepada orang lain.

Layanan ini GRATIS.\
""",
            "belum_diambil": """\
Dokumen Akta Kelahiran Anda sudah jadi dan masih kami simpan di kantor. Silakan ambil pada jam pelayanan dan tunjukkan kode pengambilan AHGK49TX kepada petugas.

Layanan ini GRATIS.\
""",
            "belum_diunduh": """\
Dokumen Akta Kelahiran Anda (K7M2Q9XW4T) sudah jadi, tetapi belum Anda unduh. Ketik KIRIM ULANG untuk menerimanya di sini, atau datang ke kantor pada jam pelayanan dengan kode tanda terima Anda.

Layanan ini GRATIS.\
""",
            "dibatalkan": """\
Permohonan Akta Kelahiran (K7M2Q9XW4T) tidak kami lanjutkan: sesuai permintaan Anda. Ketik MENU bila ingin mengajukan permohonan baru, atau BANTUAN untuk bertanya kepada petugas.

Layanan ini GRATIS.\
""",
            "menunggu": """\
Permohonan Akta Kelahiran (K7M2Q9XW4T) berhenti sementara: sesuai permintaan Anda. Kami lanjutkan segera sesudahnya dan mengabari Anda di sini.

Layanan ini GRATIS.\
""",
            "gangguan_siak": """\
Permohonan Akta Kelahiran (K7M2Q9XW4T) berhenti sementara: sesuai permintaan Anda. Anda tidak perlu melakukan apa pun; kami lanjutkan setelah pulih.

Layanan ini GRATIS.\
""",
            "terdampak_gangguan": """\
Permohonan Akta Kelahiran (K7M2Q9XW4T) berhenti sementara karena sesuai permintaan Anda. Anda tidak perlu melakukan apa pun; kami lanjutkan setelah pulih.

Layanan ini GRATIS.\
""",
            "gangguan_pulih": """\
Gangguan sudah selesai. Permohonan Akta Kelahiran (K7M2Q9XW4T) kami lanjutkan sekarang; terima kasih sudah bersabar.

Layanan ini GRATIS.\
""",
            "lebih_lama": """\
Mohon maaf, permohonan Akta Kelahiran (K7M2Q9XW4T) memerlukan waktu lebih lama daripada yang kami janjikan. Atasan petugas sudah diberi tahu. Anda tidak perlu melakukan apa pun; ketik STATUS untuk melihat perkembangannya.

Layanan ini GRATIS.\
""",
            "dokumen_dicabut": """\
Satu dokumen dari permohonan Akta Kelahiran (K7M2Q9XW4T) dinyatakan tidak berlaku lagi: sesuai permintaan Anda. Jangan pakai dokumen itu. Ketik BANTUAN untuk bertanya kepada petugas.

Layanan ini GRATIS.\
""",
        }
    )


def test_every_approved_template_reads_as_it_should():
    bodies = {
        each.utility.name: each.utility for each in load_templates().templates if each.utility
    }

    def filled(name: str) -> str:
        text = bodies[name].body
        for number, value in enumerate(utility_values(bodies[name], VALUES), start=1):
            text = text.replace(f"{{{{{number}}}}}", value)
        return text

    assert {name: filled(name) for name in bodies} == snapshot(
        {
            "diterima": "Permohonan Akta Kelahiran Anda sudah kami terima. Kode tanda terima: K7M2Q9XW4T. Simpan kode ini dan jangan berikan kepada orang lain. Layanan ini GRATIS.",
            "kurang_berkas": "Permohonan Akta Kelahiran belum bisa kami proses. Mohon kirim lagi: Kartu Keluarga: belum ada; Buku nikah: tidak terbaca. Kirim foto atau PDF-nya di sini, lalu ketik KIRIM. Layanan ini GRATIS.",
            "siap_diambil": "Dokumen Akta Kelahiran Anda sudah jadi dan siap diambil di kantor pada jam pelayanan. Tunjukkan kode pengambilan AHGK49TX kepada petugas. Layanan ini GRATIS.",
            "dokumen_terbit": "Dokumen Akta Kelahiran Anda dengan kode K7M2Q9XW4T sudah jadi. Balas pesan ini dengan KIRIM ULANG, lalu kami kirim dokumennya di sini. Layanan ini GRATIS.",
            "ditolak": "Permohonan Akta Kelahiran tidak kami lanjutkan: sesuai permintaan Anda. Balas pesan ini bila ingin bertanya kepada petugas. Layanan ini GRATIS.",
            "gangguan_siak": "Permohonan Akta Kelahiran berhenti sementara karena sistem sedang terganggu. Anda tidak perlu melakukan apa pun; kami lanjutkan setelah pulih. Layanan ini GRATIS.",
            "dokumen_dicabut": "Satu dokumen dari permohonan Akta Kelahiran dinyatakan tidak berlaku lagi: sesuai permintaan Anda. Jangan pakai dokumen itu; balas pesan ini untuk bertanya kepada petugas. Layanan ini GRATIS.",
        }
    )
