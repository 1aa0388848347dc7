"""``find``: objects by what somebody remembers of them.

Where Stripe's search has a field for that kind of text it is asked (docs.stripe.com/search: its language, and which
fields there are). Elsewhere the newest hundred are listed and filtered here. Which of the two it is, the command says
that comes of it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from operations import prefixes, typed_money
from operations.call import bind
from operations.grammar import Command, quoted
from operations.problem import Problem, RefusalError
from operations.registry import Registry
from operations.scalars import MAX_PAGE
from operations.shaping import Shaping
from operations.shortcuts import objects
from operations.shortcuts.lookups import Said, noun, parsed
from operations.shortcuts.refunds import says_amount
from operations.spec import Operation
from operations.when import NOBODY_KNOWS, When

Sort: TypeAlias = Literal["email", "phone", "last4", "number", "amount", "text"]
"""What a text may be, as far as its form tells."""

SEARCHES: Final[Mapping[str, Mapping[Sort, tuple[str, ...]]]] = MappingProxyType(
    {
        "charge": {"last4": ("payment_method_details.card.last4:{}",), "amount": ("amount:{}",)},
        "customer": {"email": ("email~{}",), "phone": ("phone~{}",), "text": ("name~{}", "email~{}")},
        "invoice": {"number": ("number:{}",), "amount": ("total:{}",)},
        "payment_intent": {"amount": ("amount:{}",)},
        "product": {"text": ("name~{}", "description~{}")},
    }
)
"""The clauses that find a sort of text; any of several. What isn't here Stripe's search can't find."""

SHORTEST_PART: Final = 3
"""Stripe's search finds parts of a text (``~``) from three characters on; shorter ones it takes whole (``:``)."""

SYNONYMS: Final[Mapping[str, str]] = MappingProxyType(
    {"payments": "charges", "chargebacks": "disputes", "subs": "subscriptions", "promo codes": "promotion codes"}
)
_USUAL: Final[Mapping[Sort, str]] = MappingProxyType({"last4": "charges", "amount": "charges"})
_CUSTOMERS: Final = "customers"

_PHONE = re.compile(r"\+[0-9][0-9 ().-]{4,24}", re.ASCII)
_LAST4 = re.compile(r"[0-9]{4}", re.ASCII)
_NUMBER = re.compile(r"[A-Za-z0-9]{3,20}-[0-9]{3,8}", re.ASCII)
_CODE = re.compile(r"[A-Za-z]{3}", re.ASCII)
_BARE = re.compile(r"[^'\"\\`\x00-\x1f]*")


KNOWN_BY: Final[Mapping[str, str]] = MappingProxyType({"price": "data.product", "subscription": "data.customer"})
"""What has to be expanded in a list for people to know its objects: a price by its product, and so on."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What can be looked through."""

    object: str
    list: Operation | None
    search: Operation | None


def read_find(said: Said, registry: Registry, when: When) -> Command | Problem:
    """``find [resource] text [--options]``; customers where no resource is named and the text doesn't tell one."""
    words = said.words[1:]
    if not words:
        return Problem("missing_value", "find takes what to look for, such as find jenny or find invoices 2026.")
    known = resources(registry)
    name, count = _resource_named(words, known)
    text = " ".join(words[count:]).strip()
    if not text:
        of = f"{known[name].list.name}" if name and known[name].list else "customers list"  # type: ignore[union-attr]
        return Problem("missing_value", f"find {name} takes what to look for in them.", suggestions=(said.there(of),))
    if not name and len(words) == 1 and prefixes.is_id(text):
        return objects.by_id(text, said, registry, when)
    sorts = sorts_of(text)
    resource = known[name or next((_USUAL[each] for each in sorts if each in _USUAL), _CUSTOMERS)]
    for each in (_by_own_id, _by_owner, _by_search, _by_list):
        found = each(resource, text, said, registry, when)
        if found is not None:
            return found
    return Problem("unknown_operation", f"{noun(resource.object).capitalize()}s can't be looked through.")


