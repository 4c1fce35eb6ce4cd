"""Codes of an app and on paper, and what is not done without them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gateway.accounts import (
    CodeNeededError,
    CodeRefusedError,
    LoginLockedError,
    NotLoggedInError,
    SecondFactorNeededError,
)
from gateway.accounts_store import SqlAccountsStore
from gateway.login import Credentials, LoginDesk
from gateway.own_account import OwnAccount
from gateway.second_factor import SecondFactors
from gateway.second_factor_store import SqlFactorStore
from gateway.secret_box import SecretBox
from gateway.session_book import Opened
from gateway.totp import STEP_SECONDS, code_of, new_secret, step_at, step_of, unwritten
from jamila_runtime.vault import SealBrokenError

PASSWORD = "kata-sandi-untuk-uji"
KADIS = Credentials("kadis-1", PASSWORD)
RFC_SECRET = b"12345678901234567890"
STEP = timedelta(seconds=STEP_SECONDS)


@pytest.fixture
def secret(factors: SecondFactors, clock: Any) -> bytes:
    """The secret of kadis-1, who is enrolled."""
    secret = new_secret()
    factors.enrol("kadis-1", secret, now=clock.instant)
    return secret


def code_at(secret: bytes, at: datetime) -> str:
    return code_of(secret, step_at(at))


def wrong_code(secret: bytes, at: datetime) -> str:
    near = {code_of(secret, step_at(at) + each) for each in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert code_of(RFC_SECRET, seconds // STEP_SECONDS) == code


@pytest.mark.parametrize(("off", "is_good"), [(-2, False), (-1, True), (0, True), (1, True)])
def test_code_is_good_one_step_around(off: int, is_good: bool, clock: Any) -> None:  # noqa: FBT001
    now = step_at(clock.instant)

    found = step_of(RFC_SECRET, code_of(RFC_SECRET, now + off), now=clock.instant, after=None)

    assert found == (now + off if is_good else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", " 123456"])
def test_what_is_not_six_digits_is_no_code(code: str, clock: Any) -> None:
    assert step_of(RFC_SECRET, code, now=clock.instant, after=None) is None


async def test_password_alone_opens_a_session_that_is_good_for_the_code_only(
    desk: LoginDesk, secret: bytes, clock: Any
) -> None:
    opened = await desk.open(KADIS)

    assert opened.identity.session.pending == "code"
    with pytest.raises(CodeNeededError):
        await desk.identify(opened.token)

    done = await desk.give_code(await desk.halfway(opened.token), code_at(secret, clock.instant))

    identity = await desk.identify(done.token)
    assert identity.session.pending is None
    assert identity.proven_until == clock.instant + timedelta(hours=1)


async def test_code_replaces_the_token_and_the_old_one_is_dead(
    desk: LoginDesk, secret: bytes, clock: Any
) -> None:
    opened = await desk.open(KADIS)
    done = await desk.give_code(opened.identity, code_at(secret, clock.instant))

    assert done.token != opened.token
    assert done.identity.csrf_token != opened.identity.csrf_token
    with pytest.raises(NotLoggedInError):
        await desk.halfway(opened.token)


@pytest.mark.usefixtures("secret")
async def test_log_in_that_stands_half_done_ends_soon(desk: LoginDesk, clock: Any) -> None:
    opened = await desk.open(KADIS)
    clock.instant += timedelta(minutes=10)

    with pytest.raises(NotLoggedInError):
        await desk.halfway(opened.token)


async def test_password_and_code_together_open_at_once(
    desk: LoginDesk, secret: bytes, clock: Any
) -> None:
    opened = await desk.open(Credentials("kadis-1", PASSWORD, code_at(secret, clock.instant)))

    assert opened.identity.session.pending is None
    assert opened.identity.is_proven(clock.instant)


@pytest.mark.usefixtures("secret")
async def test_program_gets_no_token_without_a_code(desk: LoginDesk) -> None:
    with pytest.raises(CodeNeededError):
        await desk.open(KADIS, kind="program", name="uji")


async def test_used_code_is_refused_even_within_its_time(
    desk: LoginDesk, secret: bytes, clock: Any
) -> None:
    code = code_at(secret, clock.instant)
    await desk.open(Credentials("kadis-1", PASSWORD, code))

    with pytest.raises(CodeRefusedError):
        await desk.open(Credentials("kadis-1", PASSWORD, code))


async def test_earlier_code_is_refused_after_a_later_one(
    desk: LoginDesk, secret: bytes, clock: Any
) -> None:
    await desk.open(Credentials("kadis-1", PASSWORD, code_at(secret, clock.instant + STEP)))

    with pytest.raises(CodeRefusedError):
        await desk.open(Credentials("kadis-1", PASSWORD, code_at(secret, clock.instant)))


def test_of_two_uses_of_one_code_at_once_one_is_let_in(
    factors: SecondFactors, secret: bytes, clock: Any
) -> None:
    code = code_at(secret, clock.instant)

    def use(_: int) -> str:
        try:
            factors.prove("kadis-1", code, now=clock.instant)
        except CodeRefusedError:
            return "refused"
        return "let in"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(use, range(16)))

    assert outcomes.count("let in") == 1


@pytest.mark.usefixtures("secret")
def test_many_uses_of_one_step_at_once_are_one_use(store: SqlAccountsStore) -> None:
    kept = SqlFactorStore(store.database)

    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _: kept.use_step("kadis-1", 77_000_000), range(24)))

    assert used.count(True) == 1


async def test_codes_are_counted_and_locked_out(desk: LoginDesk, secret: bytes, clock: Any) -> None:
    opened = await desk.open(KADIS)
    for _ in range(2):
        with pytest.raises(CodeRefusedError):
            await desk.give_code(opened.identity, wrong_code(secret, clock.instant))

    with pytest.raises(LoginLockedError):
        await desk.give_code(opened.identity, code_at(secret, clock.instant))


async def test_right_password_wins_no_new_guesses_at_the_code(
    desk: LoginDesk, secret: bytes, clock: Any
) -> None:
    opened = await desk.open(KADIS)
    with pytest.raises(CodeRefusedError):
        await desk.give_code(opened.identity, wrong_code(secret, clock.instant))
    again = await desk.open(KADIS)

    with pytest.raises(LoginLockedError):
        await desk.give_code(again.identity, wrong_code(secret, clock.instant))


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("accounts.db*")))


async def enrolled(desk: LoginDesk, own: OwnAccount, clock: Any) -> tuple[Opened, Any, bytes]:
    opened = await desk.open(KADIS)
    proposal = await own.propose_second_factor(opened.identity, password=PASSWORD)
    secret = unwritten(proposal.secret)
    done = await own.confirm_second_factor(opened.identity, code_at(secret, clock.instant))
    return opened, done, secret


async def test_first_code_puts_a_second_factor_in_force(
    desk: LoginDesk, own: OwnAccount, clock: Any
) -> None:
    before = await desk.open(KADIS)
    opened, done, secret = await enrolled(desk, own, clock)

    status = await own.second_factor(done.opened.identity)
    assert (status.enrolled, status.since, status.recovery_codes) == (True, clock.instant, 10)
    assert done.opened.identity.is_proven(clock.instant)
    for dead in (before, opened):
        with pytest.raises(NotLoggedInError):
            await desk.halfway(dead.token)
    with pytest.raises(CodeRefusedError):
        await desk.open(Credentials("kadis-1", PASSWORD, code_at(secret, clock.instant)))


async def test_enrolment_asks_for_the_password_again(desk: LoginDesk, own: OwnAccount) -> None:
    opened = await desk.open(KADIS)

    with pytest.raises(Exception, match="password is wrong"):
        await own.propose_second_factor(opened.identity, password="bukan ini")

    assert (await own.second_factor(opened.identity)).enrolled is False


async def test_wrong_first_code_puts_nothing_in_force(
    desk: LoginDesk, own: OwnAccount, clock: Any
) -> None:
    opened = await desk.open(KADIS)
    proposal = await own.propose_second_factor(opened.identity, password=PASSWORD)

    wrong = wrong_code(unwritten(proposal.secret), clock.instant)
    with pytest.raises(CodeRefusedError):
        await own.confirm_second_factor(opened.identity, wrong)

    assert (await desk.open(KADIS)).identity.session.pending is None


async def test_second_factor_is_replaced_only_by_who_proves_the_old_one(
    desk: LoginDesk, own: OwnAccount, clock: Any
) -> None:
    _, done, secret = await enrolled(desk, own, clock)
    clock.instant += timedelta(hours=1)

    with pytest.raises(SecondFactorNeededError):
        await own.propose_second_factor(done.opened.identity, password=PASSWORD)

    again = await desk.give_code(done.opened.identity, code_at(secret, clock.instant))
    await own.propose_second_factor(again.identity, password=PASSWORD)
    clock.instant += STEP
    still = await desk.open(Credentials("kadis-1", PASSWORD, code_at(secret, clock.instant)))
    assert still.identity.session.pending is None


async def test_recovery_code_is_good_once_and_however_it_is_typed(
    desk: LoginDesk, own: OwnAccount, clock: Any
) -> None:
    _, done, _ = await enrolled(desk, own, clock)
    code = done.recovery_codes[3]

    opened = await desk.open(Credentials("kadis-1", PASSWORD, code.lower().replace("-", " ")))

    assert opened.identity.is_proven(clock.instant)
    assert (await own.second_factor(opened.identity)).recovery_codes == 9
    with pytest.raises(CodeRefusedError):
        await desk.open(Credentials("kadis-1", PASSWORD, code))


async def test_new_recovery_codes_make_the_old_ones_worthless(
    desk: LoginDesk, own: OwnAccount, clock: Any
) -> None:
    _, done, _ = await enrolled(desk, own, clock)

    fresh = await own.new_recovery_codes(done.opened.identity)

    assert len(set(fresh)) == 10
    with pytest.raises(CodeRefusedError):
        await desk.open(Credentials("kadis-1", PASSWORD, done.recovery_codes[0]))
    assert (await desk.open(Credentials("kadis-1", PASSWORD, fresh[0]))).token


async def test_neither_secret_nor_recovery_code_lies_plain_in_the_store(
    desk: LoginDesk, own: OwnAccount, clock: Any, tmp_path: Path
) -> None:
    _, done, secret = await enrolled(desk, own, clock)

    stored = bytes_in(tmp_path)

    for code in done.recovery_codes:
        assert code.encode() not in stored
        assert code.replace("-", "").encode() not in stored
    assert secret not in stored


def test_sealed_secret_opens_for_its_account_and_key_only() -> None:
    box = SecretBox(bytes(32))
    sealed = box.seal("kadis-1", RFC_SECRET)

    assert box.open("kadis-1", sealed) == RFC_SECRET
    for other, account in ((box, "kasi-1"), (SecretBox(bytes(31) + b"\1"), "kadis-1")):
        with pytest.raises(SealBrokenError):
            other.open(account, sealed)
    with pytest.raises(SealBrokenError):
        box.open("kadis-1", "bukan segel")


async def test_proof_is_renewed_within_the_session_and_its_age_stays(
    desk: LoginDesk, secret: bytes, clock: Any
) -> None:
    opened = await desk.open(Credentials("kadis-1", PASSWORD, code_at(secret, clock.instant)))
    clock.instant += timedelta(minutes=20)

    renewed = await desk.give_code(opened.identity, code_at(secret, clock.instant))

    assert renewed.identity.session.created_at == opened.identity.session.created_at
    assert renewed.identity.session.expires_at == opened.identity.session.expires_at
    assert renewed.identity.proven_until == clock.instant + timedelta(hours=1)


SIGNING = {
    "/cases/{case}/commands/sign-document": {"document_sha256": ["ab" * 32]},
    "/cases/{case}/commands/revoke-document": {
        "code": "K7M2Q9XW4T8B",
        "reason_code": "salah-data",
    },
    "/signing/batches": {"items": [{"case_id": str(uuid4()), "document_sha256": ["ab" * 32]}]},
    "/signing/sessions": {"method": "passphrase", "secret": "frasa sandi"},
}


async def sign(client: Any, path: str) -> Any:
    headers = {"Idempotency-Key": str(uuid4())}
    where = f"/api/v1{path.format(case=uuid4())}"
    return await client.post(where, json=SIGNING[path], headers=headers)


@pytest.mark.parametrize("path", SIGNING)
async def test_nobody_signs_without_a_second_factor(house: Any, path: str) -> None:
    async with await house.logged_in("kadis-1", proven=False) as client:
        answer = await sign(client, path)

    assert (answer.status_code, answer.json()["slug"]) == (403, "second-factor-needed")
    assert answer.json()["data"] == {"enrolled": False}
    assert house.commands.asked == []


@pytest.mark.parametrize("path", SIGNING)
async def test_nobody_signs_on_a_proof_that_is_too_old(house: Any, path: str) -> None:
    async with await house.logged_in("kadis-1") as client:
        house.clock.instant += timedelta(hours=1)
        answer = await sign(client, path)

    assert answer.json()["slug"] == "second-factor-needed"
    assert house.commands.asked == []


async def test_capability_is_asked_for_before_the_code(house: Any) -> None:
    async with await house.logged_in("kasi-1", proven=False) as client:
        answer = await sign(client, "/signing/sessions")

    assert answer.json()["slug"] == "capability-missing"


async def test_other_steps_need_no_second_factor(house: Any, case: Any) -> None:
    async with await house.logged_in("kasi-1", proven=False) as client:
        answer = await client.post(
            f"/api/v1/cases/{case.case_id}/commands/approve-draft",
            json={"document_sha256": [case.document]},
            headers={"Idempotency-Key": str(uuid4())},
        )

    assert answer.status_code == 200
