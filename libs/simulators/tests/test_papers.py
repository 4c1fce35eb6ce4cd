import io

from PIL import Image

from jamila_simulators.papers import photo_of_paper, scanned_pdf

GPS_IFD = 0x8825
LINES = ["Nama: SITI RAHMAH", "Keterangan panjang " * 8]


def test_photo_is_a_jpeg_with_a_gps_position():
    photo = Image.open(io.BytesIO(photo_of_paper("SURAT KETERANGAN", LINES)))

    assert photo.format == "JPEG"
    assert min(photo.size) >= 1200
    assert photo.getexif().get_ifd(GPS_IFD)[1] == "S"


def test_scan_is_a_pdf_of_one_page():
    pdf = scanned_pdf("SURAT KETERANGAN", LINES)

    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1


def test_equal_words_give_equal_bytes():
    assert photo_of_paper("A", LINES) == photo_of_paper("A", LINES)
    assert scanned_pdf("A", LINES) == scanned_pdf("A", LINES)
    assert photo_of_paper("A", LINES) != photo_of_paper("B", LINES)
