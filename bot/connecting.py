"""Connecting a Stripe account: a modal takes the key, Stripe tells whose it is, and only then is it used.

The key goes from the modal straight into the key store, sealed. The question to Stripe is a recorded run like any
other, so it is carried on after a restart, and its answer reaches the person by direct message.
"""

import logging
import re
from dataclasses import dataclass
from typing import TypeAlias

from bot import cards
from bot.blocks import Message
from bot.calls import Calls
from bot.clearance import CONNECT_RULE
from bot.domain import Account, Place, Run
from bot.errors import KeyProblemError
from bot.inbound import Submission
from bot.keys.store import KeyStore
from bot.outbox import Outbox
from bot.people import People
from bot.policy import shelf
from bot.policy.proposals import Proposals
from bot.replies import Asker, Replies
from bot.run_ends import Settled
from bot.runs import Runs
from bot.slack_api import SlackApi, SlackError
from bot.store import deliveries
from bot.store.engine import Store, Transaction
from bot.workspaces import Workspaces
from operations.call import Json, bind
from operations.outcome import Failed, Outcome, Succeeded
from operations.registry import Registry
from operations.risk import assess
from operations.secrets import SecretKey

logger = logging.getLogger(__name__)

WHOSE_KEY = "GET /v1/account"
ALIAS = re.compile(r"[a-z][a-z0-9-]{0,38}")
LINKED = re.compile(r"acct_[A-Za-z0-9]{1,60}")
MOST_LINKED = 50

Problems: TypeAlias = dict[str, str]
"""A sentence for each block_id whose input is wrong."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What a filled-in connect modal asks for."""

    alias: str
    key: SecretKey
    linked: tuple[str, ...]


