"""A call in words, for people who are to sign it: what it does, to what, for how much, and exactly what is sent."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.cards.values import Manner, money, words
from bot.domain import FrozenCall
from bot.text import clean, clip
from operations import ids
from operations.call import Call, FileContent
from operations.flattening import flat
from operations.grammar import Stated
from operations.looks import Money, Snapshot, whole
from operations.prefixes import kind_of
from operations.risk import Risk

LINES_SHOWN: Final = 15
LINE_SHOWN: Final = 160
NAME_SHOWN: Final = 80
OBJECTS_SHOWN: Final = 6

_PLAIN_VERBS: Final = frozenset({"create", "update", "delete", "retrieve", "list", "search"})
_AMOUNTS: Final = ("amount", "unit_amount", "amount_to_capture", "refund_amount")
_WHOLE_AMOUNTS: Final = frozenset({"amount", "amount_to_capture"})
"""Those that are all of the money that a call moves, wherever they stand."""
_ALL_THAT_IS_LEFT: Final = "all that is left"
_ITS_OWN_CURRENCY: Final = "of the payment's currency"
_PAYMENTS: Final = frozenset({"charge", "payment_intent"})
_FREE_TEXT: Final = frozenset({"metadata", "description", "expand"})
"""Parameters that change nothing but what is noted or answered: they come last, so that they push nothing away."""
_ODD_SPACES: Final = re.compile(r"\s{2,}|^\s+|\s+$|[^\S \n]")
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as somebody reads it. Texts are somebody's unless they are Mrkdwn."""

    verb: str
    """``Refund``, ``Delete customer``."""
    amount: str | None
    """How much money it is about; None where it is about none."""
    headline: str | None
    """The same for a headline: real money, or that it is all there is; None for bare minor units."""
    share: str | None
    """How much of what there is that takes, and what stays; where somebody looked."""
    objects: tuple[tuple[str, str], ...]
    """What it is done to: the name of each id in the call, and the id."""
    said: frozenset[str]
    """The parameters of which these tell all there is to tell."""


def describe(frozen: FrozenCall, manner: Manner, snapshot: Snapshot | None = None) -> Asked:
    """What a call does, to what, and for how much; by what was seen at Stripe where somebody looked."""
    call = frozen.call
    amount, headline = _amount(call, frozen.risk, frozen.stated, manner)
    moved = snapshot.moves if snapshot is not None else None
    if moved is not None:
        amount = headline = _said(moved, manner)
    objects = tuple(_objects(call))[:OBJECTS_SHOWN]
    return Asked(
        verb=_verb(frozen),
        amount=amount,
        headline=headline,
        share=_left(frozen, manner) if snapshot is None or moved is None else _share(snapshot, frozen.risk, manner),
        objects=tuple((label, value) for label, value, _ in objects),
        said=frozenset((*_told(objects), *_amounts_told(frozen, moved, headline))),
    )


def endpoint(call: Call) -> str:
    """The method, and the path with its ids put in."""
    return f"{call.operation.method} {ids.fill(call.operation.path, call.path_values)}"


def sent(call: Call, said: frozenset[str] = frozenset(), lines: int = LINES_SHOWN) -> tuple[str, ...]:
    """What is sent to the endpoint but for what is ``said`` elsewhere, each value named; what is too much is counted.

    What is only noted comes last, however it is called, so that it can push nothing else out of sight. None of it is
    Mrkdwn, so that it stands in plain_text elements: there nothing that a value holds can look like ours.
    """
    headers = (("Stripe-Account", call.stripe_account), ("Stripe-Context", call.stripe_context))
    shown = [f"{name}: {value}" for name, value in headers if value is not None and name not in said]
    rest = [(name, value) for name, value in flat(call.parameters) if name not in said]
    rest.sort(key=lambda each: (each[0].partition("[")[0] in _FREE_TEXT, each[0].count("["), each[0]))
    shown += [_line(name, value) for name, value in rest[:lines]]
    if len(rest) > lines:
        shown.append(f"… and {len(rest) - lines} more parameters")
    return tuple(shown)


def hides(call: Call, said: frozenset[str] = frozenset(), lines: int = LINES_SHOWN) -> bool:
    """Whether :func:`sent` leaves a parameter out, or a part of one."""
    rest = [(name, value) for name, value in flat(call.parameters) if name not in said]
    return len(rest) > lines or any(len(_one_line(name)) > NAME_SHOWN or _is_cut(name, value) for name, value in rest)


def _line(name: str, value: str) -> str:
    """A parameter on one line, in which nothing can pass for another one or go unseen."""
    start = f"{clip(_one_line(name), NAME_SHOWN)} = "
    shown = _one_line(value) or "(empty)"
    note = " (with characters that can't be seen)" if _has_unseen(value) else ""
    if _is_cut(name, value):
        note = f" (of {len(value):,} characters){note}"
        shown = clip(shown, max(LINE_SHOWN - len(start) - len(note), 1))
    return f"{start}{shown}{note}"


def _is_cut(name: str, value: str) -> bool:
    return len(clip(_one_line(name), NAME_SHOWN)) + len(" = ") + len(_one_line(value)) > LINE_SHOWN


def _one_line(text: str) -> str:
    """Line ends and spaces that could look like one as signs, so that no value can pass for another parameter."""
    return _ODD_SPACES.sub(lambda found: "␣" * len(found[0]), clean(text).replace("\n", "⏎"))


def _has_unseen(text: str) -> bool:
    return len(clean(text)) < len(text.replace("\r\n", "\n"))


def has_file(call: Call) -> bool:
    """Whether a file is sent along, so that no text stands for the whole call."""
    return any(isinstance(value, FileContent) for value in call.parameters.values())


