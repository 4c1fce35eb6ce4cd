"""What staff ask for along the road, in order, and what they usually say with it."""

from collections.abc import Mapping
from typing import Any

from jamila_contracts.values import FieldVerdict, ItemProblem, ReturnReason

HAPPY = (
    "AcceptPapers",
    "ConfirmMatch",
    "RecordEntry",
    "ApproveDraft",
    "VerifyDraft",
    "SignDocument",
    "PrintDocument",
    "HandOver",
)
"""The commands that finish steps 1 to 8."""
RESUBMIT = "resubmit"
"""Not a command: the resident sends what was missing."""
DETOURS = (
    "ReturnPapers",
    RESUBMIT,
    "AcceptPapers",
    "RejectMatch",
    "AcceptPapers",
    "ConfirmMatch",
    "RecordEntry",
    "ReturnDraft",
    "RecordEntry",
    "ApproveDraft",
    "ReturnVerification",
    "ApproveDraft",
    "VerifyDraft",
    "RefuseSignature",
    "VerifyDraft",
    "SignDocument",
    "ReportSpoiled",
    "PrintDocument",
    "HandOver",
)
"""Back once from everywhere the SOP knows a way back, and one spoiled sheet."""

_REASONS = {"reasons": (ReturnReason(code="salah-ketik", field="nama"),)}
USUAL: Mapping[str, Mapping[str, Any]] = {
    "ReturnPapers": {"problems": (ItemProblem(item_id="doc.sk_lahir", reason_code="tidak-ada"),)},
    "CancelApplication": {"reason_code": "permintaan-pemohon"},
    "ConfirmMatch": {"verdicts": (FieldVerdict(field="nama", verdict="sesuai"),)},
    "RejectMatch": _REASONS,
    "ReturnDraft": _REASONS,
    "ReturnVerification": _REASONS,
    "RefuseSignature": _REASONS,
    "PrintDocument": {"medium": "hvs-a4"},
    "ReportSpoiled": {"reason_code": "kertas-macet"},
    "HandOver": {"method": "diambil"},
}
"""Fields by command, where they do not depend on the case."""
