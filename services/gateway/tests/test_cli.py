from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.accounts_store import SqlAccountsStore
from gateway.cli import app
from gateway.demo import ensure_demo_accounts
from gateway.second_factor import SecondFactors
from gateway.second_factor_store import SqlFactorStore
from gateway.secret_box import SecretBox

Run = Callable[..., Result]
ADD = ("add", "kasi-3", "--display-name", "Kasi Identitas Penduduk")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str, typed: str = "") -> Result:
        environment = {"JAMILA_HOME": str(tmp_path)}
        return CliRunner().invoke(app, list(arguments), input=typed, env=environment)

    return run


def stored(home: Path) -> SqlAccountsStore:
    return SqlAccountsStore(f"sqlite:///{home / 'stores' / 'accounts.db'}")


def test_generated_password_is_shown_once_and_not_stored(run: Run, tmp_path: Path) -> None:
    result = run(*ADD, "--capability", "kasi", "--generate")

    password = result.output.rsplit(": ", 1)[-1].strip()
    found = stored(tmp_path).find("kasi-3")
    assert result.exit_code == 0
    assert len(password) == 16
    assert found is not None
    assert found.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_typed_password_must_be_long_enough(run: Run, tmp_path: Path) -> None:
    short = run(*ADD, "--capability", "kasi", typed="pendek\npendek\n")
    long = run(*ADD, "--capability", "kasi", typed="cukup panjang 1\ncukup panjang 1\n")

    assert short.exit_code == 2
    assert long.exit_code == 0
    assert stored(tmp_path).find("kasi-3") is not None


def test_stand_in_holds_through_its_last_day_in_balangan(run: Run, tmp_path: Path) -> None:
    run(*ADD, "--capability", "kasi", "--capability", "kabid:plh:kabid-1:2026-04-10", "--generate")

    found = stored(tmp_path).find("kasi-3")
    assert found is not None
    grant = found.account.grants[1]
    assert (grant.stand_in, grant.on_behalf_of) == ("plh", "kabid-1")
    assert grant.holds(datetime(2026, 4, 10, 15, 59, tzinfo=UTC))
    assert not grant.holds(datetime(2026, 4, 10, 16, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    "capability", ["kepala", "kabid:plh", "kabid:pjs:kabid-1:2026-04-10", "kabid:plh:kabid-1:x"]
)
def test_unknown_capability_is_refused(run: Run, capability: str) -> None:
    result = run(*ADD, "--capability", capability, "--generate")

    assert result.exit_code == 2
    assert "GALAT" in result.output


@pytest.mark.parametrize("name", ["Budi Santoso", "k", "-kasi", "kasi_3"])
def test_name_of_an_account_is_a_code(run: Run, name: str) -> None:
    result = run("add", "--display-name", "x", "--capability", "kasi", "--generate", "--", name)

    assert result.exit_code == 2


def test_name_is_given_once(run: Run) -> None:
    run(*ADD, "--capability", "kasi", "--generate")

    assert run(*ADD, "--capability", "kasi", "--generate").exit_code == 2


def test_closed_account_is_listed_as_closed(run: Run) -> None:
    run(*ADD, "--capability", "kasi", "--generate")

    run("add", "admin-1", "--display-name", "Admin", "--capability", "admin", "--generate")
    assert "ditutup" not in run("list").output
    assert run("close", "kasi-3").exit_code == 0
    assert "ditutup" in run("list").output


def test_password_can_be_replaced(run: Run, tmp_path: Path) -> None:
    run(*ADD, "--capability", "kasi", "--generate")
    before = stored(tmp_path).find("kasi-3")

    assert run("password", "kasi-3", "--generate").exit_code == 0
    assert stored(tmp_path).find("kasi-3") != before


def test_what_is_done_at_the_machine_is_on_record_too(run: Run) -> None:
    run(*ADD, "--capability", "kasi", "--capability", "kabid:plh:kabid-1:2026-12-31", "--generate")
    run("add", "admin-1", "--display-name", "Admin", "--capability", "admin", "--generate")
    run("password", "kasi-3", "--generate")
    run("close", "kasi-3")

    told = run("changes").output

    assert [line.split()[2:5] for line in told.splitlines()] == [
        ["mesin", "kasi-3", "akun-ditutup"],
        ["mesin", "kasi-3", "kata-sandi-diganti-admin"],
        ["mesin", "admin-1", "akun-dibuat"],
        ["mesin", "kasi-3", "akun-dibuat"],
    ]
    assert '"stand_in": "plh"' in told


def test_generated_password_has_to_be_replaced_and_a_typed_one_has_not(
    run: Run, tmp_path: Path
) -> None:
    run(*ADD, "--capability", "kasi", "--generate")
    generated = stored(tmp_path).find("kasi-3")
    run("password", "kasi-3", typed="cukup panjang 1\ncukup panjang 1\n")
    typed = stored(tmp_path).find("kasi-3")

    assert generated is not None
    assert typed is not None
    assert (generated.password_is_temporary, typed.password_is_temporary) == (True, False)


def test_last_administrator_is_not_closed_at_the_machine_either(run: Run, tmp_path: Path) -> None:
    run("add", "admin-1", "--display-name", "Admin", "--capability", "admin", "--generate")

    result = run("close", "admin-1")

    found = stored(tmp_path).find("admin-1")
    assert result.exit_code == 2
    assert found is not None
    assert found.account.is_active


def test_lost_phone_of_the_only_administrator_is_helped_at_the_machine(
    run: Run, tmp_path: Path
) -> None:
    run("add", "admin-1", "--display-name", "Admin", "--capability", "admin", "--generate")
    store = stored(tmp_path)
    factors = SecondFactors(SqlFactorStore(store.database), SecretBox(bytes(32)), issuer="Uji")
    factors.enrol("admin-1", bytes(20), now=datetime.now(tz=UTC))

    assert run("forget-code", "admin-1").exit_code == 0
    assert factors.status("admin-1").enrolled is False
    store.dispose()


@pytest.mark.parametrize("verb", [("close",), ("password", "--generate"), ("forget-code",)])
def test_unknown_account_is_said_so(run: Run, verb: tuple[str, ...]) -> None:
    result = run(*verb, "siapa-ini")

    assert result.exit_code == 2
    assert "tidak ada" in result.output


def test_code_of_a_demo_account_is_shown_as_an_app_shows_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    store = SqlAccountsStore(f"sqlite:///{tmp_path / 'a.db'}")
    factors = SecondFactors(SqlFactorStore(store.database), SecretBox(bytes(32)), issuer="Demo")
    ensure_demo_accounts(store, factors, folder=folder, tenant="6311")

    shown = run("code", "kadis-1").output.split()[0]

    factors.prove("kadis-1", shown, now=datetime.now(tz=UTC))
    store.dispose()


@pytest.mark.parametrize("account", ["kasi-1", "siapa-ini"])
def test_account_without_a_demo_secret_has_no_code(run: Run, account: str) -> None:
    assert run("code", account).exit_code == 2
