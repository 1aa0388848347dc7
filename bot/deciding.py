"""What a click on Approve or Deny leads to: a decision, or a sentence to the clicker alone about why not."""

from typing import TypeAlias

from bot import cards
from bot.announcing import Announcer
from bot.approvals import Approvals, Refused
from bot.domain import Approval, Run, Verdict
from bot.inbound import Click
from bot.people import People
from bot.replies import Asker, Replies
from bot.runs import Runs
from bot.slack_api import SlackError
from bot.store import deliveries
from bot.store.engine import Store, Transaction
from bot.tokens import Tokens
from bot.workspaces import Workspaces

Decided: TypeAlias = tuple[Approval, Run | None]


class Deciding:
    """Takes clicks from the listeners and, where one approves, sees the run through."""

    def __init__(
        self,
        *,
        store: Store,
        tokens: Tokens,
        people: People,
        workspaces: Workspaces,
        approvals: Approvals,
        runs: Runs,
        announcer: Announcer,
        replies: Replies,
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._people = people
        self._workspaces = workspaces
        self._approvals = approvals
        self._runs = runs
        self._announcer = announcer
        self._replies = replies

    async def take(self, click: Click, verdict: Verdict) -> None:
        """See a click through: who may decide is asked anew, of Slack and of the workspace's settings.

        What they saw must be what is recorded.
        """
        asker = Asker.of(click)
        marked = self._tokens.read("approval", click.value)
        if marked is None:
            await self._replies.tell(asker, cards.denied("That button is not one of ours. Nothing was decided."))
            return
        why_not = await self._barred(click)
        if why_not is not None:
            await self._replies.tell(asker, cards.denied(f"Nothing was decided: {why_not}"))
            return
        result = await self._store.transaction(lambda tx: self._decide(tx, click, verdict, marked))
        match result:
            case None:
                return
            case Refused():
                await self._replies.tell(asker, cards.decision_refused(result))
            case (_, run):
                self._announcer.wake()
                if run is not None:
                    await self._runs.carry_out(run.team_id, run.id)

    async def _barred(self, click: Click) -> str | None:
        if click.user_team_id != click.team_id:
            return "people from other workspaces can't approve here."
        try:
            person = await self._people.person(click.team_id, click.user_id, fresh=True)
        except SlackError:
            return "Slack could not tell who you are. Try again."
        return f"{person.barred} approve." if person.barred else None

    def _decide(
        self, tx: Transaction, click: Click, verdict: Verdict, marked: dict[str, str]
    ) -> Decided | Refused | None:
        if not deliveries.first_time(tx, click.team_id, click.key):
            return None
        settings = self._workspaces.read(tx, click.team_id)
        if not settings.may_approve(click.user_id):
            return Refused("role", approvers=settings.approvers)
        decided = self._approvals.decide(
            tx,
            team_id=click.team_id,
            approval_id=marked["approval"],
            user_id=click.user_id,
            verdict=verdict,
            digest=marked["digest"],
        )
        if isinstance(decided, Refused):
            return decided
        run = None
        if decided.state == "approved":
            run = self._runs.record(
                tx,
                frozen=decided.frozen,
                actor_id=decided.requester_id,
                place=decided.place,
                rule=decided.rule,
                approval_id=decided.id,
            )
        self._announcer.approval(tx, decided, run)
        return decided, run
