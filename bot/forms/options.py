"""The options of searches, as pure functions: operations, fields, values, currencies, ids as they were typed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from babel import Locale
from rapidfuzz import fuzz, process

from bot import limits
from bot.blocks import Element, plain
from bot.forms.names import A_FIELD, ADD_MORE
from bot.inputs import Option
from bot.policy import Policy, Verdict
from bot.text import clean, clip
from operations import prefixes
from operations.forms import CLEARS, Field, Fields
from operations.forms.labels import phrase, words
from operations.money import CURRENCIES, DEFAULT_LOCALE
from operations.registry import Registry
from operations.risk import Risk, Tier, assess_operation
from operations.spec import Operation

AN_OPERATION: Final = "op:"
A_DRAFT: Final = "draft:"
A_SAVED: Final = "saved:"
A_RUN: Final = "run:"
"""How options of what can be picked begin: an operation by its key, the others by their ids."""

COMMON_CURRENCIES: Final = ("USD", "EUR", "GBP", "CAD", "AUD", "JPY", "CHF", "SEK", "NOK", "DKK", "NZD", "SGD")
EVERYDAY: Final = (
    "customers search",
    "customers create",
    "charges list",
    "charges retrieve",
    "refunds create",
    "payment_intents list",
    "invoices list",
    "invoices create",
    "subscriptions list",
    "subscriptions create",
    "subscriptions cancel",
    "payment_links create",
    "products create",
    "prices create",
    "coupons create",
    "promotion_codes create",
    "disputes list",
    "payouts list",
    "balance retrieve",
)
"""What people do most; a test holds each to the registry."""

_TIERS: Final[Mapping[Tier, str]] = MappingProxyType(
    {"read": "reads", "write": "writes", "money": "moves money", "destructive": "deletes or ends"}
)
_NEAR: Final = 60
_CHOSEN_BY_PEOPLE: Final = prefixes.CHOSEN | {"coupon", "promotion_code", "reporting.report_type", "apple_pay_domain"}
_AN_ID: Final = re.compile(r"(?!\.+\Z)[A-Za-z0-9_.~:@+!*$,-]{1,150}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Group:
    """Options under a label; without one they stand alone."""

    options: tuple[Option, ...]
    label: str = ""


def payload(groups: Iterable[Group]) -> dict[str, Any]:
    """The answer to a search, in Slack's form: as many options as it takes, each value once.

    What has a value that Slack wouldn't hand back as it is is left out: too long a one, or one with controls. Finding
    nothing is a list of no options: Slack refuses one of no groups.
    """
    seen: set[str] = set()
    shown: list[tuple[str, list[Element]]] = []
    for group in groups:
        blocks = []
        for option in group.options:
            if _can_be_chosen(option.value) and option.value not in seen and len(seen) < limits.OPTIONS:
                seen.add(option.value)
                blocks.append(option.block())
        if blocks:
            shown.append((group.label, blocks))
    if not any(label for label, _ in shown):
        return {"options": [each for _, blocks in shown for each in blocks]}
    return {
        "option_groups": [
            {"label": plain(label or "Others", limits.GROUP_LABEL), "options": blocks} for label, blocks in shown
        ]
    }


def _can_be_chosen(value: str) -> bool:
    return 0 < len(value) <= limits.OPTION_VALUE and clean(value) == value


# --- operations ------------------------------------------------------------------------------------------------------


def operation(each: Operation, policy: Policy) -> Option:
    """An operation: what it does in plain words, how it is called, and what it risks."""
    return Option(
        phrase(each), f"{AN_OPERATION}{each.key}", description=_beside(each.name, risk_in_short(each, policy))
    )


def _beside(name: str, risk: str) -> str:
    """The name and the risk; of a long name the beginning is left out, since its end tells it from others."""
    return f"{end(name, limits.OPTION_DESCRIPTION - len(risk) - 3)} · {risk}"


def risk_in_short(each: Operation, policy: Policy) -> str:
    """What an operation does to the world, and who has to agree: "gives money back, second person"."""
    risk = assess_operation(each)
    verdicts = tuple(policy.decide(risk, livemode=live).verdict for live in (False, True))
    said = [_does(risk), _holds_back(*verdicts)]
    return ", ".join(part for part in said if part)


def _does(risk: Risk) -> str:
    return "gives money back" if "refund" in risk.flags else _TIERS[risk.tier]


def _holds_back(test: Verdict, live: Verdict) -> str:
    match test, live:
        case "deny", "deny":
            return "not run here"
        case _, "deny":
            return "test only"
        case "approval", "approval":
            return "second person"
        case _, "approval":
            return "live: second person"
        case _, "confirm":
            return "live: confirmed"
    return ""


def find_operations(query: str, registry: Registry, limit: int = limits.OPTIONS) -> tuple[Operation, ...]:
    """The operations that fit a query, best first: what is called so in plain words before all others."""
    said = " ".join(clean(query).lower().split())
    named = _by_phrase(registry).get(said, ())
    return tuple({each.key: each for each in (*named, *registry.search(query, limit))}.values())[:limit]


@cache
def _by_phrase(registry: Registry) -> Mapping[str, tuple[Operation, ...]]:
    found: dict[str, tuple[Operation, ...]] = {}
    for each in registry.operations:
        said = phrase(each).lower()
        found[said] = (*found.get(said, ()), each)
    return MappingProxyType(found)


def everyday(registry: Registry, policy: Policy) -> Group:
    """What people do most."""
    found = (registry.by_name(name) for name in EVERYDAY)
    return Group(tuple(operation(each, policy) for each in found if each is not None), "Everyday")


# --- fields and values -----------------------------------------------------------------------------------------------


def fields(all_: Fields, query: str) -> tuple[Option, ...]:
    """The fields that a query finds, by their numbers, and last what takes anything."""
    numbers = {each.name: number for number, each in enumerate(all_.all)}
    found = [each for each in all_.search(query) if not each.in_path][: limits.OPTIONS - 1]
    further = Option("Anything else, as name=value lines", ADD_MORE)
    return (*(_field(each, numbers[each.name]) for each in found), further)


def _field(field: Field, number: int) -> Option:
    kind = _takes(field)
    name = end(field.name, limits.OPTION_DESCRIPTION - len(kind) - 3)
    return Option(end(field.words), f"{A_FIELD}{number}", description=f"{name} · {kind}")


def _takes(field: Field) -> str:
    if field.control == "object":
        return words(field.kind.rpartition(".")[2]).lower() or "id"
    return _KINDS.get(field.control, field.control.replace("_", " "))


_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "long_text": "text",
        "lines": "list",
        "choices": "several choices",
        "suggested": "choice",
        "suggested_choices": "several choices",
        "money": "amount",
        "whole": "number",
        "decimal": "number",
        "switch": "yes or no",
        "email": "e-mail address",
        "url": "web address",
        "pairs": "name=value",
        "json": "JSON",
    }
)


def values(field: Field, query: str) -> tuple[Option, ...]:
    """The values of a field that hold the text, then those near it; the text itself, where it may be another value."""
    text = " ".join(clean(query).split())
    asked = text.lower().replace(" ", "_")
    known = field.values
    held = [each for each in known if asked in each.lower()]
    held.sort(key=lambda each: not each.lower().startswith(asked))
    near = process.extract(asked, known, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=limits.OPTIONS) if asked else ()
    options = [value_option(each) for each in dict.fromkeys((*held, *(each for each, _, _ in near)))]
    typed = [_as_typed(text)] if field.open and text and text not in known and len(text) <= limits.OPTION_VALUE else []
    clears = [Option("Clear it", CLEARS)] if field.clearable and CLEARS not in known else []
    if held:
        return (*options[: limits.OPTIONS - len(typed) - len(clears)], *typed, *clears)
    return (*typed, *options[: limits.OPTIONS - len(typed) - len(clears)], *clears)


def value_option(value: str) -> Option:
    """A value by its words, with what is sent beside them; one that its words don't tell, as it is sent."""
    told = value.replace("_", "").isalpha() and value.islower() and len(value) > 3
    said = words(value) if told else value
    return Option(said, value, description=value if said != value else None)


