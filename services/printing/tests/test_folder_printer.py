import base64
from pathlib import Path
from uuid import UUID

import pytest

from jamila_runtime.settings import RuntimeSettings
from printing.app import create_process
from printing.printer import FolderPrinter, PrinterUnavailableError
from printing.settings import PrintingSettings

JOB = UUID("0b3f5a0e-6311-4c0a-9b57-000000000001")


def test_a_job_becomes_a_file_of_its_name(tmp_path):
    FolderPrinter(tmp_path / "printed").print(JOB, [b"%PDF akta"])
    assert [each.name for each in (tmp_path / "printed").iterdir()] == [f"{JOB}.pdf"]
    assert (tmp_path / "printed" / f"{JOB}.pdf").read_bytes() == b"%PDF akta"


def test_further_documents_of_a_job_are_numbered(tmp_path):
    FolderPrinter(tmp_path).print(JOB, [b"%PDF akta", b"%PDF kk"])
    assert sorted(each.name for each in tmp_path.iterdir()) == [f"{JOB}-2.pdf", f"{JOB}.pdf"]


def test_the_same_job_is_not_printed_again(tmp_path):
    printer = FolderPrinter(tmp_path)
    printer.print(JOB, [b"%PDF first"])
    printer.print(JOB, [b"%PDF second"])
    assert (tmp_path / f"{JOB}.pdf").read_bytes() == b"%PDF first"


def test_a_job_broken_off_in_the_middle_is_written_whole(tmp_path):
    (tmp_path / f"{JOB}.part").write_bytes(b"%PD")
    FolderPrinter(tmp_path).print(JOB, [b"%PDF akta"])
    assert (tmp_path / f"{JOB}.pdf").read_bytes() == b"%PDF akta"
    assert not (tmp_path / f"{JOB}.part").exists()


def test_only_the_owner_can_read_a_printed_document(tmp_path):
    FolderPrinter(tmp_path / "printed").print(JOB, [b"%PDF akta"])
    assert (tmp_path / "printed").stat().st_mode & 0o077 == 0
    assert (tmp_path / "printed" / f"{JOB}.pdf").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_is_tried_later(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PrinterUnavailableError):
        FolderPrinter(tmp_path / "file" / "printed").print(JOB, [b"%PDF akta"])


def test_the_service_can_be_wired(tmp_path: Path):
    key = tmp_path / "master.key"
    key.write_text(base64.b64encode(bytes(32)).decode())
    process = create_process(
        RuntimeSettings(home=tmp_path, master_key_file=key),
        PrintingSettings(folder=tmp_path / "printed"),
    )
    assert process.name == "printing"
    assert set(process.application.effects) == {"print", "discard-prints"}


def test_what_is_left_of_a_job_is_thrown_away_and_no_other(tmp_path):
    printer, other = FolderPrinter(tmp_path), UUID("0b3f5a0e-6311-4c0a-9b57-000000000002")
    printer.print(JOB, [b"%PDF akta", b"%PDF kk"])
    printer.print(other, [b"%PDF lain"])
    printer.discard(JOB)
    printer.discard(JOB)
    assert [each.name for each in tmp_path.iterdir()] == [f"{other}.pdf"]
