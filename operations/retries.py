"""What an answer says about a call's effect, and whether to send it again: a table and pure functions over it.

Two questions are kept apart. *Did this send have an effect?* and *does its answer say anything about earlier sends of
the same call?* A 429, a 401 or a plain 400 comes from before Stripe's idempotency layer: it proves that this send did
nothing, and nothing about the one before it whose answer was lost. So once an outcome is unknown it stays unknown until
an answer settles it: any success, or a refusal that Stripe marks as replayed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, TypeAlias

Meaning: TypeAlias = Literal[
    "done",  # a complete success
    "refused",  # Stripe judged the call and didn't carry it out
    "unsent",  # no byte left: refused connection, DNS, TLS
    "busy",  # not carried out, try later: rate limits, locks, conflicts
    "key",  # not carried out: the key is not accepted, or may not do this
    "in_flight",  # another send with this idempotency key is being worked on
    "lost",  # no whole answer, or one that isn't Stripe's
    "broken",  # Stripe failed while working on it, and will answer a replay with the same
    "changed",  # this idempotency key was used with other bytes
    "waiting",  # an approval at Stripe itself comes first; Stripe may carry it out later
    "strange",  # an answer that Stripe's API doesn't give, such as a redirect
]
Effect: TypeAlias = Literal["yes", "no", "unknown"]
Again: TypeAlias = Literal["never", "once", "often"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    effect: Effect
    again: Again
    """Whether the executor sends again within the same call, with the same key and bytes."""
    later: bool
    """Whether a later send with the same key can still settle an unknown outcome."""
    overridable: bool
    """Whether ``Stripe-Should-Retry`` decides instead of ``again``."""
    says: str
    """What to tell a person where the outcome is unknown."""


_MAYBE = "so it is not known whether the call was carried out."
TABLE: dict[Meaning, Rule] = {
    "done": Rule("yes", "never", later=False, overridable=False, says=""),
    "refused": Rule(
        "no",
        "never",
        later=False,
        overridable=True,
        says="Stripe refused the call when it was sent again, which says nothing about the first time it was sent.",
    ),
    "unsent": Rule(
        "no",
        "often",
        later=True,
        overridable=True,
        says=f"Stripe couldn't be reached again after an answer was lost, {_MAYBE}",
    ),
    "busy": Rule(
        "no",
        "often",
        later=True,
        overridable=True,
        says=f"An answer was lost, and Stripe was too busy to take the call again, {_MAYBE}",
    ),
    "key": Rule(
        "no",
        "never",
        later=True,
        overridable=True,
        says=f"An answer was lost, and now Stripe doesn't let this key repeat the call, {_MAYBE}",
    ),
    "in_flight": Rule(
        "unknown",
        "often",
        later=True,
        overridable=True,
        says="Stripe is still working on an earlier send of this call.",
    ),
    "lost": Rule("unknown", "often", later=True, overridable=True, says=f"Stripe's answer was lost, {_MAYBE}"),
    "broken": Rule(
        "unknown",
        "once",
        later=False,
        overridable=True,
        says=f"Stripe failed while it worked on the call, {_MAYBE} Look for its effect before doing it again.",
    ),
    "changed": Rule(
        "unknown",
        "never",
        later=False,
        overridable=False,
        says="ALARM: Stripe says this call's idempotency key was used with other content, so what was sent is not what"
        " was recorded. Nothing more is sent; somebody has to compare the two.",
    ),
    "waiting": Rule(
        "unknown",
        "never",
        later=False,
        overridable=False,
        says="The call waits for an approval at Stripe itself, which carries it out once it is given.",
    ),
    "strange": Rule(
        "unknown",
        "never",
        later=True,
        overridable=True,
        says=f"Something that isn't Stripe's API answered, such as a proxy, {_MAYBE}",
    ),
}


@dataclass(frozen=True, slots=True)
class Signs:
    """What an answer's status line, headers and error object say; nothing else of it matters here."""

    status: int
    readable: bool = True
    """The body is whole, and JSON or bytes as expected; of an error, that it holds Stripe's error object."""
    error_type: str | None = None
    error_code: str | None = None
    asks_approval: bool = False


def meaning(signs: Signs) -> Meaning:
    """What an answer means. Pure and total: every status has a meaning, and the doubtful ones mean ``lost``."""
    status, code = signs.status, signs.error_code
    if 200 <= status < 300:
        return "done" if signs.readable else "lost"
    if status < 400:
        return "strange"
    if signs.asks_approval and status < 500:
        return "waiting"
    if status == 429 or code == "rate_limit":
        return "busy"
    if status in (424, 500):
        return "broken"
    if status == 408 or status > 500 or not signs.readable:
        # A 4xx without Stripe's error object comes from something on the way, which may have passed the call on.
        return "lost"
    if signs.error_type == "idempotency_error" and status != 409:
        return "changed"
    if status == 409:
        # Without a code it may be the conflict with an earlier send, so nothing more is read into it.
        return "busy" if code is not None and code != "idempotency_key_in_use" else "in_flight"
    return "key" if status in (401, 403) else "refused"


def sends_again(means: Meaning, *, told: bool | None, replayed: bool, seen: int, keyed: bool) -> bool:
    """Whether to send the same bytes again now, caps aside.

    ``told`` is ``Stripe-Should-Retry``; ``replayed`` that Stripe answered from its store, so the answer won't change;
    ``seen`` how often this call has had this meaning, this time included. A write that carries no idempotency key
    (``keyed`` false: a v1 DELETE) is repeated only once after an answer that leaves its effect open.
    """
    rule = TABLE[means]
    if rule.overridable and told is not None:
        return told
    if rule.again == "never" or (replayed and means == "broken"):
        return False
    if rule.again == "once" or (rule.effect == "unknown" and not keyed):
        return seen <= 1
    return True


def settle(means: Meaning, *, unsettled: bool, replayed: bool) -> Effect:
    """What is known of the call's effect after its last answer.

    ``unsettled``: the outcome of an earlier send of the same call is unknown.
    """
    effect = TABLE[means].effect
    if effect == "no" and unsettled and not (means == "refused" and replayed):
        return "unknown"
    return effect


FLOOR_SECONDS = 0.5
CEILING_SECONDS = 5.0
RETRY_AFTER_CEILING_SECONDS = 30.0


def backoff(retries: int, *, random: Callable[[], float], retry_after: float | None) -> float:
    """Seconds to wait before the next send, after ``retries`` earlier ones.

    Half a second doubling to five, scaled by 0.5 to 1 at random so that replicas don't march in step; never less than
    half a second, nor than what Stripe asks for (up to half a minute). ``random`` gives 0 up to 1.
    """
    grown = min(CEILING_SECONDS, FLOOR_SECONDS * 2.0 ** min(retries, 10))
    waits = max(FLOOR_SECONDS, grown * (0.5 + random() / 2))
    return waits if retry_after is None else max(waits, min(retry_after, RETRY_AFTER_CEILING_SECONDS))


def read_retry_after(text: str | None, *, now: float) -> float | None:
    """The seconds that a ``Retry-After`` header asks for, given as a number or as a date; None if it says neither."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.fromtimestamp(now, UTC)).total_seconds())


def read_should_retry(text: str | None) -> bool | None:
    """What a ``Stripe-Should-Retry`` header says; None if it is absent or says neither true nor false."""
    return {"true": True, "false": False}.get((text or "").strip().lower())
