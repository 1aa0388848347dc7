"""Holding back calls that Slack has said to hold back."""

from operations.clock import Clock


class Gate:
    """Holds back calls that Slack has said to hold back, whoever makes them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._closed_until: dict[tuple[str, ...], float] = {}

    def close(self, key: tuple[str, ...], seconds: float) -> None:
        until = self._clock.monotonic() + seconds
        self._closed_until[key] = max(until, self._closed_until.get(key, 0.0))

    def wait(self, key: tuple[str, ...]) -> float:
        """Seconds until the key may pass."""
        left = self._closed_until.get(key, 0.0) - self._clock.monotonic()
        if left <= 0:
            self._closed_until.pop(key, None)
        return max(left, 0.0)
