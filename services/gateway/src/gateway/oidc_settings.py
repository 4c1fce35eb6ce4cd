"""Settings of the log-in by an identity provider; off until an issuer is named."""

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class OidcSettings(BaseSettings):
    """Environment of the log-in by OIDC; every variable starts with ``GATEWAY_OIDC_``."""

    model_config = SettingsConfigDict(
        env_prefix="GATEWAY_OIDC_", frozen=True, hide_input_in_errors=True
    )

    issuer: str | None = None
    """The provider, exactly as its tokens say it, e.g. of a Keycloak realm. None: no OIDC."""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    redirect_uri: str = ""
    """The address of ``/masuk/oidc/kembali`` as browsers and the provider know it."""
    second_factor_amr: tuple[str, ...] = ()
    """Values of ``amr`` that count as the second factor, JSON (``["otp"]``); by default none."""
    second_factor_acr: tuple[str, ...] = ()
    """Values of ``acr`` that count as the second factor, JSON."""

    @field_validator("issuer", "redirect_uri")
    @classmethod
    def _is_safe(cls, address: str | None) -> str | None:
        local = ("http://127.0.0.1:", "http://localhost:")
        if address and not address.startswith(("https://", *local)):
            msg = "an address of OIDC is https, or on this machine"
            raise ValueError(msg)
        return address

    @model_validator(mode="after")
    def _is_whole(self) -> "OidcSettings":
        if self.issuer is not None and not (self.client_id and self.redirect_uri):
            msg = "OIDC needs client_id and redirect_uri beside the issuer"
            raise ValueError(msg)
        return self

    @property
    def counts_second_factor(self) -> bool:
        """Whether the provider can prove a second factor at all."""
        return bool(self.second_factor_amr or self.second_factor_acr)
