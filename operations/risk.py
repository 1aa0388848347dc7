"""How much harm a call can do: its tier, and flags that say what else must be handled.

The tier of an operation comes from ordered rules over method and path (R1 to R12, the first that matches); a bound
call is then judged by its parameters (P1 to P11). Apart from P1 and a dispute's ``submit=false``, no parameter lowers
a tier, and what no rule knows counts as money. The rules themselves are data, in :mod:`operations.risk_rules`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias, get_args

from operations import risk_rules as rules
from operations.call import Call, FileContent, Frozen
from operations.risk_rules import RULES_VERSION
from operations.spec import Operation

__all__ = ["RULES_VERSION", "TIERS", "Flag", "Risk", "Tier", "assess", "assess_operation"]

Tier: TypeAlias = Literal["read", "write", "money", "destructive"]
Flag: TypeAlias = Literal["secret", "exfil", "value", "test", "off", "refund", "irreversible"]

TIERS: tuple[Tier, ...] = get_args(Tier)
"""From the most harmless to the most harmful."""


@dataclass(frozen=True, slots=True)
class Risk:
    """What can go wrong (``tier``), what else must be handled (``flags``), and the rule that decided (``P8``)."""

    tier: Tier
    flags: frozenset[Flag]
    rule: str


@dataclass(frozen=True, slots=True)
class _Value:
    """A value somewhere in a call's parameters, and the names that lead to it (array positions are left out)."""

    names: tuple[str, ...]
    value: Frozen

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def is_scalar(self) -> bool:
        return not isinstance(self.value, Mapping | tuple | FileContent)


def assess_operation(operation: Operation) -> Risk:
    """The risk of an operation by its method and path alone: what a call of it has before its parameters are known."""
    return _assess_path(operation.method, _canonical(operation.path))


def assess(call: Call) -> Risk:
    """The risk of a bound call. Pure: the same call and rules version always give the same answer."""
    risk = assess_operation(call.operation)
    path = _canonical(call.operation.path)
    # Metadata is the caller's own; it means nothing to Stripe (P10).
    values = tuple(_walk(call.parameters))
    tier, rule, flags = risk.tier, risk.rule, set(risk.flags)
    if call.operation.method == "POST" and path not in rules.READING_POSTS:
        if path in rules.UNCONFIRMED_CREATIONS and not any(map(_confirms, values)) and tier == "money":
            tier, rule = "write", "P1"
        for name, raised, applies in _PARAMETER_RULES:
            if TIERS.index(raised) > TIERS.index(tier) and applies(path, values):
                tier, rule = raised, name
        flags |= _write_flags(path, values)
    if any(map(_is_card_data, values)):
        flags.add("off")
        rule = "P9"
    if any(map(_expands_secret, values)):
        flags.add("secret")
    return Risk(tier, frozenset(flags), rule)


def _canonical(path: str) -> str:
    """The path with every placeholder as ``{}``, and the acting account's endpoints as those of any account."""
    shape = re.sub(r"\{[^/]*\}", "{}", path)
    return re.sub(r"^/v1/account(?=/|$)", "/v1/accounts/{}", shape)


def _under(path: str, resources: frozenset[str]) -> bool:
    """Whether a path is one of the resources or lies below one."""
    segments = path.split("/")
    return any("/".join(segments[:end]) in resources for end in range(2, len(segments) + 1))


@lru_cache(maxsize=4096)
def _assess_path(method: str, path: str) -> Risk:
    flags = _path_flags(method, path)
    tier, rule = _path_tier(method, path, flags)
    return Risk(tier, flags, rule)


def _path_tier(method: str, path: str, flags: frozenset[Flag]) -> tuple[Tier, str]:
    """The first of R1 to R12 that matches."""
    if method == "GET":
        return "read", "R1"
    if method == "DELETE":
        return "destructive", "R2"
    verb = path.rsplit("/", 1)[1]
    after_id = "{}" in path.split("/")[:-1] and verb != "{}"
    ordered: tuple[tuple[str, Tier, bool], ...] = (
        ("R3", "write", "test" in flags),
        ("R4", "read", path in rules.READING_POSTS),
        ("R5", "write", path in rules.ANNOTATIONS),
        ("R6", "destructive", verb in rules.DESTROY_VERBS),
        ("R7", "money", verb in rules.MONEY_VERBS),
        ("R8", "money", path in rules.MONEY_ENDPOINTS or _under(path, rules.MONEY_RESOURCES)),
        ("R9", "write", not flags.isdisjoint({"secret", "exfil", "off"})),
        ("R10", "money", after_id and verb not in rules.SAFE_VERBS),
        ("R11", "write", _under(path, rules.REVIEWED_RESOURCES)),
    )
    return next(((tier, rule) for rule, tier, matches in ordered if matches), ("money", "R12"))


