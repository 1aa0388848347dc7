"""Filling in a form: opening it, each step while it is open, its preview, and handing the command on.

What is typed is in the draft before anything else is made of it, so that an error, a restart or a lost role costs
nobody their typing. Only who opened a form can go on with it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from weakref import WeakValueDictionary

from bot.blocks import Message, View
from bot.choosing import account_for, as_itself
from bot.domain import Account, Person
from bot.errors import StoreError
from bot.files import Files
from bot.forms import adding, elements, names
from bot.forms.agreeing import PREVIEW
from bot.forms.answers import (
    AGAIN,
    ERROR_SHOWN,
    GONE,
    NOT_YOURS,
    NOTHING,
    Answer,
    all_said,
    instead,
    secrets_in,
    wrong_somewhere,
)
from bot.forms.draft import Draft
from bot.forms.drafts import Drafts
from bot.forms.preview import must_say_why, preview_view, waiting_for
from bot.forms.views import form_view, trouble_view, waiting_view
from bot.inbound import Click, Closed, InputValues, Submission
from bot.people import People
from bot.policy import Ruling, Undecided
from bot.policy.asking import facts_of
from bot.replies import Asker
from bot.slack_api import SlackApi, SlackError
from bot.slack_files import SlackFile
from bot.store import accounts
from bot.store.engine import Store, Transaction
from bot.text import Style
from bot.tokens import Tokens
from bot.workspaces import Workspaces, WorkspaceSettings
from operations.call import FileContent
from operations.forms import CURRENCY, Filled, compose, says_nothing
from operations.grammar import Command
from operations.looks import moves
from operations.problem import Problem
from operations.registry import Registry
from operations.shortcuts import confirm
from operations.when import When

logger = logging.getLogger(__name__)

TRIES: Final = 5
LOOK_SECONDS: Final = 1.5
"""How long Slack may take to tell of a file, while somebody waits for a preview."""


class Filling:
    """The forms that people have open."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        drafts: Drafts,
        people: People,
        slack: SlackApi,
        files: Files,
        tokens: Tokens,
        workspaces: Workspaces,
        style: Style,
    ) -> None:
        self._store = store
        self._registry = registry
        self._drafts = drafts
        self._people = people
        self._slack = slack
        self._files = files
        self._tokens = tokens
        self._workspaces = workspaces
        self._style: Style = style
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    # --- opening ------------------------------------------------------------------------------------------------------

    async def open(self, asker: Asker, trigger_id: str, make: Callable[[When], Filled]) -> bool:
        """Show the form that ``make`` fills in as of the person's time; False where Slack didn't open it.

        Something stands there before the database is asked, and who this is: the trigger lives for three seconds.
        """
        try:
            opened = await self._slack.open_view(asker.team_id, trigger_id, waiting_view("Stripe"))
        except SlackError as error:
            logger.warning("a form was not opened: %s", error)
            return False
        try:
            view = await self.begin(asker, make(await self._people.when(asker.team_id, asker.user_id)))
        except StoreError:
            view = trouble_view(AGAIN)
        await self.show(asker.team_id, opened.id, view)
        return True

    async def show(self, team_id: str, view_id: str, view: View) -> None:
        """Put another view in the place of one that is open. Where Slack refuses, its person sees the old one."""
        try:
            await self._slack.update_view(team_id, view_id, view)
        except SlackError as error:
            logger.warning("a form was not shown anew: %s", error)

    async def begin(self, asker: Asker, filled: Filled, *, supersedes: str | None = None) -> View:
        """The view of a new form, which is kept from now on. Raises StoreError.

        ``supersedes``: the approval whose place it is to take.
        """
        why_not = await self._people.why_not(asker.team_id, asker.user_id)
        if why_not is not None:
            return trouble_view(why_not)

        def work(tx: Transaction) -> View:
            connected = accounts.active(tx, asker.team_id)
            draft = self._drafts.begin(
                tx,
                team_id=asker.team_id,
                user_id=asker.user_id,
                place=asker.place,
                filled=_on_one(filled, connected),
                supersedes=supersedes,
            )
            policy = self._workspaces.read(tx, asker.team_id).policy
            return form_view(draft, connected, policy, self._style, notice=_left_out(filled))

        return await self._store.transaction(work)

    async def resume(self, asker: Asker, draft_id: str) -> View | None:
        """The view of a form that the person left; None where it is gone, or another's. Raises StoreError."""

        def work(tx: Transaction) -> View | None:
            draft = self._drafts.load(tx, asker.team_id, draft_id)
            if draft is None or draft.user_id != asker.user_id:
                return None
            policy = self._workspaces.read(tx, asker.team_id).policy
            return form_view(draft, accounts.active(tx, asker.team_id), policy, self._style)

        return await self._store.read(work)

    # --- steps --------------------------------------------------------------------------------------------------------

    async def step(self, click: Click) -> None:
        """Take a choice that changes the form at once: its account, a field more, an item more."""

        def change(draft: Draft) -> Draft:
            draft = self._typed(draft, click.values)
            if click.action_id == names.ANOTHER:
                return draft.with_item(click.value)
            return adding.chosen(draft, click.value) if click.block_id.startswith(names.ADD) else draft

        async with self._lock(click.private_metadata):
            changed = await self._change(click.team_id, click.user_id, click.private_metadata, change)
            if isinstance(changed, str):
                # The form stays as it is, with all that was typed: another view in its place would take that away,
                # from whoever it is. Its submission says the same at a field.
                logger.warning("a step of a form was not taken: %s", changed)
            elif click.view_id:
                await self.show(click.team_id, click.view_id, self._form(changed))

    async def closed(self, closed: Closed) -> None:
        """Keep what was typed into a form that was closed: it can be gone on with."""
        async with self._lock(closed.private_metadata):
            await self._change(
                closed.team_id,
                closed.user_id,
                closed.private_metadata,
                lambda draft: self._typed(draft, closed.values),
            )

    async def submit(self, submission: Submission) -> Answer:
        """What a submitted form is answered with: what is wrong, the form with more on it, or the preview."""
        secrets = dict(secrets_in(submission.values))
        if secrets:
            return {"response_action": "errors", "errors": secrets}
        asked_more = False

        def change(draft: Draft) -> Draft:
            nonlocal asked_more
            draft = self._typed(draft, submission.values)
            added = self._added(draft, submission.values)
            asked_more = added != draft
            return added

        async with self._lock(submission.private_metadata):
            changed = await self._change(submission.team_id, submission.user_id, submission.private_metadata, change)
        if isinstance(changed, str):
            return wrong_somewhere(submission.values, changed)
        draft = changed.draft
        if asked_more:
            return instead(self._form(changed))
        looked = await self._look(draft)
        when = await self._people.when(submission.team_id, submission.user_id)
        contents = {named: FileContent(file.name, file.mimetype, b"") for named, file in looked.files.items()}
        command = compose(draft.filled, self._registry, when, contents)
        if looked.problems:
            rest = command if isinstance(command, tuple) else ()
            return await self._refused(changed, (*looked.problems, *rest))
        if isinstance(command, tuple):
            return await self._refused(changed, command)
        if says_nothing(command):
            return wrong_somewhere(submission.values, NOTHING, next((each.name for each in draft.visible), ""))
        if command.stated and isinstance(unknown := confirm(command, self._registry), Problem):
            return await self._refused(changed, (_in_smallest_units(unknown),))
        account = account_for(command, changed.accounts)
        if isinstance(account, Message):
            return wrong_somewhere(submission.values, account.unmarked()[:ERROR_SHOWN], names.ACCOUNT)
        command = replace(command, call=as_itself(command.call, account))
        return await self._previewed(submission, changed, command, account, looked)

    # --- parts --------------------------------------------------------------------------------------------------------

    def _typed(self, draft: Draft, values: InputValues) -> Draft:
        """The draft with what the inputs of its form hold."""
        answers = elements.read(draft.visible, values, self._style)
        if names.MORE in values:
            held = next(iter(values[names.MORE].values()), None)
            if held is not None or self._style == "rich":
                answers[names.MORE] = held if isinstance(held, str) else ""
        draft = draft.with_answers(answers)
        chosen = next(iter(values.get(names.ACCOUNT, {}).values()), None)
        if isinstance(chosen, str) and "|" in chosen:
            alias, _, mode = chosen.partition("|")
            draft = replace(draft, account=None if alias == "default" else alias, live=mode == "live")
        return draft

    def _added(self, draft: Draft, values: InputValues) -> Draft:
        """The draft with what was chosen to be added; in the rich style that was told before, when it was chosen."""
        if self._style == "rich":
            return draft
        for block_id, inputs in values.items():
            held = next(iter(inputs.values()), None)
            if block_id.startswith(names.ADD) and isinstance(held, str):
                return adding.chosen(draft, held)
        return draft

    async def _change(
        self, team_id: str, user_id: str, draft_id: str, change: Callable[[Draft], Draft]
    ) -> "_Changed | str":
        """The draft after a change, written down; a sentence where there is none for this person."""

        def work(tx: Transaction) -> _Changed | str:
            for _ in range(TRIES):
                draft = self._drafts.load(tx, team_id, draft_id)
                if draft is None:
                    return GONE
                if draft.user_id != user_id:
                    return NOT_YOURS
                changed = change(draft)
                kept = draft if changed == draft else self._drafts.keep(tx, changed)
                if kept is not None:
                    return _Changed(kept, accounts.active(tx, team_id), self._workspaces.read(tx, team_id))
            return AGAIN

        try:
            return await self._store.transaction(work)
        except StoreError:
            return AGAIN

    async def _refused(self, changed: "_Changed", problems: Sequence[Problem]) -> Answer:
        """The problems at their fields; where one has no field on the form yet, the form with that field."""
        draft = changed.draft
        blocks = {each: field.name for field in draft.visible for each in elements.block_ids(field, self._style)}
        lacking = [each.parameter for each in problems if each.parameter and each.parameter not in blocks]
        wanted = draft
        for name in lacking:
            wanted = wanted.with_field(name) if draft.fields.get(name) is not None else wanted
        if wanted != draft:
            after = await self._change(draft.team_id, draft.user_id, draft.id, lambda _: wanted)
            if isinstance(after, _Changed):
                return instead(self._form(after, notice=all_said(problems)))
        errors: dict[str, str] = {}
        for problem in problems:
            where = self._block_of(problem, draft)
            errors.setdefault(where, problem.message[:ERROR_SHOWN])
        return {"response_action": "errors", "errors": errors}

    def _block_of(self, problem: Problem, draft: Draft) -> str:
        """The input that a problem is shown at: its field's, that of a field around or below it, or the first."""
        shown = [field.name for field in draft.visible]
        name = problem.parameter or ""
        if name in shown or (name == names.MORE and draft.further):
            return name
        if name.endswith(CURRENCY) and name.removesuffix(CURRENCY) in shown:
            return name.removesuffix(CURRENCY)
        near = [each for each in shown if name and (name.startswith(f"{each}[") or each.startswith(f"{name}["))]
        return next(iter(near), names.MORE if draft.further else shown[0] if shown else names.MORE)

    def _form(self, changed: "_Changed", notice: str | None = None) -> View:
        policy = changed.settings.policy
        return form_view(changed.draft, changed.accounts, policy, self._style, notice=notice)

    async def _look(self, draft: Draft) -> "_Looked":
        """What Slack tells of the files that a draft names; their contents are fetched when it is agreed to."""
        looked = _Looked({}, [])
        for field, named in draft.files:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    told = await self._files.look(draft.team_id, draft.user_id, named, purpose=draft.purpose)
            except TimeoutError:
                told = "Slack takes too long to tell of this file. Nothing is lost: press Preview again."
            if isinstance(told, str):
                looked.problems.append(Problem("invalid_value", told, field.name))
            else:
                looked.files[named] = told
        return looked

    async def _previewed(
        self, submission: Submission, changed: "_Changed", command: Command, account: Account, looked: "_Looked"
    ) -> Answer:
        """The preview of a command on an account, as the policy judges it now for whoever asks."""
        draft = changed.draft
        try:
            person = await self._people.person(draft.team_id, draft.user_id)
            settings, ruling = await self._store.read(lambda tx: self._judged(tx, draft, command, account, person))
        except SlackError:
            return wrong_somewhere(submission.values, "Slack could not tell who you are. Try again.")
        except StoreError:
            return wrong_somewhere(submission.values, AGAIN)
        why = "needed" if must_say_why(command, ruling) else ""
        view = preview_view(
            command,
            account,
            ruling,
            token=self._tokens.sign(PREVIEW, {"draft": draft.id, "version": str(draft.version), "why": why}),
            api_version=self._registry.api_version,
            style=self._style,
            waiting=waiting_for(ruling, settings, account, draft.user_id, draft.place),
            files=tuple(looked.files.values()),
        )
        return {"response_action": "push", "view": view}

    def _judged(
        self, tx: Transaction, draft: Draft, command: Command, account: Account, person: Person
    ) -> tuple[WorkspaceSettings, Ruling | Undecided]:
        settings, call = self._workspaces.read(tx, draft.team_id), command.call
        facts = facts_of(tx, settings, call, account, person=person, place=draft.place, moves=moves(call), hold=False)
        return settings, settings.policy.judge(facts)

    def _lock(self, draft_id: str) -> asyncio.Lock:
        """Steps of one form go one after the other, so that the newest view is shown last."""
        lock = self._locks.get(draft_id)
        if lock is None:
            lock = self._locks[draft_id] = asyncio.Lock()
        return lock


