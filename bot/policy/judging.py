"""What a policy says of a call: the first rule that is met decides.

Where it isn't known whether a rule is met, because the amount isn't, both may be so: of the rules that may come first,
the one that holds back most decides. So not to know an amount is never less than to know it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from bot.policy import conditions
from bot.policy.conditions import Condition
from bot.policy.document import (
    Approvals,
    Defaults,
    Document,
    PolicyName,
    Preset,
    RuleOf,
    Rules,
    Signers,
    When,
    Word,
)
from bot.policy.rulings import Facts, Plan, Ruling, Stage, Undecided, Verdict, Window
from bot.roles import Role
from operations import money
from operations.risk import Risk

_VERDICTS: Final[Mapping[Word, Verdict]] = MappingProxyType({"run": "allow", "confirm": "confirm", "deny": "deny"})
ORDER: Final[tuple[Verdict, ...]] = ("allow", "confirm", "approval", "deny")
"""From what holds back least to what holds back most."""


def caution(ruling: Ruling) -> tuple[int, int, bool]:
    """How much a ruling holds back, to compare it with another."""
    plan = ruling.plan or Plan(stages=())
    return ORDER.index(ruling.verdict), plan.needed, plan.reason


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that must all be met, and what then holds."""

    ruling: Ruling
    conditions: tuple[Condition, ...]

    def about(self, facts: Facts) -> "Tried":
        """Whether it is met, and what decided that."""
        unknown: Condition | None = None
        for each in self.conditions:
            met = each.meets(facts)
            if met is False:
                return Tried(self, False, each)
            if met is None:
                unknown = unknown or each
        return Tried(self, True if unknown is None else None, unknown)

    def fits(self, risk: Risk, *, livemode: bool) -> bool:
        """Whether it asks for nothing but risk and mode, and they are so."""
        for each in self.conditions:
            match each:
                case conditions.Mode():
                    fits = each.livemode == livemode
                case conditions.Tiers() | conditions.Flags():
                    fits = each.fits(risk)
                case _:
                    fits = False
            if not fits:
                return False
        return True


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that was held against a call."""

    rule: Rule
    met: bool | None
    """None where that isn't known."""
    condition: Condition | None
    """The one that is not met, or isn't known to be; None where all are met."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A document, ready to judge by. Two are equal where their documents are."""

    document: Document
    rules: tuple[Rule, ...] = field(compare=False, repr=False)
    """The last one is met by every call."""
    break_glass_roles: frozenset[Role] = frozenset()
    """Who may run alone, with a reason, what otherwise waits for others; nobody where it is empty."""

    @classmethod
    def of(cls, document: Rules) -> "Policy":
        """The policy that a document of rules says."""
        glass = document.break_glass
        return cls(
            document=document,
            rules=tuple(_rule(each, document.defaults) for each in document.rules),
            break_glass_roles=frozenset(glass.roles if glass else ()),
        )

    @property
    def preset(self) -> PolicyName | None:
        """Which of those that come with the bot it is."""
        return self.document.preset if isinstance(self.document, Preset) else None

    @property
    def windows(self) -> tuple[Window, ...]:
        """What its limits look back over: :class:`Facts` must say what went through each."""
        found = (each for rule in self.rules for each in rule.conditions)
        return tuple(dict.fromkeys(each.window for each in found if isinstance(each, conditions.Exceeds)))

    @property
    def groups(self) -> frozenset[str]:
        """The user groups, by Slack's id, whose members some rule lets sign."""
        plans = [rule.ruling.plan for rule in self.rules if rule.ruling.plan is not None]
        stages = [stage for plan in plans for stage in (*plan.stages, plan.fallback) if stage is not None]
        return frozenset(group for stage in stages for group in stage.groups)

    def judge(self, facts: Facts) -> Ruling | Undecided:
        """What holds for a call; or that it takes a look at Stripe to tell. Raises KeyError where ``facts`` don't say
        what went through one of :attr:`windows`.
        """
        may_hold: list[Ruling] = []
        for tried in self.try_rules(facts):
            if tried.met is None and facts.moves is None and not facts.looked:
                return Undecided(tried.rule.ruling.rule)
            if tried.met is not False:
                may_hold.append(tried.rule.ruling)
        return max(may_hold, key=caution)

    def try_rules(self, facts: Facts) -> Iterator[Tried]:
        """The rules in their order, each held against a call, up to the first that is met."""
        for rule in self.rules:
            tried = rule.about(facts)
            yield tried
            if tried.met:
                return

    def decide(self, risk: Risk, *, livemode: bool) -> Ruling:
        """What it says as far as the risk and the mode alone tell, for labels: rules that ask for more are passed over.

        Whether a call runs is for :meth:`judge` to say.
        """
        return next(each.ruling for each in self.rules if each.fits(risk, livemode=livemode))


