"""Taking lists of calls: typed, pasted into a form, or uploaded; each becomes a look, and then one approval."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot import cards
from bot.approval import Bulk
from bot.asking import LIFETIME_SECONDS
from bot.bulk.words import Wanted, read_words
from bot.commands import Commands
from bot.domain import Account, Place
from bot.files import Files, named_file
from bot.inbound import Submission
from bot.look_rows import Look
from bot.looking import Looking
from bot.outbox import Outbox
from bot.replies import Asker, Replies
from bot.slack_api import SlackApi, SlackError
from bot.store import accounts, deliveries
from bot.store.engine import Store, Transaction
from bot.submitting import Asking, NotTaken, Submitting
from bot.text import Style
from bot.tokens import Tokens
from operations.bulk import Flaw, decoded, example, read_list
from operations.clock import Clock
from operations.problem import Problem
from operations.registry import Registry
from operations.secrets import locate_secret
from operations.when import When, moment

logger = logging.getLogger(__name__)

ROOM: Final = "bulk"
PURPOSE: Final = "list"


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was filled in: a list, or the file that holds it."""

    asker: Asker
    wanted: Wanted
    account_id: str
    file: str = ""


class Lists:
    """Takes lists from the listeners and, once they are on record, sees their looks through."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        commands: Commands,
        submitting: Submitting,
        looking: Looking,
        files: Files,
        outbox: Outbox,
        tokens: Tokens,
        slack: SlackApi,
        replies: Replies,
        clock: Clock,
        style: Style,
    ) -> None:
        self._store = store
        self._registry = registry
        self._commands = commands
        self._submitting = submitting
        self._looking = looking
        self._files = files
        self._outbox = outbox
        self._tokens = tokens
        self._slack = slack
        self._replies = replies
        self._clock = clock
        self._style: Style = style

    async def room(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``bulk <operation> …``: takes the list that stands behind it, or opens the form for one."""
        wanted = read_words(rest, self._registry)
        if isinstance(wanted, Problem):
            await self._replies.tell(asker, cards.problem(wanted))
            return True
        connected = await self._store.read(lambda tx: accounts.active(tx, asker.team_id))
        chosen = _chosen(wanted, connected)
        if not wanted.text and trigger_id is not None and connected:
            await self._open(asker, trigger_id, wanted, connected, chosen)
            return True
        if chosen is None:
            told = cards.no_account(wanted.alias, live=wanted.live, connected=connected)
            await self._replies.tell(asker, told)
        elif not wanted.text:
            said = f"A message can't open the form. Type /stripe {ROOM} {wanted.operation.name} instead."
            await self._replies.tell(asker, cards.denied(said))
        else:
            await self._ask(Filled(asker, wanted, chosen.id))
        return True

    def read(self, submission: Submission) -> Filled | Mapping[str, Any]:
        """What a submitted form asks for, or how it is answered: what is wrong with it."""
        token = self._tokens.read(PURPOSE, submission.private_metadata)
        if token is None or (token["team"], token["user"]) != (submission.team_id, submission.user_id):
            return _wrong(cards.LIST_TEXT, f"This form was opened by somebody else. Type /stripe {ROOM} again.")
        operation = self._registry.by_key(token["operation"])
        if int(token["until"]) < self._clock.now() or operation is None:
            return _wrong(cards.LIST_TEXT, f"This form is too old. Type /stripe {ROOM} again.")
        text, files = submission.text(cards.LIST_TEXT).strip(), submission.text(cards.LIST_FILE).strip()
        if not text and not files:
            return _wrong(cards.LIST_TEXT, "Paste the lines here, or choose a file.")
        if text and files:
            return _wrong(cards.LIST_TEXT, "There are lines and a file: give one of them.")
        if files and named_file(files) is None:
            return _wrong(cards.LIST_FILE, "This is no file of Slack's: take the link to it, or its id (F…).")
        account_id = submission.text(cards.LIST_ACCOUNT) or token["account"]
        if not account_id:
            return _wrong(cards.LIST_ACCOUNT, "Choose an account.")
        because = submission.text(cards.LIST_BECAUSE).strip() or token["because"]
        if locate_secret(because) is not None:
            return _wrong(
                cards.LIST_BECAUSE, "This holds what looks like a secret. Nothing was asked for; roll it now."
            )
        if len(because) > 500:
            return _wrong(cards.LIST_BECAUSE, "Say it in 500 characters at most.")
        after = submission.text(cards.LIST_AFTER)
        go_on = after == cards.LIST_GO_ON if after else bool(token["go_on"])
        if text:
            # Moments are read anew once it is known where the person is; whether they are moments is told now.
            flaws = read_list(text, operation, self._registry, When(now=moment(self._clock.now()))).flaws
            if flaws:
                return {"response_action": "push", "view": cards.flaws_view([str(each) for each in flaws])}
        asker = Asker(
            team_id=submission.team_id,
            user_id=submission.user_id,
            place=Place(token["channel"], token["thread"] or None, begun=bool(token["begun"])),
            response_url=None,
            key=submission.key,
        )
        wanted = Wanted(operation, text, go_on=go_on, because=because)
        return Filled(asker, wanted, account_id, files)

    async def take(self, filled: Filled) -> None:
        """Go on with a form that was filled in; a file is fetched first."""
        if filled.file:
            asker = filled.asker
            content = await self._files.fetch(asker.team_id, asker.user_id, filled.file)
            text = content if isinstance(content, str) else decoded(content.data)
            if isinstance(content, str) or isinstance(text, Flaw):
                await self._replies.tell(asker, cards.list_flawed([str(text)]))
                return
            filled = replace(filled, wanted=replace(filled.wanted, text=text))
        await self._ask(filled)

    async def _open(
        self, asker: Asker, trigger_id: str, wanted: Wanted, connected: list[Account], chosen: Account | None
    ) -> None:
        token = self._tokens.sign(
            PURPOSE,
            {
                "team": asker.team_id,
                "user": asker.user_id,
                "channel": asker.place.channel_id,
                "thread": asker.place.thread_ts or "",
                "begun": "yes" if asker.place.begun else "",
                "operation": wanted.operation.key,
                "account": chosen.id if chosen is not None else connected[0].id if len(connected) == 1 else "",
                "go_on": "yes" if wanted.go_on else "",
                "because": wanted.because,
                "until": str(int(self._clock.now()) + LIFETIME_SECONDS),
            },
        )
        view = cards.list_view(
            token,
            connected,
            operation=wanted.operation.name,
            example=example(wanted.operation),
            chosen=chosen,
            go_on=wanted.go_on,
            because=wanted.because,
            style=self._style,
        )
        try:
            await self._slack.open_view(asker.team_id, trigger_id, view)
        except SlackError as error:
            logger.warning("the form for a list was not opened: %s", error)
            said = f"Slack did not open the form in time. Type /stripe {ROOM} {wanted.operation.name} again."
            await self._replies.tell(asker, cards.denied(said))

    async def _ask(self, filled: Filled) -> None:
        """Record a list and look at what it is about; whoever asks is told what is wrong with it."""
        asker, wanted = filled.asker, filled.wanted
        person = await self._commands.person(asker)
        if person is None:
            return
        sheet = read_list(wanted.text, wanted.operation, self._registry, self._commands.when(person))
        if sheet.flaws:
            await self._replies.tell(asker, cards.list_flawed([str(each) for each in sheet.flaws]))
            return
        asking = Asking(person, asker.place)
        bulk = Bulk(
            lines=tuple(each.number for each in sheet.lines),
            currencies=tuple(each.currency for each in sheet.lines),
            go_on=wanted.go_on,
        )

        def record(tx: Transaction) -> Look | NotTaken | None:
            if not deliveries.first_time(tx, asker.team_id, asker.key):
                return None
            connected = accounts.active(tx, asker.team_id)
            account = next((each for each in connected if each.id == filled.account_id), None)
            if account is None:
                return NotTaken(cards.no_account(wanted.alias, live=wanted.live, connected=connected))
            return self._submitting.submit_list(tx, sheet.lines, account, asking, bulk=bulk, because=wanted.because)

        await self._see(asker, await self._store.transaction(record))

    async def rest(self, asker: Asker, approval_id: str) -> None:
        """Ask anew for what a stopped list did not send: with new signatures, under new keys."""
        person = await self._commands.person(asker)
        if person is not None:
            taken = await self._store.transaction(
                lambda tx: (
                    self._submitting.submit_rest(tx, approval_id, Asking(person, asker.place))
                    if deliveries.first_time(tx, asker.team_id, asker.key)
                    else None
                )
            )
            await self._see(asker, taken)

    async def _see(self, asker: Asker, taken: Look | NotTaken | None) -> None:
        if isinstance(taken, NotTaken):
            await self._replies.tell(asker, taken.message)
        elif taken is not None:
            self._outbox.wake()
            await self._looking.carry_out(taken)


def _chosen(wanted: Wanted, connected: list[Account]) -> Account | None:
    """The account that was said; where none was, the only one of the mode, or the default one."""
    fitting = [each for each in connected if each.livemode == wanted.live]
    if wanted.alias is not None:
        fitting = [each for each in fitting if each.alias == wanted.alias]
    elif len(fitting) > 1:
        fitting = [each for each in fitting if each.alias == "default"]
    return fitting[0] if len(fitting) == 1 else None


def _wrong(block_id: str, sentence: str) -> Mapping[str, Any]:
    return {"response_action": "errors", "errors": {block_id: sentence}}
