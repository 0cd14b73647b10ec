"""Requests per minute, per token or per address: a token bucket in memory."""

from __future__ import annotations

import threading
import time


class RateLimit:
    """Allows `per_minute` requests a minute on average and `burst` at once, for each name apart."""

    def __init__(self, per_minute: float, burst: int) -> None:
        self.rate, self.burst = per_minute / 60.0, float(burst)
        self._left: dict[str, tuple[float, float]] = {}
        self._guard = threading.Lock()

    def wait(self, name: str) -> float:
        """Zero and one request taken, or the seconds until the next one is allowed."""
        now = time.monotonic()
        with self._guard:
            left, at = self._left.get(name, (self.burst, now))
            left = min(self.burst, left + (now - at) * self.rate)
            if left < 1.0:
                self._left[name] = (left, now)
                return (1.0 - left) / self.rate
            self._left[name] = (left - 1.0, now)
            if len(self._left) > 10_000:  # names that are full again need no memory
                self._left = {n: (n_left, t) for n, (n_left, t) in self._left.items() if now - t < 600}
        return 0.0
