"""Runs and approvals, what leads to them, and what is said of them."""

from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.announcing import Announcer
from bot.approval_rows import ApprovalRows
from bot.approval_times import ApprovalTimes
from bot.approvals import Approvals
from bot.bulk.carrying import Carrying
from bot.bulk.reports import Reports
from bot.calls import Calls
from bot.clearance import CONNECT_RULE, Clearance
from bot.connecting import Connecting
from bot.domain import Run
from bot.finding_out import FindingOut
from bot.forms.objects import SUGGEST_RULE
from bot.handing_over import HandingOver
from bot.look_rows import Look, LookRows
from bot.looking import Looking
from bot.looking_up import LOOKUP_RULE, LookingUp
from bot.open_outcomes import OpenOutcomes
from bot.page_rows import PageRows
from bot.policy.proposals import Proposals
from bot.reaching.copies import Copies
from bot.reaching.notes import Notes
from bot.reviews import Reviews
from bot.run_ends import Following, Settled, Unreadable
from bot.runs import Runs
from bot.sending import Sending
from bot.store.engine import Transaction
from bot.submitting import LOOK_RULE, Submitting
from bot.tasks import Supervisor
from bot.unreadable import UnreadableRuns
from bot.wiring.foundation import Foundation
from operations.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Domain:
    """Runs and approvals, and what leads to them."""

    calls: Calls
    approvals: Approvals
    times: ApprovalTimes
    copies: Copies
    notes: Notes
    page_rows: PageRows
    announcer: Announcer
    carrying: Carrying
    runs: Runs
    connecting: Connecting
    proposals: Proposals
    submitting: Submitting
    looking_up: LookingUp
    looking: Looking
    finding_out: FindingOut
    reviews: Reviews


def build_domain(base: Foundation) -> Domain:
    """Runs, approvals and what leads to them."""
    calls = Calls(envelope=base.envelope, registry=base.registry, ids=base.ids)
    lifetime = timedelta(hours=base.settings.approval_hours)
    rows = ApprovalRows(envelope=base.envelope, calls=calls)
    approvals = Approvals(
        rows=rows,
        ids=base.ids,
        lifetime=lifetime,
        glass_broken=lambda tx, approval: reviews.begin(tx, approval),  # noqa: PLW0108 — it is built below
    )
    copies = Copies(
        store=base.store,
        outbox=base.outbox,
        approvals=approvals,
        workspaces=base.workspaces,
        people=base.people,
        groups=base.user_groups,
    )
    notes = Notes(outbox=base.outbox, style=base.style)
    page_rows = PageRows(envelope=base.envelope, calls=calls, tokens=base.tokens)
    announcer = Announcer(
        outbox=base.outbox,
        approvals=approvals,
        workspaces=base.workspaces,
        people=base.people,
        copies=copies,
        notes=notes,
        reports=Reports(envelope=base.envelope, clock=base.clock),
        page_rows=page_rows,
        tokens=base.tokens,
        style=base.style,
        clock=base.clock,
    )
    carrying = Carrying(approvals=approvals)
    outcomes = OpenOutcomes(envelope=base.envelope)
    unreadable = UnreadableRuns(
        approvals=approvals,
        rows=outcomes,
        workspaces=base.workspaces,
        announcer=announcer,
        outbox=base.outbox,
        tokens=base.tokens,
        style=base.style,
    )
    handing = HandingOver(slack=base.slack)
    runs = Runs(
        store=base.store,
        calls=calls,
        approvals=approvals,
        carrying=carrying,
        keys=base.keys,
        sending=Sending(
            store=base.store,
            calls=calls,
            keys=base.keys,
            executor=base.executor,
            clock=base.clock,
            so_far=announcer.so_far,
            told=announcer.wake,
        ),
        people=base.people,
        clearance=Clearance(calls=calls, keys=base.keys, workspaces=base.workspaces),
        see=lambda run: looking.see(run.frozen, user_id=run.actor_id, place=run.place),
        hand_over=lambda run, outcome: _hand_over(handing, run, outcome),
        begin=lambda work: _begin(base.supervisor, work),
        ids=base.ids,
        holder=base.ids(),
        # Whom it goes to is built further down, since they need the runs.
        announce=lambda tx, settled: _announce(tx, settled, domain),
        announce_unreadable=lambda tx, run: _announce_unreadable(tx, run, announcer, unreadable),
        told=announcer.wake,
    )
    looks = LookRows(ids=base.ids)
    submitting = Submitting(
        workspaces=base.workspaces,
        registry=base.registry,
        calls=calls,
        approvals=approvals,
        runs=runs,
        looks=looks,
        announcer=announcer,
    )
    looking = Looking(
        store=base.store,
        registry=base.registry,
        calls=calls,
        runs=runs,
        rows=looks,
        people=base.people,
        submitting=submitting,
        outbox=base.outbox,
        announcer=announcer,
    )
    reviews = Reviews(
        store=base.store,
        approvals=approvals,
        workspaces=base.workspaces,
        people=base.people,
        announcer=announcer,
        outbox=base.outbox,
        tokens=base.tokens,
        replies=base.replies,
        style=base.style,
    )
    proposals = Proposals(outbox=base.outbox, tokens=base.tokens, style=base.style)
    domain = Domain(
        calls=calls,
        approvals=approvals,
        times=ApprovalTimes(rows=rows),
        copies=copies,
        notes=notes,
        page_rows=page_rows,
        announcer=announcer,
        carrying=carrying,
        runs=runs,
        connecting=Connecting(
            store=base.store,
            registry=base.registry,
            calls=calls,
            runs=runs,
            keys=base.keys,
            outbox=base.outbox,
            slack=base.slack,
            replies=base.replies,
            people=base.people,
            workspaces=base.workspaces,
            proposals=proposals,
        ),
        proposals=proposals,
        submitting=submitting,
        looking_up=LookingUp(
            registry=base.registry,
            workspaces=base.workspaces,
            calls=calls,
            runs=runs,
            submitting=submitting,
            outbox=base.outbox,
        ),
        looking=looking,
        reviews=reviews,
        finding_out=FindingOut(
            store=base.store,
            registry=base.registry,
            calls=calls,
            approvals=approvals,
            looking=looking,
            rows=outcomes,
            unreadable=unreadable,
            workspaces=base.workspaces,
            people=base.people,
            announcer=announcer,
            outbox=base.outbox,
            tokens=base.tokens,
            replies=base.replies,
            told=announcer.wake,
            style=base.style,
        ),
    )
    return domain


