"""Whether a call was carried out whose answer nobody knows: what to read at Stripe, and what that speaks for.

It is never proof. Somebody else may have done the same at the same time, so a person says in the end how it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from operations.call import Call, bind
from operations.looks.amounts import asked
from operations.looks.judging import snapshot
from operations.looks.parts import id_at, moment_at, money_at, spoken, words_at
from operations.looks.places import path_ids, place_of
from operations.looks.reading import reads
from operations.looks.snapshot import Answer, Difference, Money, Read, Snapshot, differences
from operations.members import at, listed
from operations.registry import Registry

Speaks: TypeAlias = Literal["for", "against", "open"]
SKEW: Final = 120
"""Seconds by which Stripe's clock and ours may differ."""
MOST_FOUND: Final = 5
_PAGE: Final = 100
_REFUNDS: Final = "refunds"
_CANCEL: Final = "/cancel"
_ENDED: Final = frozenset({"canceled", "incomplete_expired"})


@dataclass(frozen=True, slots=True)
class Found:
    """An object at Stripe that a call may have made."""

    object_id: str
    money: Money | None
    made_at: int
    """Seconds since 1970."""
    status: str = ""
    """In Stripe's words, as people write them; empty where it has none."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What Stripe shows that speaks for a call having been carried out, or against it."""

    speaks: Speaks
    says: str
    """A sentence of ours."""
    found: tuple[Found, ...] = ()
    changes: tuple[Difference, ...] = ()
    """What is no longer as it was when the call was asked for."""


def traces(call: Call, registry: Registry) -> tuple[Read, ...]:
    """The reads that may tell whether a call was carried out; empty where none can, as of one that makes something."""
    if _refunds(call):
        listing = registry.by_key("GET /v1/refunds")
        by = _refunded(call)
        if listing is None or by is None:
            return ()
        about = {"stripe_account": call.stripe_account, "stripe_context": call.stripe_context}
        return (Read(_REFUNDS, bind(listing, {}, {**by, "limit": _PAGE}, **about)),)
    if not path_ids(call):
        return ()
    found = reads(call, registry)
    if not _ends(call):
        return found
    ended = call.operation.path.removesuffix(_CANCEL)
    return tuple(each for each in found[:1] if each.call.operation.path == ended)


def evidence(
    call: Call, answers: Mapping[str, Answer], *, since: int, expected: Money | None, before: Snapshot | None
) -> Evidence:
    """What the answers to :func:`traces` speak for.

    ``since`` is when the call was sent for the first time, in seconds since 1970; ``expected`` the money that it was
    to move, where that is known; ``before`` what was seen when it was asked for.
    """
    if not answers:
        return Evidence("open", "There is nothing at Stripe that I could look up to tell whether it happened.")
    trouble = next((each.trouble for each in answers.values() if each.trouble), "")
    if trouble:
        return _unread(trouble)
    if _REFUNDS in answers and _refunds(call):
        return _by_refunds(call, answers[_REFUNDS], since, expected)
    if _ends(call):
        return _by_its_end(next(iter(answers.values())))
    return _by_changes(before, snapshot(call, answers))


def _refunds(call: Call) -> bool:
    return place_of(call.operation) in (
        "POST /v1/refunds",
        "POST /v1/charges/{}/refund",
        "POST /v1/charges/{}/refunds",
    )


def _refunded(call: Call) -> dict[str, str] | None:
    """What the refunds are listed by."""
    held = path_ids(call)
    if held:
        return {"charge": held[0]}
    for name in ("charge", "payment_intent"):
        value = call.parameters.get(name)
        if isinstance(value, str) and value:
            return {name: value}
    return None


def _by_refunds(call: Call, answer: Answer, since: int, expected: Money | None) -> Evidence:
    made = [each for each in map(_refund, listed(answer.data)) if each is not None and each.made_at >= since - SKEW]
    amount = asked(call, "amount") or (expected.amount if expected is not None else None)
    same = [each for each in made if each.money is not None and each.money.amount == amount]
    if len(same) == 1:
        return Evidence("for", "Stripe shows a refund of just that amount, made since then.", tuple(same))
    if same:
        return Evidence("open", "Stripe shows more than one refund of that amount made since then.", _some(same))
    if made:
        said = "another amount" if amount is not None else "it"
        return Evidence("open", f"Stripe shows a refund of {said} made since then.", _some(made))
    if at(answer.data, "has_more") is True:
        return _unread("There are more refunds of it than I read.")
    return Evidence("against", "Stripe shows no refund of it that was made since then.")


def _refund(data: object) -> Found | None:
    refund = data if isinstance(data, dict) else {}
    object_id, made_at = id_at(refund, "id"), moment_at(refund, "created")
    if not object_id or made_at is None:
        return None
    return Found(object_id, money_at(refund, "amount"), made_at, spoken(words_at(refund, "status")))


def _some(found: Sequence[Found]) -> tuple[Found, ...]:
    return tuple(found[:MOST_FOUND])


def _ends(call: Call) -> bool:
    """Whether a call deletes or cancels just what its path names."""
    path = call.operation.path
    return path.endswith(_CANCEL) or (call.operation.method == "DELETE" and path.endswith("}"))


def _by_its_end(answer: Answer) -> Evidence:
    status = words_at(answer.data, "status")
    if answer.gone:
        return Evidence("for", "It is gone at Stripe.")
    if at(answer.data, "deleted") is True or status in _ENDED:
        return Evidence("for", f"At Stripe it is {spoken(status) or 'deleted'} now.")
    still = f", and its status is {spoken(status)}" if status else ""
    return Evidence("against", f"It still stands at Stripe{still}.")


def _by_changes(before: Snapshot | None, after: Snapshot) -> Evidence:
    if before is None:
        return Evidence("open", "Nothing was noted of it before, so what it is like now doesn't tell.")
    changed = differences(before, after)
    if changed:
        return Evidence("open", "This is no longer as it was when it was asked for:", changes=changed)
    return Evidence("open", "All that I noted of it when it was asked for is still so.")


def _unread(trouble: str) -> Evidence:
    return Evidence("open", f"Stripe could not be asked whether it happened. {trouble}")
