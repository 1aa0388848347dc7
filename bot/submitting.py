"""What becomes of a complete command on an account: refused, shown, looked at, asked for, or recorded as a run.

The one place where the policy meets a command, wherever it comes from: typed, pressed, filled in, or gone on with after
something was looked up for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import cards, movements
from bot.announcing import Announcer
from bot.approval import Approval, Bulk, Item
from bot.approvals import Approvals
from bot.blocks import EphemeralMessage, Message
from bot.bulk import judging
from bot.calls import Calls
from bot.choosing import as_itself
from bot.domain import Account, Person, Place, Run
from bot.look_rows import Look, LookRows
from bot.policy import Plan, Ruling, Undecided
from bot.policy.asking import facts_of
from bot.runs import Runs
from bot.store import accounts
from bot.store.engine import Transaction
from bot.workspaces import Workspaces, WorkspaceSettings, lacks_role
from operations.bulk import Line
from operations.call import Call
from operations.grammar import Command
from operations.looks import Money, moves, reads
from operations.registry import Registry
from operations.risk import Risk, assess

NOBODY_ELSE = (
    "it needs a second person's approval, and nobody else reads along here. Type it in a channel that I am in; "
    "an admin can also choose a channel in App Home where such approvals wait."
)
NOT_PRIVATE = (
    "Not asked for: it needs a second person's approval, and what came of it is told where it was approved. Ask for it "
    "without --private."
)
SIGNED_MEANWHILE = (
    "what it was to take the place of was approved in the meantime, so this would come on top of it. "
    "Look at what came of that, and ask for what is still wanted."
)
LOOK_RULE = "looking at what a call is about"
"""The rule of such a run: its answer is nobody's result, but what somebody needs to know before they sign."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nothing was recorded; what the asker alone is told."""

    message: Message

    @property
    def alone(self) -> EphemeralMessage:
        return EphemeralMessage(self.message)


Taken = Run | Approval | Look | NotTaken


@dataclass(frozen=True, slots=True)
class Asking:
    """By whom and where something is asked for, and what goes along with it."""

    person: Person
    place: Place
    confirmed: bool = False
    """Whether they have confirmed just this: they agreed to a preview, or pressed the button below one."""
    supersedes: str | None = None
    """The approval of theirs whose place this takes."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A call that is wanted, and what is known of it."""

    call: Call
    risk: Risk
    account: Account
    asking: Asking
    moves: Money | None
    looked: bool


