"""Examples of everything that travels, in the form it has on the wire.

The files below ``golden`` are what was published once. ``pytest tests/contracts --add-golden`` adds
those that are missing and overwrites none: one that reads differently is a broken contract.
"""

import json
import re
from datetime import timedelta
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path
from unittest.mock import Mock

import pytest

from jamila_contracts import commands as c
from jamila_contracts.events import EVENTS
from jamila_contracts.sop import load_sop
from jamila_contracts.values import FieldVerdict, ItemProblem, ReturnReason
from jamila_runtime.application import StageApplication
from jamila_testing.builders import MONDAY, SEALED, WORKERS, digest, named_id, record

GOLDEN = Path(__file__).parent / "golden"
_REASONS = (ReturnReason(code="salah-ketik", field="nama"),)
_NO_STEP = 4
"""A command about no step is asked by the Kasi here."""
_SEEN = {"document_sha256": (digest("akta-kelahiran-document-1"),)}
_COMMANDS = {
    "TakeTask": {"step": 4},
    "ReleaseTask": {"step": 4},
    "PauseTask": {"step": 2, "reason_code": "gangguan-siak"},
    "ResumeTask": {"step": 2},
    "AcceptPapers": {"items": {digest("doc.kk"): "doc.kk"}},
    "ReturnPapers": {"problems": (ItemProblem(item_id="doc.kk", reason_code="tidak-terbaca"),)},
    "CancelApplication": {"reason_code": "permintaan-pemohon"},
    "ListHelpRequests": {},
    "ReadHelpRequest": {},
    "AnswerHelpRequest": {"text": SEALED},
    "CloseHelpRequest": {"reason_code": "selesai"},
    "CheckClaims": {"claims": SEALED},
    "ConfirmMatch": {"verdicts": (FieldVerdict(field="nama", verdict="sesuai"),)},
    "RejectMatch": {
        "verdicts": (FieldVerdict(field="nama", verdict="tidak-sesuai", score=71),),
        "reasons": (ReturnReason(code="data-tidak-cocok", field="nama", note=SEALED),),
    },
    "RecordEntry": {"siak_registration": "SIAK-2026-000123", "data": SEALED},
    "ApproveDraft": _SEEN,
    "ReturnDraft": {"reasons": _REASONS},
    "VerifyDraft": _SEEN,
    "ReturnVerification": {"reasons": _REASONS},
    "SignDocument": _SEEN,
    "RefuseSignature": {"reasons": _REASONS},
    "SeeDocument": {"sha256": digest("akta-kelahiran-draft-1")},
    "OpenSigningSession": {"method": "passphrase", "secret": SEALED},
    "SignBatch": {"items": ({"case_id": named_id("kasus-1"), **_SEEN},)},
    "ShowBatch": {},
    "RevokeDocument": {"code": "K7M2Q9XW4T8B", "reason_code": "salah-data"},
    "ReplaceDocument": {
        "code": "K7M2Q9XW4T8B",
        "replaced_by": "P3R5N8YV6C2D",
        "reason_code": "data-berubah",
    },
    "ImportSigned": {
        "siak_registration": "SIAK-2026-000123",
        "data": SEALED,
        "files": ({"kind": "akta-kelahiran", "sha256": digest("siak-1"), "password": SEALED},),
    },
    "PrintDocument": {"medium": "hvs-a4"},
    "ReportSpoiled": {"reason_code": "kertas-macet"},
    "HandOver": {"method": "diambil", "receipt_code": "K7M2Q9XW", "collector": SEALED},
    "ReportUncollected": {},
    "ResolvePrint": {"outcome": "tidak-tercetak"},
    "RenewCollectionCode": {},
    "RequestReprint": {"reasons": (ReturnReason(code="hasil-rusak"),), "spoiled_sheets": 1},
    "ReceiveStock": {"quantity": 500, "reference": "SJ-2026-017"},
    "CountStock": {"counted": 497, "reason_code": "selisih-hitung"},
    "SpoilStock": {"quantity": 2, "reason_code": "blangko-rusak"},
    "SetReorderPoint": {"reorder_point": 50},
    "WithdrawCard": {"for_case_id": named_id("case-ktp"), "reason_code": "kartu-diganti"},
    "DestroyCards": {"quantity": 20, "record": "BA-2026-004"},
    "ResendSoftcopy": {},
    "ResumeSending": {},
    "ListHandNotices": {},
    "ListParked": {},
    "RetryParked": {
        "reader": "review",
        "parked_case": named_id("case-1"),
        "reason": "sesudah pembaruan aplikasi",
    },
    "ListTemplates": {},
    "AddNote": {"step": 4, "note": SEALED},
    "ReadHandNotice": {"message_id": named_id("message")},
    "MarkNoticeTold": {"message_id": named_id("message")},
    "MarkNoticeUnreached": {
        "message_id": named_id("message"),
        "reason_code": "nomor-salah",
    },
    "StartOutage": {"system": "siak", "steps": (2, 3)},
    "EndOutage": {},
    "BeginEntry": {"channel": "loket"},
    "AddPaper": {
        "upload_sha256": digest("unggahan-1"),
        "media_type": "image/jpeg",
        "item_id": "doc.kk",
    },
    "SubmitEntry": {"service_id": "lhr-umum", "applicant": SEALED, "facts": SEALED},
    "DropEntry": {},
    "OpenBatch": {"manifest": SEALED, "mode": "semua"},
    "SubmitBatch": {},
    "RelayMessage": {
        "said": SEALED,
        "upload_sha256": digest("unggahan-1"),
        "media_type": "application/pdf",
        "sent_at": MONDAY,
    },
    "ListToTell": {},
    "ReadToTell": {"answer_id": named_id("jawaban-1")},
    "FindCases": {"contact_digests": [digest("wa_id:628006311001")], "person_digests": []},
    "MarkTold": {"answer_id": named_id("jawaban-1")},
    "RecordRead": {"what": "berkas", "item": digest("doc.kk"), "via": "gateway"},
    "ForgetCase": {"reason_code": "permintaan-subjek"},
}


