"""Documents as strangers make them."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from jamila_testing.foreign_signer import ForeignSigner, plain_pdf
from jamila_testing.pki import certificate, crl_der, make_test_pki
from jamila_verifier import RevocationEvidence, TrustAnchors


@dataclass
class Stranger(ForeignSigner):
    """Signs, and knows what the verifier may be told."""

    def anchors(self, *, roots: str = "root") -> TrustAnchors:
        return TrustAnchors((certificate(self.arch, roots),), (certificate(self.arch, "issuing"),))

    def evidence(self, at: datetime) -> RevocationEvidence:
        crls = [crl_der(self.arch, name, at=at) for name in ("root", "issuing")]
        return RevocationEvidence.from_der(crls=crls)


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    now = datetime.now(UTC)
    return Stranger(make_test_pki(tmp_path_factory.mktemp("pki"), now=now), now)


@pytest.fixture(scope="session")
def document() -> bytes:
    return plain_pdf()
