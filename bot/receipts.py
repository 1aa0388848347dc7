"""``/stripe receipt <id>``: all that is on record of an approval or a run, joined, for those whom it concerns.

It may hold what a customer would not want in a channel, so it goes to whoever asks for it alone: whoever asked for the
call or decided on it, and those who may approve on its account. Anybody else is told what they would be told if
nothing went by that name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sqlalchemy import Row, func, or_, select

from bot import cards, run_rows
from bot.approval import Reported
from bot.approvals import Approvals
from bot.blocks import Message
from bot.bulk.reports import Reports
from bot.calls import Calls, digest_of
from bot.commands import Commands
from bot.domain import FrozenCall, Person, Place
from bot.errors import KeyProblemError
from bot.forms.at_hand import INTERNAL_RULES
from bot.open_outcomes import OpenOutcomes
from bot.outbox import Outbox
from bot.receipt import Attempt, Event, Receipt
from bot.replies import Asker, Replies
from bot.store import deliveries
from bot.store.engine import Store, Transaction
from bot.store.tables import approvals, audit_events, calls, decisions, runs
from bot.text import Style
from bot.workspaces import Workspaces, WorkspaceSettings
from operations.registry import Registry

MOST: Final = 10
"""How many that go by the same name are looked through, the newest first."""
_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,80}", re.ASCII)
_USAGE: Final = (
    "Behind receipt stands the id of an approval or a run, the id of a Stripe request (req_…), or a digest as a "
    "card shows it (of a list, once somebody has decided); at least eight characters. The button Receipt below a "
    "result gives it, too."
)
_NOTHING: Final = (
    "No receipt that you may read goes by that: it is for those who asked or decided, and for those who may approve on "
    f"its account. {_USAGE}"
)
_UNREADABLE: Final = "What is on record of this was changed or can't be read. Tell whoever runs the bot."


@dataclass(frozen=True, slots=True)
class Named:
    """What goes by a name: an approval, or a run that needed none; and who asked for it."""

    kind: Literal["approval", "run"]
    id: str
    asker_id: str


class ReceiptRooms:
    """The room of receipts."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        approvals: Approvals,
        calls: Calls,
        outcomes: OpenOutcomes,
        reports: Reports,
        workspaces: Workspaces,
        commands: Commands,
        outbox: Outbox,
        replies: Replies,
        style: Style,
    ) -> None:
        self._store = store
        self._registry = registry
        self._approvals = approvals
        self._calls = calls
        self._outcomes = outcomes
        self._reports = reports
        self._workspaces = workspaces
        self._commands = commands
        self._outbox = outbox
        self._replies = replies
        self._style: Style = style

    async def room(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``receipt <id>``, ``receipt <id> file``."""
        words = rest.split()
        as_file = words[1:] == ["file"]
        if not words or (len(words) > 1 and not as_file) or _ID.fullmatch(words[0]) is None:
            await self._replies.tell(asker, cards.denied(_USAGE))
            return True
        person = await self._commands.person(asker)
        if person is None:
            return True
        if as_file:
            told = await self._store.transaction(lambda tx: self._filed(tx, asker, words[0], person))
            self._outbox.wake()
        else:
            told = await self._store.read(lambda tx: self._shown(tx, words[0], person))
        if told is not None:
            await self._replies.tell(asker, told)
        return True

    def _shown(self, tx: Transaction, text: str, person: Person) -> Message:
        receipt = self._found(tx, text, person)
        return receipt if isinstance(receipt, Message) else cards.receipt(receipt, self._style)

    def _filed(self, tx: Transaction, asker: Asker, text: str, person: Person) -> Message | None:
        """Send it as a file, by direct message; what is told where it was asked for."""
        if not deliveries.first_time(tx, asker.team_id, asker.key):
            return None
        receipt = self._found(tx, text, person)
        if isinstance(receipt, Message):
            return receipt
        self._outbox.put(
            tx,
            team_id=asker.team_id,
            about=f"receipt:{asker.key.rpartition(':')[2][:64]}",
            place=Place(asker.user_id),
            user_id=asker.user_id,
            content=cards.receipt_file(receipt),
            thread_of=None,
        )
        return cards.receipt_sent()

    def _found(self, tx: Transaction, text: str, person: Person) -> Receipt | Message:
        """The receipt that a text names, of those that the person may read; else why there is none for them."""
        settings = self._workspaces.read(tx, person.team_id)
        readable: list[tuple[Named, Receipt]] = []
        told = _NOTHING
        for named in find(tx, person.team_id, text):
            try:
                receipt = self._gathered(tx, person.team_id, named)
            except KeyProblemError:
                if named.asker_id == person.user_id or settings.is_admin(person.user_id):
                    told = _UNREADABLE
                continue
            if _may_read(settings, person, receipt):
                readable.append((named, receipt))
        if len(readable) == 1:
            return readable[0][1]
        if readable:
            ids = ", ".join(f"{named.kind} {named.id}" for named, _ in readable)
            told = f"More than one goes by that. Give the id of one of them: {ids}."
        return cards.denied(told)

    def _gathered(self, tx: Transaction, team_id: str, named: Named) -> Receipt:
        """All that is on record of it. Raises KeyProblemError."""
        of_approval = named.kind == "approval"
        approval = self._approvals.load(tx, team_id, named.id) if of_approval else None
        which = (runs.c.approval_id if of_approval else runs.c.id) == named.id
        rows = tx.connection.execute(
            select(runs).where(runs.c.team_id == team_id, which).order_by(runs.c.position)
        ).all()
        sent = self._calls.load_all(tx, team_id, [row.call_id for row in rows])
        reported: Sequence[Reported | None] = [None] * len(rows)
        if approval is not None and approval.bulk is not None:
            reported = self._reports.rows(tx, approval)
        subjects = [f"{named.kind}:{named.id}", *(f"run:{row.id}" for row in rows)]
        receipt = Receipt(
            approval=approval,
            attempts=tuple(self._attempt(tx, *each) for each in zip(rows, sent, reported, strict=True)),
            events=tuple(_events(tx, team_id, subjects)),
            api_version=self._registry.api_version,
        )
        return receipt if all(map(self._agrees, receipt.calls)) else replace(receipt, api_version=None)

    def _attempt(self, tx: Transaction, row: Row[Any], frozen: FrozenCall, reported: Reported | None) -> Attempt:
        return Attempt(
            run=run_rows.run_of(row, frozen),
            request_id=row.request_id,
            http_status=row.http_status,
            error_code=row.error_code,
            finished_at=row.finished_at,
            outcome=self._outcomes.load(tx, row.team_id, row.id),
            reported=reported,
        )

    def _agrees(self, frozen: FrozenCall) -> bool:
        """Whether its digest, computed anew, is what was signed."""
        return digest_of(self._calls.request(frozen.call), frozen.account) == frozen.digest


def find(tx: Transaction, team_id: str, text: str) -> Sequence[Named]:
    """What a text names, the newest first: by the beginning of an id or a digest, or by Stripe's request.

    The digest of a list is on record from the first decision on it.
    """

    def begins(column: Any) -> Any:
        return func.substr(column, 1, len(text)) == text

    signed = select(decisions.c.approval_id).where(decisions.c.team_id == team_id, begins(decisions.c.digest))
    asked = tx.connection.execute(
        select(approvals.c.id, approvals.c.requester_id)
        .join(calls, (calls.c.team_id == approvals.c.team_id) & (calls.c.id == approvals.c.call_id))
        .where(
            approvals.c.team_id == team_id,
            or_(begins(approvals.c.id), begins(calls.c.digest), approvals.c.id.in_(signed)),
        )
        .order_by(approvals.c.created_at.desc(), approvals.c.id)
        .limit(MOST)
    ).all()
    ran = tx.connection.execute(
        select(runs.c.id, runs.c.approval_id, runs.c.actor_id)
        .join(calls, (calls.c.team_id == runs.c.team_id) & (calls.c.id == runs.c.call_id))
        .where(
            runs.c.team_id == team_id,
            runs.c.rule.not_in(INTERNAL_RULES),
            or_(begins(runs.c.id), begins(calls.c.digest), runs.c.request_id == text),
        )
        .order_by(runs.c.created_at.desc(), runs.c.id)
        .limit(MOST)
    ).all()
    found = [Named("approval", row.id, row.requester_id) for row in asked]
    for row in ran:
        by_approval = row.approval_id is not None
        found.append(Named("approval" if by_approval else "run", row.approval_id or row.id, row.actor_id))
    return tuple(dict.fromkeys(found))


def _events(tx: Transaction, team_id: str, subjects: Sequence[str]) -> Sequence[Event]:
    rows = tx.connection.execute(
        select(audit_events)
        .where(audit_events.c.team_id == team_id, audit_events.c.subject.in_(subjects))
        .order_by(audit_events.c.seq)
    ).all()
    return [Event(row.seq, row.at, row.event, row.actor_id, row.subject, row.digest) for row in rows]


def _may_read(settings: WorkspaceSettings, person: Person, receipt: Receipt) -> bool:
    if person.user_id in receipt.concerned:
        return True
    return settings.may(person, "approver", receipt.account, receipt.place)
