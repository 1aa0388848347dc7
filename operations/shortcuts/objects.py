"""Showing what somebody has in hand: an id, a link to the Dashboard, an e-mail address."""

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from operations import prefixes
from operations.grammar import Command, quoted
from operations.problem import Problem
from operations.registry import Registry
from operations.scalars import escaped, shown
from operations.shortcuts.lookups import Said, an, noun, parsed
from operations.when import When

DASHBOARD = "dashboard.stripe.com"

_EMAIL = re.compile(r"[^\s@<>\"'`,;:|()\[\]{}]{1,64}@[^\s@<>\"'`,;:|()\[\]{}=/]{1,190}\.[^\W\d_]{2,24}")
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{1,250}", re.ASCII)
# Sections whose pages have ids that people chose, which no prefix tells.
_SECTIONS = {"coupons": "coupon", "plans": "plan", "prices": "price", "products": "product"}
_NO_PAGE = frozenset({"create", "new", "edit", "search"})


@dataclass(frozen=True, slots=True)
class Link:
    """What a link to the Dashboard leads to."""

    object: str
    id: str
    live: bool
    account: str | None
    """The account whose Dashboard it is, where the link names one."""


def is_email(text: str) -> bool:
    """Whether a word is an e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def is_link(text: str) -> bool:
    """Whether a word is an address on the web, of whatever host."""
    return text.lower().startswith(("https://", "http://"))


def by_email(email: str, said: Said, registry: Registry, when: When) -> Command | Problem:
    """The customers with exactly this address, by a list: it knows every change at once, where search lags behind."""
    return parsed(said.with_options(f"customers list --email {quoted(email)}"), registry, when)


def by_id(object_id: str, said: Said, registry: Registry, when: When) -> Command | Problem:
    """The object that an id names by its prefix, in the mode that some ids tell."""
    object_id = prefixes.spelled(object_id)
    kind = prefixes.kind_of(object_id)
    operation = None if kind is None else registry.retrieving(kind)
    if kind is None or operation is None:
        return _not_by_id(object_id, kind, registry)
    found = parsed(said.with_options(f"{operation.name} {quoted(object_id)}"), registry, when)
    return found if isinstance(found, Problem) else in_mode(found, object_id)


def by_link(address: str, said: Said, registry: Registry, when: When) -> Command | Problem:
    """The object that a link to the Dashboard leads to, in the link's mode and on the account that it names."""
    link = read_link(address)
    if isinstance(link, Problem):
        return link
    operation = registry.retrieving(link.object)
    if operation is None:
        return _not_by_id(link.id, link.object, registry)
    found = parsed(said.with_options(f"{operation.name} {quoted(link.id)}"), registry, when)
    if isinstance(found, Problem):
        return found
    if found.live and not link.live:
        return Problem("wrong_mode", "The link leads to test mode, and --live asks for live mode.")
    acting = found.call.stripe_account or link.account
    return replace(found, live=link.live, call=replace(found.call, stripe_account=acting))


def in_mode(command: Command, object_id: str) -> Command | Problem:
    """The command in the mode that the id tells, if it tells one."""
    live = prefixes.mode_of(object_id)
    if live is False and command.live:
        return Problem("wrong_mode", f"{escaped(object_id)} is a test object, and --live asks for live mode.")
    return replace(command, live=command.live or bool(live))


def read_link(address: str) -> Link | Problem:
    """What a link leads to. Only the Dashboard's own host is read, and nothing is ever fetched from it."""
    try:
        parts = urlsplit(address)
        host, odd = (parts.hostname or "").lower(), parts.username is not None or parts.port is not None
    except ValueError:
        return Problem("invalid_link", f"{shown(address)} is no address.")
    if parts.scheme.lower() != "https" or host != DASHBOARD or odd:
        return Problem("invalid_link", f"Only links to https://{DASHBOARD} are read; this one is another host's.")
    steps = [unquote(step) for step in parts.path.split("/") if step]
    account = steps.pop(0) if steps and _ACCOUNT.fullmatch(steps[0]) else None
    live = not (steps and steps[0] == "test")
    for step in reversed(steps):
        if prefixes.is_id(step):
            kind = prefixes.kind_of(step) or ""
            return Link(kind, step, live if prefixes.mode_of(step) is None else bool(prefixes.mode_of(step)), account)
    if len(steps) >= 2 and steps[-2] in _SECTIONS and steps[-1] not in _NO_PAGE:
        return Link(_SECTIONS[steps[-2]], steps[-1], live, account)
    return Problem(
        "invalid_link", "This link leads to no single object. Open the object in the Dashboard and copy its address."
    )


def _not_by_id(object_id: str, kind: str | None, registry: Registry) -> Problem:
    """Why an id can't be shown by itself, and what would do."""
    prefix = prefixes.prefix_of(object_id) or object_id.partition("_")[0]
    if kind is None and prefix in prefixes.ELSEWHERE:
        return Problem("unknown_id", f"{escaped(object_id)} {prefixes.ELSEWHERE[prefix]}")
    if kind is None or not kind:
        return Problem(
            "unknown_id",
            f"No object that Stripe's API retrieves has ids that begin with {escaped(prefix)}_. "
            "Type the operation with it, such as customers retrieve, or look for it by find.",
        )
    nested = registry.retrieving(kind, 2)
    if nested is None:
        return Problem("unknown_id", f"{escaped(object_id)} is {an(kind)}, which no operation retrieves by itself.")
    owner = nested.path_parameters[0]
    example = (prefixes.PREFIXES.get(owner.refers) or (owner.name,))[0]
    return Problem(
        "unknown_id",
        f"{escaped(object_id)} is {an(kind)}, which is retrieved with its {noun(owner.refers or owner.name)}: "
        f"{nested.name} {example}_… {escaped(object_id)}.",
    )
