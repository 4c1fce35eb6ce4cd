"""Back-off, logs, exit reasons, messages: the parts that need no process."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from jamila_deploy import errors
from jamila_deploy.child import RestartPolicy
from jamila_deploy.logs import last_line, open_log
from jamila_deploy.messages import describe_exit, explain, explain_settings, welcome
from jamila_deploy.nats import nats_config
from jamila_deploy.nats_names import USERS
from jamila_deploy.settings import LauncherSettings, Ports
from jamila_deploy.status import ExitReason, read_status
from jamila_deploy.system import is_running, locked_home

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_the_pause_before_a_restart_doubles_up_to_fifteen_seconds():
    delays = [RestartPolicy().delay(failures) for failures in (0, 1, 2, 6, 7, 5_000)]
    assert delays == pytest.approx([0.2, 0.4, 0.8, 12.8, 15.0, 15.0])


def test_a_log_above_twenty_megabytes_is_put_aside_at_the_next_start(tmp_path: Path):
    path = tmp_path / "logs" / "x.log"
    path.parent.mkdir()
    with path.open("wb") as stream:
        stream.truncate(21 * 1024 * 1024)
    open_log(path).close()
    assert path.stat().st_size == 0
    assert (tmp_path / "logs" / "x.log.1").stat().st_size == 21 * 1024 * 1024


def test_the_last_words_of_an_earlier_run_are_not_the_reason(tmp_path: Path):
    path = tmp_path / "x.log"
    path.write_text("old words\n")
    assert last_line(path, since=path.stat().st_size) == ""
    path.write_text("old words\nnew words\n\n")
    assert last_line(path, since=10) == "new words"
    assert last_line(tmp_path / "missing.log", since=0) == ""


def test_an_exit_names_its_code_or_its_signal():
    killed = ExitReason.of(-9, last_log_line="", at=NOW)
    failed = ExitReason.of(3, last_log_line="no such table", at=NOW)
    assert describe_exit(killed) == "dimatikan sinyal SIGKILL"
    assert describe_exit(failed) == "berhenti dengan kode 3; catatan terakhir: no such table"
    assert ExitReason.of(-250, last_log_line="", at=NOW).signal == "signal 250"


def test_a_taken_port_message_names_the_setting_to_change():
    text = explain(errors.PortTakenError(port=8700, setting="JAMILA_PORT_GATEWAY"))
    assert "8700" in text
    assert "JAMILA_PORT_GATEWAY=9700" in text


@pytest.mark.parametrize(
    "error",
    [
        errors.PortSharedError(port=1, settings=("A", "B")),
        errors.HomeLockedError(home=Path("/h"), pid="7"),
        errors.HomeUnusableError(home=Path("/h"), reason="full"),
        errors.SecretDamagedError(file=Path("/h/s"), reason="empty"),
        errors.ProgramMissingError("setpriv"),
        errors.ProcessNotReadyError(
            name="intake", waited_seconds=9, reason="exit code 1", log_path=Path("/h/l")
        ),
        errors.DemoFolderUsedError(Path("/h")),
        errors.DemoBlockedError(account="kasi-1", what="x", reason="y", logs=Path("/h/logs")),
    ],
)
def test_every_error_an_operator_can_cause_is_told_in_indonesian(error: errors.LauncherError):
    assert explain(error)
    assert explain(error) != str(error)
    assert not explain(error).startswith("Sistem tidak dapat dijalankan")


def test_a_bad_setting_is_named_without_showing_its_value():
    with pytest.raises(ValidationError) as caught:
        Ports(nats=70_000)
    text = explain_settings(caught.value)
    assert "JAMILA_PORT_NATS" in text
    assert "70000" not in text


def test_a_grace_of_no_time_is_refused():
    with pytest.raises(ValidationError):
        LauncherSettings(stop_grace=0)


def test_a_second_launcher_on_one_home_is_refused(tmp_path: Path):
    settings = LauncherSettings(home=tmp_path / "home")
    assert not is_running(settings)
    with locked_home(settings):
        assert is_running(settings)
        with pytest.raises(errors.HomeLockedError) as caught, locked_home(settings):
            pytest.fail("two launchers on one home")
        assert caught.value.pid.isdigit()
    assert not is_running(settings)


def test_a_damaged_status_file_counts_as_none(tmp_path: Path):
    settings = LauncherSettings(home=tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "status.json").write_text("{")
    assert read_status(settings) is None


def test_the_welcome_lists_the_demo_accounts_of_the_gateway(tmp_path: Path):
    settings = LauncherSettings(home=tmp_path)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "demo-accounts.json").write_text(
        '[{"account":"kabid","password":"kata-sandi","role":"Kabid","capabilities":["verify"]}]'
    )
    text = welcome(settings, gateway_url="http://127.0.0.1:8700", cold_start_seconds=4.2)
    assert "http://127.0.0.1:8700" in text
    assert "kata-sandi" in text


def test_the_welcome_does_without_accounts_it_cannot_read(tmp_path: Path):
    settings = LauncherSettings(home=tmp_path)
    text = welcome(settings, gateway_url="http://127.0.0.1:8700", cold_start_seconds=4.2)
    assert "Akun demo belum ada" in text


def test_jetstream_fsyncs_before_it_acknowledges(tmp_path: Path):
    passwords = dict.fromkeys(USERS, "invented")
    config = nats_config(LauncherSettings(home=tmp_path / 'odd "home"'), passwords)
    assert '"sync_interval": "always"' in config
    assert r"odd \"home\"/nats" in config
