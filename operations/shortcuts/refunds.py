"""``refund``: money back by the charge or the payment, in the words that people have for it.

An amount means something only in the charge's currency, and whether there is anything to give back only Stripe knows.
So the charge is read first; what it says against the refund is said at once, and no second person is asked in vain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from operations import prefixes
from operations.amounts import AmountError, Spoken, in_units, is_currency, read_spoken
from operations.call import Json, bind
from operations.grammar import Command, Stated, quoted
from operations.money import format_amount
from operations.problem import Problem
from operations.registry import Registry
from operations.scalars import escaped, shown
from operations.shortcuts.currencies import left_of
from operations.shortcuts.lookups import Lookup, Said, an, parsed, text_at, whole
from operations.shortcuts.objects import in_mode
from operations.when import When

REFUND = "refunds create"
PARAMETERS: Mapping[str, str] = MappingProxyType({"charge": "charge", "payment_intent": "payment_intent"})
"""What can be refunded, and the parameter of a refund that names it."""

_EXPANDED: Mapping[str, tuple[str, ...]] = MappingProxyType({"payment_intent": ("latest_charge",)})

REASONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "requested_by_customer": frozenset(
            {
                "requested by customer", "requested", "customer request", "customer requested", "by customer request",
                "customer asked", "customer asked for it", "on request", "asked for",
            }
        ),
        "duplicate": frozenset({"duplicate", "duplicated", "double", "charged twice", "twice", "paid twice"}),
        "fraudulent": frozenset({"fraudulent", "fraud", "scam", "stolen card"}),
    }
)  # fmt: skip
"""Stripe's reasons for a refund, and what people call them."""

