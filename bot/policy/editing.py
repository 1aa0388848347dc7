"""Changing the policy in modals: its YAML, what that would change, then saved or proposed; and deciding on proposals.

Only admins open the modals, and whoever submits one is asked about again in the transaction that changes the policy.
"""

import asyncio
import logging
from typing import Final, TypeAlias

from bot import cards
from bot.asking import LIFETIME_SECONDS
from bot.blocks import Message, View
from bot.calls import Calls
from bot.forms.at_hand import INTERNAL_RULES
from bot.inbound import Click, Submission
from bot.people import People
from bot.policy import shelf
from bot.policy.changes import Changes, changes
from bot.policy.document import Document, digest
from bot.policy.presets import policy_of, rules_of
from bot.policy.proposals import Proposals
from bot.policy.reading import PolicyError, read, write
from bot.policy.rehearsal import past, rehearse
from bot.policy.shelf import Changed, Refused
from bot.replies import Asker, Replies
from bot.slack_api import SlackApi, SlackError
from bot.store import accounts
from bot.store.engine import Store, Transaction
from bot.text import Style
from bot.tokens import Tokens
from bot.workspaces import Workspaces, WorkspaceSettings
from operations.clock import Clock
from operations.registry import Registry

logger = logging.getLogger(__name__)

PURPOSE: Final = "policy text"
PREVIEW: Final = "policy preview"
REHEARSAL_SECONDS: Final = 1.5
"""How long the judging of yesterday's runs may take: the answer to a submission is due within three seconds."""
ERROR_SHOWN: Final = 1_500
PASTE: Final = "Take what holds now from /stripe policy export, and paste here the whole of what is to hold."
NOT_OURS: Final = "This form was opened by somebody else, or is too old. Open it again with /stripe policy."

Errors: TypeAlias = dict[str, str]