class Submitting:
    """Takes commands to what the policy says of them."""

    def __init__(
        self,
        *,
        workspaces: Workspaces,
        registry: Registry,
        calls: Calls,
        approvals: Approvals,
        runs: Runs,
        looks: LookRows,
        announcer: Announcer,
    ) -> None:
        self._workspaces = workspaces
        self._registry = registry
        self._calls = calls
        self._approvals = approvals
        self._runs = runs
        self._looks = looks
        self._announcer = announcer

    def submit(self, tx: Transaction, command: Command, account: Account, asking: Asking) -> Taken:
        """Record the command as the policy has it, and what people are told of it.

        A run and a look are still to be carried out.
        """
        if (overtaken := self._overtaken(tx, account.team_id, asking)) is not None:
            return overtaken
        settings = self._workspaces.read(tx, account.team_id)
        command = replace(command, call=as_itself(command.call, account))
        risk = assess(command.call)
        if lacking := lacks_role(settings, asking.person, risk, account, asking.place):
            return NotTaken(cards.lacks_role(lacking))
        wanted = _Wanted(command.call, risk, account, asking, moves(command.call), looked=False)
        ruling = _judge(tx, settings, wanted)
        if command.dry_run:
            return NotTaken(cards.preview(command, account, ruling))
        stopped = self._stopped(ruling, command, account, settings, asking)
        if stopped is not None:
            return NotTaken(stopped)
        alone = _runs_now(ruling) and settings.answers.way(asking.place, risk) == "ephemeral"
        frozen = self._calls.freeze(
            tx,
            command.call,
            account,
            risk,
            shaping=replace(command.shaping, private=True) if alone else command.shaping,
            stated=command.stated,
            because=command.because,
        )
        if isinstance(ruling, Undecided) or (ruling.verdict == "approval" and reads(command.call, self._registry)):
            return self._looks.add(
                tx,
                team_id=account.team_id,
                call_ids=(frozen.id,),
                user_id=asking.person.user_id,
                place=asking.place,
                confirmed=asking.confirmed or command.confirmed,
                supersedes=asking.supersedes,
            )
        return self._take(tx, (Item(frozen),), wanted, ruling, settings)

    def looked(self, tx: Transaction, look: Look, items: Sequence[Item], person: Person) -> Run | Approval | NotTaken:
        """Go on with calls that were looked at."""
        if look.bulk is not None:
            return self._looked_list(tx, look, look.bulk, items, person)
        asking = Asking(person, look.place, look.confirmed, look.supersedes)
        if (overtaken := self._overtaken(tx, look.team_id, asking)) is not None:
            return overtaken
        (item,) = items
        frozen, snapshot = item.frozen, item.snapshot
        settings = self._workspaces.read(tx, look.team_id)
        if lacking := lacks_role(settings, person, frozen.risk, frozen.account, look.place):
            return NotTaken(cards.lacks_role(lacking))
        if snapshot is not None and snapshot.refused:
            return NotTaken(cards.denied(f"Not asked for: {snapshot.refused}"))
        known = snapshot.moves if snapshot is not None else moves(frozen.call)
        wanted = _Wanted(frozen.call, frozen.risk, frozen.account, asking, known, looked=True)
        ruling = _judge(tx, settings, wanted)
        command = frozen.command
        stopped = self._stopped(ruling, command, frozen.account, settings, asking)
        if stopped is not None:
            return NotTaken(stopped)
        if isinstance(ruling, Undecided):
            raise TypeError(f"the rule {ruling.rule} can't decide on what was looked at")
        return self._take(tx, items, wanted, ruling, settings)

    def submit_list(
        self, tx: Transaction, lines: Sequence[Line], account: Account, asking: Asking, *, bulk: Bulk, because: str
    ) -> Look | NotTaken:
        """Record a list of calls to be looked at, before somebody is asked to sign it."""
        settings = self._workspaces.read(tx, account.team_id)
        calls = [(as_itself(line.call, account), line.stated) for line in lines]
        for call, _ in calls:
            if lacking := lacks_role(settings, asking.person, assess(call), account, asking.place):
                return NotTaken(cards.lacks_role(lacking))
        if settings.waits_at(asking.place) is None:
            return NotTaken(cards.denied(f"Not asked for: {NOBODY_ELSE}"))
        frozen = [
            self._calls.freeze(tx, call, account, assess(call), stated=stated, because=because)
            for call, stated in calls
        ]
        look = self._looks.add(
            tx,
            team_id=account.team_id,
            call_ids=[each.id for each in frozen],
            user_id=asking.person.user_id,
            place=asking.place,
            confirmed=asking.confirmed,
            supersedes=asking.supersedes,
            bulk=bulk,
        )
        self._announcer.looking(tx, look, 0)
        return look

    def submit_rest(self, tx: Transaction, approval_id: str, asking: Asking) -> Look | NotTaken:
        """Record what a stopped list did not send as a list of its own, for whoever asked for it."""
        team_id, user_id = asking.person.team_id, asking.person.user_id
        before = self._approvals.load(tx, team_id, approval_id, hold=True)
        bulk = before.bulk if before is not None else None
        if before is None or bulk is None:
            return NotTaken(cards.denied("There is no such list in this workspace."))
        if user_id != before.requester_id:
            return NotTaken(cards.denied("Only who asked for it can ask for the rest."))
        rest = [at for at, part in enumerate(before.parts) if part == "stopped"]
        if not rest or bulk.rest_in is not None or set(before.parts) & {"running", "finding out"}:
            return NotTaken(cards.denied("Nothing is left of it to be asked for."))
        account = next((each for each in accounts.active(tx, team_id) if each.id == before.account.id), None)
        if account is None:
            return NotTaken(cards.denied(f"The account {before.account.alias} is not connected any more."))
        frozen = [before.items[at].frozen for at in rest]
        lines = [
            Line(bulk.lines[at], each.call, each.stated, bulk.currencies[at])
            for at, each in zip(rest, frozen, strict=True)
        ]
        return self.submit_list(
            tx,
            lines,
            account,
            asking,
            bulk=Bulk(
                lines=tuple(each.number for each in lines),
                currencies=tuple(each.currency for each in lines),
                go_on=bulk.go_on,
                rest_of=before.id,
            ),
            because=before.reason,
        )

    def _looked_list(
        self, tx: Transaction, look: Look, bulk: Bulk, items: Sequence[Item], person: Person
    ) -> Approval | NotTaken:
        settings = self._workspaces.read(tx, look.team_id)
        account = items[0].frozen.account
        for item in items:
            if lacking := lacks_role(settings, person, item.frozen.risk, account, look.place):
                return NotTaken(cards.lacks_role(lacking))
        barred = judging.barred(items, bulk)
        if barred:
            return NotTaken(cards.list_barred(barred, len(items)))
        waits_at = settings.waits_at(look.place)
        if waits_at is None:
            return NotTaken(cards.denied(f"Not asked for: {NOBODY_ELSE}"))
        before = self._approvals.load(tx, look.team_id, bulk.rest_of, hold=True) if bulk.rest_of else None
        if before is not None and before.bulk is not None and before.bulk.rest_in is not None:
            return NotTaken(cards.denied("Not asked for: somebody is asked for the rest already."))
        judged = judging.judge(tx, settings, items, person=person, place=look.place)
        told = _list_stopped(judged, bulk, because=items[0].frozen.because)
        if told is not None:
            for item in items:
                movements.release(tx, look.team_id, item.frozen.id)
            return NotTaken(told)
        approval = self._approvals.request(
            tx,
            items=items,
            requester_id=person.user_id,
            place=waits_at,
            rule=judged.ruling.rule,
            plan=judged.ruling.plan or Plan(),
            bulk=bulk,
        )
        if before is not None and before.bulk is not None:
            rest = replace(before.bulk, rest_in=approval.id)
            before = self._approvals.keep_list(tx, before, rest, user_id=person.user_id, event="rest asked for")
            self._announcer.approval(tx, before)
        self._announcer.approval(tx, approval)
        self._announcer.listed(tx, approval)
        if waits_at != look.place:
            self._announcer.asked_in_private(tx, approval, look.place)
        return approval

    def _stopped(
        self,
        ruling: Ruling | Undecided,
        command: Command,
        account: Account,
        settings: WorkspaceSettings,
        asking: Asking,
    ) -> Message | None:
        """What keeps a call from being recorded now; None where nothing does."""
        if isinstance(ruling, Undecided):
            return None
        match ruling.verdict:
            case "deny":
                return cards.denied(f"Not run, because {ruling.why}.")
            case "confirm" if not (asking.confirmed or command.confirmed):
                return cards.preview(command, account, ruling)
            case "approval" if settings.waits_at(asking.place) is None:
                return cards.denied(f"Not asked for: {NOBODY_ELSE}")
            case "approval" if command.shaping.private:
                return cards.denied(NOT_PRIVATE)
            case "approval" if ruling.plan is not None and ruling.plan.reason and not command.because:
                return cards.reason_needed(command, ruling)
        return None

    def _take(
        self, tx: Transaction, items: Sequence[Item], wanted: _Wanted, ruling: Ruling, settings: WorkspaceSettings
    ) -> Run | Approval:
        """Record what is wanted: as a run, or as an approval where it waits for others."""
        frozen, asking = items[0].frozen, wanted.asking
        user_id = asking.person.user_id
        movements.record(tx, frozen, user_id, wanted.moves, looked=wanted.looked)
        waits_at = settings.waits_at(asking.place)
        if ruling.verdict != "approval" or waits_at is None:
            way = settings.answers.way(asking.place, frozen.risk)
            place = Place(user_id) if way == "dm" and not frozen.shaping.private else asking.place
            run = self._runs.record(tx, frozen=frozen, actor_id=user_id, place=place, rule=ruling.rule)
            self._announcer.run(tx, run)
            if place != asking.place:
                self._announcer.elsewhere(tx, run, asking.place)
            return run
        before = self._before(tx, frozen.account.team_id, asking)
        approval = self._approvals.request(
            tx,
            items=items,
            requester_id=user_id,
            place=waits_at,
            rule=ruling.rule,
            plan=ruling.plan or Plan(),
            supersedes=before.id if before is not None else None,
        )
        if before is not None:
            self._announcer.approval(tx, self._approvals.supersede(tx, before, approval))
        self._announcer.approval(tx, approval)
        if waits_at != asking.place:
            self._announcer.asked_in_private(tx, approval, asking.place)
        return approval

    def _before(self, tx: Transaction, team_id: str, asking: Asking) -> Approval | None:
        """The pending approval of theirs whose place this takes."""
        if asking.supersedes is None:
            return None
        before = self._approvals.load(tx, team_id, asking.supersedes, hold=True)
        mine = before is not None and before.requester_id == asking.person.user_id
        return before if before is not None and mine and before.state == "pending" else None

    def _overtaken(self, tx: Transaction, team_id: str, asking: Asking) -> NotTaken | None:
        """Why nothing takes the place of an approval: it is being sent, and a second one would come on top of it.

        The approval is held from here on, before anything else, as by whoever decides on it.
        """
        if asking.supersedes is None:
            return None
        before = self._approvals.load(tx, team_id, asking.supersedes, hold=True)
        return NotTaken(cards.denied(f"Not asked for: {SIGNED_MEANWHILE}")) if before and before.released else None


