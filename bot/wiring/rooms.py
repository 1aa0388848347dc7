"""The rooms that payloads go to."""

from dataclasses import dataclass

from bot import cards
from bot.answer_rooms import AnswerRooms
from bot.asking import Asking
from bot.bulk.lists import ROOM, Lists
from bot.bulk.pressing import ListButtons
from bot.bulk.reports import Reports
from bot.commands import Commands
from bot.deciding.clicks import Deciding
from bot.deciding.decisions import Decisions
from bot.deciding.modals import Modals
from bot.forms.agreeing import Agreeing
from bot.forms.at_hand import AtHand
from bot.forms.drafts import Drafts
from bot.forms.filling import Filling
from bot.forms.objects import Objects
from bot.forms.picking import Picking
from bot.forms.suggesting import Suggesting
from bot.granting.changing import RoleChanges
from bot.granting.form import GrantForm
from bot.granting.requests import RoleRequests
from bot.granting.rooms import RoleRooms
from bot.helping import Helping
from bot.home.home import Home
from bot.home.overview import Overviews
from bot.listeners import Listeners
from bot.mentions import Mentions
from bot.message_shortcuts import MessageShortcuts
from bot.open_outcomes import OpenOutcomes
from bot.page_buttons import PageButtons
from bot.policy import POLICIES
from bot.policy.editing import PolicyEditing
from bot.policy.rooms import PolicyRooms
from bot.reaching.rooms import ApprovalRooms
from bot.reaching.timing import Reaching
from bot.receipts import ReceiptRooms
from bot.saved.editing import Editing
from bot.saved.rooms import Saved
from bot.saved.shelf import Shelf
from bot.setting_up import SettingUp
from bot.wiring.domain import Domain
from bot.wiring.foundation import Foundation


@dataclass(frozen=True, slots=True)
class Rooms:
    """What payloads go to, the drafts that forms keep, and what has approvals reach people."""

    listeners: Listeners
    drafts: Drafts
    reaching: Reaching


def build_rooms(base: Foundation, domain: Domain) -> Rooms:
    """The rooms that payloads go to."""
    asking = Asking(registry=base.registry, tokens=base.tokens, slack=base.slack, clock=base.clock)
    drafts = Drafts(envelope=base.envelope, registry=base.registry, ids=base.ids)
    filling = Filling(
        store=base.store,
        registry=base.registry,
        drafts=drafts,
        people=base.people,
        slack=base.slack,
        files=base.files,
        tokens=base.tokens,
        workspaces=base.workspaces,
        style=base.style,
    )
    commands = Commands(
        store=base.store,
        registry=base.registry,
        people=base.people,
        submitting=domain.submitting,
        looking_up=domain.looking_up,
        looking=domain.looking,
        runs=domain.runs,
        announcer=domain.announcer,
        replies=base.replies,
        asking=asking,
        filling=filling,
        clock=base.clock,
    )
    shelf = Shelf(envelope=base.envelope, ids=base.ids)
    at_hand = AtHand(drafts=drafts, calls=domain.calls, shelf=shelf)
    helping = Helping(
        store=base.store, registry=base.registry, workspaces=base.workspaces, replies=base.replies, asking=asking
    )
    picking = Picking(
        store=base.store,
        registry=base.registry,
        policy=POLICIES["standard"],
        people=base.people,
        filling=filling,
        at_hand=at_hand,
        shelf=shelf,
        tokens=base.tokens,
        slack=base.slack,
        replies=base.replies,
        clock=base.clock,
        style=base.style,
        help_=helping.help,
    )
    policy_editing = _policy(base, domain, commands)
    setting_up = SettingUp(
        policy_editing=policy_editing,
        store=base.store,
        workspaces=base.workspaces,
        people=base.people,
        groups=base.user_groups,
        tokens=base.tokens,
        slack=base.slack,
        replies=base.replies,
        clock=base.clock,
        style=base.style,
    )
    editing = _saved_commands(base, shelf, commands)
    answer_rooms = AnswerRooms(store=base.store, workspaces=base.workspaces, replies=base.replies)
    commands.open_room(cards.ANSWERS_ROOM, answer_rooms.room)
    commands.open_room("connect", domain.connecting.open)
    commands.open_room("help", helping.help)
    commands.open_room("search", helping.search)
    commands.open_room("setup", setting_up.room)
    lists = _lists(base, domain, commands)
    grant_form = _roles(base, commands)
    picking.open_rooms(commands)
    overviews = _overviews(base, domain, shelf)
    home = Home(store=base.store, people=base.people, overviews=overviews, slack=base.slack, style=base.style)
    approval_rooms = ApprovalRooms(
        store=base.store,
        approvals=domain.approvals,
        workspaces=base.workspaces,
        overviews=overviews,
        commands=commands,
        people=base.people,
        replies=base.replies,
        slack=base.slack,
        style=base.style,
    )
    commands.open_room(cards.APPROVALS_ROOM, approval_rooms.room)
    decisions = Decisions(
        store=base.store,
        tokens=base.tokens,
        people=base.people,
        workspaces=base.workspaces,
        approvals=domain.approvals,
        runs=domain.runs,
        announcer=domain.announcer,
    )
    approval_modals = Modals(
        decisions=decisions,
        filling=filling,
        registry=base.registry,
        tokens=base.tokens,
        slack=base.slack,
        clock=base.clock,
        style=base.style,
    )
    _receipts(base, domain, commands)
    listeners = Listeners(
        commands=commands,
        deciding=Deciding(decisions=decisions, modals=approval_modals, replies=base.replies),
        decisions=decisions,
        approval_modals=approval_modals,
        finding_out=domain.finding_out,
        reviews=domain.reviews,
        connecting=domain.connecting,
        asking=asking,
        filling=filling,
        agreeing=Agreeing(
            store=base.store,
            registry=base.registry,
            drafts=drafts,
            people=base.people,
            files=base.files,
            tokens=base.tokens,
        ),
        picking=picking,
        suggesting=_suggesting(base, domain, drafts, at_hand),
        editing=editing,
        setting_up=setting_up,
        grant_form=grant_form,
        policy_editing=policy_editing,
        home=home,
        approval_rooms=approval_rooms,
        mentions=Mentions(commands=commands, replies=base.replies),
        message_shortcuts=MessageShortcuts(
            commands=commands, tokens=base.tokens, slack=base.slack, replies=base.replies, clock=base.clock
        ),
        lists=lists,
        list_buttons=ListButtons(
            store=base.store,
            tokens=base.tokens,
            people=base.people,
            workspaces=base.workspaces,
            approvals=domain.approvals,
            carrying=domain.carrying,
            announcer=domain.announcer,
            lists=lists,
            replies=base.replies,
        ),
        page_buttons=PageButtons(store=base.store, rows=domain.page_rows, commands=commands, replies=base.replies),
        replies=base.replies,
        supervisor=base.supervisor,
        ids=base.ids,
    )
    reaching = Reaching(
        store=base.store,
        times=domain.times,
        workspaces=base.workspaces,
        announcer=domain.announcer,
        reviews=domain.reviews,
        copies=domain.copies,
        notes=domain.notes,
        home=home,
        supervisor=base.supervisor,
    )
    return Rooms(listeners=listeners, drafts=drafts, reaching=reaching)


