"""Documents as strangers make them: signed with pyHanko's own signer and a certomancer PKI."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import crl, keys
from certomancer.registry import PKIArchitecture
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jamila_testing.pki import certificate, crl_der, make_test_pki, private_key_der
from jamila_verifier import RevocationEvidence, TrustAnchors


@dataclass
class Stranger:
    """Signs as any other program would."""

    arch: PKIArchitecture
    now: datetime

    def anchors(self, *, roots: str = "root") -> TrustAnchors:
        return TrustAnchors((certificate(self.arch, roots),), (certificate(self.arch, "issuing"),))

    def evidence(self, at: datetime) -> RevocationEvidence:
        crls = [crl_der(self.arch, name, at=at) for name in ("root", "issuing")]
        return RevocationEvidence.from_der(crls=crls)

    def signer(self, who: str) -> SimpleSigner:
        store = SimpleCertificateStore()
        store.register_multiple([certificate(self.arch, n) for n in ("root", "issuing")])
        key = keys.PrivateKeyInfo.load(private_key_der(self.arch, who))
        return SimpleSigner(
            signing_cert=certificate(self.arch, who),
            signing_key=key,
            cert_registry=store,
            embed_roots=True,
        )

    def stamper(self) -> DummyTimeStamper:
        store = SimpleCertificateStore()
        store.register(certificate(self.arch, "root"))
        key = keys.PrivateKeyInfo.load(private_key_der(self.arch, "tsa"))
        return DummyTimeStamper(certificate(self.arch, "tsa"), key, certs_to_embed=store)

    def sign(
        self,
        pdf: bytes,
        *,
        who: str = "kadis",
        level: str = "B-B",
        field: str = "Tanda",
    ) -> bytes:
        return self.sign_writer(
            IncrementalPdfFileWriter(BytesIO(pdf)), who=who, level=level, field=field
        )

    def sign_writer(
        self,
        pdf: IncrementalPdfFileWriter,
        *,
        who: str = "kadis",
        level: str = "B-B",
        field: str = "Tanda",
    ) -> bytes:
        is_long = level in {"B-LT", "B-LTA"}
        meta = PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            embed_validation_info=is_long,
            use_pades_lta=level == "B-LTA",
            validation_context=self._context(self.now) if is_long else None,
        )
        signer = signers.PdfSigner(
            meta, self.signer(who), timestamper=None if level == "B-B" else self.stamper()
        )
        return asyncio.run(signer.async_sign_pdf(pdf)).getvalue()

    def _context(self, at: datetime) -> ValidationContext:
        crls = [crl_der(self.arch, name, at=at) for name in ("root", "issuing")]
        return ValidationContext(
            trust_roots=[certificate(self.arch, "root")],
            other_certs=[certificate(self.arch, "issuing")],
            moment=at,
            crls=[crl.CertificateList.load(each) for each in crls],
            revocation_mode="require",
        )


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    folder: Path = tmp_path_factory.mktemp("pki")
    now = datetime.now(UTC)
    return Stranger(make_test_pki(folder, now=now), now)


@pytest.fixture(scope="session")
def document() -> bytes:
    file = writer.PdfFileWriter(stream_xrefs=False)
    for _ in range(2):
        text = generic.StreamObject(stream_data=b"0.5 w 100 100 200 200 re S")
        file.insert_page(
            writer.PageObject(contents=file.add_object(text), media_box=(0, 0, 595, 842))
        )
    out = BytesIO()
    file.write(out)
    return out.getvalue()