def _judge(tx: Transaction, settings: WorkspaceSettings, wanted: _Wanted) -> Ruling | Undecided:
    asking = wanted.asking
    return settings.policy.judge(
        facts_of(
            tx,
            settings,
            wanted.call,
            wanted.account,
            person=asking.person,
            place=asking.place,
            moves=wanted.moves,
            looked=wanted.looked,
            risk=wanted.risk,
            hold=movements.counts(wanted.risk),
        )
    )


def _runs_now(ruling: Ruling | Undecided) -> bool:
    """Whether a call that isn't stopped is carried out without anybody else."""
    return not isinstance(ruling, Undecided) and ruling.verdict != "approval"


def _list_stopped(judged: judging.Judged, bulk: Bulk, *, because: str) -> Message | None:
    """What keeps a list from being asked for; None where nothing does."""
    ruling = judged.ruling
    if ruling.verdict == "deny":
        denied = [(bulk.lines[at], f"The policy does not allow it, because {why}.") for at, why in judged.denied]
        if denied:
            return cards.list_barred(denied, len(bulk.lines))
        return cards.denied(f"Not asked for: the policy does not allow all of it together, because {ruling.why}.")
    if ruling.plan is not None and ruling.plan.reason and not because:
        return cards.denied(f"Not asked for yet: say why it is wanted, because {ruling.why}.")
    return None