def _begin(supervisor: Supervisor, work: Coroutine[Any, Any, object]) -> None:
    """Begin the next call of a list; while shutting down it is left to another process, or to the next start."""
    if supervisor.draining:
        work.close()
    else:
        supervisor.spawn("run", work)


_UNTOLD = frozenset({SUGGEST_RULE, LOOK_RULE})
"""The rules of runs whose answers nobody is told as such."""


async def _hand_over(handing: HandingOver, run: Run, outcome: Outcome) -> bool | None:
    """Show what a run was for to whoever asked, if it was for a person at all."""
    return None if run.rule in _UNTOLD | {LOOKUP_RULE, CONNECT_RULE} else await handing.show(run, outcome)


def _announce_unreadable(tx: Transaction, run: Unreadable, announcer: Announcer, unreadable: UnreadableRuns) -> None:
    """Have told that a run has ended because its call can't be read, and ask how it was if it may have been sent."""
    if run.rule not in _UNTOLD:
        announcer.unreadable(tx, run)
        unreadable.begin(tx, run)


def _announce(tx: Transaction, settled: Settled, domain: Domain) -> Following | None:
    """Have told what a run came to, by whoever the run was for; how what it led to is carried out, if anything."""
    match settled.run.rule:
        case rule if rule == LOOKUP_RULE:
            match domain.looking_up.settled(tx, settled):
                case Run() as run:
                    return lambda: domain.runs.carry_out(run.team_id, run.id)
                case Look() as look:
                    return lambda: domain.looking.carry_out(look)
        case rule if rule == CONNECT_RULE:
            domain.connecting.settled(tx, settled)
        case rule if rule not in _UNTOLD:
            domain.announcer.settled(tx, settled)
            return domain.finding_out.begin(tx, settled)
    return None
