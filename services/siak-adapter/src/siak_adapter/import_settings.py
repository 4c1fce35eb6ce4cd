"""Which documents come from SIAK, and whom their signatures must lead to."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic_settings import BaseSettings, SettingsConfigDict

from jamila_runtime.bounded import REVOCATION_LIST_BYTES, BoundedClient
from jamila_runtime.officials import Officials
from jamila_runtime.strength import PinnedFile
from jamila_verifier import TrustAnchors
from siak_adapter.importing import ImportPolicy
from siak_adapter.siak_signature import RevocationLists, SiakSignatures


class ImportSettings(BaseSettings):
    """Environment of the import; every variable starts with ``SIAK_ADAPTER_IMPORT_``."""

    model_config = SettingsConfigDict(env_prefix="SIAK_ADAPTER_IMPORT_", frozen=True)

    services: tuple[str, ...] = ()
    """Services whose documents SIAK makes and signs, as a JSON list; ``["*"]`` is all of them."""
    trust_roots: Annotated[tuple[Path, ...], PinnedFile()] = ()
    """PEM or DER of the pinned roots (Root CA Indonesia), as a JSON list."""
    intermediates: tuple[Path, ...] = ()
    """Issuing authorities, for documents that do not carry them."""
    crl_urls: tuple[str, ...] = ()
    """Revocation lists of every authority in the path; given, nothing is imported without."""
    timeout: timedelta = timedelta(seconds=10)
    """Longest wait for a whole revocation list."""

    def policy(self) -> ImportPolicy:
        """Which services' documents are imported."""
        return ImportPolicy(frozenset(self.services))

    def check(self, officials: Officials | None) -> SiakSignatures | None:
        """Whoever judges the files; None where nothing is imported.

        Raises:
            ValueError: documents are imported, but nobody is pinned or no official is known.
            TrustRootsUnreadableError: a certificate cannot be read.
        """
        if not self.services:
            return None
        if not self.trust_roots or officials is None:
            msg = "the import needs trust_roots and the list of officials (JAMILA_OFFICIALS_FILE)"
            raise ValueError(msg)
        anchors = TrustAnchors.from_files(self.trust_roots, self.intermediates)
        client = BoundedClient(
            max_bytes=REVOCATION_LIST_BYTES, timeout=self.timeout.total_seconds()
        )
        lists = RevocationLists(client, self.crl_urls)
        return SiakSignatures(anchors, officials=officials, lists=lists)
