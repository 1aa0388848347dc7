"""``refund``: money back by the charge or the payment, in the words that people have for it.

An amount means something only in the charge's currency, and whether there is anything to give back only Stripe knows.
So the charge is read first; what it says against the refund is said at once, and no second person is asked in vain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from operations import money, prefixes, typed_money
from operations.call import Json, bind
from operations.grammar import Command, Stated, quoted
from operations.money import format_amount
from operations.problem import Problem, RefusalError
from operations.refundable import Refundable, refundable
from operations.registry import Registry
from operations.scalars import escaped, shown
from operations.shortcuts.lookups import Lookup, Said, an, parsed
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
    amount: str
    """As it was said; empty for all that is left."""
    reason: str
    said: Said

    @property
    def named(self) -> str:
        """The option that names the payment, of a refund as of a list."""
        return f"--{PARAMETERS[self.kind].replace('_', '-')} {quoted(self.id)}"

    def text(self, amount: str) -> str:
        """The wish with this amount, as one types it."""
        return " ".join(part for part in ("refund", self.id, amount, self.reason, self.said.options) if part)

    def command(self, minor: int | None) -> str:
        """The refund in the words of the grammar."""
        amount = "" if minor is None else f"--amount {minor}"
        reason = f"--reason {self.reason}" if self.reason else ""
        return " ".join(part for part in (REFUND, self.named, amount, reason, self.said.options) if part)


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
        return Problem("duplicate_parameter", "The amount is given twice.") if wish.amount else command
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
    return Lookup(read, wish.text(wish.amount), shaping=command.shaping)


def refund_of(said: Said, found: Json, registry: Registry, when: When) -> Command | Problem:
    """The refund that a text asks for, now that the charge is known, or what the charge says against it."""
    wish = _wish(said, registry)
    if not isinstance(wish, Wish):
        return wish or Problem("unknown_operation", "This is no refund.")
    there = _there(wish, found)
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
        return Problem("invalid_id", message, suggestions=(said.there(f"show {object_id}"),))
    read = _amount_and_reason(words)
    if isinstance(read, Problem):
        return read
    amount, reason = read
    return Wish(kind, object_id, amount, reason, said)


def _amount_and_reason(words: Sequence[str]) -> tuple[str, str] | Problem:
    """The amount and the reason, whichever comes first. ``12,50 eur`` are two words and one amount."""
    amount = ""
    others: list[str] = []
    at = 0
    while at < len(words):
        paired = at + 1 < len(words) and _is_pair(words[at], words[at + 1])
        said = " ".join(words[at : at + 2]) if paired else words[at]
        at += 2 if paired else 1
        if not paired and not says_amount(said):
            others.append(said)
        elif amount:
            message = f"Two amounts are given: {escaped(amount)} and {escaped(said)}."
            return Problem("duplicate_parameter", message)
        else:
            amount = said
    return _reason(others, amount)


def says_amount(text: str) -> bool:
    """Whether a text means an amount, be it one that is to be taken or not."""
    try:
        return typed_money.is_number(text) or typed_money.read(text) is not None
    except RefusalError:
        return True


def _is_pair(first: str, second: str) -> bool:
    """Whether two words are an amount and its currency. ``all`` is everything, though Albania's lek is called so."""
    if "all" in (first.lower(), second.lower()):
        return False
    return any(
        typed_money.is_number(one) and typed_money.is_mark(other) for one, other in ((first, second), (second, first))
    )


def _reason(words: Sequence[str], amount: str) -> tuple[str, str] | Problem:
    left = " ".join(word.lower().strip("()") for word in words).replace("_", " ").replace("-", " ")
    for filler in sorted(_ALL, key=len, reverse=True):
        if left == filler or left.startswith(f"{filler} ") or left.endswith(f" {filler}"):
            if amount:
                message = f"{shown(filler)} and {escaped(amount)} are two amounts; give one."
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


def _there(wish: Wish, found: Json) -> Refundable | Problem:
    """How much of the charge can still be given back, or why nothing can and what would do."""
    there = refundable(wish.kind, wish.id, found)
    if isinstance(there, Refundable):
        return there
    texts: tuple[str, ...] = ()
    match there.why:
        case "uncaptured" if there.intent:
            texts = (wish.said.there(f"cancel {there.intent}"),)
        case "refunded":
            texts = (wish.said.there(f"refunds list {wish.named}"),)
        case "disputed":
            texts = (wish.said.there(f"disputes list {wish.named}"), wish.command(there.left))
    return Problem("not_refundable", there.message, suggestions=texts)


def _minor(wish: Wish, there: Refundable) -> int | Problem:
    """The amount in minor units of the charge's currency: what is said, or all that is left."""
    said, currency = wish.amount, there.currency
    if not said:
        return there.left
    exponent = money.exponent(currency)
    if said.isascii() and said.isdigit() and exponent and currency.upper() not in money.WHOLE_UNITS:
        return _two_readings(wish, (int(said) * 10**exponent, int(said)), there)
    try:
        amount = _read(said, currency)
    except RefusalError as error:
        return Problem(
            error.code, f"{shown(said)} {error.detail}.", suggestions=tuple(map(wish.text, error.suggestions))
        )
    if amount.currency != currency.lower():
        message = f"The payment is in {currency.upper()}, and you said {amount.currency.upper()}."
        same = money.exponent(amount.currency) == exponent
        suggestions = (wish.text(typed_money.typed(amount.minor, currency)),) if same else ()
        return Problem("wrong_currency", message, suggestions=suggestions)
    if amount.minor <= 0:
        return Problem("invalid_value", "A refund is of more than nothing.")
    if amount.minor > there.left:
        wanted, left = format_amount(amount.minor, currency), format_amount(there.left, currency)
        message = f"{wanted} is more than is left of it: {left}."
        return Problem("too_much", message, suggestions=(wish.text(typed_money.typed(there.left, currency)),))
    return amount.minor


def _read(said: str, currency: str) -> typed_money.Amount:
    """The amount by the charge's currency, or by the other one that it was said in. Raises RefusalError."""
    try:
        amount = typed_money.read(said, beside=currency)
    except RefusalError:
        # A sign that isn't the charge's: then it counts what it means by itself.
        if typed_money.is_number(said):
            raise
        amount = typed_money.read(said)
        if amount is None or amount.currency == currency.lower():
            raise
    if amount is None:
        raise RefusalError("is no amount")
    return amount


def _two_readings(wish: Wish, readings: tuple[int, int], there: Refundable) -> Problem:
    """A bare whole number: units, or minor units."""
    meant = " or ".join(format_amount(each, there.currency) for each in readings)
    return Problem(
        "ambiguous",
        f"{escaped(wish.amount)} may mean {meant}. Say it with its decimals.",
        suggestions=tuple(
            wish.text(typed_money.typed(each, there.currency)) for each in readings if 0 < each <= there.left
        ),
    )
