"""The outbox: what is still to be said to Slack, written with the state it tells of, delivered until it is.

:meth:`Outbox.put` says what a message should say, inside the caller's transaction; deliveries bring Slack there, by
whichever process is at hand. Only the latest version is delivered. What each answer of Slack leads to:

- busy: again after the time Slack names;
- uncertain: again after a growing pause, since a doubled message is better than a lost one; each carries its row's id
  in its metadata, so that a double can be told;
- blocks refused or too long: the same in words alone;
- a message that is gone, when updating it: posted anew; a thread that is gone: posted without it;
- a place that can't be posted to, or where the person whom alone it is for isn't: told to them by direct message that
  says from where, with the replies that follow;
- any other refusal: given up, and recorded why.

A process that was stopped in the middle and comes after its lease may put an old version over a newer one; it then has
the latest said once more.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot import outbox_rows as rows
from bot.blocks import Content, EphemeralMessage, FileMessage, Message, pack, unpack
from bot.domain import DIRECT_MESSAGE, PEOPLE, Place
from bot.keys.envelope import Envelope
from bot.outbox_rows import Claim
from bot.slack_api import SlackApi, SlackBusyError, SlackError, SlackRefusedError, SlackUncertainError
from bot.store.engine import Store, Transaction
from bot.store.tables import messages
from bot.tasks import describe
from bot.text import channel, template
from operations.clock import Clock

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
BATCH = 20
LEASE = timedelta(seconds=120)
START_WITHIN_SECONDS = 45.0
"""Deliveries of a claimed batch that have not begun by then are left to a later claim, well before the lease ends."""
FIRST_PAUSE_SECONDS = 15.0
LONGEST_PAUSE_SECONDS = 900.0
LARGE_BYTES = 500_000
MOST_ATTEMPTS = 60
"""About half a day of longest pauses."""

_PURPOSE = "messages"
_BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "restricted_action_non_threadable_channel"})
_NO_PLACE = frozenset(
    {
        "channel_not_found",
        "ekm_access_denied",
        "is_archived",
        "is_inactive",
        "method_not_supported_for_channel_type",
        "no_permission",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "user_not_in_channel",
    }
)
# What the app may do at all; an operator can mend that, so it is tried on.
_NOT_ALLOWED = frozenset(
    {"account_inactive", "invalid_auth", "missing_scope", "not_authed", "token_expired", "token_revoked"}
)


class Outbox:
    """Puts messages, and delivers them. One for each process; any number of processes on one database."""

    def __init__(
        self, *, store: Store, envelope: Envelope, slack: SlackApi, clock: Clock, ids: Callable[[], str]
    ) -> None:
        self._store = store
        self._envelope = envelope
        self._slack = slack
        self._clock = clock
        self._ids = ids
        self._woken = asyncio.Event()

    def put(
        self,
        tx: Transaction,
        *,
        team_id: str,
        about: str,
        place: Place,
        user_id: str,
        content: Content,
        thread_of: str | None,
    ) -> None:
        """Say something, or what was said about this before differently. Call :meth:`wake` after the commit.

        ``about`` names the message in its workspace (80 characters). ``place``, ``user_id`` (who is told by direct
        message where the place can't be) and ``thread_of`` (the ``about`` of the message in whose thread it stands)
        count when it is put first. A file or an ephemeral message that was delivered stays as it is. Raises ValueError
        for a ``thread_of`` that was never put.
        """
        known = rows.standing(tx, team_id, about)
        if known is None:
            if self._insert(
                tx,
                team_id=team_id,
                about=about,
                place=place,
                user_id=user_id,
                content=content,
                thread_of=thread_of,
            ):
                return
            known = rows.standing(tx, team_id, about)  # another transaction put it at the same moment
        if known is not None:
            self._reword(tx, team_id, known, content)

    def amend(self, tx: Transaction, *, team_id: str, about: str, content: Message) -> None:
        """Say differently what was said about this before; nothing, where nothing was."""
        known = rows.standing(tx, team_id, about)
        if known is not None:
            self._reword(tx, team_id, known, content)

    def reply(
        self, tx: Transaction, *, team_id: str, about: str, under: str, place: Place, user_id: str, content: Message
    ) -> None:
        """Say something in the thread of what was said about ``under``: once, and nothing where nothing was.

        ``place`` is where it goes where that could not be posted; for the rest see :meth:`put`.
        """
        if rows.standing(tx, team_id, under) is None or rows.standing(tx, team_id, about) is not None:
            return
        self._insert(tx, team_id=team_id, about=about, place=place, user_id=user_id, content=content, thread_of=under)

    def wake(self) -> None:
        """Have what was put delivered now rather than at the next poll. To be called on the event loop."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver what is due, for ever; cancelled, it ends the round that it is in before it goes."""
        if self._store.exclusive:
            # Nobody else has this database open: whatever is leased was claimed by a process that is dead.
            await self._store.transaction(rows.release_all)
        while True:
            self._woken.clear()
            round_ = asyncio.create_task(self._round(), name="deliveries")
            try:
                await asyncio.shield(round_)
            except asyncio.CancelledError:
                # Cut off, what is claimed would stay unsaid until its lease ends, and perhaps be said twice then.
                await round_
                raise
            await self._pause()

    async def _round(self) -> None:
        try:
            await self.deliver_due()
        except Exception as error:  # the loop must outlive whatever one round meets
            logger.error("a round of deliveries failed: %s", describe(error))  # noqa: TRY400 — no messages in logs

    async def deliver_due(self) -> int:
        """Deliver until nothing is due; how many deliveries were tried. Raises StoreError."""
        tried = 0
        while claims := await self._store.transaction(lambda tx: rows.claim(tx, BATCH, LEASE)):
            tried += len(claims)
            begin_until = self._clock.monotonic() + START_WITHIN_SECONDS
            lanes: dict[tuple[str, str], list[Claim]] = defaultdict(list)
            for claim in claims:
                lanes[claim.team_id, claim.channel_id].append(claim)
            # One channel after the other's messages would hold up all; one channel's own stay in their order.
            await asyncio.gather(*(self._deliver_lane(lane, begin_until) for lane in lanes.values()))
        return tried

    async def _deliver_lane(self, lane: list[Claim], begin_until: float) -> None:
        for claim in lane:
            if self._clock.monotonic() < begin_until:
                await self._deliver(claim)

    async def _deliver(self, claim: Claim) -> None:
        try:
            content = await self._opened(claim)
            if claim.channel_id.startswith(PEOPLE):
                # What is said to a person stands in a channel all the same, and is changed and answered there.
                claim = replace(claim, channel_id=await self._slack.open_dm(claim.team_id, claim.channel_id))
            ts = await self._say(claim, content)
        except SlackBusyError as busy:
            seconds = busy.retry_after
            await self._store.transaction(lambda tx: rows.later(tx, claim, seconds, claim.attempts))
        except SlackUncertainError as uncertain:
            logger.warning("message %s: %s", claim.id, uncertain)
            await self._again(claim, "uncertain")
        except SlackRefusedError as refused:
            await self._refused(claim, refused.code)
        except Exception as error:  # a row that can't be read must not keep the others from being told
            logger.error("message %s: %s", claim.id, describe(error))  # noqa: TRY400 — no messages in logs
            await self._again(claim, type(error).__name__)
        else:
            if not await self._store.transaction(lambda tx: rows.delivered(tx, claim, claim.channel_id, ts)):
                logger.warning("message %s was delivered after its lease, so perhaps twice or too late", claim.id)

    async def _opened(self, claim: Claim) -> Content:
        """What a claim should say. A large file is opened beside the event loop, where everybody else would wait."""
        if len(claim.blob) > LARGE_BYTES:
            return await asyncio.to_thread(self._open, claim)
        return self._open(claim)

    def _open(self, claim: Claim) -> Content:
        context = (str(claim.version),)
        return unpack(
            self._envelope.open(
                purpose=_PURPOSE, team_id=claim.team_id, row_id=claim.id, context=context, blob=claim.blob
            )
        )

    async def _say(self, claim: Claim, content: Content) -> str:
        """Bring Slack to say it, by the next best way where one is refused; the ts. Raises SlackError."""
        while True:
            try:
                return await self._send(claim, content)
            except SlackRefusedError as refused:
                other = _other_way(claim, content, refused.code)
                if other is None:
                    raise
                logger.warning("message %s: %s, sent another way", claim.id, refused)
                claim, content = other

    async def _send(self, claim: Claim, content: Content) -> str:
        place = (claim.team_id, claim.channel_id)
        if isinstance(content, FileMessage):
            return await self._slack.upload(*place, content, thread_ts=claim.thread_ts, patience=0)
        if isinstance(content, EphemeralMessage) and not claim.channel_id.startswith(DIRECT_MESSAGE):
            return await self._slack.ephemeral(
                *place, claim.user_id, content.message, thread_ts=claim.thread_ts, patience=0
            )
        message = content.message if isinstance(content, EphemeralMessage) else content
        if claim.moved_from is not None:
            message = from_elsewhere(message, claim.moved_from)
        if claim.ts is not None:
            await self._slack.update(*place, claim.ts, message, patience=0)
            return claim.ts
        return await self._slack.post(*place, message, thread_ts=claim.thread_ts, mark=claim.id, patience=0)

    async def _refused(self, claim: Claim, failure: str) -> None:
        logger.warning("message %s was refused: %s", claim.id, failure)
        if failure in _NOT_ALLOWED:
            await self._again(claim, failure)
            return
        try:
            channel_id = await self._slack.open_dm(claim.team_id, claim.user_id) if failure in _NO_PLACE else None
        except SlackRefusedError:
            channel_id = None
        except SlackError:
            await self._again(claim, failure)
            return
        if channel_id is None or channel_id == claim.channel_id:
            await self._store.transaction(lambda tx: rows.given_up(tx, claim, failure))
        else:
            await self._store.transaction(lambda tx: rows.moved(tx, claim, channel_id))

    async def _again(self, claim: Claim, failure: str) -> None:
        """Try again after a pause that doubles, or give up after the last attempt."""
        if claim.attempts + 1 >= MOST_ATTEMPTS:
            await self._store.transaction(lambda tx: rows.given_up(tx, claim, failure))
            return
        seconds = min(FIRST_PAUSE_SECONDS * 2 ** min(claim.attempts, 10), LONGEST_PAUSE_SECONDS)
        await self._store.transaction(lambda tx: rows.later(tx, claim, seconds, claim.attempts + 1))

    def _reword(self, tx: Transaction, team_id: str, known: rows.Standing, content: Content) -> None:
        if known.kind != "message" and known.delivered:
            return
        version = known.version + 1
        sealed = self._seal(team_id, known.id, version, content)
        tx.connection.execute(
            messages.update()
            .where(messages.c.team_id == team_id, messages.c.id == known.id)
            .values(**sealed, kind=_kind(content), version=version, attempts=0, next_at=tx.now, failure=None)
        )

    def _insert(
        self,
        tx: Transaction,
        *,
        team_id: str,
        about: str,
        place: Place,
        user_id: str,
        content: Content,
        thread_of: str | None,
    ) -> bool:
        """False when the row was put by another transaction in between."""
        parent = None
        if thread_of is not None:
            parent = rows.standing(tx, team_id, thread_of)
            if parent is None:
                raise ValueError(f"no message about {thread_of} was put")
        row_id = self._ids()
        return tx.insert_once(
            messages,
            {
                "team_id": team_id,
                "id": row_id,
                "about": about,
                "kind": _kind(content),
                "channel_id": place.channel_id,
                "thread_ts": place.thread_ts,
                "user_id": user_id,
                "thread_of": parent.id if parent else None,
                **self._seal(team_id, row_id, 1, content),
                "version": 1,
                "delivered": 0,
                "attempts": 0,
                "next_at": tx.now,
                "created_at": rows.next_in_thread(tx, team_id, parent.id) if parent else tx.now,
            },
        )

    def _seal(self, team_id: str, row_id: str, version: int, content: Content) -> dict[str, object]:
        sealed = self._envelope.seal(
            purpose=_PURPOSE, team_id=team_id, row_id=row_id, context=(str(version),), plaintext=pack(content)
        )
        return {"sealed": sealed.blob, "key_id": sealed.key_id}

    async def _pause(self) -> None:
        """Until something was put, or it is time to look."""
        waits = [asyncio.ensure_future(self._woken.wait()), asyncio.ensure_future(self._clock.sleep(POLL_SECONDS))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)


def from_elsewhere(message: Message, channel_id: str) -> Message:
    """The message with a line that says where it belongs, for when it can't stand there."""
    return message.with_note(template("For {}, where I could not post this.", channel(channel_id)))


def _kind(content: Content) -> str:
    match content:
        case FileMessage():
            return "file"
        case EphemeralMessage():
            return "ephemeral"
        case Message():
            return "message"


def _other_way(claim: Claim, content: Content, failure: str) -> tuple[Claim, Content] | None:
    """What to try instead of what was refused; each way leaves something out, so that it comes to an end."""
    if failure in _BLOCKS_REFUSED and isinstance(content, Message) and content.blocks:
        return claim, _poorer(content)
    if failure in _BLOCKS_REFUSED and isinstance(content, EphemeralMessage) and content.message.blocks:
        return claim, EphemeralMessage(_poorer(content.message))
    if failure in _GONE and claim.ts is not None:
        return replace(claim, ts=None), content
    if failure in _NO_THREAD and claim.thread_ts is not None:
        return replace(claim, ts=None, thread_ts=None), content
    if isinstance(content, FileMessage) and failure not in _NO_PLACE | _NOT_ALLOWED:
        note = template("The file {} could not be put here: Slack refused it ({}).", content.filename, failure)
        return claim, Message(note)
    return None


def _poorer(message: Message) -> Message:
    """The message without its newest blocks, which not every Slack has yet; then without any."""
    unfolded = message.unfolded()
    return unfolded if 0 < len(unfolded.blocks) < len(message.blocks) else message.without_blocks()
