"""A run is killed before each of its commands to MongoDB; whatever it had done, live serves on."""

import json
import random
import signal
import subprocess
import sys
import time
from functools import partial
from itertools import islice

import pytest

from jamila_ledger.views import CASES, TRAIL
from jamila_replay.cli_running import AWAY, CANCELLED
from jamila_replay.diff import compare
from jamila_replay.rebuild import build
from jamila_replay.shadow import COLLECTIONS
from jamila_runtime.errors import RetryableError

pytestmark = [
    pytest.mark.connected,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.timeout(240),
]

IN_THE_EXCHANGE = 12
"""Commands to MongoDB from just before the transaction to the lock that is given back."""
RUNNER = """
import json, os, signal, sys
from datetime import timedelta
from pymongo import monitoring
from jamila_replay import cli_running
from jamila_replay.cli import replay
from jamila_runtime.clock import SystemClock

class Killer(monitoring.CommandListener):
    def __init__(self, at, number):
        self.at, self.number, self.seen = at, number, 0
    def started(self, event):
        self.seen += 1
        if self.seen == self.at:
            os.kill(os.getpid(), self.number)
    def succeeded(self, event): pass
    def failed(self, event): pass

def run(at, number, later, arguments):
    class Later(SystemClock):
        # The lock of a killed run is free after half a minute; nobody here waits that long.
        def now(self):
            return super().now() + timedelta(seconds=later)
    cli_running.SystemClock = Later
    killer = Killer(at, number)
    monitoring.register(killer)
    try:
        code = replay(arguments, standalone_mode=False)
    except SystemExit as ended:
        code = ended.code
    with open(sys.argv[1], "w") as file:
        json.dump({"commands": killer.seen, "code": code or 0}, file)

for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        sys.stdout = open(os.devnull, "w")
        run(*json.loads(line))
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)
"""


class Runner:
    """Runs commands of the tool, each in a process of its own, and kills them where it is told."""

    def __init__(self, process, ended):
        self._process, self._ended = process, ended
        self._later = 0

    def run(self, *arguments, kill_before=0, by=signal.SIGKILL):
        """What the command said of itself; None if it was killed."""
        self._ended.unlink(missing_ok=True)
        self._later += 60
        asked = [kill_before, by, self._later, [*arguments, "--reason", "uji mati", "--json"]]
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        code = json.loads(self._process.stdout.readline())
        assert code in (0, -9)
        return json.loads(self._ended.read_text()) if code == 0 else None


@pytest.fixture
def runner(jamila, tmp_path):
    assert jamila, "sets the environment"
    script, ended = tmp_path / "runner.py", tmp_path / "ended.json"
    script.write_text(RUNNER)
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(script), str(ended)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Runner(process, ended)
        process.stdin.close()


@pytest.fixture
def impatient(stores):
    """A server that ends an abandoned transaction after a second, not ten; as long as a test."""
    admin = stores.database._client.admin
    name = "transactionLifetimeLimitSeconds"
    before = admin.command("getParameter", 1, **{name: 1})[name]
    admin.command("setParameter", 1, **{name: 1})
    yield
    admin.command("setParameter", 1, **{name: before})


def assert_live_serves(stores, position):
    """As readers see it at this very moment: one whole model, at least as far as it was."""
    names = stores.database.live()
    at = stores.database.position(names)
    assert at["position"] >= position
    assert at.get("model") == names.tag
    assert stores.database.count(names.of(CASES), {}) > 0


def goes_on(live, stores, news):
    """The live projector writes everything there is; how far that is."""
    live(news)
    position = stores.reader.store.head().position
    assert_live_serves(stores, position)
    return position


def persistently(work):
    """Retry as the projector and an operator do, for as long as an abandoned transaction lives."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return work()
        except RetryableError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def insisting(runner, *command, kill_before=0):
    """Run again while an abandoned transaction is in the way; whether it came to its end."""
    deadline = time.monotonic() + 20
    while (done := runner.run(*command, kill_before=kill_before)) is not None:
        if done["code"] == 0:
            return done
        assert done["code"] == AWAY
        assert time.monotonic() < deadline
    return None


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("models", [COLLECTIONS, (TRAIL,)])
def test_a_swap_and_a_rollback_killed_anywhere_leave_one_whole_model_live(  # noqa: PLR0913, PLR0917 - fixtures
    live, begin, stores, runner, office, models
):
    live(office[:30])
    shadow, news, told = build(begin(models=models), stores), iter(office[30:]), 30
    chance = random.Random(6311)  # noqa: S311 - order of a test, not a secret
    there, back = ("swap", shadow.id), ("rollback",)
    lengths = [insisting(runner, *each)["commands"] for each in (there, back)]
    killed = 0
    for command, back_again, last in ((there, back, lengths[0]), (back, there, lengths[1])):
        if command == back:
            insisting(runner, *there)
        before = stores.database.live()
        # Every place in the exchange itself, and some of those on the way to it.
        exchange = range(last - IN_THE_EXCHANGE, last + 1)
        for point in (*chance.sample(range(1, exchange.start), 4), *exchange):
            killed += insisting(runner, *command, kill_before=point) is None
            assert_live_serves(stores, told)
            # Live was not only left there: it goes on with what happens.
            told = persistently(partial(goes_on, live, stores, list(islice(news, 1))))
            if stores.database.live() != before:
                # Killed behind the commit: it was done already.
                insisting(runner, *back_again)
    assert killed > IN_THE_EXCHANGE
    assert compare(build(begin(), stores), stores).first == ()


def test_a_rebuild_killed_anywhere_leaves_live_as_it_is_and_goes_on(live, stores, runner, office):
    live(office)
    before = stores.database.digest(stores.database.live())
    whole = runner.run("rebuild", "--workers", "1")
    chance = random.Random(6311)  # noqa: S311 - order of a test, not a secret
    for point in sorted(chance.sample(range(4, whole["commands"]), 10)):
        assert runner.run("rebuild", "--workers", "1", kill_before=point) is None
        assert stores.database.digest(stores.database.live()) == before
        assert_live_serves(stores, len(office))
    unfinished = [each for each in stores.database.shadows() if each.state == "building"]
    assert len(unfinished) > 5
    for shadow in unfinished[::3]:
        assert runner.run("rebuild", "--workers", "1", "--resume", shadow.id)["code"] == 0
        assert stores.database.shadow(shadow.id).digest == before


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_rebuild_asked_to_stop_says_so_and_goes_on_later(live, stores, runner, office, by):
    live(office)
    stopped = runner.run("rebuild", "--workers", "1", kill_before=40, by=by)
    assert stopped["code"] == CANCELLED
    (shadow,) = stores.database.shadows()
    assert (shadow.state, 0 < len(shadow.parts) < 256) == ("building", True)
    assert runner.run("rebuild", "--workers", "1", "--resume", shadow.id)["code"] == 0
    assert stores.database.shadow(shadow.id).digest == stores.database.digest(
        stores.database.live()
    )
