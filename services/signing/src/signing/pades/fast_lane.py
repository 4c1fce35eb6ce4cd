"""Decides when the fast way may be taken, and learns from pyHanko what it may embed."""

from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.pades.fast import Archive, FastSigner, Wish, packed
from signing.pades.fast_pdf import UnknownLayoutError
from signing.pades.stamping import Stamper, part_at
from signing.pades.trust_services import TimestampDesk, TrustMaterial


class FastLane:
    """B-B at once; B-LTA once pyHanko has validated the present revocation information."""

    def __init__(self, signer: FastSigner, desk: TimestampDesk) -> None:
        self._signer = signer
        self._desk = desk
        self._known: tuple[TrustMaterial, Archive, Stamper] | None = None

    def sign(self, pdf: bytes, wish: Wish, material: TrustMaterial | None) -> bytes | None:
        """Sign; None when this is a case for pyHanko.

        Raises:
            TimestampUnavailableError: the time stamping authority failed.
        """
        try:
            if material is None:
                return self._signer.sign(pdf, wish, None, None)
            if self._known is None or self._known[0] is not material:
                return None
            _, archive, stamper = self._known
            return self._signer.sign(pdf, wish, archive, stamper.token)
        except UnknownLayoutError:
            return None

    def learn(self, signed: bytes, material: TrustMaterial | None) -> None:
        """Take over what pyHanko validated and embedded in a document it signed."""
        if material is None:
            return
        reader = PdfFileReader(BytesIO(signed))
        store = DocumentSecurityStore.read_dss(reader)
        [stamp] = reader.embedded_timestamp_signatures
        # A token may end in a zero itself: where it ends, it says.
        token = part_at(stamp.pkcs7_content, 0).whole
        archive = Archive(
            certificates=packed([each.dump() for each in store.load_certs()]),
            ocsps=packed([bytes(each.get_object().data) for each in store.ocsps]),
            crls=packed([bytes(each.get_object().data) for each in store.crls]),
            token_bytes=len(token),
        )
        authority = Stamper(self._desk.ask, stamp.signer_cert.dump(), sample=token)
        self._known = (material, archive, authority)
