"""What happened, for tests that judge from outside: every effect, and every request that arrived."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Effect:
    """One write that was carried out, whether or not its answer arrived. A refused or replayed one is none."""

    number: int
    at: float
    """Seconds since the epoch by the sandbox's clock."""
    account: str
    livemode: bool
    operation: str
    """``POST /v1/refunds``."""
    path: str
    """With the ids filled in."""
    parameters: dict[str, Any]
    idempotency_key: str | None
    object_id: str | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request that arrived, whatever became of it. The key itself is not kept."""

    at: float
    method: str
    path: str
    headers: dict[str, str]
    """Idempotency-Key, Stripe-Version, Stripe-Account and Stripe-Context, where given."""
    status: int | None
    """What was answered; None where the connection was cut before an answer."""
    fault: str | None
    replayed: bool


@dataclass
class Journal:
    """Everything so far, the oldest first."""

    effects: list[Effect] = field(default_factory=list)
    requests: list[Arrival] = field(default_factory=list)

    def of(self, operation: str) -> list[Effect]:
        """The effects of one operation, such as ``POST /v1/refunds``."""
        return [effect for effect in self.effects if effect.operation == operation]

    def clear(self) -> None:
        """Forgets all, for the next test on the same server."""
        self.effects.clear()
        self.requests.clear()

    def to_json(self) -> dict[str, Any]:
        """For the control endpoint."""
        return {
            "effects": [asdict(effect) for effect in self.effects],
            "requests": [asdict(arrival) for arrival in self.requests],
        }
