"""Setting a workspace up in modals: who may approve, roles, policy, the channel for approvals.

Only admins open the modals, and whoever submits one is asked about again in the transaction that changes the settings.
A change is made to what the admin has seen, or not at all: where another was quicker, the modal stays open with what
was chosen and says what holds now.
"""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from bot import cards
from bot.asking import LIFETIME_SECONDS
from bot.blocks import View
from bot.granting.choices import Errors, Named, RoleChoices, read_named
from bot.inbound import Submission
from bot.people import People
from bot.policy import POLICIES, Preset, shelf
from bot.policy.document import PolicyName
from bot.policy.editing import PolicyEditing
from bot.replies import Asker, Replies
from bot.roles import Grant, Role
from bot.slack_api import SlackApi, SlackError, SlackRefusedError
from bot.slack_groups import UserGroup
from bot.store import accounts
from bot.store.engine import Store, Transaction
from bot.text import Style
from bot.tokens import Tokens
from bot.user_groups import UserGroups
from bot.workspaces import Step, Workspaces, WorkspaceSettings
from operations.clock import Clock

logger = logging.getLogger(__name__)

PURPOSE = "setup"
TO = "set this bot up"
GROUPS_SECONDS = 1.0
"""How long a modal waits for the user groups: its trigger lives for three seconds."""

_CHANNEL = re.compile(r"(?:<#|#)?([CG][A-Z0-9]{2,31})(?:\|[^<>|]*)?>?")
_NO_ADMIN = "Only an admin of this bot may set it up, and you are none (any more). Nothing was changed."
_RACED = "Somebody else changed the set-up in the meantime, so yours was not saved. Save again to put it in its place."


@dataclass(frozen=True, slots=True)
class Opened:
    """What a modal brings back of its opening: the step, the versions that were seen, what was chosen before a race."""

    step: Step
    version: int
    policy_version: int
    kept: Mapping[str, str]


