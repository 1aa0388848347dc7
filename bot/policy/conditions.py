"""What a rule can ask of a call. Each condition is met, is not, or can't be told from what is known.

Only money can be unknown: of a call that may move some, nobody has said how much, or it is in a currency that the
condition doesn't name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from bot.policy.rulings import Facts, Of, Per, Spent, Window
from bot.roles import Role
from operations import money
from operations.flattening import flat
from operations.risk import Flag, Risk, Tier
from operations.spec import Operation


class Condition(Protocol):
    """One condition of a rule."""

    @property
    def said(self) -> str:
        """The condition in words, as what must be so: ``its tier is money or destructive``."""

    def meets(self, facts: Facts) -> bool | None:
        """Whether it is so; None where that isn't known."""


@dataclass(frozen=True, slots=True)
class Tiers:
    """How much harm a call can do."""

    tiers: frozenset[Tier]

    @property
    def said(self) -> str:
        return f"its risk is {_or(sorted(self.tiers))}"

    def meets(self, facts: Facts) -> bool:
        return self.fits(facts.risk)

    def fits(self, risk: Risk) -> bool:
        return risk.tier in self.tiers


@dataclass(frozen=True, slots=True)
class Flags:
    """What else must be handled: any of the flags, or none of them."""

    flags: frozenset[Flag]
    without: bool = False

    @property
    def said(self) -> str:
        flags = _or(sorted(self.flags))
        return f"it is not flagged {flags}" if self.without else f"it is flagged {flags}"

    def meets(self, facts: Facts) -> bool:
        return self.fits(facts.risk)

    def fits(self, risk: Risk) -> bool:
        return self.flags.isdisjoint(risk.flags) == self.without


@dataclass(frozen=True, slots=True)
class Mode:
    """Live or test."""

    livemode: bool

    @property
    def said(self) -> str:
        return "the account is live" if self.livemode else "the account is a test one"

    def meets(self, facts: Facts) -> bool:
        return facts.account.livemode == self.livemode


@dataclass(frozen=True, slots=True)
class Operations:
    """Which operation it is, whichever of its names was typed."""

    patterns: tuple[str, ...]

    @property
    def said(self) -> str:
        return f"the operation is {_or(self.patterns)}"

    def meets(self, facts: Facts) -> bool:
        return any(names(pattern, facts.call.operation) for pattern in self.patterns)


def names(pattern: str, operation: Operation) -> bool:
    """Whether a pattern over command words, or over a method and a path, names an operation."""
    return any(_like(pattern.lower(), each.lower()) for each in (operation.name, *operation.aliases, operation.key))


def _like(pattern: str, text: str) -> bool:
    """Whether a text is like a pattern in which ``*`` is any text. Takes no longer for many of them."""
    head, *pieces = pattern.split("*")
    if not pieces:
        return text == head
    *between, tail = pieces
    at, end = len(head), len(text) - len(tail)
    if at > end or not text.startswith(head) or not text.endswith(tail):
        return False
    for piece in between:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