def pytest_addoption(parser):
    parser.addoption(
        "--add-golden", action="store_true", help="write golden files that are missing"
    )


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def event_form(name):
    told = record(EVENTS[name])
    return {
        "subject": told.meta.subject,
        "headers": told.meta.to_headers(),
        "data": json.loads(told.data),
    }


def command_form(name):
    contract = c.COMMANDS[name]
    fields = _COMMANDS[name]
    step = contract.STEP or fields.get("step", _NO_STEP)
    command = contract(
        command_id=named_id(name),
        case_id=named_id("kasus-1"),
        actor=WORKERS[step],
        asked_at=MONDAY + timedelta(minutes=4),
        expected_version=3,
        traceparent=f"00-{named_id('kasus-1').hex}-{digest(name)[:16]}-01",
        **fields,
    )
    service = load_sop().step(step).service if contract.SERVICE == "*" else contract.SERVICE
    return {
        "subject": c.command_subject(service, name),
        "headers": {},
        "data": json.loads(command.model_dump_json()),
    }


@pytest.fixture
def golden(request):
    """Gives the golden text of an event or command, and the text that is written today."""
    may_add = request.config.getoption("--add-golden", default=False)

    def of(name):
        if name in EVENTS:
            path = GOLDEN / f"{snake(name)}.v{EVENTS[name].SCHEMA_VERSION}.json"
            form = event_form(name)
        else:
            path = GOLDEN / "commands" / f"{snake(name)}.json"
            form = command_form(name)
        today = json.dumps(form, indent=2, ensure_ascii=False) + "\n"
        if may_add and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(today, encoding="utf-8")
        assert path.exists(), f"{path.name} is missing: run pytest tests/contracts --add-golden"
        return path.read_text(encoding="utf-8"), today

    return of


@pytest.fixture
def golden_files():
    """Every golden file there is: names below ``golden`` and the folder itself."""
    return GOLDEN, {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.json")}


def in_memory(application):
    """An application on a store of its own; its printer, keys and servers are out of reach."""
    outside = {
        parameter.name: Mock()
        for parameter in signature(application).parameters.values()
        if parameter.kind is Parameter.KEYWORD_ONLY and parameter.default is Parameter.empty
    }
    store = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": ":memory:"}
    return application(store, **outside)


@pytest.fixture
def handlers_of():
    """Gives the table of a service, by package, as the service itself fills it."""
    opened = []

    def part(annotation):
        if not issubclass(annotation, StageApplication):
            return Mock(spec=annotation)
        opened.append(in_memory(annotation))
        return opened[-1]

    def of(package):
        register = import_module(f"{package}.handlers").register
        register(*(part(each.annotation) for each in signature(register).parameters.values()))
        return opened[-1].handlers

    yield of
    for application in opened:
        application.close()
