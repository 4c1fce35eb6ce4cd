"""Wires the SIAK adapter."""

import secrets
import ssl
from dataclasses import replace

from jamila_runtime.bounded import BoundedClient
from jamila_runtime.objects import ObjectVault
from jamila_runtime.officials import Officials
from jamila_runtime.process import StageProcess
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault, read_master_key
from siak_adapter.application import SiakApplication, SiakTools
from siak_adapter.fingerprints import fingerprint_with
from siak_adapter.handlers import register
from siak_adapter.import_settings import ImportSettings
from siak_adapter.outbox import PUBLICATIONS
from siak_adapter.pdf_renderer import PdfRenderer
from siak_adapter.settings import SiakAdapterSettings
from siak_adapter.siak_client import ANSWER_BYTES, SiakClient

_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that people take for one another."""
_CODE_LENGTH = 16
"""16 of 32 characters: 80 bits, nobody guesses a code."""


def create_process(settings: RuntimeSettings, own: SiakAdapterSettings) -> StageProcess:
    """The whole service, ready to be served."""
    vault = open_vault(settings)
    officials = Officials.read(settings.officials_file) if settings.officials_file else None
    imports = ImportSettings()
    tools = SiakTools(
        vault=vault,
        objects=ObjectVault(settings.objects, vault),
        renderer=PdfRenderer(),
        office=replace(own.office(demo=settings.demo), officials=officials),
        new_code=new_document_code,
        lookup=_lookup(own),
        fingerprint=fingerprint_with(read_master_key(settings.master_key_file)),
        tenant=settings.tenant,
        breaker=own.breaker(),
        codes=own.codes(),
        imports=imports.policy(),
        import_check=imports.check(officials),
    )
    siak = SiakApplication(settings.store_env("siak-adapter"), tools=tools)
    register(siak)
    return StageProcess(settings, siak, PUBLICATIONS)


def new_document_code() -> str:
    """An unguessable code that says nothing about the document."""
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))


def _lookup(own: SiakAdapterSettings) -> SiakClient | None:
    access = own.access()
    if access is None:
        return None
    trust = ssl.create_default_context(cafile=own.siak_ca_file)
    return SiakClient(access, BoundedClient(max_bytes=ANSWER_BYTES, verify=trust))
