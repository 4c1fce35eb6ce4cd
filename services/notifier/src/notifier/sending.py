"""Sends one message, and never twice.

The start is recorded before the call and its outcome after it. A start without an outcome (a crash,
or an answer that never came) is an open question: nothing is sent again; a status report of
WhatsApp answers it, or after a while a person is asked to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from jamila_runtime.effects import Effect
from jamila_runtime.errors import DomainError, RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work
from jamila_whatsapp.client import Recipient, WhatsAppClient
from jamila_whatsapp.errors import OutcomeUnknownError, WindowClosedError
from jamila_whatsapp.references import NoticeReference, message_reference
from notifier.application import NotifierApplication, failure_of
from notifier.domain import Applicant, CaseNotices, Message
from notifier.metrics import MESSAGES
from notifier.templates import free_form, utility_values

_log = get_logger(__name__)
Action = Callable[[CaseNotices, Work[CaseNotices]], None]


class ApplicantUnknownError(RetryableError):
    """The submission was not heard of yet; it comes from another service."""

    slug = "applicant-unknown"


@dataclass(frozen=True)
class Patience:
    """How long to try."""

    most_attempts: int
    unknown_outcome: timedelta


class NoticeSender:
    """Performs effects of kind ``send``."""

    def __init__(
        self,
        application: NotifierApplication,
        client: WhatsAppClient,
        vault: CaseVault,
        patience: Patience,
    ) -> None:
        self._application = application
        self._client = client
        self._vault = vault
        self._patience = patience

    def send(self, effect: Effect) -> None:
        """Send one message, or find out what became of it.

        Raises:
            RetryableError: call again later.
        """
        notices = self._application.find(effect.case_id)
        if notices is None or notices.message(effect.id).is_at_least("sent"):
            self._finish(effect, lambda _notices, _work: None)
            return
        message = notices.message(effect.id)
        if message.state == "started":
            self._wait_for_report(effect, message)
            return
        try:
            applicant = self._applicant_of(notices, effect)
            to = self._recipient(applicant, effect)
        except RetryableError as error:
            self._give_up_or_raise(effect, error)
            return
        except DomainError as error:
            self._fail(effect, error.slug)
            return
        self._record(effect, lambda n, w: n.begin(effect.id, cause=w.cause))
        self._call(effect, message, applicant, to)

    def _call(self, effect: Effect, message: Message, applicant: Applicant, to: Recipient) -> None:
        try:
            wamid = self._post(effect, message, applicant, to)
        except OutcomeUnknownError:
            MESSAGES.labels("unknown").inc()
            raise
        except WindowClosedError:
            self._finish(effect, lambda n, w: self._application.close_window(effect.id, n, w))
            MESSAGES.labels("window-closed").inc()
        except DomainError as error:
            self._fail(effect, failure_of(error.data.get("code")))
        except RetryableError as error:
            slug = error.slug
            self._record(effect, lambda n, w: n.postpone(effect.id, slug, cause=w.cause))
            self._give_up_or_raise(effect, error)
        else:
            reference = message_reference(wamid)
            self._finish(effect, lambda n, w: n.accepted(effect.id, reference, cause=w.cause))
            MESSAGES.labels("accepted").inc()

    def _post(self, effect: Effect, message: Message, applicant: Applicant, to: Recipient) -> str:
        book = self._application.templates
        template = book.template(message.notice.template_id)
        values = {
            **message.notice.values,
            "layanan": book.service(applicant.service_id),
            "kode": applicant.receipt_code,
        }
        callback = str(NoticeReference(effect.case_id, effect.id))
        if message.notice.form == "utility" and template.utility is not None:
            variables = utility_values(template.utility, values)
            name = template.utility.name
            return self._client.send_template(to, name, variables, callback_data=callback)
        return self._client.send_text(to, free_form(template, values), callback_data=callback)

    def _wait_for_report(self, effect: Effect, message: Message) -> None:
        now = self._application.clock.now()
        started_at = message.started_at or now
        if now - started_at >= self._patience.unknown_outcome:
            self._fail(effect, "hasil-tidak-diketahui")
            return
        raise OutcomeUnknownError("waiting for a status report")

    def _applicant_of(self, notices: CaseNotices, effect: Effect) -> Applicant:
        if notices.applicant is None:
            raise ApplicantUnknownError(f"nobody known for case {effect.case_id}")
        return notices.applicant

    def _recipient(self, applicant: Applicant, effect: Effect) -> Recipient:
        opened = self._vault.open(effect.case_id, applicant.sealed)
        return Recipient(opened.get("phone"), opened.get("bsuid"))

    def _give_up_or_raise(self, effect: Effect, error: RetryableError) -> None:
        if effect.attempts + 1 < self._patience.most_attempts:
            raise error
        self._fail(effect, error.slug)

    def _fail(self, effect: Effect, reason_code: str) -> None:
        _log.error("applicant not told", case_id=str(effect.case_id), reason=reason_code)
        self._finish(effect, lambda n, w: n.fail(effect.id, reason_code, cause=w.cause))
        MESSAGES.labels("failed").inc()

    def _finish(self, effect: Effect, action: Action) -> None:
        def act(notices: CaseNotices, work: Work[CaseNotices]) -> None:
            action(notices, work)
            work.finish(effect.id)

        self._record(effect, act)

    def _record(self, effect: Effect, action: Action) -> None:
        def act(work: Work[CaseNotices]) -> None:
            action(work.get(effect.case_id), work)

        cause = self._application.own_cause(effect.case_id, effect.id)
        self._application.perform(cause, act)
