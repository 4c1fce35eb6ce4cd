"""Sends one message, and never twice.

The start is recorded before the call and its outcome after it. A start without an outcome (a crash,
or an answer that never came) is an open question: nothing is sent again; a status report of
WhatsApp answers it, or after a while a person is asked to.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from jamila_runtime.effects import Effect
from jamila_runtime.errors import DomainError, RetryableError
from jamila_runtime.logs import get_logger
from jamila_runtime.vault import CaseVault
from jamila_runtime.work import Work
from jamila_whatsapp.client import Recipient, WhatsAppClient
from jamila_whatsapp.contents import Content
from jamila_whatsapp.errors import PAIR_LIMIT, WHOLE_NUMBER, OutcomeUnknownError, stops_the_office
from jamila_whatsapp.references import NoticeReference, message_reference
from notifier.application import NotifierApplication
from notifier.audience import DailyReach
from notifier.composing import Composer
from notifier.domain import CaseNotices
from notifier.handing import Way
from notifier.messages import Applicant, Message
from notifier.metrics import MESSAGES, STOPPED
from notifier.order import is_overtaken, waits_behind
from notifier.pace import Pace
from notifier.standing import Standing, standing_of

Action = Callable[[CaseNotices, Work[CaseNotices]], None]
_OVERTAKEN: Final = "didahului"
_FLEETING: Final = timedelta(minutes=10)
_BEHIND: Final = timedelta(seconds=1)
_LONGEST_BEHIND: Final = timedelta(seconds=30)
_DAY: Final = timedelta(hours=24)
_log = get_logger(__name__)


class NotYetError(RetryableError):
    """It is not the turn of the message: nothing failed, and it is known when to look again."""

    slug = "message-not-yet"


class ApplicantUnknownError(RetryableError):
    """The submission was not heard of yet; it comes from another service."""

    slug = "applicant-unknown"


class NoticeSender:
    """Performs effects of kind ``send``."""

    def __init__(
        self,
        application: NotifierApplication,
        client: WhatsAppClient,
        vault: CaseVault,
        composer: Composer,
    ) -> None:
        self._application = application
        self._client = client
        self._vault = vault
        self._composer = composer
        self._patience = application.rules.patience
        self._pace = Pace(application.rules.limits, application.clock.now())

    def send(self, effect: Effect) -> None:
        """Send one message, find out what became of it, or say when to look again.

        Raises:
            RetryableError: call again later.
        """
        notices = self._application.find(effect.case_id)
        message = notices.messages.get(str(effect.id)) if notices else None
        if notices is None or message is None or message.is_at_least("sent"):
            self._finish(effect, lambda _notices, _work: None)
        elif message.state == "started":
            self._wait_for_report(effect, message)
        elif notices.applicant is None:
            self._try_later(effect, message, ApplicantUnknownError("nobody known yet"))
        elif self._way_of(notices, message) != "platform":
            move = self._application.move_to_hand
            self._finish(effect, lambda n, w: move(effect.id, n, w))
        elif effect.is_doubted:
            # A machine that was lost may have sent it: an open question like any other start.
            self._record(effect, lambda n, w: n.begin(effect.id, cause=w.cause))
            raise NotYetError("may be sent", retry_after=self._patience.unknown_outcome)
        else:
            standing = standing_of(self._application, notices.applicant)
            if self._may_go(effect, notices, message, standing):
                self._call(effect, message, notices.applicant, standing)

    def _way_of(self, notices: CaseNotices, message: Message) -> Way:
        hand, about = self._application.hand, message.notice.about_event
        return hand.way_of(notices.applicant, about, self._application.work())

    def _may_go(
        self, effect: Effect, notices: CaseNotices, message: Message, standing: Standing
    ) -> bool:
        """Whether it goes out now; settles what never goes.

        Raises:
            NotYetError: not yet.
        """
        now = self._now()
        STOPPED.set(standing.is_stopped)
        if standing.is_stopped:
            raise NotYetError("sending is stopped", retry_after=self._patience.stopped)
        if waits_behind(notices.messages, effect.id):
            pause = min(max(_BEHIND, (now - message.queued_at) / 4), _LONGEST_BEHIND)
            raise NotYetError("earlier messages first", retry_after=pause)
        if self._is_of_no_use(effect, notices, message):
            self._finish(effect, lambda n, w: n.skip(effect.id, _OVERTAKEN, cause=w.cause))
        elif standing.unreachable is not None:
            self._fail(effect, standing.unreachable)
        elif message.notice.form == "text" and not standing.is_window_open:
            close = self._application.close_window
            self._finish(effect, lambda n, w: close(effect.id, n, w))
            MESSAGES.labels("window-closed").inc()
        else:
            return self._has_turn(effect, message, standing)
        return False

    def _is_of_no_use(self, effect: Effect, notices: CaseNotices, message: Message) -> bool:
        template = self._application.templates.template(message.notice.template_id)
        is_old = self._now() - message.queued_at > _FLEETING
        passes = template.is_fleeting or notices.is_ended
        return passes and is_old and is_overtaken(notices.messages, effect.id)

    def _has_turn(self, effect: Effect, message: Message, standing: Standing) -> bool:
        now, limits = self._now(), self._application.rules.limits
        turn_at = self._pace.turn_at(standing.contact_id, now)
        if turn_at > now:
            raise NotYetError("pace", retry_after=turn_at - now)
        is_reply = standing.is_window_open or standing.is_reached_today
        if is_reply or standing.reached < limits.reach_per_day:
            return True
        _log.warning("daily reach used up", case_id=str(effect.case_id))
        if now - message.queued_at <= _DAY:
            raise NotYetError("daily reach", retry_after=self._patience.reach)
        self._fail(effect, "batas-kontak-harian")
        return False

    def _call(
        self, effect: Effect, message: Message, applicant: Applicant, standing: Standing
    ) -> None:
        try:
            to = self._recipient(applicant, effect)
            content = self._composer.compose(effect, message.notice, applicant)
        except DomainError as error:
            self._fail(effect, error.slug)
            return
        except RetryableError as error:
            self._try_later(effect, message, error)
            return
        self._record(effect, lambda n, w: self._begin(effect, standing, n, w))
        self._pace.count(standing.contact_id, self._now())
        self._post(effect, message, standing, to=to, content=content)

    def _begin(
        self, effect: Effect, standing: Standing, notices: CaseNotices, work: Work[CaseNotices]
    ) -> None:
        notices.begin(effect.id, cause=work.cause)
        if standing.is_window_open or standing.is_reached_today:
            return
        day = DailyReach.day_of(work.cause.recorded_at)
        reach = work.find_as(DailyReach, day)
        if reach is None:
            reach = DailyReach(case_id=day, cause=work.cause)
            work.add(reach)
        reach.reach(standing.contact_id, cause=work.cause)

    def _post(
        self,
        effect: Effect,
        message: Message,
        standing: Standing,
        *,
        to: Recipient,
        content: Content,
    ) -> None:
        callback = str(NoticeReference(effect.case_id, effect.id))
        try:
            wamid = self._client.send(to, content, callback_data=callback)
        except OutcomeUnknownError:
            MESSAGES.labels("unknown").inc()
            raise
        except DomainError as error:
            code, refuse = error.data.get("code"), self._application.refuse
            self._finish(effect, lambda n, w: refuse(effect.id, code, n, w))
            MESSAGES.labels("refused").inc()
        except RetryableError as error:
            self._slow_down(error.data.get("code"), standing, message)
            self._try_later(effect, message, error)
        else:
            reference = message_reference(wamid)
            self._finish(effect, lambda n, w: n.accepted(effect.id, reference, cause=w.cause))
            MESSAGES.labels("accepted").inc()

    def _slow_down(self, code: int | None, standing: Standing, message: Message) -> None:
        now = self._now()
        until = now + self._patience.retry_after(message.tries)
        if code == PAIR_LIMIT:
            interval = self._application.rules.limits.pair_interval
            self._pace.hold(standing.contact_id, max(until, now + interval), now)
        elif code in WHOLE_NUMBER:
            self._pace.hold_all(until)

    def _try_later(self, effect: Effect, message: Message, error: RetryableError) -> None:
        """It was certainly not sent: again after a growing pause, until a person has to."""
        code, slug = error.data.get("code"), error.slug
        is_office = stops_the_office(code)

        def postpone(notices: CaseNotices, work: Work[CaseNotices]) -> None:
            notices.postpone(effect.id, slug, cause=work.cause)
            if code is not None and is_office:
                self._application.stop(code, work)

        if message.tries + 1 >= self._patience.most_attempts and not is_office:
            self._fail(effect, slug)
            return
        self._record(effect, postpone)
        error.retry_after = self._patience.retry_after(message.tries)
        raise error

    def _wait_for_report(self, effect: Effect, message: Message) -> None:
        started_at = message.started_at or self._now()
        give_up_at = started_at + self._patience.unknown_outcome
        if self._now() >= give_up_at:
            self._fail(effect, "hasil-tidak-diketahui")
            return
        raise NotYetError("waiting for a report", retry_after=give_up_at - self._now())

    def _recipient(self, applicant: Applicant, effect: Effect) -> Recipient:
        opened = self._vault.open(effect.case_id, applicant.sealed)
        return Recipient(opened.get("phone"), opened.get("bsuid"))

    def _fail(self, effect: Effect, reason_code: str) -> None:
        _log.error("applicant not told", case_id=str(effect.case_id), reason=reason_code)
        fail = self._application.fail
        self._finish(effect, lambda n, w: fail(effect.id, reason_code, n, w))
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

    def _now(self) -> datetime:
        return self._application.clock.now()
