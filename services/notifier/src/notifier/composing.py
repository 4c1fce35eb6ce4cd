"""Turns a queued message into what WhatsApp is given."""

from typing import Final
from uuid import UUID

from jamila_runtime.effects import Effect
from jamila_runtime.objects import ObjectVault
from jamila_runtime.vault import CaseVault
from jamila_whatsapp import contents
from jamila_whatsapp.client import WhatsAppClient
from jamila_whatsapp.contents import Content, Row
from jamila_whatsapp.references import SurveyReply
from notifier.messages import Applicant, Notice
from notifier.queueing import SECRETS
from notifier.templates import Template, TemplateBook, free_form, utility_values

_PDF: Final = "application/pdf"


class Composer:
    """Finds the words, opens what is sealed, and uploads what is attached."""

    def __init__(
        self, book: TemplateBook, vault: CaseVault, objects: ObjectVault, client: WhatsAppClient
    ) -> None:
        self._book = book
        self._vault = vault
        self._objects = objects
        self._client = client

    def compose(self, effect: Effect, notice: Notice, applicant: Applicant) -> Content:
        """What to send.

        Raises:
            DomainError: it can never be said: forgotten, or a document that is gone.
            RetryableError: object store or WhatsApp do not answer; nothing was sent.
        """
        template = self._book.template(notice.template_id)
        values = self._values(effect.case_id, notice, applicant)
        if notice.has_secret:
            values |= self._vault.open(effect.case_id, effect.payload[SECRETS])
        if notice.form == "utility" and template.utility is not None:
            return contents.template(
                template.utility.name, utility_values(template.utility, values)
            )
        text = free_form(template, values)
        if notice.attachment is not None:
            return self._document(effect, notice, caption=text)
        if template.survey is not None:
            return _survey(effect, template, text)
        return contents.text(text)

    def words(self, case_id: UUID, notice: Notice, applicant: Applicant) -> str:
        """What staff write into the office's phone, or say.

        Raises:
            DomainError: it can never be said: forgotten.
        """
        template = self._book.template(notice.template_id)
        text = free_form(template, self._values(case_id, notice, applicant))
        if template.survey is None:
            return text
        rows = template.survey.rows
        return "\n".join([text, "", *(f"NILAI {row.score}: {row.title}" for row in rows)])

    def _values(
        self, case_id: UUID, notice: Notice, applicant: Applicant
    ) -> dict[str, str | list[str]]:
        values = {
            **notice.values,
            "layanan": self._book.service(applicant.service_id),
            "kode": applicant.receipt_code,
        }
        if notice.attachment is not None:
            values["dokumen"] = self._book.document(notice.attachment.kind)
        code = notice.collection_code
        values["kode_ambil"] = self._vault.open(case_id, code) if code else values["kode"]
        return values

    def _document(self, effect: Effect, notice: Notice, *, caption: str) -> Content:
        assert notice.attachment is not None  # noqa: S101 - the caller has looked
        content = self._objects.get(effect.case_id, notice.attachment.signed_sha256)
        # The kind alone: names of people and numbers stay out of file names.
        filename = f"{notice.attachment.kind}.pdf"
        media_id = self._client.upload(content, media_type=_PDF, filename=filename)
        return contents.document(media_id, filename=filename, caption=caption)


def _survey(effect: Effect, template: Template, text: str) -> Content:
    assert template.survey is not None  # noqa: S101 - the caller has looked
    survey = template.survey
    rows = [
        Row(id=str(SurveyReply(effect.case_id, effect.id, survey.item, row.score)), title=row.title)
        for row in survey.rows
    ]
    return contents.choices(text, button=survey.button, rows=rows)
