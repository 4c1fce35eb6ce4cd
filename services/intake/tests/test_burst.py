"""The real process under a burst: nothing that was answered with 200 is ever lost.

How fast it answers is measured by ``bench/webhook.py``.
"""

import asyncio
import os
import signal

import pytest

from jamila_testing.burst import fire, shots
from jamila_testing.door import NUMBER_ID, SECRET, lonely_intake

pytestmark = [pytest.mark.connected, pytest.mark.usefixtures("socket_enabled")]


async def test_burst_with_everything_else_down_is_answered_and_kept(tmp_path):
    volley = shots(1500, secret=SECRET, number_id=NUMBER_ID)
    with lonely_intake(tmp_path) as intake:
        outcome = await fire(intake.port, volley, per_second=500)
        assert outcome.statuses == {200: 1500}
        assert intake.items() == len(outcome.kept)


async def test_process_killed_in_the_burst_has_everything_it_answered(tmp_path):
    volley = shots(1500, secret=SECRET, number_id=NUMBER_ID)
    with lonely_intake(tmp_path) as intake:
        firing = asyncio.create_task(fire(intake.port, volley, per_second=500))
        while not firing.done() and intake.items() < 300:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
        os.kill(intake.process_id, signal.SIGKILL)
        outcome = await firing
        # Some were kept and not answered any more; WhatsApp sends those again.
        assert 0 < len(outcome.kept) < len(volley)
        assert intake.items() >= len(outcome.kept)
