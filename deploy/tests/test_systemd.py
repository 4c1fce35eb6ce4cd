"""Units start what the plan starts, in the same environment, and open as little as they can."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from jamila_deploy.nats_names import USERS
from jamila_deploy.nats_users import password_variable, users_file
from jamila_deploy.plan import PYTHON_PROCESSES, find_programs

DEPLOY = Path(__file__).parents[1]
UNITS = DEPLOY / "systemd"
SERVICES = sorted(file.name for file in UNITS.glob("*.service"))
MOST_EXPOSED = 1.6
"""On systemd's scale from 0 to 10; a unit without any of this has 9.2."""
OF_A_DEMONSTRATION = "simulators"


def names_in(file: Path) -> list[str]:
    return re.findall(r"^([A-Z][A-Z0-9_]*)=", file.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as they would lie on a machine, where what they start is there."""
    for file in UNITS.iterdir():
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"^(ExecStart(?:Post)?)=\S+", r"\1=/bin/true", text, flags=re.MULTILINE)
        text = re.sub(r"^Documentation=.*$", "", text, flags=re.MULTILINE)
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    shutil.copy(tmp_path / "jamila@.service", tmp_path / "jamila@review.service")
    return tmp_path


def analyze(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - fixed words
        ["systemd-analyze", *map(str, words)],  # noqa: S607 - Debian's
        capture_output=True,
        text=True,
        check=False,
    )


def test_systemd_understands_every_unit(installed: Path):
    units = [each for each in sorted(installed.iterdir()) if each.suffix in KINDS]
    done = analyze("verify", "--man=no", *(each for each in units if each.stem != "jamila@"))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


KINDS = {".service", ".timer", ".target"}


@pytest.mark.parametrize("unit", [name for name in SERVICES if name != "jamila@.service"])
def test_unit_is_as_closed_as_it_can_be(installed: Path, unit: str):
    assert exposure(installed / unit) <= MOST_EXPOSED


def test_process_is_as_closed_as_it_can_be(installed: Path):
    assert exposure(installed / "jamila@review.service") <= MOST_EXPOSED


def exposure(unit: Path) -> float:
    done = analyze("security", "--offline=true", "--no-pager", unit)
    found = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    return float(found.group(1))


def test_a_unit_that_is_open_would_be_noticed(tmp_path: Path):
    unit = tmp_path / "open.service"
    unit.write_text("[Service]\nExecStart=/bin/true\n")
    assert exposure(unit) > MOST_EXPOSED


def test_the_target_starts_what_the_plan_starts(modules):
    wanted = (UNITS / "jamila.target").read_text(encoding="utf-8")
    instances = re.findall(r"jamila@(\w+)\.service", wanted)
    assert instances == [modules[name] for name in PYTHON_PROCESSES if name != OF_A_DEMONSTRATION]
    assert {"jamila-nats.service", "jamila-mongod.service"} <= set(re.split(r"[\s=]", wanted))


def test_every_process_is_told_what_the_launcher_tells_it(planned, modules):
    shared = names_in(DEPLOY / "env" / "jamila.env.example")
    for name in PYTHON_PROCESSES:
        if name == OF_A_DEMONSTRATION:
            continue
        own = names_in(DEPLOY / "env" / f"{modules[name]}.env.example")
        assert sorted([*shared, *own]) == sorted(planned[name].env), name


def test_there_is_no_example_for_a_process_that_is_gone(modules):
    examples = {file.name.split(".")[0] for file in (DEPLOY / "env").iterdir()}
    known = {module for name, module in modules.items() if name != OF_A_DEMONSTRATION}
    assert examples == {"jamila", "nats", *known}


def test_nats_knows_each_service_with_the_rights_that_the_contracts_give_it():
    file = (DEPLOY / "nats" / "users.conf").read_text(encoding="utf-8")
    assert file == users_file(tenant="6311")
    assert names_in(DEPLOY / "env" / "nats.env.example") == list(map(password_variable, USERS))


@pytest.mark.parametrize("config", ["systemd", "containers"])
def test_nats_reads_its_configuration_and_every_password(tmp_path: Path, config: str):
    shutil.copy(DEPLOY / config / "nats-server.conf", tmp_path)
    shutil.copy(DEPLOY / "nats" / "users.conf", tmp_path)
    command = (find_programs().nats_server, "-t", "-c", tmp_path / "nats-server.conf")
    passwords = {password_variable(user): f"sandi-{user}" for user in USERS}
    missing = dict(list(passwords.items())[1:])
    for environment, code in ((passwords, 0), (missing, 1)):
        done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603 - our own
        assert done.returncode == code, done.stderr


def test_servers_listen_where_the_processes_look(planned):
    mongod = (UNITS / "mongod.conf").read_text(encoding="utf-8")
    nats = (UNITS / "nats-server.conf").read_text(encoding="utf-8")
    assert f"port: {planned['mongod'].url.split(':')[2].split('/')[0]}" in mongod
    assert planned["nats"].url.removeprefix("nats://") in nats
    assert "sync_interval: always" in nats


def test_the_backup_comes_every_night_and_before_the_alarm():
    timer = (UNITS / "jamila-backup.timer").read_text(encoding="utf-8")
    calendar = re.search(r"^OnCalendar=(.+)$", timer, re.MULTILINE).group(1)
    done = analyze("calendar", "--iterations=2", calendar)
    assert done.returncode == 0
    assert calendar.startswith("*-*-* ")
    assert "Persistent=yes" in timer
