"""What time brings to approvals: reminders, the fallback, their end; and telling those who are still to be told."""

from bot.announcing import Announcer
from bot.approval_times import ApprovalTimes
from bot.home.home import Home
from bot.reaching.copies import Copies
from bot.reaching.notes import Notes
from bot.reviews import Reviews
from bot.store.engine import Store, Transaction
from bot.tasks import DrainingError, Supervisor
from bot.workspaces import Workspaces


class Reaching:
    """Has approvals reach people, on one of any number of processes."""

    def __init__(
        self,
        *,
        store: Store,
        times: ApprovalTimes,
        workspaces: Workspaces,
        announcer: Announcer,
        reviews: Reviews,
        copies: Copies,
        notes: Notes,
        home: Home,
        supervisor: Supervisor,
    ) -> None:
        self._store = store
        self._times = times
        self._workspaces = workspaces
        self._announcer = announcer
        self._reviews = reviews
        self._copies = copies
        self._notes = notes
        self._home = home
        self._supervisor = supervisor
        announcer.on_wake(self.wake)

    def wake(self) -> None:
        """Begin to tell those who are to be told, beside whatever goes on. To be called on the event loop."""
        try:
            self._supervisor.spawn("approvals reach people", self.tell())
        except DrainingError:
            return  # it is on record, and whoever starts next goes on with it

    async def tell(self) -> None:
        """Bring approvals to those whom they ask by name, and publish the Home tabs that have changed."""
        for team_id, approval_id in await self._copies.due():
            await self._copies.reach(team_id, approval_id, self._announcer.card)
        await self._home.publish_due()

    def turn(self, tx: Transaction) -> None:
        """End approvals whose time is up, open others to their fallback, remind; each is for one process to turn."""
        for approval in self._times.expire_due(tx):
            self._announcer.approval(tx, approval)
        for approval in self._times.escalate_due(tx):
            self._announcer.approval(tx, approval)
            self._notes.escalate(tx, approval, self._workspaces.read(tx, approval.team_id))
        for approval in self._times.remind_due(tx):
            self._notes.remind(tx, approval, self._workspaces.read(tx, approval.team_id))
        self._reviews.remind_due(tx)
