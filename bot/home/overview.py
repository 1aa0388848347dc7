"""What a person's Home tab tells, gathered in one read."""

import logging
from datetime import timedelta
from typing import Final

from bot import cards, run_rows
from bot.announcing import Announcer
from bot.approvals import Approvals
from bot.calls import Calls
from bot.cards import Listed, Overview, Waiting
from bot.domain import Person, Run
from bot.errors import KeyProblemError
from bot.forms.at_hand import INTERNAL_RULES
from bot.policy.proposals import Proposals
from bot.quorum import fits
from bot.reviews import Reviews
from bot.saved.shelf import Shelf
from bot.store import accounts
from bot.store.engine import Transaction
from bot.workspaces import Workspaces, WorkspaceSettings
from operations.clock import Clock
from operations.registry import Registry
from operations.shortcuts import sketch
from operations.when import When, moment

logger = logging.getLogger(__name__)

MOST_LOOKED_AT: Final = 100
"""Pending approvals among which those for a person are looked for."""
ASKED_LATELY: Final = timedelta(days=1)
"""How long what was decided still stands among what somebody asked for."""


class Overviews:
    """Gathers what the Home tab of a person tells."""

    def __init__(
        self,
        *,
        workspaces: Workspaces,
        approvals: Approvals,
        announcer: Announcer,
        proposals: Proposals,
        reviews: Reviews,
        calls: Calls,
        shelf: Shelf,
        registry: Registry,
        clock: Clock,
    ) -> None:
        self._workspaces = workspaces
        self._approvals = approvals
        self._announcer = announcer
        self._proposals = proposals
        self._reviews = reviews
        self._calls = calls
        self._shelf = shelf
        self._registry = registry
        self._clock = clock

    def of(self, tx: Transaction, person: Person) -> Overview:
        """The overview of a person, as of this transaction."""
        team_id, user_id = person.team_id, person.user_id
        settings = self._workspaces.read(tx, team_id)
        if person.barred is not None:
            return Overview(person, settings)
        waiting = self.waiting(tx, person, settings)
        page = self._shelf.page(tx, team_id, user_id, offset=0, limit=cards.SAVED_IN_HOME)
        when = When(now=moment(self._clock.now()), zone=person.zone)
        return Overview(
            person,
            settings,
            accounts=accounts.active(tx, team_id),
            waiting=waiting,
            waiting_total=len(waiting),
            asked=self._approvals.asked_by(tx, team_id, user_id, cards.ASKED_SHOWN, decided_within=ASKED_LATELY),
            recent=self._recent(tx, team_id, user_id),
            saved=[
                Listed(each, None if each.text is None else sketch(each.text, self._registry, when))
                for each in page.items
            ],
            saved_total=page.total,
            proposal=self._proposals.waiting(tx, team_id) if settings.is_admin(user_id) else None,
            reviews=[(each.approval, each.token) for each in self._reviews.open(tx, team_id, cards.REVIEWS_SHOWN)]
            if settings.is_admin(user_id)
            else (),
        )

    def waiting(self, tx: Transaction, person: Person, settings: WorkspaceSettings) -> list[Waiting]:
        """The approvals that somebody may decide now: those that expire first."""
        return [
            Waiting(each, self._announcer.token(each), cards.typed_on(each.frozen))
            for each in self._approvals.pending(tx, person.team_id, without=person.user_id, limit=MOST_LOOKED_AT)
            if any(fits(stage, person, settings, each.account, each.place) for stage in each.asks)
            and all(person.user_id != decision.user_id for decision in each.decisions)
        ]

    def _recent(self, tx: Transaction, team_id: str, user_id: str) -> list[Run]:
        found = []
        for row in run_rows.newest(tx, team_id, user_id, cards.RECENT_SHOWN, without=INTERNAL_RULES):
            try:
                found.append(run_rows.run_of(row, self._calls.load(tx, team_id, row.call_id)))
            except KeyProblemError as error:
                logger.error("run %s is not shown: %s", row.id, error)  # noqa: TRY400 — it says all
        return found