def _rule(rule: RuleOf, defaults: Defaults) -> Rule:
    """A rule as it is judged by."""
    verdict: Verdict = "approval" if isinstance(rule.then, Approvals) else _VERDICTS[rule.then]
    plan = _plan(rule.then, defaults) if isinstance(rule.then, Approvals) else None
    return Rule(Ruling(verdict, rule.name, rule.why, plan), tuple(_conditions(rule.when)))


def _plan(then: Approvals, defaults: Defaults) -> Plan:
    stages = tuple(_stage(each, each.count) for each in then.stages or ())
    escalate = then.escalate
    return Plan(
        stages=stages or (Stage(then.approvals or 1),),
        reason=then.reason is not None,
        expires=then.expires or defaults.expires,
        remind=then.remind or defaults.remind,
        escalate=escalate.after if escalate else None,
        fallback=_stage(escalate.to, 1) if escalate else None,
    )


def _stage(signers: Signers, count: int) -> Stage:
    nobody_named = signers.groups is None and signers.people is None
    return Stage(
        count=count,
        role=signers.role or ("approver" if nobody_named else None),
        groups=signers.groups or (),
        people=signers.people or (),
    )


def _conditions(when: When) -> Iterator[Condition]:
    """The conditions of a rule; those that cost least are tried first, and money last."""
    if when.mode is not None:
        yield conditions.Mode(when.mode == "live")
    if when.tiers is not None:
        yield conditions.Tiers(frozenset(when.tiers))
    if when.flags is not None:
        yield conditions.Flags(frozenset(when.flags))
    if when.without_flags is not None:
        yield conditions.Flags(frozenset(when.without_flags), without=True)
    if when.operations is not None:
        yield conditions.Operations(when.operations)
    if when.accounts is not None:
        yield conditions.Accounts(frozenset(when.accounts))
    if when.requester_roles is not None:
        yield conditions.RequesterRoles(frozenset(when.requester_roles))
    if when.channels is not None:
        yield conditions.Channels(frozenset(when.channels))
    for name, expected in (when.parameters or {}).items():
        if isinstance(expected, tuple):
            yield conditions.Given(name, frozenset(expected))
        else:
            yield conditions.Given(name, None, expected.present)
    yield from _about_money(when)


def _about_money(when: When) -> Iterator[Condition]:
    if when.currencies is not None:
        yield conditions.Currencies(frozenset(when.currencies))
    if when.amount is not None and when.amount.over is not None:
        yield conditions.Amounts(_minor(when.amount.over), over=True)
    if when.amount is not None and when.amount.at_most is not None:
        yield conditions.Amounts(_minor(when.amount.at_most), over=False)
    limit = when.exceeds
    if limit is not None:
        amounts = None if limit.amounts is None else _minor(limit.amounts)
        yield conditions.Exceeds(Window(limit.per, limit.of, limit.hours), limit.count, amounts)


def _minor(amounts: Mapping[str, Decimal]) -> Mapping[str, int]:
    """Minor units, of amounts that have no finer ones."""
    return MappingProxyType({code: int(amount.scaleb(money.exponent(code))) for code, amount in amounts.items()})