_ALL = frozenset({"all", "everything", "full", "fully", "in full", "the rest", "rest", "all that is left", "remaining"})
_FILLERS = frozenset(
    {"for", "because", "because of", "of", "as", "reason", "reason:", "it was", "was", "is", "a", "it's"}
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a text asks to be refunded."""

    kind: str
    id: str
    amount: Spoken | None
    """None for all that is left."""
    reason: str
    options: str

    def text(self, amount: str) -> str:
        """The wish with this amount, as one types it."""
        return " ".join(part for part in ("refund", self.id, amount, self.reason, self.options) if part)

    def command(self, minor: int | None) -> str:
        """The refund in the words of the grammar."""
        named = f"--{PARAMETERS[self.kind].replace('_', '-')} {quoted(self.id)}"
        amount = "" if minor is None else f"--amount {minor}"
        reason = f"--reason {self.reason}" if self.reason else ""
        return " ".join(part for part in (REFUND, named, amount, reason, self.options) if part)


@dataclass(frozen=True, slots=True)
class Refundable:
    """What there is to give back of a charge, in minor units."""

    left: int
    currency: str


def read_refund(said: Said, registry: Registry, when: When) -> Lookup | Command | Problem | None:
    """The charge to be looked at before ``refund ch_1 12.50 fraud``; None where these may be an operation's words."""
    wish = _wish(said, registry)
    if not isinstance(wish, Wish):
        return wish
    command = parsed(wish.command(None), registry, when)
    if isinstance(command, Problem):
        return command
    command_or_problem = in_mode(command, wish.id)
    if isinstance(command_or_problem, Problem):
        return command_or_problem
    command = command_or_problem
    if "amount" in command.call.parameters:
        # Minor units by their own name: nothing is to be found out.
        return command if wish.amount is None else Problem("duplicate_parameter", "The amount is given twice.")
    retrieve = registry.retrieving(wish.kind)
    if retrieve is None:
        raise LookupError(f"the registry can't retrieve {an(wish.kind)}")
    expanded = _EXPANDED.get(wish.kind)
    call = bind(
        retrieve,
        {retrieve.path_parameters[0].name: wish.id},
        {"expand": expanded} if expanded else {},
        stripe_account=command.call.stripe_account,
        stripe_context=command.call.stripe_context,
    )
    read = Command(call, account=command.account, live=command.live)
    return Lookup(read, wish.text(wish.amount.said if wish.amount else ""), shaping=command.shaping)


def refund_of(said: Said, found: Json, registry: Registry, when: When) -> Command | Problem:
    """The refund that a text asks for, now that the charge is known, or what the charge says against it."""
    wish = _wish(said, registry)
    if not isinstance(wish, Wish):
        return wish or Problem("unknown_operation", "This is no refund.")
    there = refundable(wish, found)
    if isinstance(there, Problem):
        return there
    minor = _minor(wish, there)
    if isinstance(minor, Problem):
        return minor
    command = parsed(wish.command(minor), registry, when)
    if isinstance(command, Problem):
        return command
    stated = Stated("amount", minor, there.currency, left=there.left)
    return replace(command, stated=(*command.stated, stated))


def _wish(said: Said, registry: Registry) -> Wish | Problem | None:
    words = list(said.words[1:])
    place = next((at for at, word in enumerate(words) if prefixes.prefix_of(word) in prefixes.KINDS), None)
    if place is None:
        if any(registry.by_name(f"refunds {word}") for word in words):
            return None
        return Problem("missing_id", "refund takes the id of a charge or of a payment intent, such as refund ch_….")
    object_id = prefixes.spelled(words.pop(place))
    kind = prefixes.kind_of(object_id) or ""
    if kind not in PARAMETERS:
        message = f"refund takes a charge or a payment intent; {escaped(object_id)} is {an(kind)}."
        return Problem("invalid_id", message, suggestions=(f"show {object_id}",))
    read = _amount_and_reason(words)
    if isinstance(read, Problem):
        return read
    amount, reason = read
    return Wish(kind, object_id, amount, reason, said.options)


def _amount_and_reason(words: Sequence[str]) -> tuple[Spoken | None, str] | Problem:
    """The amount and the reason, whichever comes first. ``12,50 eur`` are two words and one amount."""
    amount: Spoken | None = None
    others: list[str] = []
    at = 0
    while at < len(words):
        two = f"{words[at]} {words[at + 1]}" if at + 1 < len(words) and _is_pair(words[at], words[at + 1]) else None
        spoken = read_spoken(two) if two else None
        at += 2 if spoken else 1
        spoken = spoken or read_spoken(words[at - 1])
        if spoken is None:
            others.append(words[at - 1])
        elif amount is not None:
            return Problem("duplicate_parameter", f"Two amounts are given: {escaped(amount.said)} and "
                           f"{escaped(spoken.said)}.")  # fmt: skip
        else:
            amount = spoken
    return _reason(others, amount)


def _is_pair(first: str, second: str) -> bool:
    """Whether one of two words is a currency. ``all`` is everything, though Albania's lek is called so, too."""
    return "all" not in (first.lower(), second.lower()) and is_currency(first) != is_currency(second)


def _reason(words: Sequence[str], amount: Spoken | None) -> tuple[Spoken | None, str] | Problem:
    left = " ".join(word.lower().strip("()") for word in words).replace("_", " ").replace("-", " ")
    for filler in sorted(_ALL, key=len, reverse=True):
        if left == filler or left.startswith(f"{filler} ") or left.endswith(f" {filler}"):
            if amount is not None:
                message = f"{shown(filler)} and {escaped(amount.said)} are two amounts; give one."
                return Problem("duplicate_parameter", message)
            left = f" {left} ".replace(f" {filler} ", " ").strip()
            break
    while any(left.startswith(f"{filler} ") for filler in _FILLERS):
        left = left.partition(" ")[2]
    if not left:
        return amount, ""
    known = next((reason for reason, names in REASONS.items() if left in names), None)
    if known is None:
        message = f"{shown(left)} is neither an amount nor one of Stripe's reasons for a refund."
        return Problem("invalid_value", message, parameter="reason", suggestions=tuple(REASONS))
    return amount, known


def refundable(wish: Wish, found: Json) -> Refundable | Problem:
    """How much of the charge can still be given back, or why nothing can."""
    charge = found
    if wish.kind == "payment_intent":
        charge = found.get("latest_charge") if isinstance(found, dict) else None
        if text_at(found, "status") == "requires_capture":
            return _uncaptured(wish, wish.id)
    status, currency = text_at(charge, "status"), text_at(charge, "currency")
    given = whole(charge, "amount_refunded")
    if not isinstance(charge, dict) or currency is None or given is None:
        return Problem("not_refundable", f"{escaped(wish.id)} has no payment yet, so there is nothing to give back.")
    if status != "succeeded":
        stands = "failed" if status == "failed" else "has not gone through yet"
        return Problem("not_refundable", f"The payment {stands}, so there is nothing to give back.")
    if charge.get("captured") is False:
        return _uncaptured(wish, text_at(charge, "payment_intent"))
    left = left_of(charge) or 0
    if left <= 0:
        sum_ = format_amount(given, currency)
        return Problem("not_refundable", f"It is refunded already: all of the {sum_}.", suggestions=(
            f"refunds list --{PARAMETERS[wish.kind].replace('_', '-')} {wish.id}",))  # fmt: skip
    if charge.get("disputed") is True:
        return Problem(
            "not_refundable",
            "The payment is disputed: the bank decides about the money, and a refund would give it back twice. "
            "Stripe refunds it only where the dispute is a mere inquiry.",
            suggestions=(f"disputes list --{PARAMETERS[wish.kind].replace('_', '-')} {wish.id}", wish.command(left)),
        )
    return Refundable(left, currency)


def _uncaptured(wish: Wish, intent: str | None) -> Problem:
    message = "The payment is authorized and not captured, so no money has moved: cancel it instead of refunding it."
    return Problem("not_refundable", message, suggestions=(f"cancel {intent or wish.id}",) if intent else ())


def _minor(wish: Wish, there: Refundable) -> int | Problem:
    """The amount in minor units of the charge's currency: what is said, or all that is left."""
    amount, currency = wish.amount, there.currency
    if amount is None:
        return there.left
    if not amount.fits(currency):
        said = amount.currency.upper() or amount.sign
        message = f"The payment is in {currency.upper()}, and you said {said}."
        return Problem("wrong_currency", message, suggestions=(wish.text(f"{amount.number}{currency}"),))
    if amount.is_ambiguous(currency):
        return _two_readings(wish, amount, there)
    try:
        minor = amount.minor(currency)
    except AmountError as error:
        return Problem("invalid_value", f"{escaped(amount.said)} {error}.")
    if minor == 0:
        return Problem("invalid_value", "A refund of nothing is no refund.")
    if minor > there.left:
        message = f"{format_amount(minor, currency)} is more than is left of it: {format_amount(there.left, currency)}."
        return Problem("too_much", message, suggestions=(wish.text(in_units(there.left, currency)),))
    return minor


def _two_readings(wish: Wish, amount: Spoken, there: Refundable) -> Problem:
    """A bare whole number: units, or minor units."""
    currency = there.currency
    as_minor = int(amount.number)
    readings = [reading for reading in (amount_in(amount, currency), as_minor) if 0 < reading <= there.left]
    meant = " or ".join(format_amount(each, currency) for each in (amount_in(amount, currency), as_minor))
    return Problem(
        "ambiguous",
        f"{escaped(amount.said)} may mean {meant}. Say it with its decimals.",
        suggestions=tuple(wish.text(in_units(each, currency)) for each in readings),
    )


def amount_in(amount: Spoken, currency: str) -> int:
    """A whole number of units in minor units."""
    return replace(amount, currency=currency).minor(currency)