@dataclass(frozen=True, slots=True)
class _Changed:
    """A draft after a step, the accounts that it can be run on, and what the workspace has settled."""

    draft: Draft
    accounts: Sequence[Account]
    settings: WorkspaceSettings


@dataclass(frozen=True, slots=True)
class _Looked:
    """The files of a draft, by what names each, and what is wrong with the others."""

    files: dict[str, SlackFile]
    problems: list[Problem]


def _on_one(filled: Filled, connected: Sequence[Account]) -> Filled:
    """The form on the account that it means; on the only one there is where it says none."""
    if filled.account is not None or filled.live:
        return filled
    fitting = [each for each in connected if not each.livemode]
    only = connected[0] if len(connected) == 1 else fitting[0] if len(fitting) == 1 else None
    if only is None:
        return filled
    return replace(filled, account=None if only.alias == "default" else only.alias, live=only.livemode)


def _in_smallest_units(unknown: Problem) -> Problem:
    """What a form says of an amount whose currency can't be compared with anything: how it is written all the same."""
    said = f"{unknown.parameter}={next(iter(unknown.suggestions), '')}"
    message = f"Nothing in this call tells its currency. Empty this field, and write {said} under Anything else."
    return replace(unknown, message=message)


def _left_out(filled: Filled) -> str | None:
    """What has to be given again, since no form can show it."""
    if not filled.left_out:
        return None
    return f"Not filled in, since a form can't show it: {', '.join(filled.left_out)}."[:ERROR_SHOWN]
