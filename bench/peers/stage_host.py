"""The stages of this system as the comparison runs them: the real services, without media.

``BENCH_STAGE`` says which. What differs from the service that an office runs: nobody writes by
WhatsApp, so a case is opened by asking (``bench.open``); drafts and signatures are marks instead of
PDFs, and nothing lies in the object store. Everything else is the service: its decisions, its
store, its outbox, its seals.
"""

import asyncio
import hashlib
import os
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
from nats.aio.client import Client

import intake.app
import siak_adapter.outbox
import signing.outbox
from intake.settings import IntakeSettings
from intake.submission import Request
from jamila_deploy.sample import Birth
from jamila_runtime.process import StageProcess, serve
from jamila_runtime.settings import RuntimeSettings
from jamila_runtime.vault import open_vault
from jamila_testing.plain import PlainRenderer, PlainSigner
from jamila_testing.samples import paper
from jamila_whatsapp.client import WhatsAppClient
from siak_adapter.app import new_document_code
from siak_adapter.application import SiakApplication, SiakTools
from siak_adapter.handlers import register as register_siak
from siak_adapter.settings import DEMO_OFFICE
from signing.application import SigningApplication
from signing.handlers import register as register_signing

OPEN = "bench.open"
_PAPERS = tuple(paper(each) for each in ("doc.kk", "doc.sk_lahir", "doc.buku_nikah"))


class Shelf:
    """Stands where the object store stands; keeps nothing."""

    def put(self, _: UUID, content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()

    def get(self, _: UUID, sha256: str) -> bytes:
        return sha256.encode()


class Door(intake.app.IntakeProcess):
    """Intake, and a way to open a case without a chat."""

    async def open_desks(self, client: Client) -> None:
        await super().open_desks(client)
        vault = open_vault(self.settings)

        def opened(number: int) -> dict[str, Any]:
            birth = Birth.of_couple(number, today=self.application.clock.now().date())
            case_id, receipt = self._submit(birth)
            # The gateway seals what the operator types; here it is done beforehand.
            entry = vault.seal(case_id, birth.entry())
            return {"case_id": str(case_id), "receipt_code": receipt, "entry": entry}

        async def on_open(message: Any) -> None:
            answer = await asyncio.to_thread(opened, int(message.data))
            await message.respond(orjson.dumps(answer))

        await client.subscribe(OPEN, cb=on_open)

    def _submit(self, birth: Birth) -> tuple[UUID, str]:
        case_id, codes = uuid4(), list[str]()
        cause = self.application.own_cause(case_id, uuid4())
        request = Request(
            case_id=case_id,
            service_id="lhr-umum",
            channel="loket",
            contact_id=uuid4(),
            applicant={"name": birth.sender_name, "phone": birth.phone, "bsuid": None},
            papers=_PAPERS,
            first_message_at=cause.occurred_at - timedelta(minutes=5),
        )

        def submit(work: Any) -> None:
            case = self._parts.submission.submit(request, work, cause=cause)
            codes[:] = [case.receipt_code]

        self.application.perform(cause, submit)
        return case_id, codes[0]


def door(settings: RuntimeSettings) -> StageProcess:
    own = IntakeSettings()
    token = own.whatsapp_access_token.get_secret_value()
    client = WhatsAppClient(
        own.whatsapp_base_url, token, phone_number_id=own.whatsapp_phone_number_id
    )
    return Door(settings, own, client)


def siak(settings: RuntimeSettings) -> StageProcess:
    tools = SiakTools(
        vault=open_vault(settings),
        objects=Shelf(),  # type: ignore[arg-type] # stands in for it
        renderer=PlainRenderer(),
        office=DEMO_OFFICE,
        new_code=new_document_code,
    )
    application = SiakApplication(settings.store_env("siak-adapter"), tools=tools)
    register_siak(application)
    return StageProcess(settings, application, siak_adapter.outbox.PUBLICATIONS)


def sign(settings: RuntimeSettings) -> StageProcess:
    application = SigningApplication(
        settings.store_env("signing"),
        signer=PlainSigner(),
        objects=Shelf(),  # type: ignore[arg-type] # stands in for it
        location="Paringin",
    )
    register_signing(application)
    return StageProcess(settings, application, signing.outbox.PUBLICATIONS)


STAGES = {"intake": door, "siak_adapter": siak, "signing": sign}

if __name__ == "__main__":
    serve(STAGES[os.environ["BENCH_STAGE"]](RuntimeSettings()))