def sorts_of(text: str) -> tuple[Sort, ...]:
    """What a text may be, the likeliest first; always a text."""
    found: list[Sort] = []
    if objects.is_email(text):
        found.append("email")
    if _PHONE.fullmatch(text):
        found.append("phone")
    if _LAST4.fullmatch(text):
        found.append("last4")
    elif says_amount(text):
        found.append("amount")
    if _NUMBER.fullmatch(text):
        found.append("number")
    return (*found, "text")


@cache
def resources(registry: Registry) -> Mapping[str, Resource]:
    """What can be looked through, by the words that people have for it: ``payment intents``, ``payment intent``."""
    found: dict[str, Resource] = {}
    for operation in registry.operations:
        *words, verb = operation.name.split()
        kind = operation.response.kind
        plain = not operation.path_parameters and not any(each.required for each in operation.parameters)
        if operation.provenance != "current" or kind not in ("list", "search") or not verb.startswith(kind):
            continue
        if not plain and kind == "list":
            continue
        name = " ".join(words).replace("_", " ")
        before = found.get(name, Resource(operation.response.objects[0], None, None))
        found[name] = replace(before, search=operation) if kind == "search" else replace(before, list=operation)
    for plural, resource in list(found.items()):
        found.setdefault(_singular(plural), resource)
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class Look:
    """A read that finds objects of one kind by a text, or the newest of them."""

    command: Command
    asked: str
    """What it asks for: the text, or nothing where it reads the newest, among which the text is still to be found."""


def look(kind: str, text: str, registry: Registry, *, account: str | None = None, live: bool = False) -> Look | None:
    """How to look for objects of a kind by a text, on an account; None where Stripe lists none of that kind.

    A search or a list that can be asked for the text where there is one, else the newest hundred.
    """
    resource = kinds(registry).get(kind)
    if resource is None:
        return None
    nobody, text = Said((), ""), " ".join(text.split())
    found: Command | Problem | None = None
    if len(text) >= SHORTEST_PART:
        ways = (_by_own_id if prefixes.looks_like_id(text) else None, _by_owner, _by_search)
        tried = (each(resource, text, nobody, registry, NOBODY_KNOWS) for each in ways if each is not None)
        found = next((each for each in tried if isinstance(each, Command)), None)
    asked = text if found is not None else ""
    if found is None:
        found = _newest(resource, nobody, registry, NOBODY_KNOWS)
        if isinstance(found, Command) and kind in KNOWN_BY:
            call = found.call
            expanded = {**call.parameters, "expand": [KNOWN_BY[kind]]}
            found = replace(found, call=bind(call.operation, call.path_values, expanded))
    return Look(replace(found, account=account, live=live), asked) if isinstance(found, Command) else None


@cache
def kinds(registry: Registry) -> Mapping[str, Resource]:
    """What can be looked through, by the kind of object; of several ways to one kind, that of the shortest name."""
    found: dict[str, Resource] = {}
    for _, resource in sorted(resources(registry).items(), key=lambda each: len(each[0])):
        before = found.setdefault(resource.object, resource)
        if before.search is None and resource.search is not None:
            found[resource.object] = replace(before, search=resource.search)
    return MappingProxyType(found)


def _resource_named(words: Sequence[str], known: Mapping[str, Resource]) -> tuple[str, int]:
    for count in range(min(len(words), 4), 0, -1):
        name = " ".join(words[:count]).lower().replace("_", " ").replace("-", " ")
        name = SYNONYMS.get(name, name)
        if name in known:
            return name, count
    return "", 0


def _by_own_id(resource: Resource, text: str, said: Said, registry: Registry, when: When) -> Command | Problem | None:
    """An id of the very kind: the object itself."""
    own = prefixes.is_id(text) and prefixes.kind_of(text) == resource.object
    return objects.by_id(text, said, registry, when) if own else None