class PolicyEditing:
    """Opens the modals, reads what they submit, and carries it out."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        workspaces: Workspaces,
        calls: Calls,
        people: People,
        proposals: Proposals,
        tokens: Tokens,
        slack: SlackApi,
        replies: Replies,
        clock: Clock,
        style: Style,
    ) -> None:
        self._store = store
        self._registry = registry
        self._workspaces = workspaces
        self._calls = calls
        self._people = people
        self._proposals = proposals
        self._tokens = tokens
        self._slack = slack
        self._replies = replies
        self._clock = clock
        self._style: Style = style

    async def open(self, asker: Asker, trigger_id: str | None) -> None:
        """Show the policy that holds, to be changed. One read comes before it: the trigger lives for three seconds."""
        settings = await self._workspaces.now(asker.team_id)
        if not settings.is_admin(asker.user_id):
            await self._replies.tell(asker, cards.not_an_admin(asker.user_id, settings.admins, to="change the policy"))
            return
        parts = self._seen(settings.policy.document)
        token = self._token(PURPOSE, asker.team_id, asker.user_id, version=settings.policy_version)
        view = cards.policy_view(parts or ("",) * len(cards.POLICY_TEXTS), token, note="" if parts else PASTE)
        try:
            if trigger_id is not None:
                await self._slack.open_view(asker.team_id, trigger_id, view)
                return
        except SlackError as error:
            logger.warning("the form of the policy was not opened: %s", error)
        await self._replies.tell(asker, cards.denied("Slack opened no form for this. Type /stripe policy import."))

    async def take(self, submission: Submission) -> Errors | View:
        """What a submitted text is answered: what is wrong with it at its field, or what it would change."""
        first = cards.POLICY_TEXTS[0]
        token = self._read(PURPOSE, submission)
        if token is None:
            return {first: NOT_OURS}
        barred = await self._barred(submission)
        if barred is not None:
            return {first: barred}
        based_on = int(token["version"])
        typed = [submission.text(block_id).strip("\n") for block_id in cards.POLICY_TEXTS]
        try:
            document = read("\n".join(each for each in typed if each.strip()), self._registry)
        except PolicyError as error:
            return {first: "\n".join(map(str, error.problems))[:ERROR_SHOWN]}
        return await self._preview(submission, document, based_on)

    def _seen(self, document: Document) -> tuple[str, ...] | None:
        """What stands in the fields; None where they are too small for it.

        In the plain style nothing is submitted of a field that nobody touched, so there the whole is to be pasted.
        """
        return _parts(document) if self._style == "rich" else None

    async def _preview(self, submission: Submission, document: Document, based_on: int) -> Errors | View:
        team_id, user_id = submission.team_id, submission.user_id
        kept = await self._store.transaction(lambda tx: self._keep(tx, team_id, user_id, document, based_on))
        if isinstance(kept, Refused):
            return {cards.POLICY_TEXTS[0]: kept.message}
        version, changed, settings, live = kept
        rehearsal = None
        try:
            async with asyncio.timeout(REHEARSAL_SECONDS):
                lately = await self._store.read(lambda tx: past(tx, settings, self._calls, without=INTERNAL_RULES))
                rehearsal = await asyncio.to_thread(rehearse, lately, settings.policy, policy_of(document))
        except TimeoutError:
            logger.warning("the last day's runs could not be judged in time")
        token = self._token(PREVIEW, team_id, user_id, version=version, based_on=based_on, digest=digest(document))
        return cards.policy_preview(changed, rehearsal, token, live=live)

    def _keep(
        self, tx: Transaction, team_id: str, user_id: str, document: Document, based_on: int
    ) -> tuple[int, Changes, WorkspaceSettings, bool] | Refused:
        settings = self._workspaces.read(tx, team_id)
        if not settings.is_admin(user_id):
            return Refused("not_admin")
        if settings.policy_version != based_on:
            return Refused("raced")
        version = shelf.keep_draft(tx, team_id=team_id, document=document, based_on=based_on, user_id=user_id)
        changed = changes(rules_of(settings.policy.document), rules_of(document))
        return version, changed, settings, any(each.livemode for each in accounts.active(tx, team_id))

    async def save(self, submission: Submission) -> View | None:
        """Save what was previewed; a modal that says why not, or None where it is done."""
        token = self._read(PREVIEW, submission)
        if token is None:
            return cards.policy_not_saved(NOT_OURS)
        barred = await self._barred(submission)
        if barred is not None:
            return cards.policy_not_saved(barred)
        done = await self._store.transaction(lambda tx: self._save(tx, submission, token))
        if isinstance(done, Refused):
            return cards.policy_not_saved(done.message)
        self._proposals.wake()
        if done.version.state == "active":
            await self._replies.tell(Asker.by_direct_message(submission), cards.policy_saved())
        return None

    def _save(self, tx: Transaction, submission: Submission, token: dict[str, str]) -> Changed | Refused:
        team_id, user_id = submission.team_id, submission.user_id
        draft = shelf.find(tx, team_id, int(token["version"]))
        if draft is None or draft.document is None or draft.state != "draft" or draft.proposed_by != user_id:
            return Refused("gone")
        if digest(draft.document) != token["digest"]:
            return Refused("gone")
        admins = self._workspaces.read(tx, team_id).admins
        done = shelf.change(
            tx,
            team_id=team_id,
            document=draft.document,
            based_on=int(token["based_on"]),
            user_id=user_id,
            admins=admins,
        )
        if isinstance(done, Changed):
            self.tell(tx, team_id, done, admins)
        return done

    def tell(self, tx: Transaction, team_id: str, done: Changed, admins: tuple[str, ...]) -> None:
        """Have the admins told of a change that waits, and that one which waited was overtaken by it."""
        if done.version.state == "proposed":
            self._proposals.tell(tx, team_id, done, admins)
        self._proposals.tell_overtaken(tx, team_id, done, admins)

    async def press(self, click: Click, *, agree: bool) -> None:
        """An admin's yes or no to a change that waits."""
        asker = Asker.of(click)
        marked = self._proposals.read(click.value)
        why_not = "That button is not one of ours." if marked is None else await self._barred(click)
        if marked is None or why_not is not None:
            await self._replies.tell(asker, cards.denied(f"Nothing was decided. {why_not}"))
            return
        version, said = marked
        done = await self._store.transaction(lambda tx: self._decide(tx, click, version, said, agree=agree))
        if isinstance(done, Refused):
            await self._replies.tell(asker, _refused(done))
        self._proposals.wake()

    def _decide(self, tx: Transaction, click: Click, version: int, said: str, *, agree: bool) -> Changed | Refused:
        stands = shelf.find(tx, click.team_id, version)
        if stands is None or stands.document is None or digest(stands.document) != said:
            return Refused("gone")
        admins = self._workspaces.read(tx, click.team_id).admins
        done = shelf.decide(
            tx, team_id=click.team_id, version=version, user_id=click.user_id, admins=admins, agree=agree
        )
        if isinstance(done, Changed):
            self._proposals.tell(tx, click.team_id, done, admins)
        return done

    async def _barred(self, received: Submission | Click) -> str | None:
        """Why somebody may not change the policy for what they are at Slack, as a sentence."""
        who = received.team_id, received.user_id, received.user_team_id
        person = await self._people.one_of_us(*who, "change the policy")
        return person if isinstance(person, str) else None

    def _token(self, purpose: str, team_id: str, user_id: str, **values: object) -> str:
        until = str(int(self._clock.now()) + LIFETIME_SECONDS)
        said = {name: str(value) for name, value in values.items()}
        return self._tokens.sign(purpose, {"team": team_id, "user": user_id, "until": until, **said})

    def _read(self, purpose: str, submission: Submission) -> dict[str, str] | None:
        token = self._tokens.read(purpose, submission.private_metadata)
        if token is None or token["team"] != submission.team_id or token["user"] != submission.user_id:
            return None
        return token if int(token["until"]) >= self._clock.now() else None


def _refused(refused: Refused) -> Message:
    return cards.denied(refused.message)


def _parts(document: Document) -> tuple[str, ...] | None:
    """A policy as texts for the fields, cut between lines; None where they are too small for it."""
    parts = [""]
    for line in write(rules_of(document)).splitlines(keepends=True):
        if len(parts[-1]) + len(line) > cards.POLICY_PART:
            parts.append("")
        parts[-1] += line
    wanted = len(cards.POLICY_TEXTS)
    fits = len(parts) <= wanted and all(len(each) <= cards.POLICY_PART for each in parts)
    return (*parts, *[""] * (wanted - len(parts))) if fits else None