@dataclass(frozen=True, slots=True)
class Accounts:
    """Which account it is on, or acts for."""

    names: frozenset[str]

    @property
    def said(self) -> str:
        return f"the account is {_or(sorted(self.names))}"

    def meets(self, facts: Facts) -> bool:
        call, account = facts.call, facts.account
        acting = (call.stripe_account or "", *(call.stripe_context or "").split("/"))
        # Aliases are in small letters, however a policy writes them.
        named = {*self.names, *map(str.lower, self.names)}
        return not named.isdisjoint({account.alias, account.stripe_account_id, *acting})


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much money it moves: above a bound, or at most as much."""

    bounds: Mapping[str, int]
    """Minor units by lower-case currency."""
    over: bool

    @property
    def said(self) -> str:
        return f"the amount is {'over' if self.over else 'at most'} {_or(_shown(self.bounds))}"

    def meets(self, facts: Facts) -> bool | None:
        if facts.moves is None:
            return None if may_move(facts) else False
        bound = self.bounds.get(facts.moves.currency.lower())
        return None if bound is None else (abs(facts.moves.amount) > bound) == self.over


@dataclass(frozen=True, slots=True)
class Currencies:
    """The currency of the money that it moves."""

    codes: frozenset[str]

    @property
    def said(self) -> str:
        return f"the currency is {_or(sorted(each.upper() for each in self.codes))}"

    def meets(self, facts: Facts) -> bool | None:
        if facts.moves is None:
            return None if may_move(facts) else False
        return facts.moves.currency.lower() in self.codes


@dataclass(frozen=True, slots=True)
class Given:
    """That a parameter has one of some values; where ``values`` is None, that it is there, or is not.

    What stands in the path is a parameter, too: a charge is one, by whichever door it is refunded.
    """

    name: str
    values: frozenset[str] | None
    present: bool = True

    @property
    def said(self) -> str:
        if self.values is None:
            return f"{self.name} is given" if self.present else f"{self.name} is not given"
        return f"{self.name} is {_or(sorted(self.values))}"

    def meets(self, facts: Facts) -> bool:
        fits = _name(self.name).fullmatch
        given = (*facts.call.path_values.items(), *flat(facts.call.parameters))
        found = {self._compared(value) for name, value in given if fits(name)}
        if self.values is None:
            return bool(found) == self.present
        return not found.isdisjoint(map(self._compared, self.values))

    def _compared(self, value: str) -> str:
        # Stripe takes the code of a currency in capitals and in small letters.
        return value.lower() if "currency" in self.name else value


@lru_cache(maxsize=1024)
def _name(name: str) -> re.Pattern[str]:
    """A parameter's name: ``[*]`` is any one part, and what stands below the name belongs to it."""
    parts = name.split("[*]")
    return re.compile(r"\[[^\[\]]*\]".join(map(re.escape, parts)) + r"(\[.*)?")


@dataclass(frozen=True, slots=True)
class RequesterRoles:
    """What whoever asks is here."""

    roles: frozenset[Role]

    @property
    def said(self) -> str:
        return f"whoever asks is {_or(sorted(self.roles))}"

    def meets(self, facts: Facts) -> bool:
        return facts.requester_role in self.roles


@dataclass(frozen=True, slots=True)
class Channels:
    """Where it is asked for."""

    ids: frozenset[str]

    @property
    def said(self) -> str:
        return f"the channel is {_or(sorted(self.ids))}"

    def meets(self, facts: Facts) -> bool:
        return facts.channel_id in self.ids


@dataclass(frozen=True, slots=True)
class Exceeds:
    """That a limit is gone over with this call; only a call of the kind that is counted can do so."""

    window: Window
    count: int | None
    amounts: Mapping[str, int] | None
    """Minor units by lower-case currency; each is counted for itself."""

    @property
    def said(self) -> str:
        limits = [f"{self.count} in number"] if self.count is not None else []
        limits += _shown(self.amounts or {})
        window = self.window
        return f"{_OF[window.of]} {_PER[window.per]} in {window.hours} hours are over {_or(limits)}"

    def meets(self, facts: Facts) -> bool | None:
        if not counts(self.window.of, facts.risk):
            return False
        spent = facts.spent[self.window]
        if self.count is not None and spent.count + 1 > self.count:
            return True
        return False if self.amounts is None else self._over(self.amounts, spent, facts)

    def _over(self, amounts: Mapping[str, int], spent: Spent, facts: Facts) -> bool | None:
        if facts.moves is None:
            return None if may_move(facts) else False
        currency = facts.moves.currency.lower()
        limit = amounts.get(currency)
        return None if limit is None else spent.amounts.get(currency, 0) + abs(facts.moves.amount) > limit


_OF: Mapping[Of, str] = {
    "refund": "refunds",
    "money": "movements of money",
    "destructive": "deletions and endings",
    "any": "movements of money, deletions and endings",
}
_PER: Mapping[Per, str] = {"person": "of one person", "account": "on one account", "workspace": "of the workspace"}


def counts(of: Of, risk: Risk) -> bool:
    """Whether a call of this risk is one of those that a window counts."""
    gives_back, moves, ends = "refund" in risk.flags, risk.tier == "money", risk.tier == "destructive"
    match of:
        case "refund":
            return gives_back
        case "money":
            return gives_back or moves
        case "destructive":
            return ends
    return gives_back or moves or ends


def may_move(facts: Facts) -> bool:
    """Whether a call of which no amount is known may move money all the same."""
    names_amount = any("amount" in name for name in facts.call.parameters)
    return "refund" in facts.risk.flags or facts.risk.tier == "money" or (
        facts.risk.tier == "destructive" and names_amount
    )  # fmt: skip


def _shown(amounts: Mapping[str, int]) -> list[str]:
    return [money.format_amount(amount, currency) for currency, amount in amounts.items()]


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
