"""The sandbox with its business in it, made once: it takes longer than most tests."""

from functools import cache

from operations.clock import Clock, SystemClock
from operations.sandbox import Sandbox, create_app


@cache
def _business() -> bytes:
    return create_app(clock=SystemClock()).state.snapshot()


def seeded(clock: Clock) -> Sandbox:
    """A sandbox of its own, whose business happened before this process began."""
    sandbox = create_app(seed=False, clock=clock)
    sandbox.state.restore(_business())
    return sandbox