def _lists(base: Foundation, domain: Domain, commands: Commands) -> Lists:
    lists = Lists(
        store=base.store,
        registry=base.registry,
        commands=commands,
        submitting=domain.submitting,
        looking=domain.looking,
        files=base.files,
        outbox=base.outbox,
        tokens=base.tokens,
        slack=base.slack,
        replies=base.replies,
        clock=base.clock,
        style=base.style,
    )
    commands.open_room(ROOM, lists.room)
    return lists


def _policy(base: Foundation, domain: Domain, commands: Commands) -> PolicyEditing:
    editing = PolicyEditing(
        store=base.store,
        registry=base.registry,
        workspaces=base.workspaces,
        calls=domain.calls,
        people=base.people,
        proposals=domain.proposals,
        tokens=base.tokens,
        slack=base.slack,
        replies=base.replies,
        clock=base.clock,
        style=base.style,
    )
    rooms = PolicyRooms(
        store=base.store,
        registry=base.registry,
        workspaces=base.workspaces,
        calls=domain.calls,
        commands=commands,
        proposals=domain.proposals,
        editing=editing,
        outbox=base.outbox,
        replies=base.replies,
        style=base.style,
    )
    commands.open_room("policy", rooms.room)
    return editing


def _receipts(base: Foundation, domain: Domain, commands: Commands) -> None:
    rooms = ReceiptRooms(
        store=base.store,
        registry=base.registry,
        approvals=domain.approvals,
        calls=domain.calls,
        outcomes=OpenOutcomes(envelope=base.envelope),
        reports=Reports(envelope=base.envelope, clock=base.clock),
        workspaces=base.workspaces,
        commands=commands,
        outbox=base.outbox,
        replies=base.replies,
        style=base.style,
    )
    commands.open_room("receipt", rooms.room)


def _saved_commands(base: Foundation, shelf: Shelf, commands: Commands) -> Editing:
    editing = Editing(
        store=base.store,
        shelf=shelf,
        registry=base.registry,
        commands=commands,
        replies=base.replies,
        outbox=base.outbox,
        tokens=base.tokens,
        slack=base.slack,
        clock=base.clock,
        workspaces=base.workspaces,
    )
    Saved(
        store=base.store,
        shelf=shelf,
        registry=base.registry,
        commands=commands,
        replies=base.replies,
        outbox=base.outbox,
        workspaces=base.workspaces,
    ).open_rooms(editing)
    return editing


def _roles(base: Foundation, commands: Commands) -> GrantForm:
    requests = RoleRequests(outbox=base.outbox, ids=base.ids)
    changes = RoleChanges(
        store=base.store, workspaces=base.workspaces, people=base.people, groups=base.user_groups, requests=requests
    )
    form = GrantForm(
        store=base.store,
        workspaces=base.workspaces,
        people=base.people,
        groups=base.user_groups,
        changes=changes,
        tokens=base.tokens,
        slack=base.slack,
        replies=base.replies,
        clock=base.clock,
        style=base.style,
    )
    RoleRooms(
        store=base.store,
        workspaces=base.workspaces,
        people=base.people,
        changes=changes,
        requests=requests,
        form=form,
        replies=base.replies,
        style=base.style,
    ).open_rooms(commands)
    return form


def _suggesting(base: Foundation, domain: Domain, drafts: Drafts, at_hand: AtHand) -> Suggesting:
    return Suggesting(
        store=base.store,
        registry=base.registry,
        policy=POLICIES["standard"],
        people=base.people,
        at_hand=at_hand,
        objects=Objects(
            store=base.store,
            registry=base.registry,
            workspaces=base.workspaces,
            calls=domain.calls,
            runs=domain.runs,
            drafts=drafts,
            supervisor=base.supervisor,
            clock=base.clock,
        ),
    )


def _overviews(base: Foundation, domain: Domain, shelf: Shelf) -> Overviews:
    return Overviews(
        workspaces=base.workspaces,
        approvals=domain.approvals,
        announcer=domain.announcer,
        proposals=domain.proposals,
        reviews=domain.reviews,
        calls=domain.calls,
        shelf=shelf,
        registry=base.registry,
        clock=base.clock,
    )
