"""Amounts that were said with a currency, where the call has no place for one: the object it is for has it.

Stripe takes such an amount in the object's own currency, whatever the asker had in mind. So the object is read first,
and another currency is refused.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from operations.call import Call, Json, bind
from operations.grammar import Command, render
from operations.members import text_at
from operations.money import format_amount
from operations.problem import Problem
from operations.refundable import left_of
from operations.registry import Registry
from operations.risk import assess
from operations.shortcuts.lookups import Lookup, noun

HOLDERS: Final = (
    "charge",
    "payment_intent",
    "invoice",
    "transfer",
    "application_fee",
    "refund",
    "payout",
    "topup",
    "credit_note",
    "quote",
    "subscription",
    "invoiceitem",
    "price",
    "plan",
    "checkout.session",
    "issuing.authorization",
    "issuing.transaction",
    "issuing.card",
    "issuing.dispute",
    "payment_link",
    "climate.order",
    "treasury.inbound_transfer",
    "treasury.outbound_payment",
    "treasury.outbound_transfer",
    "treasury.received_credit",
    "treasury.received_debit",
)
"""Objects whose amounts are in one currency, told by their member ``currency``; the most telling first."""


def confirm(command: Command, registry: Registry) -> Lookup | Problem:
    """The read that tells whether the stated currencies are the object's, or why none can."""
    call = command.call
    held = next(_holders(call, registry), None)
    if held is None:
        first = command.stated[0]
        return Problem(
            "unknown_currency",
            f"{call.operation.name} takes {first.parameter} without a currency, and nothing in it names an object that "
            f"has one. Give it in minor units: {first.amount} is {format_amount(first.amount, first.currency)}.",
            parameter=first.parameter,
            suggestions=(str(first.amount),),
        )
    kind, object_id = held
    retrieve = registry.retrieving(kind)
    if retrieve is None:
        raise LookupError(f"the registry can't retrieve a {kind}")
    read = bind(
        retrieve,
        {retrieve.path_parameters[0].name: object_id},
        stripe_account=call.stripe_account,
        stripe_context=call.stripe_context,
    )
    return Lookup(
        Command(read, account=command.account, live=command.live),
        render(command),
        shaping=command.shaping,
    )


def agreed(command: Command, found: Json) -> Command | Problem:
    """The command, if the object is in the currency of its stated amounts and they are there to be taken."""
    stated = command.stated
    kind, currency = text_at(found, "object") or "object", text_at(found, "currency")
    for each in stated:
        if currency is None:
            message = f"The {noun(kind)} says no currency. Give {each.parameter} in minor units: {each.amount}."
            return Problem("unknown_currency", message, each.parameter, (str(each.amount),))
        if currency.lower() != each.currency:
            message = f"The {noun(kind)} is in {currency.upper()}, and you said {each.currency.upper()}."
            return Problem("wrong_currency", message, parameter=each.parameter)
    left = left_of(found) if "refund" in assess(command.call).flags else None
    if left is None:
        return command
    for each in stated:
        if each.parameter == "amount" and each.amount > left:
            there, wanted = format_amount(left, each.currency), format_amount(each.amount, each.currency)
            message = f"{wanted} is more than is left of the {noun(kind)}: {there}."
            return Problem("too_much", message, parameter=each.parameter, suggestions=(str(left),) if left > 0 else ())
    return replace(
        command, stated=tuple(replace(each, left=left) if each.parameter == "amount" else each for each in stated)
    )


def _holders(call: Call, registry: Registry) -> Iterator[tuple[str, str]]:
    """The objects with a currency that a call names, by its path and then by its parameters: kind and id."""
    for each in call.operation.path_parameters:
        if each.refers in HOLDERS and registry.retrieving(each.refers) is not None:
            yield each.refers, call.path_values[each.name]
    named = {each.shape.refers: call.parameters.get(each.name) for each in reversed(call.operation.parameters)}
    for kind in HOLDERS:
        value = named.get(kind)
        if isinstance(value, str) and value and registry.retrieving(kind) is not None:
            yield kind, value
