"""Whether a call may run at once, waits for somebody else's approval, or not at all; and which rule says so.

Rules are values in order; the first that matches decides. :func:`decide` is pure: the same answer when a command is
typed, when it is approved and again right before it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from operations.risk import Flag, Risk, Tier

Verdict: TypeAlias = Literal["allow", "approval", "deny"]
PolicyName: TypeAlias = Literal["standard", "strict"]
"""The policies that a workspace can choose from."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition and its verdict. An empty condition matches everything; several conditions must all match."""

    name: str
    verdict: Verdict
    why: str
    """A clause that completes "… because", for cards and refusals."""
    livemode: bool | None = None
    tiers: frozenset[Tier] = frozenset()
    flags: frozenset[Flag] = frozenset()

    def matches(self, risk: Risk, *, livemode: bool) -> bool:
        if self.livemode is not None and self.livemode != livemode:
            return False
        if self.tiers and risk.tier not in self.tiers:
            return False
        return not self.flags or bool(self.flags & risk.flags)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the policy says of a call, and the rule that said it."""

    verdict: Verdict
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Ordered rules; the last one matches everything."""

    rules: tuple[Rule, ...]

    def decide(self, risk: Risk, *, livemode: bool) -> Ruling:
        """The verdict on a call of this risk, on an account in this mode."""
        rule = next(each for each in self.rules if each.matches(risk, livemode=livemode))
        return Ruling(verdict=rule.verdict, rule=rule.name, why=rule.why)


DEFAULT_POLICY = Policy(
    rules=(
        Rule(
            name="kept out of chat",
            verdict="deny",
            why="its answer or its input (card data, app secrets, session keys) has no place in a chat",
            flags=frozenset({"off"}),
        ),
        Rule(
            name="test helpers stay in test mode",
            verdict="deny",
            why="test helpers work with a test key only",
            livemode=True,
            flags=frozenset({"test"}),
        ),
        Rule(
            name="refunds need a second person",
            verdict="approval",
            why="it gives money back",
            flags=frozenset({"refund"}),
        ),
        Rule(
            name="deletions and endings need a second person",
            verdict="approval",
            why="it deletes or ends something",
            tiers=frozenset({"destructive"}),
        ),
        Rule(
            name="live money needs a second person",
            verdict="approval",
            why="it moves live money",
            livemode=True,
            tiers=frozenset({"money"}),
        ),
        Rule(
            name="live data leaving needs a second person",
            verdict="approval",
            why="it sends live data or access elsewhere",
            livemode=True,
            tiers=frozenset({"write"}),
            flags=frozenset({"exfil"}),
        ),
        Rule(name="everything else runs", verdict="allow", why="nothing holds it back"),
    )
)

STRICT_POLICY = Policy(
    rules=(
        *DEFAULT_POLICY.rules[:-1],
        Rule(
            name="every live change needs a second person",
            verdict="approval",
            why="it changes something live",
            livemode=True,
            tiers=frozenset({"write", "money", "destructive"}),
        ),
        DEFAULT_POLICY.rules[-1],
    )
)

POLICIES: Final[Mapping[PolicyName, Policy]] = MappingProxyType({"standard": DEFAULT_POLICY, "strict": STRICT_POLICY})
