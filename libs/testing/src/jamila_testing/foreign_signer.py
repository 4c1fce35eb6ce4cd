"""Documents as other programs sign them: pyHanko's own signer over a certomancer PKI."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import crl, keys
from certomancer.registry import PKIArchitecture
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from jamila_testing.pki import certificate, crl_der, private_key_der


class _ClockedSigner(signers.PdfSigner):
    """Claims the time a test says."""

    claimed: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.claimed
        return session


@dataclass
class ForeignSigner:
    """Signs as SIAK or anybody else would."""

    arch: PKIArchitecture
    now: datetime

    def signer(self, who: str) -> SimpleSigner:
        """Key and chain of one of ``jamila_testing.pki.PEOPLE``."""
        return SimpleSigner(
            signing_cert=certificate(self.arch, who),
            signing_key=keys.PrivateKeyInfo.load(private_key_der(self.arch, who)),
            cert_registry=self._store("root", "issuing"),
            embed_roots=True,
        )

    def stamper(self) -> DummyTimeStamper:
        """Stamps with the present or, for a past ``now``, with that."""
        return DummyTimeStamper(
            certificate(self.arch, "tsa"),
            keys.PrivateKeyInfo.load(private_key_der(self.arch, "tsa")),
            certs_to_embed=self._store("root"),
            fixed_dt=self.now,
        )

    def sign(self, pdf: bytes, **how: Any) -> bytes:
        """Sign in a revision of its own; see ``sign_writer``."""
        return self.sign_writer(IncrementalPdfFileWriter(BytesIO(pdf)), **how)

    def sign_writer(
        self,
        pdf: IncrementalPdfFileWriter,
        *,
        who: str = "kadis",
        level: str = "B-B",
        field: str = "Tanda",
        claimed: datetime | None = None,
    ) -> bytes:
        """Sign what a writer holds.

        Args:
            pdf: The document, perhaps with changes of its own.
            who: Label of the signer.
            level: B-B, B-T, B-LT or B-LTA.
            field: Name of the signature field.
            claimed: Signing time the signer claims; by default ``now``.
        """
        is_long = level in {"B-LT", "B-LTA"}
        meta = PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            embed_validation_info=is_long,
            use_pades_lta=level == "B-LTA",
            validation_context=self._context() if is_long else None,
        )
        signer = _ClockedSigner(
            meta, self.signer(who), timestamper=None if level == "B-B" else self.stamper()
        )
        signer.claimed = claimed or self.now
        out: BytesIO = asyncio.run(signer.async_sign_pdf(pdf))
        return out.getvalue()

    def locked(self, pdf: bytes, *, pin: str, **how: Any) -> bytes:
        """Lock a document with a PIN, then sign it, as SIAK does."""
        clear = writer.copy_into_new_writer(PdfFileReader(BytesIO(pdf)))
        clear.encrypt("pemilik", pin)  # type: ignore[no-untyped-call]  # pyHanko
        out = BytesIO()
        clear.write(out)  # type: ignore[no-untyped-call]  # pyHanko
        later = IncrementalPdfFileWriter(BytesIO(out.getvalue()))
        later.encrypt(pin)  # type: ignore[no-untyped-call]  # pyHanko
        return self.sign_writer(later, **how)

    def _store(self, *labels: str) -> SimpleCertificateStore:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko
        store.register_multiple([certificate(self.arch, label) for label in labels])
        return store

    def _context(self) -> ValidationContext:
        lists = [crl_der(self.arch, name, at=self.now) for name in ("root", "issuing")]
        return ValidationContext(
            trust_roots=[certificate(self.arch, "root")],
            other_certs=[certificate(self.arch, "issuing")],
            moment=self.now,
            crls=[crl.CertificateList.load(each) for each in lists],
            revocation_mode="require",
        )


def plain_pdf(pages: int = 2) -> bytes:
    """A small document with a classic cross-reference table."""
    file: Any = writer.PdfFileWriter(stream_xrefs=False)  # type: ignore[no-untyped-call]  # pyHanko
    new_page: Any = writer.PageObject
    for _ in range(pages):
        text = generic.StreamObject(stream_data=b"0.5 w 100 100 200 200 re S")
        file.insert_page(new_page(contents=file.add_object(text), media_box=(0, 0, 595, 842)))
    out = BytesIO()
    file.write(out)
    return out.getvalue()
