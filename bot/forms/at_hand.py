"""What a person has at hand before they search: forms that are not finished, what was run lately, saved commands."""

from dataclasses import dataclass
from typing import Final

from bot import run_rows
from bot.calls import Calls
from bot.cards import typed_on
from bot.clearance import CONNECT_RULE
from bot.domain import FrozenCall, SavedCommand
from bot.errors import KeyProblemError
from bot.forms.draft import Draft
from bot.forms.drafts import Drafts
from bot.forms.objects import SUGGEST_RULE
from bot.forms.options import A_DRAFT, A_RUN, A_SAVED, Group, end
from bot.inputs import Option
from bot.looking_up import LOOKUP_RULE
from bot.saved.shelf import Shelf
from bot.store.engine import Transaction
from bot.submitting import LOOK_RULE
from operations.forms.labels import phrase

INTERNAL_RULES: Final = frozenset({CONNECT_RULE, LOOK_RULE, LOOKUP_RULE, SUGGEST_RULE})
"""The rules of runs that nobody asked for as such."""
MOST_DRAFTS: Final = 5
MOST_RUNS: Final = 10
MOST_SAVED: Final = 30
_LOOKED_AT: Final = 100
"""Runs among which different operations are looked for."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """Finds what is a person's own."""

    drafts: Drafts
    calls: Calls
    shelf: Shelf

    def groups(self, tx: Transaction, team_id: str, user_id: str) -> tuple[Group, ...]:
        """What to choose from: unfinished forms, the latest runs, each operation once, and saved commands."""
        drafts = self.drafts.of_person(tx, team_id, user_id, MOST_DRAFTS)
        saved = self.shelf.page(tx, team_id, user_id, offset=0, limit=MOST_SAVED).items
        return (
            Group(tuple(map(_draft, drafts)), "Not finished"),
            Group(tuple(self._runs(tx, team_id, user_id)), "Run lately"),
            Group(tuple(_saved(each) for each in saved if each.text is not None), "Saved"),
        )

    def frozen(self, tx: Transaction, team_id: str, user_id: str, run_id: str) -> FrozenCall | None:
        """The call of one of the person's own runs; None for any other run, and where it can't be read any more."""
        call_id = run_rows.call_of(tx, team_id, user_id, run_id, without=INTERNAL_RULES)
        return None if call_id is None else self._load(tx, team_id, call_id)

    def _runs(self, tx: Transaction, team_id: str, user_id: str) -> list[Option]:
        seen: set[str] = set()
        found: list[Option] = []
        for row in run_rows.newest(tx, team_id, user_id, _LOOKED_AT, without=INTERNAL_RULES):
            if row.operation in seen or len(found) == MOST_RUNS:
                continue
            seen.add(row.operation)
            frozen = self._load(tx, team_id, row.call_id)
            if frozen is not None:
                found.append(_run(row.id, frozen))
        return found

    def _load(self, tx: Transaction, team_id: str, call_id: str) -> FrozenCall | None:
        try:
            return self.calls.load(tx, team_id, call_id)
        except KeyProblemError:
            return None


def _draft(draft: Draft) -> Option:
    live = _mode(live=draft.live)
    given = " · ".join(each for each in (live, *_told(draft)) if each)
    return Option(phrase(draft.operation), f"{A_DRAFT}{draft.id}", description=given or draft.operation.name)


def _told(draft: Draft) -> list[str]:
    return [answer for answer in draft.answers.values() if isinstance(answer, str)][:3]


def _run(run_id: str, frozen: FrozenCall) -> Option:
    words = typed_on(frozen).removeprefix("/stripe ").removeprefix(frozen.call.operation.name).strip()
    mode = _mode(live=frozen.account.livemode)
    beside = " · ".join(each for each in (mode, words or frozen.call.operation.name) if each)
    return Option(phrase(frozen.call.operation), f"{A_RUN}{run_id}", description=beside)


def _saved(saved: SavedCommand) -> Option:
    live = _mode(live="--live" in (saved.text or "").split())
    said = " · ".join(each for each in (live, saved.text or "") if each)
    return Option(end(saved.name), f"{A_SAVED}{saved.id}", description=said)


def _mode(*, live: bool) -> str:
    return "LIVE" if live else ""
