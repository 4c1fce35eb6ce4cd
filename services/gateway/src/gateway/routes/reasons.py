"""Why somebody reads personal data, if he says so."""

from typing import Annotated

from fastapi import Query

ReadReason = Annotated[
    str | None,
    Query(
        pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$",
        description="A code of why the personal data is read; it is recorded with the read.",
        examples=["menjawab-pemohon"],
    ),
]
