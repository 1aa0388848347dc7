"""The form that grants roles: opened by admins alone, and whoever submits it is asked about again."""

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from bot import cards
from bot.asking import LIFETIME_SECONDS
from bot.granting.changing import NO_ADMIN, RoleChanges
from bot.granting.words import Scope, subject_of
from bot.inbound import Submission
from bot.people import People
from bot.replies import Asker, Replies
from bot.roles import ROLES, Grant, Role, Subject
from bot.slack_api import SlackApi, SlackError
from bot.slack_groups import UserGroup
from bot.store import accounts
from bot.store.engine import Store
from bot.text import Style
from bot.tokens import Tokens
from bot.user_groups import UserGroups
from bot.workspaces import Workspaces
from operations.clock import Clock

logger = logging.getLogger(__name__)

PURPOSE: Final = "grant"
TO: Final = "grant and revoke roles"
GROUPS_SECONDS: Final = 1.0
"""How long the form waits for the user groups: its trigger lives for three seconds."""

Errors: TypeAlias = dict[str, str]
"""A sentence for each block_id whose input is wrong."""


class GrantForm:
    """Opens the form, and carries out what it submits."""

    def __init__(
        self,
        *,
        store: Store,
        workspaces: Workspaces,
        people: People,
        groups: UserGroups,
        changes: RoleChanges,
        tokens: Tokens,
        slack: SlackApi,
        replies: Replies,
        clock: Clock,
        style: Style,
    ) -> None:
        self._store = store
        self._workspaces = workspaces
        self._people = people
        self._groups = groups
        self._changes = changes
        self._tokens = tokens
        self._slack = slack
        self._replies = replies
        self._clock = clock
        self._style: Style = style

    async def open(self, asker: Asker, trigger_id: str | None) -> None:
        """Show the form to an admin; others are told whom to ask."""
        settings, connected = await self._store.read(
            lambda tx: (self._workspaces.read(tx, asker.team_id), accounts.active(tx, asker.team_id))
        )
        if not settings.is_admin(asker.user_id):
            await self._replies.tell(asker, cards.not_an_admin(asker.user_id, settings.admins, to=TO))
            return
        if trigger_id is None:
            await self._replies.tell(asker, cards.by_form("A message can't open the form. Press this to open it."))
            return
        until = str(int(self._clock.now()) + LIFETIME_SECONDS)
        token = self._tokens.sign(PURPOSE, {"team": asker.team_id, "user": asker.user_id, "until": until})
        view = cards.grant_view(token, connected, await self._known_groups(asker.team_id), style=self._style)
        try:
            await self._slack.open_view(asker.team_id, trigger_id, view)
        except SlackError as error:
            logger.warning("the form for a role was not opened: %s", error)
            await self._replies.tell(asker, cards.by_form("Slack did not open the form in time. Press this again."))

    async def take(self, submission: Submission) -> Errors | None:
        """What a submitted form is answered: what is wrong with it, or None where it is done.

        Delivered again it changes nothing: what is granted stands already.
        """
        first = next(iter(submission.values), cards.GRANT_WHO)
        token = self._tokens.read(PURPOSE, submission.private_metadata)
        if token is None or (token["team"], token["user"]) != (submission.team_id, submission.user_id):
            return {first: "This form was opened by somebody else. Open it again with /stripe roles grant."}
        if int(token["until"]) < self._clock.now():
            return {first: "This form is too old. Open it again with /stripe roles grant."}
        if not (await self._workspaces.now(submission.team_id)).is_admin(submission.user_id):
            return {first: NO_ADMIN}
        if submission.user_team_id != submission.team_id:
            return {first: "People from other workspaces can't grant roles here."}
        if why_not := await self._people.why_not(submission.team_id, submission.user_id, fresh=True):
            return {first: why_not}
        wanted = _wanted(submission)
        if isinstance(wanted, dict):
            return wanted
        errors: Errors = {}
        found = await asyncio.gather(*(self._changes.unfit(submission.team_id, each) for _, each in wanted))
        for (block_id, _), why in zip(wanted, found, strict=True):
            if why is not None:
                errors[block_id] = " ".join(dict.fromkeys((*errors.get(block_id, "").split("\n"), why))).strip()
        if errors:
            return errors
        grants = [each for _, each in wanted]
        changed = await self._changes.grant(submission.team_id, submission.user_id, grants)
        return {first: changed} if isinstance(changed, str) else None

    async def _known_groups(self, team_id: str) -> Sequence[UserGroup] | None:
        if self._style == "plain":
            return None
        try:
            async with asyncio.timeout(GROUPS_SECONDS):
                return await self._groups.all(team_id)
        except TimeoutError:
            return None


def _wanted(submission: Submission) -> list[tuple[str, Grant]] | Errors:
    """The grants that were chosen, each with the input that says whom; or what of it can't be read."""
    subjects: list[tuple[str, Subject, str]] = []
    subjects += [(cards.GRANT_PEOPLE, "person", each) for each in _several(submission, cards.GRANT_PEOPLE)]
    subjects += [(cards.GRANT_GROUPS, "group", each) for each in _several(submission, cards.GRANT_GROUPS)]
    subjects += [(cards.GRANT_CHANNEL, "channel", each) for each in _several(submission, cards.GRANT_CHANNEL)]
    subjects += [(cards.GRANT_EVERYONE, "everyone", "") for _ in _several(submission, cards.GRANT_EVERYONE)]
    for token in _several(submission, cards.GRANT_WHO):
        named = subject_of(token)
        if named is None:
            return {cards.GRANT_WHO: f"{token} is no id. Use ids such as U012AB3CD, or everyone."}
        subjects.append((cards.GRANT_WHO, *named))
    first = cards.GRANT_WHO if cards.GRANT_WHO in submission.values else cards.GRANT_PEOPLE
    if not subjects:
        return {first: "Choose whom it is for."}
    if len(subjects) > cards.MOST_GRANTED:
        return {first: f"{len(subjects)} at once are too many; choose {cards.MOST_GRANTED} at most."}
    for block_id, subject, subject_id in subjects:
        if subject != "everyone" and subject_of(subject_id) != (subject, subject_id):
            return {block_id: f"{subject_id} is no id of Slack's."}
    role = _role(submission)
    if role is None:
        return {cards.GRANT_ROLE: "Choose a role."}
    scope = _scope(submission.text(cards.GRANT_WHERE))
    grants = [(block_id, each) for block_id, subject, of in subjects for each in scope.of(role, subject, of)]
    if not all(each.sound for _, each in grants) and all(each.subject == "person" for _, each in grants):
        return {cards.GRANT_WHERE: "Admins are admins of every account: choose Every account."}
    return grants


def _several(submission: Submission, block_id: str) -> Sequence[str]:
    value = submission.value(block_id)
    return value if isinstance(value, tuple) else re.findall(r"<[^<>]*>|[^\s,]+", str(value or ""))


def _role(submission: Submission) -> Role | None:
    chosen = submission.text(cards.GRANT_ROLE)
    return next((each for each in ROLES if each == chosen), None)


def _scope(chosen: str) -> Scope:
    """Where it counts; in the local Slack nothing is chosen until somebody touches the select."""
    if chosen.startswith(cards.ON_ACCOUNT):
        return Scope(account_ids=(chosen.removeprefix(cards.ON_ACCOUNT),))
    if chosen in ("live", "test"):
        return Scope(mode="live" if chosen == "live" else "test")
    return Scope()
