"""The events about asking SIAK's NIK web service. None of them changes what has to be decided."""

from typing import ClassVar

from pydantic import PositiveInt

from jamila_contracts.event import IntegrationEvent
from jamila_contracts.model import Code, Sealed, Sha256
from jamila_contracts.values import FieldVerdict


class SiakMenjawab(IntegrationEvent):
    """Step 2: the NIK web service compared what the papers claim."""

    CHANGES_TASK: ClassVar[bool] = False

    outcome: Code
    """``ok``, ``deceased``, ``duplicate``, ``not-found``, ``inactive``, ``bad-format``, ..."""
    verdicts: tuple[FieldVerdict, ...]
    evidence_sha256: Sha256
    """Of the very bytes of the answer, which are not kept."""
    claims: Sealed
    """JSON of SIAK field name to what was claimed."""


class SambunganNikPutus(IntegrationEvent):
    """The NIK web service does not answer any more; ``case_id`` is the outage this is."""

    CHANGES_TASK: ClassVar[bool] = False

    reason_code: Code
    failures: PositiveInt
    """Calls in a row that failed."""


class SambunganNikPulih(IntegrationEvent):
    """The NIK web service answers again; ``case_id`` is the outage that is over."""

    CHANGES_TASK: ClassVar[bool] = False
