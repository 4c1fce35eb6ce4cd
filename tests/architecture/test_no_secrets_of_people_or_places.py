"""What must stand in no file of the project."""

import re

import pytest

INVENTED_REGION = "631199"
"""No kecamatan has the code 99, so no such NIK can belong to a person."""
SIXTEEN_DIGITS = re.compile(r"(?<![0-9A-Za-z_.])[0-9]{16}(?![0-9A-Za-z_])(?!\.[0-9])")
WEB_ADDRESS = re.compile(r"https?://([A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)+)")
INVENTED_PLACE = re.compile(
    r"^(?:[0-9.]+|.*[.](?:test|invalid|example|localhost)|(?:.*[.])?example[.][a-z.]+)$"
)
KNOWN_PLACES = {
    "json-schema.org": "names the dialect of the published schemas",
    "www.w3.org": "names of XML vocabularies",
    "purl.org": "names the vocabulary of Dublin Core",
    "ns.adobe.com": "names the vocabularies of XMP",
    "www.aiim.org": "names the vocabulary of PDF/A",
    "wa.me": "opens a chat in WhatsApp",
    "graph.facebook.com": "the WhatsApp Cloud API",
    "developers.facebook.com": "its documentation",
    "lookaside.fbsbx.com": "where it keeps media",
    "github.com": "sources of what is cited",
    "www.gnu.org": "licences",
    "www.apache.org": "licences",
    "scripts.sil.org": "licence of the fonts",
    "www.omg.org": "the namespace of BPMN",
    "www.debian.org": "the system it runs on",
}
"""Every other web address would be somebody's own server, or where packages come from."""
MACHINE_FOLDER = re.compile(r"(?<![\w.>)}\]-])/(?:work|root|home/\w+)(?=[/\"'`\s)]|$)")


def lines_of(texts):
    for path, text in texts.items():
        for number, line in enumerate(text.splitlines(), start=1):
            yield f"{path}:{number}", line


def test_every_nik_and_family_card_is_of_a_region_that_does_not_exist(texts):
    real_looking = [
        f"{place} {number}"
        for place, line in lines_of(texts)
        for number in SIXTEEN_DIGITS.findall(line)
        if not number.startswith(INVENTED_REGION)
    ]

    assert real_looking == []


def test_every_web_address_is_invented_or_known(texts):
    unknown = [
        f"{place} {host}"
        for place, line in lines_of(texts)
        for host in WEB_ADDRESS.findall(line)
        if host not in KNOWN_PLACES and not INVENTED_PLACE.match(host)
    ]

    assert unknown == []


def test_no_file_names_a_folder_of_one_machine(texts):
    named = [
        f"{place} {line.strip()[:80]}" for place, line in lines_of(texts) if names_folder(line)
    ]

    assert named == []


def names_folder(line):
    return bool(MACHINE_FOLDER.search(line))


@pytest.mark.parametrize("region", ["631101", INVENTED_REGION])
@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("nik = '{}'", True),
        ("NIK {}.", True),
        ("0.{}", False),
        ("{}.5", False),
        ("a{}", False),
        ("{}1", False),
    ],
)
def test_a_number_of_a_person_is_recognised(region, line, is_found):
    text = line.format(f"{region}0101010101")

    assert bool(SIXTEEN_DIGITS.search(text)) is is_found


@pytest.mark.parametrize("folder", ["work", "root"])
def test_a_folder_of_one_machine_is_recognised(folder):
    assert names_folder(f"cd /{folder}/main")
    assert names_folder(f'"/{folder}"')
    assert not names_folder(f"pki/{folder}/ca.crt")
    assert not names_folder(f"/{folder}s")


def test_no_file_was_left_in_the_middle_of_a_merge(texts):
    marks = ("<" * 7 + " ", ">" * 7 + " ")
    assert [place for place, line in lines_of(texts) if line.startswith(marks)] == []
