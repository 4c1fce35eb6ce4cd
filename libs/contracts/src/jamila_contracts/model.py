"""The one base of everything that crosses a process border: frozen and additive."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

Sealed = Annotated[
    str,
    Field(
        pattern=r"^v1\.[A-Za-z0-9_-]+$",
        description="Personal data, AES-GCM encrypted under the key of its case, base64url.",
    ),
]
"""Ciphertext of personal data; only a holder of the case key can read it (section 5)."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of the plain bytes of a paper or document, lower-case hexadecimal."""

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""A stable machine code (reason, item, field); its Indonesian sentence lives in the console."""


class Fact(BaseModel):
    """Immutable value read from the wire; fields this version does not know are ignored.

    Ignoring unknown fields is what makes contracts additive: an older reader survives a newer
    writer.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy with some fields changed, as pydantic does, four times as fast.

        A fact has no extra fields and no private ones, which is most of what pydantic copies.
        Folding a ledger copies several facts per event; see ``bench/replay.py``.
        """
        if deep:
            return super().model_copy(update=update, deep=True)
        changes = update or {}
        copied = type(self).__new__(type(self))
        object.__setattr__(copied, "__dict__", {**self.__dict__, **changes})
        known = self.__pydantic_fields_set__
        if not known.issuperset(changes):
            # Never changed in place, so that most copies can share it.
            known = known.union(changes)
        object.__setattr__(copied, "__pydantic_fields_set__", known)
        object.__setattr__(copied, "__pydantic_extra__", None)
        object.__setattr__(copied, "__pydantic_private__", None)
        return copied
