"""What became of a call at Stripe: succeeded, failed, or unknown; never a guess."""

from dataclasses import dataclass, field
from typing import TypeAlias

from operations.call import Json


@dataclass(frozen=True, slots=True)
class StripeError:
    """Stripe's error object, the members a person or a program acts on. All of it is text from outside."""

    type: str
    message: str
    status: int
    code: str | None = None
    param: str | None = None
    decline_code: str | None = None
    request_log_url: str | None = None
    doc_url: str | None = None
    account: str | None = field(default=None, repr=False)
    """The account that a permission error (403) names, for binding a restricted key to it. Not to be shown."""


@dataclass(frozen=True, slots=True)
class Succeeded:
    """Stripe carried the call out and said so. ``data`` is JSON, or bytes for a binary answer."""

    status: int
    data: "Json | bytes" = field(repr=False)
    request_id: str | None = None
    replayed: bool = False
    """Stripe answered from its idempotency store: an earlier send had already succeeded."""
    note: str | None = None
    """How success was established where not by the answer itself, such as a deleted object found to be gone."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The call had no effect. Stripe refused it (``error``), or no byte of it reached Stripe."""

    error: StripeError
    request_id: str | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The call may have had its effect; nobody knows yet.

    ``reason`` is a sentence of ours. ``retry`` says whether sending again with the same key can still settle it;
    if not, a person has to look. ``waiting_at_stripe`` is the link where Stripe's own approval waits, if that is why.
    """

    reason: str
    retry: bool = True
    status: int | None = None
    error: StripeError | None = None
    request_id: str | None = None
    waiting_at_stripe: str | None = None


Outcome: TypeAlias = Succeeded | Failed | Unknown
