"""What the gateway does for an operator who writes for somebody."""

from uuid import UUID, uuid4

import pytest
from PIL import Image

from jamila_contracts import commands as c
from jamila_contracts.envelope import Actor
from jamila_testing.files import encoded

LOKET = Actor(account="loket-1", capability="operator-layanan")
SITI = {"name": "Siti Rahmah", "phone": "0800-6311-001"}


@pytest.fixture
def desk(world):
    return CounterOf(world)


class CounterOf:
    """What the gateway does for an operator."""

    def __init__(self, world):
        self.world, self.app = world, world.app
        self.objects = world.intake.chat._tools.objects

    @staticmethod
    def photo(shade=200):
        return encoded(Image.new("RGB", (900, 900), (shade, 200, 200)))

    def ask(self, kind, case_id, *, key=None, actor=LOKET, **fields):
        command = kind(
            command_id=key or uuid4(),
            case_id=case_id,
            actor=actor,
            asked_at=self.world.clock.now(),
            **fields,
        )
        reply = self.app.execute(command)
        self.world.answer_all()
        return reply

    def begin(self, channel="loket", case_id=None):
        case_id = case_id or uuid4()
        assert self.ask(c.BeginEntry, case_id, channel=channel).problem is None
        return case_id

    def paper(self, case_id, content=None, item_id="doc.kk", media_type="image/jpeg", **more):
        sha256 = self.objects.put_upload(case_id, content or self.photo())
        return self.ask(
            c.AddPaper,
            case_id,
            upload_sha256=sha256,
            media_type=media_type,
            item_id=item_id,
            **more,
        )

    def seal(self, case_id, value):
        return self.world.vault.seal(case_id, value)

    def submit(self, case_id, *, applicant=None, facts=None, service_id="lhr-umum", **more):
        return self.ask(
            c.SubmitEntry,
            case_id,
            service_id=service_id,
            applicant=self.seal(case_id, applicant or SITI),
            facts=self.seal(case_id, facts) if facts else None,
            **more,
        )

    def batch(self, rows, *, mode="per-baris", batch_id=None):
        batch_id = batch_id or self.begin("kolektif")
        manifest = {"sender": {"name": "Kades Contoh", "phone": "080063110009"}, "rows": rows}
        sealed = self.seal(batch_id, manifest)
        return batch_id, self.ask(c.OpenBatch, batch_id, manifest=sealed, mode=mode)

    def relay(self, *, content=None, case_id=None, **said):
        case_id = case_id or self.begin("manual")
        upload = {}
        if content is not None:
            sha256 = self.objects.put_upload(case_id, content)
            upload = {"upload_sha256": sha256, "media_type": "application/octet-stream"}
        said = self.seal(case_id, {"phone": "080063110001", "name": "Siti", **said})
        reply = self.ask(c.RelayMessage, case_id, said=said, **upload)
        return case_id, reply

    def said(self, answer):
        """Words and number of an answer that is listed."""
        contact_id = UUID(answer["contact_id"])
        reply = self.ask(c.ReadToTell, contact_id, answer_id=answer["answer_id"])
        return self.world.vault.open(contact_id, reply.result["said"])

    def told(self, reply):
        return [self.said(each)["text"] for each in reply.result["answers"]]
