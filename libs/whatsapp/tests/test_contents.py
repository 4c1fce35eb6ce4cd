"""What is sent stays within what WhatsApp takes."""

import pytest

from jamila_whatsapp.contents import ContentLimitError, Row, choices, document, text

ROWS = [Row(id="a", title="Baik"), Row(id="b", title="Kurang", description="kurang baik")]


def test_list_is_written_as_the_platform_reads_it():
    assert choices("Bagaimana?", button="Pilih", rows=ROWS)["interactive"] == {
        "type": "list",
        "body": {"text": "Bagaimana?"},
        "action": {
            "button": "Pilih",
            "sections": [
                {
                    "rows": [
                        {"id": "a", "title": "Baik"},
                        {"id": "b", "title": "Kurang", "description": "kurang baik"},
                    ]
                }
            ],
        },
    }


@pytest.mark.parametrize("body", ["", "x" * 4097])
def test_text_has_a_length(body):
    with pytest.raises(ContentLimitError):
        text(body)


@pytest.mark.parametrize(
    ("button", "rows"),
    [
        ("x" * 21, ROWS),
        ("Pilih", []),
        ("Pilih", [ROWS[0], ROWS[0]]),
        ("Pilih", [Row(id=str(n), title="x") for n in range(11)]),
        ("Pilih", [Row(id="x" * 201, title="x")]),
        ("Pilih", [Row(id="a", title="x" * 25)]),
        ("Pilih", [Row(id="a", title="x", description="x" * 73)]),
    ],
)
def test_list_beyond_a_limit_is_not_sent(button, rows):
    with pytest.raises(ContentLimitError):
        choices("Bagaimana?", button=button, rows=rows)


@pytest.mark.parametrize(("filename", "caption"), [("x" * 241, "x"), ("a.pdf", "x" * 1025)])
def test_document_beyond_a_limit_is_not_sent(filename, caption):
    with pytest.raises(ContentLimitError):
        document("1", filename=filename, caption=caption)
