import base64
from pathlib import Path
from uuid import UUID

import pytest

from jamila_runtime.settings import RuntimeSettings
from printing.app import create_process
from printing.jobs import PrinterUnreachableError
from printing.printer import FolderPrinter
from printing.settings import PrintingSettings

SHEET = "0b3f5a0e-6311-4c0a-9b57-000000000001-1"


def test_a_sheet_becomes_a_file_of_its_name(tmp_path):
    FolderPrinter(tmp_path / "printed").send(SHEET, b"%PDF akta")
    assert [each.name for each in (tmp_path / "printed").iterdir()] == [f"{SHEET}.pdf"]
    assert (tmp_path / "printed" / f"{SHEET}.pdf").read_bytes() == b"%PDF akta"


def test_a_sheet_that_was_written_is_found_and_done(tmp_path):
    printer = FolderPrinter(tmp_path)
    assert printer.find(SHEET) is None
    reference = printer.send(SHEET, b"%PDF akta")
    assert printer.find(SHEET) == reference
    assert printer.report(reference).state == "selesai"


def test_the_same_sheet_is_not_written_again(tmp_path):
    printer = FolderPrinter(tmp_path)
    printer.send(SHEET, b"%PDF first")
    printer.send(SHEET, b"%PDF second")
    assert (tmp_path / f"{SHEET}.pdf").read_bytes() == b"%PDF first"


def test_a_sheet_broken_off_in_the_middle_is_written_whole(tmp_path):
    (tmp_path / f"{SHEET}.part").write_bytes(b"%PD")
    FolderPrinter(tmp_path).send(SHEET, b"%PDF akta")
    assert (tmp_path / f"{SHEET}.pdf").read_bytes() == b"%PDF akta"
    assert not (tmp_path / f"{SHEET}.part").exists()


def test_only_the_owner_can_read_a_printed_document(tmp_path):
    FolderPrinter(tmp_path / "printed").send(SHEET, b"%PDF akta")
    assert (tmp_path / "printed").stat().st_mode & 0o077 == 0
    assert (tmp_path / "printed" / f"{SHEET}.pdf").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_is_tried_later(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PrinterUnreachableError):
        FolderPrinter(tmp_path / "file" / "printed").send(SHEET, b"%PDF akta")


def test_the_service_can_be_wired(tmp_path: Path):
    key = tmp_path / "master.key"
    key.write_text(base64.b64encode(bytes(32)).decode())
    process = create_process(
        RuntimeSettings(home=tmp_path, master_key_file=key),
        PrintingSettings(folder=tmp_path / "printed"),
    )
    assert process.name == "printing"
    assert set(process.application.effects) == {"print", "cancel-print", "chase", "discard-prints"}


def test_what_is_left_of_a_job_is_thrown_away_and_no_other(tmp_path):
    printer, other = FolderPrinter(tmp_path), UUID("0b3f5a0e-6311-4c0a-9b57-000000000002")
    for name in (SHEET, SHEET.removesuffix("-1") + "-2", f"{other}-1"):
        printer.send(name, b"%PDF akta")
    printer.discard(UUID(SHEET.removesuffix("-1")))
    printer.discard(UUID(SHEET.removesuffix("-1")))
    assert [each.name for each in tmp_path.iterdir()] == [f"{other}-1.pdf"]