def _path_flags(method: str, path: str) -> frozenset[Flag]:
    reads, segments = method == "GET", path.split("/")
    tests = "test_helpers" in segments
    flags: dict[Flag, bool] = {
        "secret": _under(path, rules.SECRET_RESOURCES)
        or (reads and _under(path, rules.SECRET_READS))
        or (method == "POST" and path in rules.SECRET_CREATIONS),
        "exfil": not reads and _under(path, rules.EXFIL_RESOURCES),
        "value": not reads and (path in rules.VALUE_ENDPOINTS or _under(path, rules.VALUE_RESOURCES)),
        "test": tests,
        "off": _under(path, rules.OFF_RESOURCES),
        "refund": method == "POST" and not tests and segments[-1] in rules.REFUND_VERBS,
        "irreversible": f"{method} {path}" in rules.IRREVERSIBLE,
    }
    return frozenset(flag for flag, applies in flags.items() if applies)


def _write_flags(path: str, values: tuple[_Value, ...]) -> set[Flag]:
    """Flags that only the parameters of a write bring."""
    flags: set[Flag] = set()
    refunding = rules.REFUND_PARAMETERS.get(path)
    if any(each.name == refunding and _is_set(each.value) for each in values):
        flags.add("refund")
    if _ends_issued(path, values, rules.ISSUING_ENDS_FOR_GOOD):
        flags.add("irreversible")
    if path in rules.SWITCHED_OFF_FOR_GOOD and _switches_off(path, values):
        flags.add("irreversible")
    if path in rules.LINKING_UPLOADS and any(each.names == rules.LINKS and _is_true(each.value) for each in values):
        flags |= {"exfil", "secret"}
    return flags


def _walk(value: Frozen, names: tuple[str, ...] = ()) -> Iterator[_Value]:
    """Every value below a call's parameters, containers included, metadata left out."""
    if names:
        yield _Value(names, value)
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name != "metadata":
                yield from _walk(item, (*names, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _walk(item, names)


def _is_set(value: Frozen) -> bool:
    """Whether a value is more than a cleared field."""
    return value is not None and value != ""


def _is_true(value: Frozen) -> bool:
    """Whether a switch may mean true at Stripe; only what plainly says no does not."""
    return _is_set(value) and value is not False and str(value).strip().lower() != "false"


def _is_false(value: Frozen) -> bool:
    """Whether a switch may mean false at Stripe; only what plainly says yes does not."""
    return value is not True and str(value).strip().lower() != "true"


def _confirms(each: _Value) -> bool:
    return each.name == "confirm" and _is_true(each.value)


def _submits_evidence(path: str, values: tuple[_Value, ...]) -> bool:
    staged = any(each.names == ("submit",) and each.is_scalar and not _is_true(each.value) for each in values)
    return path in rules.DISPUTE_UPDATES and not staged


def _changes_customer_money(path: str, values: tuple[_Value, ...]) -> bool:
    return path in rules.CUSTOMER_ENDPOINTS and any(each.names[0] in rules.CUSTOMER_MONEY for each in values)


def _routes_payouts(path: str, values: tuple[_Value, ...]) -> bool:
    return path in rules.ACCOUNT_CREATIONS and any(each.name in rules.PAYOUT_DESTINATIONS for each in values)


def _ends_issued(path: str, values: tuple[_Value, ...], ends: frozenset[str]) -> bool:
    return path.startswith(f"{rules.ISSUING_RESOURCE}/") and any(
        each.name == "status" and str(each.value).strip().lower() in ends for each in values
    )


def _switches_off(path: str, values: tuple[_Value, ...]) -> bool:
    """A switch of the object itself, or, in an update, of anything in it: what a creation leaves off never was on."""
    updates = path.endswith("/{}")
    for each in values:
        off = rules.SWITCHES.get(each.name)
        if off is None or not each.is_scalar or not (updates or len(each.names) == 1):
            continue
        if _is_true(each.value) if off else _is_false(each.value):
            return True
    return False


def _ends_subscription(path: str, values: tuple[_Value, ...]) -> bool:
    return _under(path, rules.SUBSCRIPTION_RESOURCES) and any(
        (each.name in rules.SUBSCRIPTION_END_SWITCHES and _is_true(each.value))
        or (each.name in rules.SUBSCRIPTION_ENDS and _is_set(each.value))
        or (each.name == "end_behavior" and each.value == "cancel")
        for each in values
    )


_PARAMETER_RULES: tuple[tuple[str, Tier, Callable[[str, tuple[_Value, ...]], bool]], ...] = (
    ("P2", "money", lambda _, values: any(map(_confirms, values))),
    ("P3", "destructive", _submits_evidence),
    ("P4", "money", _changes_customer_money),
    ("P5", "money", _routes_payouts),
    ("P6", "destructive", lambda path, values: _ends_issued(path, values, rules.ISSUING_ENDS)),
    ("P7", "destructive", _switches_off),
    ("P8", "destructive", _ends_subscription),
)


def _is_card_data(each: _Value) -> bool:
    """P9: a card's number or its check digits, wherever they stand."""
    if not each.is_scalar or not _is_set(each.value):
        return False
    in_card = not rules.CARD_HOLDERS.isdisjoint(each.names[:-1])
    return each.name == "cvc" or (each.name == "number" and in_card)


def _expands_secret(each: _Value) -> bool:
    """P11: an ``expand`` or v2 ``include`` that brings a bearer value or a card number into the answer."""
    asked = each.names in (("expand",), ("include",)) and isinstance(each.value, str)
    return asked and not rules.SECRET_EXPANSIONS.isdisjoint(str(each.value).split("."))