def _verb(frozen: FrozenCall) -> str:
    *resources, verb = frozen.call.operation.name.split()
    resource = words(singular(resources[-1])).lower() if resources else ""
    if "refund" in frozen.risk.flags and verb in _PLAIN_VERBS:
        return "Refund"
    return f"{words(verb)} {resource}".strip()


def singular(noun: str) -> str:
    """One of what a resource name says there are many of."""
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def amount(call: Call, risk: Risk, stated: Sequence[Stated], manner: Manner) -> str | None:
    """How much money a call is about: as money alone where the currency is known; None where it is about none."""
    in_full, headline = _amount(call, risk, stated, manner)
    return headline or in_full


def _amount(call: Call, risk: Risk, stated_: Sequence[Stated], manner: Manner) -> tuple[str | None, str | None]:
    """The amount as real money with its minor units, and for a headline as money alone: bare minor units are none."""
    parameters = call.parameters
    gives_back = "refund" in risk.flags
    name = next((name for name in _AMOUNTS if name in parameters), None)
    if name is None:
        stated = next(iter(stated_), None)
        if stated is not None:
            return both_forms(stated.amount, stated.currency, manner)
        return (_ALL_THAT_IS_LEFT, _ALL_THAT_IS_LEFT) if gives_back else (None, None)
    given = parameters[name]
    if isinstance(given, Mapping):
        shown = money(dict(given), None, manner)  # type: ignore[arg-type]  # v2's {value, currency}, both plain
        return shown, shown
    if not isinstance(given, int | float | str):
        return None, None
    stated = next((each for each in stated_ if each.parameter == name), None)
    currency = stated.currency if stated else parameters.get("currency")
    if isinstance(currency, str):
        return both_forms(given, currency, manner)
    shown = money(given, None, manner)
    return (f"{shown} {_ITS_OWN_CURRENCY}" if shown and gives_back else shown), None


def both_forms(minor: float | str, currency: str, manner: Manner) -> tuple[str | None, str | None]:
    """``$12.50 USD (1,250 minor units)``, and the money alone."""
    shown, units = money(minor, currency, manner), money(minor, None, manner)
    return (f"{shown} ({units})" if shown and units and shown != units else shown), shown


def _share(snapshot: Snapshot, risk: Risk, manner: Manner) -> str | None:
    """How much of what there is a call takes, and what stays of it."""
    of, left = snapshot.of, snapshot.left
    everything = whole(snapshot)
    if of is None or everything is None:
        return None
    paid = "refund" in risk.flags and kind_of(snapshot.object_id) in _PAYMENTS
    if everything:
        return "in full, all that was paid" if paid else "in full"
    there = f"{_said(of, manner)} paid" if paid else _said(of, manner)
    if left is None:
        return f"part of {there}"
    if left.amount == 0:
        return f"the rest of {there}, nothing left after it"
    return f"part of {there}, {_said(left, manner)} left after it"


def _said(amount: Money, manner: Manner) -> str:
    return money(amount.amount, amount.currency, manner) or str(amount.amount)


def _left(frozen: FrozenCall, manner: Manner) -> str | None:
    """What is left after it, of what there was when the amount was looked at."""
    known = next((each for each in frozen.stated if each.left is not None), None)
    if known is None or known.left is None:
        return None
    if known.left == known.amount:
        return "nothing left after it"
    return f"{money(known.left - known.amount, known.currency, manner)} left after it"


def _objects(call: Call) -> Iterator[tuple[str, str, str]]:
    """What each id in a call is called, the id, and the parameter that holds it; none for one in the path."""
    refers = {each.name: each.refers for each in call.operation.path_parameters}
    for name, value in call.path_values.items():
        label = refers.get(name) or (name if name != "id" else singular(call.operation.name.split()[0]))
        yield words(label), value, ""
    for parameter in call.operation.parameters:
        given = call.parameters.get(parameter.name)
        if isinstance(given, str) and given and parameter.shape.meaning == "id":
            yield words(parameter.name), given, parameter.name


def _told(objects: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """The parameters whose ids are shown whole and as they are."""
    return (name for _, value, name in objects if name and _PLAIN_ID.fullmatch(value))


def _amounts_told(frozen: FrozenCall, moved: Money | None, headline: str | None) -> Iterator[str]:
    """The parameters that the amount on a card says all of: never one that it differs from."""
    parameters = frozen.call.parameters
    name = next((each for each in _AMOUNTS if each in parameters), None)
    if name is None or name not in _WHOLE_AMOUNTS:
        return
    given = parameters[name]
    number = str(given) if isinstance(given, int | str) and not isinstance(given, bool) else ""
    if not (number.isascii() and number.isdecimal()) or (moved is not None and int(number) != moved.amount):
        return
    yield name
    currency = parameters.get("currency")
    if not isinstance(currency, str) or headline is None:
        return
    stated = next((each.currency for each in frozen.stated if each.parameter == name), None)
    shown = moved.currency if moved is not None else stated or currency.lower()
    if currency.lower() == shown:
        yield "currency"


def summary(frozen: FrozenCall, manner: Manner, snapshot: Snapshot | None = None) -> str:
    """The call in one plain sentence, for a dialog that asks again."""
    asked = describe(frozen, manner, snapshot)
    about = ", ".join(value for _, value in asked.objects)
    amount = ", ".join(part for part in (asked.amount, asked.share) if part)
    parts = [asked.verb, f": {amount}" if amount else "", f" ({about})" if about else ""]
    mode = "LIVE" if frozen.account.livemode else "test"
    return f"{''.join(parts)} on {frozen.account.name or frozen.account.alias}, {mode}."