def _as_typed(text: str) -> Option:
    return Option(f"Use “{clip(text, limits.OPTION_TEXT - 6)}”", text)


def end(text: str, most: int = limits.OPTION_TEXT) -> str:
    """The end of a text: what tells fields of one object apart."""
    return text if len(text) <= most else f"…{text[1 - most :]}" if most > 1 else ""


# --- currencies and ids ----------------------------------------------------------------------------------------------


def currencies(query: str) -> tuple[Option, ...]:
    """The currencies whose code or name begins with the text, then those that hold it; common ones first."""
    asked = " ".join(clean(query).lower().split())
    found = [each for each in _currencies() if asked in each.value or asked in (each.text.lower())]
    found.sort(key=lambda each: (each.value != asked, not each.value.startswith(asked)))
    return tuple(found[: limits.OPTIONS])


@cache
def _currencies() -> Sequence[Option]:
    names = Locale.parse(DEFAULT_LOCALE).currencies
    codes = (*COMMON_CURRENCIES, *sorted(CURRENCIES - set(COMMON_CURRENCIES)))
    return tuple(Option(f"{code} · {names.get(code, code)}", code.lower()) for code in codes)


def typed_id(kind: str, query: str) -> Iterator[Option]:
    """The text itself where it may be the id of such an object, so that an id can always be typed."""
    text = query.strip()
    if _AN_ID.fullmatch(text) and (_is_chosen(kind) or "_" in text.strip("_")):
        said = prefixes.spelled(text)
        yield Option(f"Use “{clip(said, limits.OPTION_TEXT - 17)}” as typed", said)


def _is_chosen(kind: str) -> bool:
    """Whether people choose ids of that kind, or nothing tells how they look."""
    return kind in _CHOSEN_BY_PEOPLE or not prefixes.PREFIXES.get(kind)
