"""What the SIAK adapter is told by its environment; read once, at the edge."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from jamila_runtime.strength import GIVEN, Encrypted
from siak_adapter.breaker import BreakerPolicy
from siak_adapter.documents import NATIONAL_CODES, CertificateCodes
from siak_adapter.drafting import Office
from siak_adapter.siak_client import SiakAccess

DEMO_OFFICE: Final = Office(
    name="Dinas Kependudukan dan Pencatatan Sipil",
    kabupaten="Kabupaten Balangan",
    place="Paringin",
    signer_title="Kepala Dinas Kependudukan dan Pencatatan Sipil",
    signer_name="KEPALA DINAS DEMO (BUKAN UNTUK PRODUKSI)",
    signer_nip=None,
    verify_url="https://demo.invalid/dokumen",
    certificate_issuer="PKI demo (BUKAN UNTUK PRODUKSI)",
)
"""Used with ``JAMILA_DEMO`` only; nobody can take its documents for real ones."""
_PROBE_CODE: Final = "CONTOHCONTOH"
_PROBE_DAY: Final = date(2020, 4, 1)


class SiakAdapterSettings(BaseSettings):
    """Environment of the SIAK adapter; every variable starts with ``SIAK_ADAPTER_``."""

    model_config = SettingsConfigDict(
        env_prefix="SIAK_ADAPTER_", frozen=True, hide_input_in_errors=True
    )

    siak_base_url: str | None = None
    """Address of the NIK web service up to ``/dukcapil``; unset: operators compare by hand."""
    siak_user: str = ""
    siak_password: Annotated[SecretStr, GIVEN] = SecretStr("")
    siak_ip: str = ""
    """The client address that the ministry registered."""
    siak_institution: str = ""
    siak_timeout: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(seconds=30))] = (
        timedelta(seconds=20)
    )
    """Longest wait for one answer; 15 to 30 seconds are usual (domain/rules.md 4.2)."""
    siak_threshold: int = Field(default=90, ge=1, le=100)
    """Lowest score at which names, places and addresses agree; 80 to 95 are usual."""
    siak_method: Literal["CALL_VERIFY_BY_ELEMEN", "CALL_NIK"] = "CALL_VERIFY_BY_ELEMEN"
    """What the institution was granted: the service compares, or it tells and we compare."""
    siak_failures: Annotated[int, Field(ge=1)] = 3
    """Calls in a row without an answer after which the line counts as cut."""
    siak_pause: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(seconds=30)
    """How long a cut line is left alone before one call tries it again."""
    siak_ca_file: Path | None = None
    """Certificate to trust where the service has a self-signed one."""

    office_name: str | None = None
    kabupaten: str | None = None
    """With the word *Kabupaten*."""
    issue_place: str | None = None
    signer_title: str | None = None
    signer_name: str | None = None
    signer_nip: str | None = None
    verify_url: Annotated[str | None, Encrypted()] = None
    """Address behind the QR, without the document code."""
    certificate_issuer: str | None = None
    """Named in the footer, e.g. ``Balai Sertifikasi Elektronik (BSrE), BSSN``."""

    certificate_codes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Letters in akta numbers per kind, as JSON, e.g. ``{"akta-pengakuan-anak": ["PA"]}``. Those of
    pengakuan and pengesahan are published nowhere: until the office says them none is compared."""

    @model_validator(mode="after")
    def _access_is_whole(self) -> "SiakAdapterSettings":
        needed = (self.siak_user, self.siak_password.get_secret_value(), self.siak_ip)
        if self.siak_base_url is not None and not all((*needed, self.siak_institution)):
            msg = "siak_base_url needs siak_user, siak_password, siak_ip and siak_institution"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _codes_are_of_known_registers(self) -> "SiakAdapterSettings":
        unknown = sorted(self.certificate_codes.keys() - NATIONAL_CODES.keys())
        if unknown:
            msg = f"certificate_codes: unknown {', '.join(unknown)}"
            raise ValueError(msg)
        return self

    def codes(self) -> CertificateCodes:
        """The national code table with what the office says instead or besides."""
        return {**NATIONAL_CODES, **self.certificate_codes}

    def access(self) -> SiakAccess | None:
        """How the web service is reached; None where the office compares by hand."""
        if self.siak_base_url is None:
            return None
        return SiakAccess(
            base_url=self.siak_base_url,
            institution=self.siak_institution,
            user=self.siak_user,
            password=self.siak_password.get_secret_value(),
            registered_ip=self.siak_ip,
            threshold=self.siak_threshold,
            timeout=self.siak_timeout,
            method=self.siak_method,
        )

    def breaker(self) -> BreakerPolicy:
        """When to stop asking."""
        return BreakerPolicy(failures=self.siak_failures, pause=self.siak_pause)

    def office(self, *, demo: bool) -> Office:
        """The office that issues the documents.

        Args:
            demo: What is not set may be the demo office's.

        Raises:
            ValueError: something is not set and this is no demo, or cannot be printed.
        """
        mine: dict[str, Any] = {
            "name": self.office_name,
            "kabupaten": self.kabupaten,
            "place": self.issue_place,
            "signer_title": self.signer_title,
            "signer_name": self.signer_name,
            "verify_url": self.verify_url,
            "certificate_issuer": self.certificate_issuer,
        }
        missing = sorted(name for name, value in mine.items() if value is None)
        if missing and not demo:
            msg = f"the office is not described: {', '.join(missing)}"
            raise ValueError(msg)
        office = Office(
            **{name: value or getattr(DEMO_OFFICE, name) for name, value in mine.items()},
            signer_nip=self.signer_nip,
        )
        # A wrong address or NIP is better found now than at the first document.
        office.issue(code=_PROBE_CODE, on=_PROBE_DAY)
        return office
