"""What schedules of approvals are made of: who there is, which policies, what was asked for, and what held when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from bot.policy.document import Document, validated
from operations.sandbox.journal import Effect
from tests.faults.oracle import Report

Law: TypeAlias = Literal["run", "one", "two", "staged", "deny"]
Deed: TypeAlias = Literal["refund", "deletion", "list"]
ASKERS = ("U0ALICE", "U0BOB")
SIGNERS = ("U0BOB", "U0FRED", "U0GINA")
PEOPLE = ("U0ALICE", *SIGNERS)
"""Alice is an admin; the others approve, as long as nobody takes that from them."""
DEEDS: tuple[Deed, ...] = ("refund", "deletion", "list")


def _law(then: object, *, glass: bool = False) -> Document:
    rules: list[dict[str, Any]] = [
        {"name": "what is tried", "why": "it is tried", "when": {"tiers": ["money", "destructive"]}, "then": then},
        {"name": "everything else runs", "why": "nothing holds it back", "then": "run"},
    ]
    return validated({"version": 1, "rules": rules} | ({"break_glass": {"roles": ["admin"]}} if glass else {}))


LAWS: Mapping[Law, Document] = {
    "run": _law("run"),
    "one": _law({"approvals": 1}, glass=True),
    "two": _law({"approvals": 2, "expires": "4h"}),
    "staged": _law({"stages": [{"count": 1, "role": "approver"}, {"count": 1, "people": ["U0GINA"]}]}),
    "deny": _law("deny"),
}


@dataclass
class Case:
    """What somebody asked for, once. ``mark`` is a text that only this call holds."""

    mark: str
    deed: Deed
    asker: str
    text: str
    charges: tuple[str, ...] = ()
    """What is to be refunded."""
    go_on: bool = False
    """Of a list: whether the rest is to be carried out after a failure."""
    changes: "Case | None" = None
    """The case that its asker changed into this one."""
    stopped: bool = False
    """Of a list: whether somebody pressed for it to be stopped."""
    accepted: bool = False
    """Whether it was on record, or answered, when whoever took it was done or dead."""
    told: bool = False
    """Whether the asker was told something then."""
    clicks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def lines(self) -> tuple[str, ...]:
        """Of a list: the mark of each of its calls."""
        return self.charges if self.deed == "list" else ()

    @property
    def marks(self) -> tuple[str, ...]:
        """Each shows on a card of this case, or on that of what is left of it."""
        return self.lines or (self.mark,)


@dataclass(frozen=True)
class Moment:
    """What held when an effect happened."""

    effect: Effect
    law: Law
    approvers: frozenset[str]


@dataclass
class Tally:
    """What has happened so far."""

    schedules: int = 0
    asked: int = 0
    lists: int = 0
    changed: int = 0
    """Those that took another's place, or were to."""
    kills: int = 0
    effects: int = 0
    for_a_person: int = 0
    repeated: int = 0
    awaits: int = 0

    def add(self, report: Report, cases: Sequence[Case]) -> None:
        """Count a schedule."""
        self.schedules += 1
        self.asked += len(cases)
        self.lists += sum(bool(case.lines) for case in cases)
        self.changed += sum(case.changes is not None for case in cases)
        self.effects += report.effects
        self.for_a_person += report.for_a_person
        self.repeated += report.repeated
