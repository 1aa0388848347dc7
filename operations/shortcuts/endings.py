"""``cancel``: what ends each kind of object, as data. The policy judges what comes of it as any other call."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from operations import prefixes
from operations.grammar import Command, quoted
from operations.problem import Problem
from operations.registry import Registry
from operations.scalars import escaped, shown
from operations.shortcuts.lookups import Said, an, noun, parsed
from operations.shortcuts.objects import in_mode
from operations.when import When

ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "billing.alert": "billing alerts deactivate {id}",
        "billing.credit_grant": "billing credit_grants expire {id}",
        "billing.meter": "billing meters deactivate {id}",
        "checkout.session": "checkout sessions expire {id}",
        "credit_note": "credit_notes void_credit_note {id}",
        "entitlements.feature": "entitlements features update {id} --active false",
        "invoice": "invoices void_invoice {id}",
        "issuing.card": "issuing cards update {id} --status canceled",
        "payment_link": "payment_links update {id} --active false",
        "plan": "plans update {id} --active false",
        "price": "prices update {id} --active false",
        "product": "products update {id} --active false",
        "promotion_code": "promotion_codes update {id} --active false",
        "shipping_rate": "shipping_rates update {id} --active false",
        "tax_rate": "tax_rates update {id} --active false",
        "v2.core.event_destination": "v2 core event_destinations disable {id}",
        "webhook_endpoint": "webhook_endpoints update {id} --disabled true",
    }
)
"""What ending means for a kind that has no cancel operation of its own."""

INSTEAD: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "charge": ("is given back, not cancelled", "refund {id}"),
        "customer": ("is deleted for good, not cancelled", "customers delete {id}"),
        "dispute": ("can only be conceded, by closing it", "disputes close {id}"),
        "invoiceitem": ("is deleted, not cancelled", "invoiceitems delete {id}"),
        "payment_method": ("is detached from its customer, not cancelled", "payment_methods detach {id}"),
        "subscription_item": ("is deleted from its subscription, not cancelled", "subscription_items delete {id}"),
        "test_helpers.test_clock": ("is deleted, not cancelled", "test_helpers test_clocks delete {id}"),
        "transfer": ("is reversed, not cancelled", "transfer_reversals create {id}"),
        "treasury.financial_account": ("is closed, not cancelled", "treasury financial_accounts close {id}"),
    }
)
"""Kinds for which ending is another thing than people mean by cancelling: the clause that says so, and that thing."""

_AT_PERIOD_END = re.compile(r"(?:at|by) (?:the )?(?:period end|end(?: of (?:the |its )?(?:period|month|term|year))?)")
_AT_ONCE = frozenset({"", "now", "immediately", "at once"})
TIMES = ("at period end", "now")
"""When a subscription can be cancelled, in the words that ``cancel`` takes."""
LATER = {"subscription": "subscriptions update {id} --cancel-at-period-end true"}
"""What ends an object later, with the period that is paid for."""


def read_cancel(said: Said, registry: Registry, when: When) -> Command | Problem | None:
    """``cancel sub_1 [at period end] [--options]``; None where no id is in it and it may be an operation's words."""
    words = said.words[1:]
    place = next((at for at, word in enumerate(words) if prefixes.prefix_of(word) in prefixes.KINDS), None)
    if place is None:
        return None if words else Problem("missing_id", "cancel takes the id of what to end, such as cancel sub_….")
    object_id = prefixes.spelled(words[place])
    kind = prefixes.kind_of(object_id) or ""
    names = {noun(kind), f"{noun(kind)}s", kind, f"{kind}s"}
    rest = " ".join(word.lower() for word in (*words[:place], *words[place + 1 :]) if word.lower() not in names)
    template = ending(kind, registry)
    if template is None:
        return _not_ended(object_id, kind, said)
    if _AT_PERIOD_END.fullmatch(rest):
        if kind not in LATER:
            message = f"Only a subscription is cancelled at the end of its period; {escaped(object_id)} is {an(kind)}."
            return Problem("invalid_value", message, suggestions=(said.there(f"cancel {object_id}"),))
        template = LATER[kind]
    elif rest not in _AT_ONCE:
        whens = ("", " at period end") if kind in LATER else ("",)
        suggestions = tuple(said.there(f"cancel {object_id}{each}") for each in whens)
        return Problem("invalid_value", f"{shown(rest)} doesn't say when to cancel it.", suggestions=suggestions)
    found = parsed(said.with_options(template.replace("{id}", quoted(object_id))), registry, when)
    return found if isinstance(found, Problem) else in_mode(found, object_id)


def ending(kind: str, registry: Registry) -> str | None:
    """The command that ends a kind of object, with ``{id}`` in the place of its id; None where there is none."""
    if kind in ENDINGS:
        return ENDINGS[kind]
    retrieve = registry.retrieving(kind)
    if retrieve is None or kind in INSTEAD:
        return None
    # Most have an endpoint for it; a subscription is deleted, which Stripe's own command words call to cancel.
    for key in (f"POST {retrieve.path}/cancel", f"DELETE {retrieve.path}"):
        operation = registry.by_key(key)
        if operation is not None and operation.name.endswith(" cancel"):
            return f"{operation.name} {{id}}"
    return None


def _not_ended(object_id: str, kind: str, said: Said) -> Problem:
    if kind in INSTEAD:
        clause, text = INSTEAD[kind]
        name = an(kind)
        message = f"{name[:1].upper()}{name[1:]} {clause}."
        return Problem("not_cancellable", message, suggestions=(said.there(text.replace("{id}", object_id)),))
    message = f"{escaped(object_id)} is {an(kind)}, and no operation cancels one."
    return Problem("not_cancellable", message, suggestions=(said.there(f"show {object_id}"),))
