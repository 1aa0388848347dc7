"""The buttons of a list that is carried out: having it stopped, and asking for what was not sent."""

from dataclasses import replace

from bot import cards
from bot.announcing import Announcer
from bot.approvals import Approvals
from bot.blocks import Message
from bot.bulk.carrying import Carrying
from bot.bulk.lists import Lists
from bot.domain import Person
from bot.inbound import Click
from bot.people import People
from bot.quorum import fits
from bot.replies import Asker, Replies
from bot.store import deliveries
from bot.store.engine import Store, Transaction
from bot.tokens import Tokens
from bot.workspaces import Workspaces


class ListButtons:
    """Takes clicks from the listeners."""

    def __init__(
        self,
        *,
        store: Store,
        tokens: Tokens,
        people: People,
        workspaces: Workspaces,
        approvals: Approvals,
        carrying: Carrying,
        announcer: Announcer,
        lists: Lists,
        replies: Replies,
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._people = people
        self._workspaces = workspaces
        self._approvals = approvals
        self._carrying = carrying
        self._announcer = announcer
        self._lists = lists
        self._replies = replies

    async def stop(self, click: Click) -> None:
        """Have nothing more of a list sent than was begun: for whoever asked for it, and whoever may sign it."""
        marked, person = await self._marked(click)
        if marked is None or person is None:
            return
        told = await self._store.transaction(lambda tx: self._stop(tx, click, marked, person))
        self._announcer.wake()
        if told is not None:
            await self._replies.tell(Asker.of(click), told)

    async def rest(self, click: Click) -> None:
        """Ask anew for what a stopped list did not send."""
        marked, person = await self._marked(click)
        if marked is not None and person is not None:
            await self._lists.rest(Asker.of(click), marked)

    async def _marked(self, click: Click) -> tuple[str | None, Person | None]:
        """The approval whose button was pressed, and who pressed it; whoever may not is told so."""
        asker = Asker.of(click)
        marked = self._tokens.read("approval", click.value)
        if marked is None:
            await self._replies.tell(asker, cards.denied("That button is not one of ours. Nothing was done."))
            return None, None
        person = await self._people.one_of_us(click.team_id, click.user_id, click.user_team_id, "do that")
        if isinstance(person, str):
            await self._replies.tell(asker, cards.denied(f"Nothing was done. {person}"))
            return None, None
        return marked["approval"], person

    def _stop(self, tx: Transaction, click: Click, approval_id: str, person: Person) -> Message | None:
        if not deliveries.first_time(tx, click.team_id, click.key):
            return None
        approval = self._approvals.load(tx, click.team_id, approval_id, hold=True)
        if approval is None or approval.bulk is None:
            return cards.denied("There is no such list in this workspace.")
        settings = self._workspaces.read(tx, click.team_id)
        signs = any(fits(stage, person, settings, approval.account, approval.place) for stage in approval.plan.stages)
        if person.user_id != approval.requester_id and not signs:
            return cards.denied("Only who asked for it, and those who may sign it, can have it stopped.")
        if not self._carrying.stop(tx, approval):
            return cards.denied("Nothing waits any more: what there is of it was begun before your click.")
        stopped = replace(approval.bulk, stopped_by=person.user_id)
        self._approvals.keep_list(tx, approval, stopped, user_id=person.user_id, event="list stopped")
        after = self._approvals.load(tx, click.team_id, approval_id)
        if after is not None:
            self._announcer.carried_on(tx, after)
        return None
