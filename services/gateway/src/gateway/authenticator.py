"""What the app on a phone does, for programs that hold the secret of an account themselves."""

import threading
import time
from collections.abc import Callable

from gateway.totp import STEP_SECONDS, code_of, unwritten


class Authenticator:
    """Gives codes, each one once: the gateway takes none a second time.

    A second code within thirty seconds is that of the step to come, which is good already; for a
    third one it waits until the clock has come nearer.
    """

    def __init__(
        self,
        secret: str,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._secret = unwritten(secret)
        self._clock = clock
        self._sleep = sleep
        self._last = 0
        self._lock = threading.Lock()

    def code(self) -> str:
        """A code that was not given before."""
        with self._lock:
            step = max(int(self._clock()) // STEP_SECONDS, self._last + 1)
            good_from = (step - 1) * STEP_SECONDS
            wait = good_from - self._clock()
            if wait > 0:
                self._sleep(wait)
            self._last = step
            return code_of(self._secret, step)