class SettingUp:
    """Opens the modals of the set-up, and carries out what they submit."""

    def __init__(
        self,
        *,
        store: Store,
        workspaces: Workspaces,
        policy_editing: PolicyEditing,
        people: People,
        groups: UserGroups,
        tokens: Tokens,
        slack: SlackApi,
        replies: Replies,
        clock: Clock,
        style: Style,
    ) -> None:
        self._store = store
        self._workspaces = workspaces
        self._policy_editing = policy_editing
        self._people = people
        self._groups = groups
        self._choices = RoleChoices(people=people, groups=groups, style=style)
        self._tokens = tokens
        self._slack = slack
        self._replies = replies
        self._clock = clock
        self._style: Style = style

    async def room(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``setup``, which tells how far it has come, or ``setup policy``, which opens that step."""
        step = _step(rest.lower())
        if rest and step is None:
            return False
        if step is not None:
            await self.open(asker, step, trigger_id)
            return True
        settings = await self._settings(asker)
        connected = await self._store.read(lambda tx: accounts.active(tx, asker.team_id))
        allowed = settings.is_admin(asker.user_id)
        told = (
            cards.setup_overview(settings, connected)
            if allowed
            else cards.not_an_admin(asker.user_id, settings.admins, to=TO)
        )
        await self._replies.tell(asker, told)
        return True

    async def press(self, asker: Asker, step: str, trigger_id: str | None) -> None:
        """A button of the checklist; ``step`` is what it says, and forgeable."""
        known = _step(step)
        if known is not None:
            await self.open(asker, known, trigger_id)

    async def open(self, asker: Asker, step: Step, trigger_id: str | None) -> None:
        """Show a step's modal to an admin. One read comes before it: the trigger lives for three seconds."""
        settings = await self._settings(asker)
        if not settings.is_admin(asker.user_id):
            await self._replies.tell(asker, cards.not_an_admin(asker.user_id, settings.admins, to=TO))
            return
        try:
            if trigger_id is not None:
                token = self._token(settings, step, asker.user_id, {})
                groups = await self._groups_for(step, asker.team_id)
                view = cards.setup_view(step, settings, token, style=self._style, groups=groups)
                await self._slack.open_view(asker.team_id, trigger_id, view)
                return
        except SlackError as error:
            logger.warning("a form of the set-up was not opened: %s", error)
        sentence = f"Slack opened no form for this. Type /stripe setup {step}, or press the button once more."
        await self._replies.tell(asker, cards.denied(sentence))

    async def _settings(self, asker: Asker) -> WorkspaceSettings:
        """The settings that hold. Where nobody is an admin, the asker becomes the first if the workspace is theirs."""
        settings = await self._workspaces.now(asker.team_id)
        if settings.admins:
            return settings
        try:
            person = await self._people.person(asker.team_id, asker.user_id, fresh=True)
        except SlackError:
            return settings
        if person.barred is not None or not person.leads:
            return settings

        def claim(tx: Transaction) -> tuple[WorkspaceSettings, bool]:
            before = self._workspaces.read(tx, asker.team_id)
            if before.admins:
                return before, False
            grant = Grant("admin", "person", asker.user_id)
            after = self._workspaces.change(tx, before, before.regranted(give=(grant,)), user_id=asker.user_id)
            # Of two at once the other was first.
            return (self._workspaces.read(tx, asker.team_id), False) if after is None else (after, True)

        settings, claimed = await self._store.transaction(claim)
        if claimed:
            await self._replies.tell(asker, cards.first_admin(asker.user_id))
        return settings

    async def _groups_for(self, step: Step, team_id: str) -> Sequence[UserGroup] | None:
        """The user groups to choose from in a step that is about roles."""
        if step not in ("approvers", "roles") or self._style == "plain":
            return None
        try:
            async with asyncio.timeout(GROUPS_SECONDS):
                return await self._groups.all(team_id)
        except TimeoutError:
            return None

    async def take(self, submission: Submission) -> Errors | View | None:
        """What a submitted modal is answered: what is wrong with it, the modal anew, or None where it is done.

        Delivered again it changes nothing: it names the version that it was made for.
        """
        first = next(iter(submission.values), PURPOSE)
        opened = self._opened(submission)
        if isinstance(opened, str):
            return {first: opened}
        before = await self._workspaces.now(submission.team_id)
        barred = await self._barred(submission, before)
        if barred is not None:
            return {first: barred}
        wanted = _wanted(submission, opened, plain=self._style == "plain")
        if not isinstance(wanted, Wanted):
            return wanted
        if before.version == opened.version:
            wrong = await self._wrong(before, wanted.applied(before), opened.step, submission.user_id)
            if wrong:
                return wrong
            try:
                standing = await self._store.transaction(
                    lambda tx: self._change(tx, before, wanted, opened, submission.user_id)
                )
            except _PolicyRefusedError as refused:
                return {cards.POLICY: refused.sentence}
        else:
            standing = before
        if standing is None:
            return None
        if not standing.is_admin(submission.user_id):
            return {first: _NO_ADMIN}
        return await self._raced(submission, opened.step, wanted, standing)

    def _change(
        self, tx: Transaction, before: WorkspaceSettings, wanted: "Wanted", opened: Opened, user_id: str
    ) -> WorkspaceSettings | None:
        """Change what was seen; None where that is done, else the settings as they stand."""
        standing = self._workspaces.read(tx, before.team_id)
        if standing.version != before.version or not standing.is_admin(user_id):
            return standing
        changed = self._workspaces.change(tx, before, wanted.applied(before), step=opened.step, user_id=user_id)
        if changed is None:
            return self._workspaces.read(tx, before.team_id)
        if wanted.policy_name is not None and wanted.policy_name != standing.policy.preset:
            done = shelf.change(
                tx,
                team_id=before.team_id,
                document=Preset(preset=wanted.policy_name),
                based_on=opened.policy_version,
                user_id=user_id,
                admins=standing.admins,
            )
            if isinstance(done, shelf.Refused):
                raise _PolicyRefusedError(done.message)
            self._policy_editing.tell(tx, before.team_id, done, standing.admins)
        return None

    async def _raced(self, submission: Submission, step: Step, wanted: "Wanted", standing: WorkspaceSettings) -> View:
        # In the plain style nothing is submitted for a field that nobody touched, so what was typed travels along.
        kept = wanted.typed() if self._style == "plain" else {}
        token = self._token(standing, step, submission.user_id, kept)
        return cards.setup_view(
            step,
            wanted.applied(standing),
            token,
            style=self._style,
            groups=await self._groups_for(step, submission.team_id),
            note=_RACED,
            now=standing,
        )

    def _token(self, settings: WorkspaceSettings, step: Step, user_id: str, kept: Mapping[str, str]) -> str:
        return self._tokens.sign(
            PURPOSE,
            {
                "step": step,
                "version": str(settings.version),
                "policy": str(settings.policy_version),
                "team": settings.team_id,
                "user": user_id,
                "until": str(int(self._clock.now()) + LIFETIME_SECONDS),
                **{f"kept {name}": value for name, value in kept.items()},
            },
        )

    def _opened(self, submission: Submission) -> Opened | str:
        token = self._tokens.read(PURPOSE, submission.private_metadata)
        if token is None or token["team"] != submission.team_id or token["user"] != submission.user_id:
            return "This form was opened by somebody else. Open it again from App Home."
        if int(token["until"]) < self._clock.now():
            return "This form is too old. Open it again from App Home."
        step = _step(token["step"])
        if step is None:
            return "This form is of another release. Open it again from App Home."
        kept = {name: token.get(f"kept {name}", "") for name in cards.SETUP_INPUTS[step]}
        return Opened(step=step, version=int(token["version"]), policy_version=int(token["policy"]), kept=kept)

    async def _barred(self, submission: Submission, settings: WorkspaceSettings) -> str | None:
        if not settings.is_admin(submission.user_id):
            return _NO_ADMIN
        who = submission.team_id, submission.user_id, submission.user_team_id
        person = await self._people.one_of_us(*who, "set this bot up")
        return person if isinstance(person, str) else None

    async def _wrong(self, before: WorkspaceSettings, after: WorkspaceSettings, step: Step, user_id: str) -> Errors:
        """What is wrong with the settings that were chosen, at the inputs of the step."""
        match step:
            case "approvers":
                return await self._choices.wrong(before, after, ("approver",), cards.APPROVERS)
            case "roles":
                if not after.admins:
                    return {cards.ADMINS: "Somebody has to be an admin. Name at least one person."}
                return await self._choices.wrong(before, after, ("operator", "admin"), cards.ADMINS)
            case "channel":
                return await self._wrong_channel(before, after, user_id)
        return {}

    async def _wrong_channel(self, before: WorkspaceSettings, after: WorkspaceSettings, user_id: str) -> Errors:
        """What keeps approvals from a newly chosen channel, found out by telling it so."""
        where = after.approvals_channel_id
        if where is None or where == before.approvals_channel_id:
            return {}
        try:
            await self._slack.post(after.team_id, where, cards.approvals_wait_here(user_id), patience=0)
        except SlackRefusedError as refused:
            logger.warning("the approvals channel was not taken: %s", refused)
            return {
                cards.CHANNEL: f"I can't post there ({refused.code}). Invite me to that channel first, then save again."
            }
        except SlackError:
            return {cards.CHANNEL: "Slack did not answer, so it isn't sure that I can post there. Save again."}
        return {}


class _PolicyRefusedError(Exception):
    """The policy may not be changed so; nothing else is, either."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a modal asks for. None stands for what stays as it is."""

    named: Mapping[Role, Named]
    policy_name: PolicyName | None = None
    channel_id: str | None = None
    """Empty for no channel."""

    def typed(self) -> dict[str, str]:
        """What would be typed into the fields for this, by block_id; nothing for what stays as it is."""
        people = {cards.ROLE_INPUTS[role].people: named.typed() for role, named in self.named.items()}
        said = {block: typed for block, typed in people.items() if typed is not None}
        if self.policy_name is not None:
            said[cards.POLICY] = self.policy_name
        if self.channel_id is not None:
            said[cards.CHANNEL] = self.channel_id or cards.NOBODY
        return said

    def applied(self, settings: WorkspaceSettings) -> WorkspaceSettings:
        """The settings with this put into them, but for the policy."""
        for role, named in self.named.items():
            settings = named.applied(settings, role)
        return replace(
            settings,
            approvals_channel_id=settings.approvals_channel_id if self.channel_id is None else self.channel_id or None,
        )


def _wanted(submission: Submission, opened: Opened, *, plain: bool) -> Wanted | Errors:
    """What was chosen or typed, or what of it can't be read."""
    held: dict[str, tuple[str, ...] | None] = {}
    errors: Errors = {}
    for block in cards.SETUP_INPUTS[opened.step]:
        value = submission.value(block)
        if isinstance(value, tuple):
            held[block] = value
        else:
            typed = str(value or "").strip() or opened.kept[block]
            # In the rich style no channel is chosen where none is submitted.
            empty = None if plain or block != cards.CHANNEL else ()
            held[block] = () if typed.lower() == cards.NOBODY else tuple(re.findall(r"[^\s,]+", typed)) or empty
    named: dict[Role, Named] = {}
    for role, inputs in cards.ROLE_INPUTS.items():
        if inputs.people in cards.SETUP_INPUTS[opened.step]:
            read = read_named(held, inputs, plain=plain)
            if isinstance(read, str):
                errors[inputs.people] = read
            else:
                named[role] = read
    channels = held.get(cards.CHANNEL)
    channel_ids = None if channels is None else _ids(channels, _CHANNEL)
    if channels is not None and (channel_ids is None or len(channel_ids) > 1):
        errors[cards.CHANNEL] = "Use the id of one channel, such as C012AB3CD. The channel's details show it."
    policy = next(iter(held.get(cards.POLICY) or ()), None)
    if policy is not None and policy not in (*POLICIES, cards.OWN_POLICY):
        errors[cards.POLICY] = "Choose one of the policies."
    return errors or Wanted(
        named=named,
        policy_name=None if policy == cards.OWN_POLICY else cast("PolicyName | None", policy),
        channel_id=None if channel_ids is None else "".join(channel_ids),
    )


def _ids(words: Sequence[str], form: re.Pattern[str]) -> tuple[str, ...] | None:
    """The ids in words or mentions, each once; None where a word is none."""
    matches = [form.fullmatch(each) for each in words]
    return tuple(dict.fromkeys(each[1] for each in matches if each)) if all(matches) else None


def _step(word: str) -> Step | None:
    """The step of that name that has a modal here."""
    return next((step for step in cards.SETUP_INPUTS if step == word), None)
