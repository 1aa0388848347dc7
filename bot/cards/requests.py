"""A call in words, for people who are to sign it: what it does, to what, for how much, and exactly what is sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.cards.values import Manner, money, words
from bot.domain import FrozenCall
from bot.text import clean, clip
from operations import ids
from operations.call import Call, FileContent, Frozen
from operations.grammar import Stated
from operations.risk import Risk

LINES_SHOWN: Final = 15
LINE_SHOWN: Final = 160
OBJECTS_SHOWN: Final = 6

_PLAIN_VERBS: Final = frozenset({"create", "update", "delete", "retrieve", "list", "search"})
_AMOUNTS: Final = ("amount", "unit_amount", "amount_to_capture", "refund_amount")
_ALL_THAT_IS_LEFT: Final = "all that is left"
_ITS_OWN_CURRENCY: Final = "of the payment's currency"


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as somebody reads it. Texts are somebody's unless they are Mrkdwn."""

    verb: str
    """``Refund``, ``Delete customer``."""
    amount: str | None
    """How much money it is about; None where it is about none."""
    headline: str | None
    """The same for a headline: real money, or that it is all there is; None for bare minor units."""
    left: str | None
    """What is left to take of it afterwards, where somebody looked."""
    objects: tuple[tuple[str, str], ...]
    """What it is done to: the name of each id in the call, and the id."""


def describe(frozen: FrozenCall, manner: Manner) -> Asked:
    """What a call does, to what, and for how much."""
    call = frozen.call
    amount, headline = _amount(frozen.call, frozen.risk, frozen.stated, manner)
    return Asked(
        verb=_verb(frozen),
        amount=amount,
        headline=headline,
        left=_left(frozen, manner),
        objects=tuple(_objects(call))[:OBJECTS_SHOWN],
    )


def endpoint(call: Call) -> str:
    """The method, and the path with its ids put in."""
    return f"{call.operation.method} {ids.fill(call.operation.path, call.path_values)}"


def sent(call: Call) -> tuple[str, ...]:
    """What is sent to the endpoint, each value named. What is too much is counted, and covered by the digest.

    None of it is Mrkdwn, so that it stands in plain_text elements: there nothing that a value holds can look like ours.
    """
    lines: list[str] = []
    headers = (("Stripe-Account", call.stripe_account), ("Stripe-Context", call.stripe_context))
    lines += [f"{name}: {value}" for name, value in headers if value is not None]
    parameters = list(flat(call.parameters))
    lines += [clip(_one_line(f"{name} = {value}"), LINE_SHOWN) for name, value in parameters[:LINES_SHOWN]]
    if len(parameters) > LINES_SHOWN:
        lines.append(f"… and {len(parameters) - LINES_SHOWN} more parameters")
    return tuple(lines)


def _one_line(text: str) -> str:
    """Line ends as a sign, so that no value can pass for another parameter."""
    return clean(text).replace("\n", "⏎")


def flat(parameters: Mapping[str, Frozen]) -> Iterator[tuple[str, str]]:
    """Nested values as bracketed names with texts, named and ordered as Stripe's form encoding does, yet legible."""
    for name in sorted(parameters):
        yield from _flat(name, parameters[name])


def has_file(call: Call) -> bool:
    """Whether a file is sent along, so that no text stands for the whole call."""
    return any(isinstance(value, FileContent) for value in call.parameters.values())


def _flat(name: str, value: Frozen) -> Iterator[tuple[str, str]]:
    match value:
        case Mapping():
            for key in sorted(value):
                yield from _flat(f"{name}[{key}]", value[key])
        case tuple():
            for place, item in enumerate(value):
                yield from _flat(f"{name}[{place if isinstance(item, Mapping | tuple) else ''}]", item)
        case FileContent():
            # Without content where it is still to be fetched.
            size = f", {len(value.data):,} bytes" if value.data else ""
            yield name, f"{value.name} ({value.content_type}{size})"
        case bool():
            yield name, "true" if value else "false"
        case None:
            yield name, "null"
        case _:
            yield name, str(value)


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
    whole, headline = _amount(call, risk, stated, manner)
    return headline or whole


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


def _left(frozen: FrozenCall, manner: Manner) -> str | None:
    """What is left after it, of what there was when somebody looked."""
    known = next((each for each in frozen.stated if each.left is not None), None)
    if known is None or known.left is None:
        return None
    return "nothing" if known.left == known.amount else money(known.left - known.amount, known.currency, manner)


def _objects(call: Call) -> Iterator[tuple[str, str]]:
    refers = {each.name: each.refers for each in call.operation.path_parameters}
    for name, value in call.path_values.items():
        label = refers.get(name) or (name if name != "id" else singular(call.operation.name.split()[0]))
        yield words(label), value
    for parameter in call.operation.parameters:
        given = call.parameters.get(parameter.name)
        if isinstance(given, str) and given and parameter.shape.meaning == "id":
            yield words(parameter.name), given


def summary(frozen: FrozenCall, manner: Manner) -> str:
    """The call in one plain sentence, for a dialog that asks again."""
    asked = describe(frozen, manner)
    about = ", ".join(value for _, value in asked.objects)
    parts = [asked.verb, f": {asked.amount}" if asked.amount else "", f" ({about})" if about else ""]
    mode = "LIVE" if frozen.account.livemode else "test"
    return f"{''.join(parts)} on {frozen.account.name or frozen.account.alias}, {mode}."
