"""A local time stamping authority and revocation services that answer at once, for the benchmark.

``python bench/signatures_tsa.py FOLDER PORT`` serves the demo PKI of the folder until it is killed.
A real authority takes a round trip over the network; what is measured here is our own work.
"""

import hashlib
import os
import sys
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.testclient import TestClient

from jamila_simulators.pki import DemoPki
from jamila_simulators.pki_server import create_pki_app
from signing.pades.fast_cms import SHA256, integer, oid, sequence, set_of, tlv

_TST = oid("1.2.840.113549.1.9.16.1.4")
_SIGNED = oid("1.2.840.113549.1.7.2")
_ECDSA = sequence(oid("1.2.840.10045.4.3.2"))


class Authority:
    """Makes tokens with the demo TSA's P-256 key, DER from the start."""

    def __init__(self, pki: DemoPki) -> None:
        identity, root = pki.identity("tsa"), pki.identity("root")
        ders = [
            each.certificate.public_bytes(serialization.Encoding.DER) for each in (identity, root)
        ]
        own = x509.Certificate.load(ders[0])
        issuer, serial = own.issuer.dump(), integer(own.serial_number)
        named = sequence(sequence(tlv(0xA4, issuer)), serial)
        hashed = sequence(tlv(0x04, hashlib.sha256(ders[0]).digest()), named)
        self._key = identity.key
        self._sid = sequence(issuer, serial)
        self._attributes = (
            sequence(oid("1.2.840.113549.1.9.3"), set_of(_TST)),
            sequence(oid("1.2.840.113549.1.9.16.2.47"), set_of(sequence(sequence(hashed)))),
        )
        self._certificates = tlv(0xA0, *sorted(ders))

    def answer(self, body: bytes) -> bytes:
        request = tsp.TimeStampReq.load(body)
        moment = datetime.now(UTC).strftime("%Y%m%d%H%M%SZ").encode()
        nonce = request["nonce"].native
        info = sequence(
            integer(1),
            oid("1.3.6.1.4.1.4146.2.2"),
            request["message_imprint"].dump(),
            integer(int.from_bytes(os.urandom(8), "big")),
            tlv(0x18, moment),
            *([integer(nonce)] if nonce is not None else []),
        )
        digest = sequence(
            oid("1.2.840.113549.1.9.4"), set_of(tlv(0x04, hashlib.sha256(info).digest()))
        )
        attributes = b"".join(sorted((*self._attributes, digest)))
        value = self._key.sign(tlv(0x31, attributes), ec.ECDSA(hashes.SHA256()))
        signer = sequence(
            integer(1), self._sid, SHA256, tlv(0xA0, attributes), _ECDSA, tlv(0x04, value)
        )
        content = sequence(_TST, tlv(0xA0, tlv(0x04, info)))
        signed = sequence(
            integer(3), tlv(0x31, SHA256), content, self._certificates, tlv(0x31, signer)
        )
        token = sequence(_SIGNED, tlv(0xA0, signed))
        return sequence(sequence(integer(0)), token)


def serve(folder: Path, port: int) -> None:
    """Answer ``/tsa`` at once; OCSP and CRLs come from the demo PKI's own server."""
    authority = Authority(DemoPki(folder))
    others = TestClient(create_pki_app(folder))

    @cache
    def revocation_list(path: str) -> bytes:
        return others.get(path).content

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_stamp = self.path == "/tsa"
            self._reply(
                authority.answer(body)
                if is_stamp
                else others.post(self.path, content=body).content,
                "timestamp-reply" if is_stamp else "ocsp-response",
            )

        def do_GET(self) -> None:
            self._reply(revocation_list(self.path), "pkix-crl")

        def _reply(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", f"application/{kind}")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    ThreadingHTTPServer.request_queue_size = 64
    Handler.wbufsize = 65536
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