def _by_owner(resource: Resource, text: str, said: Said, registry: Registry, when: When) -> Command | Problem | None:
    """An id of another kind that the list can be asked for: exact, and it knows every change at once."""
    kind = prefixes.kind_of(text) if prefixes.is_id(text) else None
    if kind is None or resource.list is None:
        return None
    owner = next(
        (each for each in resource.list.parameters if each.shape.meaning == "id" and each.shape.refers == kind), None
    )
    if owner is None:
        return None
    text = f"{resource.list.name} --{owner.name.replace('_', '-')} {quoted(prefixes.spelled(text))}"
    return parsed(said.with_options(text), registry, when)


def _by_search(resource: Resource, text: str, said: Said, registry: Registry, when: When) -> Command | Problem | None:
    fields = SEARCHES.get(resource.object, {})
    sort = next((each for each in sorts_of(text) if each in fields), None)
    if resource.search is None or sort is None:
        return None
    query = _amounts(fields[sort][0], text) if sort == "amount" else _clauses(fields[sort], text)
    if query is None:
        return None
    return parsed(said.with_options(f"{resource.search.name} --query {quoted(query)}"), registry, when)


def _by_list(resource: Resource, text: str, said: Said, registry: Registry, when: When) -> Command | Problem | None:
    found = _newest(resource, said, registry, when)
    if not isinstance(found, Command):
        return found
    return replace(found, shaping=replace(found.shaping, query=found.shaping.query or filter_for(text)))


def _newest(resource: Resource, said: Said, registry: Registry, when: When) -> Command | Problem | None:
    """The whole page, whatever else the options ask for; they may still choose account, mode and page."""
    if resource.list is None:
        return None
    size = f" --limit {MAX_PAGE}" if resource.list.parameter("limit") else ""
    found = parsed(said.with_options(f"{resource.list.name}{size}"), registry, when)
    if isinstance(found, Problem):
        return found
    call = bind(
        found.call.operation,
        found.call.path_values,
        {name: value for name, value in found.call.parameters.items() if name != "expand"},
        stripe_account=found.call.stripe_account,
        stripe_context=found.call.stripe_context,
    )
    return replace(found, call=call)


def filter_for(text: str) -> str:
    """The JMESPath expression that keeps the objects of a list in which a text stands, whatever its case."""
    # What is looked through is JSON, in which some characters are written as escapes.
    part = json.dumps(text.lower())[1:-1].lower()
    literal = f"'{part}'" if _BARE.fullmatch(part) else "`" + json.dumps(part).replace("`", "\\u0060") + "`"
    return f"data[?contains(lower(to_string(@)), {literal})]"


def is_filter(shaping: Shaping) -> bool:
    """Whether a shaping is the filter that ``find`` makes."""
    return shaping.query.startswith("data[?contains(lower(to_string(@)), ")


def _clauses(templates: Sequence[str], text: str) -> str:
    """Any of the clauses, with the text quoted for Stripe's search."""
    plain = " ".join(text.split())
    value = '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
    clauses = [each.replace("{}", value) for each in templates]
    if len(plain) < SHORTEST_PART:
        clauses = [each.replace("~", ":", 1) for each in clauses]
    return " OR ".join(clauses)


def _amounts(template: str, text: str) -> str | None:
    """The clause for an amount: in its currency where its code is said, else what it may be where there are cents."""
    try:
        amount = typed_money.read(text, beside=None if _CODE.search(text) else "usd")
    except RefusalError:
        try:
            amount = typed_money.read(text)
        except RefusalError:
            return None
    if amount is None or amount.minor < 0:
        return None
    clause = template.replace("{}", str(amount.minor))
    if _CODE.search(text):
        return f'{clause} AND currency:"{amount.currency}"'
    # A bare whole number may be minor units already.
    return f"{clause} OR {template.replace('{}', text)}" if text.isascii() and text.isdigit() else clause


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name.removesuffix("s")