class Connecting:
    """Opens the connect modal, takes what it submits, and tells what Stripe said."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        calls: Calls,
        runs: Runs,
        keys: KeyStore,
        outbox: Outbox,
        slack: SlackApi,
        people: People,
        replies: Replies,
        workspaces: Workspaces,
        proposals: Proposals,
    ) -> None:
        self._store = store
        self._registry = registry
        self._calls = calls
        self._runs = runs
        self._keys = keys
        self._outbox = outbox
        self._slack = slack
        self._people = people
        self._replies = replies
        self._workspaces = workspaces
        self._proposals = proposals

    async def open(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """Show the modal to an admin. The trigger lives for three seconds, so an admin of the environment waits for
        no database, and one whom another admin named for one read.
        """
        if rest:
            return False
        await self._open(asker, trigger_id)
        return True

    async def _open(self, asker: Asker, trigger_id: str | None) -> None:
        if not await self._workspaces.is_admin(asker.team_id, asker.user_id):
            settings = await self._workspaces.now(asker.team_id)
            await self._replies.tell(asker, cards.not_an_admin(asker.user_id, settings.admins))
            return
        if trigger_id is None:
            await self._replies.tell(asker, cards.denied("Type /stripe connect: Slack opens the form for that only."))
            return
        try:
            await self._slack.open_view(asker.team_id, trigger_id, cards.connect_view())
        except SlackError as error:
            logger.warning("the connect form was not opened: %s", error)
            sentence = "Slack did not open the form in time. Type /stripe connect again."
            await self._replies.tell(asker, cards.denied(sentence))

    def read(self, submission: Submission) -> Connection | Problems:
        """What the modal asks for, or what is wrong with it. No sentence repeats anything of the key."""
        problems: Problems = {}
        alias = submission.text(cards.CONNECT_ALIAS).strip().lower() or "default"
        if not ALIAS.fullmatch(alias):
            problems[cards.CONNECT_ALIAS] = "Use lower-case letters, digits and hyphens, such as eu-store."
        linked = tuple(dict.fromkeys(re.findall(r"[^\s,]+", submission.text(cards.CONNECT_LINKED))))
        if len(linked) > MOST_LINKED or not all(LINKED.fullmatch(each) for each in linked):
            problems[cards.CONNECT_LINKED] = (
                f"Connected accounts look like acct_1Abc…, with spaces between, {MOST_LINKED} at most."
            )
        try:
            key = SecretKey.parse(submission.text(cards.CONNECT_KEY).strip())
        except ValueError as problem:
            problems[cards.CONNECT_KEY] = str(problem)
        else:
            if not problems:
                return Connection(alias=alias, key=key, linked=linked)
        return problems

    async def connect(self, submission: Submission, wanted: Connection) -> None:
        """Keep the key and ask Stripe whose it is."""
        team_id, user_id = submission.team_id, submission.user_id
        if await self._barred(submission) or not await self._workspaces.is_admin(team_id, user_id):
            admins = (await self._workspaces.now(team_id)).admins
            await self._slack.post(team_id, user_id, cards.not_an_admin(user_id, admins))
            return
        run = await self._store.transaction(
            lambda tx: self.record(tx, team_id=team_id, user_id=user_id, wanted=wanted, key=submission.key)
        )
        if run is not None:
            await self._runs.carry_out(run.team_id, run.id)

    def record(self, tx: Transaction, *, team_id: str, user_id: str, wanted: Connection, key: str) -> Run | None:
        """Keep the key as one to be checked, with the run that checks it; None for a repeated delivery ``key``."""
        if not deliveries.first_time(tx, team_id, key) or not self._workspaces.read(tx, team_id).is_admin(user_id):
            return None
        account = self._keys.add(
            tx, team_id=team_id, alias=wanted.alias, key=wanted.key, created_by=user_id, linked=wanted.linked
        )
        operation = self._registry.by_key(WHOSE_KEY)
        if operation is None:
            raise LookupError(f"the registry lacks {WHOSE_KEY}")
        call = bind(operation)
        frozen = self._calls.freeze(tx, call, account, assess(call))
        return self._runs.record(tx, frozen=frozen, actor_id=user_id, place=Place(user_id), rule=CONNECT_RULE)

    def settled(self, tx: Transaction, settled: Settled) -> None:
        """Put the key to use or destroy it, as Stripe answered, and tell the person who typed it."""
        run = settled.run
        account = run.frozen.account
        told = whose(settled.outcome)
        if told is None:
            self._keys.discard(tx, account)
            self._tell(tx, run, _failure(account, settled.outcome))
            return
        try:
            account = self._keys.activate(
                tx, account, stripe_account_id=told.account_id, name=told.name, livemode=account.livemode
            )
        except KeyProblemError as problem:
            self._keys.discard(tx, account)
            self._tell(tx, run, cards.denied(f"Not connected. {problem}"))
        else:
            self._tell(tx, run, cards.connected(account, strict=account.livemode and self._strict(tx, run)))

    def _strict(self, tx: Transaction, run: Run) -> bool:
        """Have a policy that one admin alone made wait for a second one, since live money is in reach now.

        Whether the strict one holds in its place.
        """
        waits = shelf.go_live(tx, run.team_id, run.actor_id)
        if waits is None:
            return False
        admins = self._workspaces.read(tx, run.team_id).admins
        self._proposals.tell(tx, run.team_id, waits, admins)
        self._proposals.tell_overtaken(tx, run.team_id, waits, admins)
        return True

    async def _barred(self, submission: Submission) -> bool:
        try:
            return (await self._people.person(submission.team_id, submission.user_id, fresh=True)).barred is not None
        except SlackError:
            return True

    def _tell(self, tx: Transaction, run: Run, message: Message) -> None:
        self._outbox.put(
            tx,
            team_id=run.team_id,
            about=f"run:{run.id}",
            place=run.place,
            user_id=run.actor_id,
            content=message,
            thread_of=None,
        )


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose key it is, as Stripe told."""

    account_id: str
    name: str


def whose(outcome: Outcome) -> Whose | None:
    """Whose key Stripe's answer shows it to be, or None.

    A restricted key that may not read the account is told so with the account's id in the refusal: that is enough.
    """
    match outcome:
        case Succeeded(data=dict() as account) if isinstance(account_id := account.get("id"), str):
            return Whose(account_id=account_id, name=_name(account))
        case Failed(error=error) if error.status == 403 and error.account:
            return Whose(account_id=error.account, name="")
    return None


def _failure(account: Account, outcome: Outcome) -> Message:
    if isinstance(outcome, Succeeded):
        return cards.denied("Not connected. Stripe answered without saying whose key it is.")
    return cards.connection_failed(account.alias, outcome)


def _name(account: dict[str, Json]) -> str:
    """The name a business goes by, from the places where Stripe's account object keeps one."""
    for path in (
        ("settings", "dashboard", "display_name"),
        ("business_profile", "name"),
        ("company", "name"),
        ("email",),
    ):
        value: Json = account
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""
