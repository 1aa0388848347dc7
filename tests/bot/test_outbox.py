"""The outbox says what was put, once, in its place, whatever Slack answers and whoever dies meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from bot import blocks
from bot.blocks import Content, EphemeralMessage, FileMessage, Message
from bot.domain import Place
from bot.keys.envelope import Envelope
from bot.outbox import MOST_ATTEMPTS, Outbox
from bot.outbox_rows import claim, delivered
from bot.slack_api import SlackApi
from bot.store.engine import Store, Transaction
from bot.store.tables import messages
from bot.text import code
from tests.databases import DatabaseTime
from tests.fakes.clock import ManualClock
from tests.fakes.slack import TOKEN, FakeSlack, Fault, Workspace

TEAM = "T0CASA"
GENERAL = Place("C0GENERAL")
CARD = Message("card", (blocks.section("card"),))


class House:
    """An outbox with its store and a Slack, and short words for what tests do with them."""

    def __init__(self, store: Store, slack: FakeSlack, envelope: Envelope, time: DatabaseTime) -> None:
        self.store = store
        self.slack = slack
        self.envelope = envelope
        self.time = time
        self.clock = ManualClock()
        self.api = SlackApi(token=TOKEN, base_url=slack.api, clock=self.clock)
        numbers = count(1)
        self.ids: Callable[[], str] = lambda: f"message-{next(numbers)}"
        self.outbox = self.replica()

    def replica(self) -> Outbox:
        """An outbox as another process on the same database would have."""
        return Outbox(store=self.store, envelope=self.envelope, slack=self.api, clock=self.clock, ids=self.ids)

    async def put(self, about: str, content: Content, **more: Any) -> None:
        def work(tx: Transaction) -> None:
            self.put_in(tx, about, content, **more)

        await self.store.transaction(work)

    def put_in(
        self,
        tx: Transaction,
        about: str,
        content: Content,
        *,
        thread_of: str | None = None,
        place: Place = GENERAL,
        user_id: str = "U0ALICE",
        team_id: str = TEAM,
    ) -> None:
        self.outbox.put(
            tx, team_id=team_id, about=about, place=place, user_id=user_id, content=content, thread_of=thread_of
        )

    async def rows(self) -> dict[str, Any]:
        """Every row, by what it is about."""

        def work(tx: Transaction) -> dict[str, Any]:
            found = tx.connection.execute(select(messages).where(messages.c.team_id != "")).all()
            return {row.about: row for row in found}

        return await self.store.read(work)

    async def later(self, seconds: float) -> int:
        """Let time pass, for the database and for us, and deliver what is due."""
        self.time.forward(timedelta(seconds=seconds))
        self.clock.advance(seconds)
        return await self.outbox.deliver_due()


@pytest.fixture
async def house(store: Store, envelope: Envelope, database_time: DatabaseTime) -> AsyncIterator[House]:
    async with FakeSlack().serve() as slack:
        slack.workspace()
        made = House(store, slack, envelope, database_time)
        yield made
        await made.api.aclose()


@pytest.fixture
def casa(house: House) -> Workspace:
    return house.slack.workspaces[TEAM]


class SleepingSlack(SlackApi):
    """Stopped right before its first update is sent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.asleep, self.awake, self.said = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def update(self, *args: Any, **kwargs: Any) -> None:
        self.asleep.set()
        await self.awake.wait()
        await super().update(*args, **kwargs)
        self.said.set()


async def test_a_message_its_replies_and_a_file_arrive_in_order(house: House, casa: Workspace) -> None:
    """What one transaction puts stands in Slack as it was put: the parent first, its thread in order."""

    def work(tx: Transaction) -> None:
        house.put_in(tx, "run:1", CARD)
        for number in range(3):
            house.put_in(tx, f"run:1:{number}", Message(f"reply {number}"), thread_of="run:1")
        house.put_in(tx, "run:1:file", FileMessage("a.csv", "All", b"a,b"), thread_of="run:1")

    await house.store.transaction(work)
    await house.outbox.deliver_due()
    head = casa.said("C0GENERAL")[0]
    assert (head.text, head.thread_ts) == ("card", None)
    assert [reply.text for reply in casa.thread(head.ts)] == ["reply 0", "reply 1", "reply 2"]
    assert [(file.filename, file.thread_ts) for file in casa.files.values()] == [("a.csv", head.ts)]
    put = await house.rows()
    created = [put[about].created_at for about in ("run:1:0", "run:1:1", "run:1:2", "run:1:file")]
    assert created == sorted(set(created))
    rows = put.values()
    assert all(row.delivered == row.version == 1 and row.next_at is None and row.lease_until is None for row in rows)
    assert await house.outbox.deliver_due() == 0


async def test_only_the_latest_version_is_said(house: House, casa: Workspace) -> None:
    """What changed before it was delivered is posted once, as it is now; what changed after is updated."""
    await house.put("run:1", Message("one"))
    await house.put("run:1", Message("two"))
    await house.outbox.deliver_due()
    await house.put("run:1", Message("three"))
    await house.outbox.deliver_due()
    assert [(message.text, message.edits) for message in casa.said("C0GENERAL")] == [("three", 1)]
    assert (await house.rows())["run:1"].delivered == 3


async def test_nothing_is_said_of_what_was_rolled_back(house: House, casa: Workspace) -> None:
    """The message stands or falls with the state it tells of."""

    def work(tx: Transaction) -> None:
        house.put_in(tx, "run:1", CARD)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await house.store.transaction(work)
    assert await house.outbox.deliver_due() == 0
    assert casa.messages == []


async def test_a_change_during_its_delivery_is_said_too(house: House, casa: Workspace) -> None:
    """The delivery of an older version doesn't count as that of the newer one."""
    await house.put("run:1", Message("one"))

    class Meanwhile(SlackApi):
        async def post(self, *args: Any, **kwargs: Any) -> str:
            ts = await super().post(*args, **kwargs)
            await house.put("run:1", Message("two"))
            return ts

    slow = Meanwhile(token=TOKEN, base_url=house.slack.api, clock=house.clock)
    outbox = Outbox(store=house.store, envelope=house.envelope, slack=slow, clock=house.clock, ids=house.ids)
    await outbox.deliver_due()
    await slow.aclose()
    assert [(message.text, message.edits) for message in casa.said("C0GENERAL")] == [("two", 1)]


async def test_several_replicas_post_each_message_once(house: House, casa: Workspace) -> None:
    """A claim keeps the others away."""
    for number in range(30):
        await house.put(f"run:{number}", Message(f"message {number}"))
    await asyncio.gather(*(house.replica().deliver_due() for _ in range(4)))
    assert sorted(message.text for message in casa.messages) == sorted(f"message {number}" for number in range(30))


async def test_what_a_dead_process_claimed_is_delivered_by_another(house: House, casa: Workspace) -> None:
    """A lease ends; before that nobody else touches the message."""
    await house.put("run:1", CARD)
    await house.store.transaction(lambda tx: claim(tx, 20, timedelta(seconds=120)))
    assert await house.outbox.deliver_due() == 0
    assert await house.later(121) == 1
    assert len(casa.messages) == 1


@pytest.mark.parametrize("holds", [False, True], ids=["at-rest", "being-delivered"])
async def test_what_comes_late_over_something_newer_is_put_right(house: House, casa: Workspace, *, holds: bool) -> None:
    """A process that slept through its lease updates with old words; whoever delivered newer ones, they come back."""
    stopped = SleepingSlack(token=TOKEN, base_url=house.slack.api, clock=house.clock)
    outbox = Outbox(store=house.store, envelope=house.envelope, slack=stopped, clock=house.clock, ids=house.ids)
    await house.put("run:1", Message("asked"))
    await house.outbox.deliver_due()
    await house.put("run:1", Message("running"))
    late = asyncio.create_task(outbox.deliver_due())
    await stopped.asleep.wait()
    await house.put("run:1", Message("done"))
    house.time.forward(timedelta(seconds=121))
    if holds:
        claimed = await house.store.transaction(lambda tx: claim(tx, 20, timedelta(seconds=120)))
        await house.api.update(TEAM, "C0GENERAL", claimed[0].ts or "", Message("done"))
    else:
        await house.outbox.deliver_due()
        claimed = []
    assert casa.messages[0].text == "done"
    stopped.awake.set()
    await stopped.said.wait()
    if holds:
        assert casa.messages[0].text == "running"
        await late
        assert await house.store.transaction(lambda tx: delivered(tx, claimed[0], "C0GENERAL", claimed[0].ts or ""))
        await house.outbox.deliver_due()
    else:
        await late
    await stopped.aclose()
    assert casa.messages[0].text == "done"
    assert [row.next_at for row in (await house.rows()).values()] == [None]
    assert await house.outbox.deliver_due() == 0


async def test_busy_waits_as_long_as_slack_says(house: House, casa: Workspace) -> None:
    """G4: a 429 holds the message back for its Retry-After, and costs no attempt."""
    house.slack.fail("chat.postMessage", Fault("ratelimited", 30))
    await house.put("run:1", CARD)
    await house.outbox.deliver_due()
    await house.later(29)
    assert house.slack.called("chat.postMessage") == 1
    await house.later(2)
    assert len(casa.messages) == 1
    assert (await house.rows())["run:1"].attempts == 0


@pytest.mark.parametrize("fault", [Fault("cut", after_effect=True), Fault("status", 503, after_effect=True)])
async def test_an_uncertain_post_is_doubled_at_most_once_and_marked(
    house: House, casa: Workspace, fault: Fault
) -> None:
    """G4: rather twice than never; both carry the row's id, and a reply waits for the one whose ts is known."""
    house.slack.fail("chat.postMessage", fault)
    await house.put("run:1", CARD)
    await house.put("run:1:0", Message("reply"), thread_of="run:1")
    await house.outbox.deliver_due()
    assert await house.later(14) == 0
    await house.later(2)
    first, second, reply = casa.said("C0GENERAL")
    assert (
        first.metadata
        == second.metadata
        == {
            "event_type": "countersign_message",
            "event_payload": {"id": (await house.rows())["run:1"].id},
        }
    )
    assert reply.thread_ts == second.ts


async def test_what_never_gets_an_answer_is_given_up_in_the_end(house: House) -> None:
    """Pauses grow to a quarter of an hour; after the last the reason is on record."""
    house.slack.fail("chat.postMessage", *[Fault("cut")] * MOST_ATTEMPTS)
    await house.put("run:1", CARD)
    await house.outbox.deliver_due()
    for _ in range(MOST_ATTEMPTS):
        await house.later(901)
    row = (await house.rows())["run:1"]
    assert (row.failure, row.next_at, house.slack.called("chat.postMessage")) == ("uncertain", None, MOST_ATTEMPTS)


@pytest.mark.parametrize("trouble", ["not_in_channel", "is_archived", "channel_not_found"])
async def test_where_the_channel_cannot_be_the_person_is_told(house: House, casa: Workspace, trouble: str) -> None:
    """D24: the message goes to them as a direct message, and its replies follow into its thread there."""
    channel = casa.channels["C0GENERAL"]
    channel.bot_in, channel.archived = trouble != "not_in_channel", trouble == "is_archived"
    if trouble == "channel_not_found":
        del casa.channels["C0GENERAL"]
    await house.put("run:1", CARD)
    await house.put("run:1:0", Message("reply"), thread_of="run:1")
    await house.outbox.deliver_due()
    head, reply = casa.said("D00ALICE")
    assert (head.text, reply.text, reply.thread_ts) == ("card", "reply", head.ts)
    await house.put("run:1", Message("done"))
    await house.outbox.deliver_due()
    assert casa.said("D00ALICE")[0].text.startswith("done")


async def test_what_was_for_a_thread_in_a_channel_that_cannot_be_stands_together(house: House, casa: Workspace) -> None:
    """The thread is left behind with the channel; each message that was moved says where it belongs."""
    casa.channels["C0GENERAL"].bot_in = False
    thread = Place("C0GENERAL", "1767225500.000001")
    await house.put("run:1", CARD, place=thread)
    await house.put("run:1:0", Message("reply"), place=thread, thread_of="run:1")
    await house.outbox.deliver_due()
    head, reply = casa.said("D00ALICE")
    assert (head.thread_ts, reply.thread_ts) == (None, head.ts)
    assert "For <#C0GENERAL>" in str(head.blocks)
    assert reply.text == "reply"
    await house.put("run:1", Message("done"))
    await house.outbox.deliver_due()
    assert casa.said("D00ALICE")[0].text.startswith("done\nFor <#C0GENERAL>")


async def test_a_channel_lost_halfway_sends_the_rest_to_the_person(house: House, casa: Workspace) -> None:
    """The parent stands in a channel that the bot has left: the answer and the update still arrive."""
    await house.put("run:1", CARD)
    await house.outbox.deliver_due()
    casa.channels["C0GENERAL"].bot_in = False
    await house.put("run:1:0", Message("answer"), thread_of="run:1")
    await house.put("run:1", Message("done"))
    await house.outbox.deliver_due()
    assert sorted(message.text.split("\n")[0] for message in casa.said("D00ALICE")) == ["answer", "done"]


async def test_nobody_to_tell_is_given_up_and_recorded(house: House, casa: Workspace) -> None:
    """Neither the channel nor the person: the reason stays in the row, and the replies are not held for ever."""
    casa.channels["C0GENERAL"].bot_in = False
    await house.put("run:1", CARD, user_id="U0GONE")
    await house.put("run:1:0", Message("reply"), thread_of="run:1")
    await house.outbox.deliver_due()
    rows = await house.rows()
    assert (rows["run:1"].failure, rows["run:1"].next_at) == ("not_in_channel", None)
    assert [message.text.split("\n")[0] for message in casa.said("D00ALICE")] == ["reply"]
    casa.channels["C0GENERAL"].bot_in = True
    await house.put("run:1", Message("again"))
    await house.outbox.deliver_due()
    assert [message.text for message in casa.said("C0GENERAL")] == ["again"]
    assert (await house.rows())["run:1"].failure is None


async def test_refused_blocks_are_said_in_words(house: House, casa: Workspace) -> None:
    """Whatever Slack finds wrong with blocks, what they say still arrives."""
    await house.put("run:1", Message("text", (blocks.section(code("a")), {"type": "unheard_of"})))
    await house.put("run:2", Message("text", tuple(blocks.section("x" * 3000) for _ in range(5))))
    await house.outbox.deliver_due()
    short, long = casa.said("C0GENERAL")
    assert (short.blocks, short.text) == ([], "text\n`a`")
    assert long.blocks == []
    assert len(long.text) <= 4000


async def test_a_deleted_message_is_posted_anew(house: House, casa: Workspace) -> None:
    """D23: somebody deleted the card; its new state stands again, and later changes go to the new one."""
    await house.put("approval:1", CARD)
    await house.outbox.deliver_due()
    casa.messages[0].deleted = True
    for text in ("approved", "done"):
        await house.put("approval:1", Message(text))
        await house.outbox.deliver_due()
    assert [(message.text, message.edits) for message in casa.said("C0GENERAL")] == [("done", 1)]


async def test_a_reply_whose_thread_is_gone_stands_alone(house: House, casa: Workspace) -> None:
    """Nothing is lost with the thread."""
    await house.put("run:1", CARD)
    await house.outbox.deliver_due()
    house.slack.fail("chat.postMessage", Fault("code", "thread_not_found"))
    await house.put("run:1:0", Message("answer"), thread_of="run:1")
    await house.outbox.deliver_due()
    assert [(message.text, message.thread_ts) for message in casa.said("C0GENERAL")] == [
        ("card", None),
        ("answer", None),
    ]


async def test_a_file_that_may_not_be_uploaded_is_said_to_be_missing(house: House, casa: Workspace) -> None:
    """A workspace may forbid uploads; the thread says so."""
    house.slack.fail("files.getUploadURLExternal", Fault("code", "file_uploads_disabled"))
    await house.put("run:1", CARD)
    await house.put("run:1:file", FileMessage("<x>.csv", "All", b"a"), thread_of="run:1")
    await house.outbox.deliver_due()
    reply = casa.thread(casa.said("C0GENERAL")[0].ts)[0]
    assert reply.text == "The file `&lt;x&gt;.csv` could not be put here: Slack refused it (`file_uploads_disabled`)."


async def test_a_delivered_file_stays(house: House, casa: Workspace) -> None:
    """A file can't be rewritten in place: putting it again changes nothing."""
    await house.put("export", FileMessage("a.csv", "All", b"a"))
    await house.outbox.deliver_due()
    await house.put("export", FileMessage("b.csv", "All", b"b"))
    assert await house.outbox.deliver_due() == 0
    assert len(casa.files) == 1


async def test_a_token_that_does_not_work_is_tried_on(house: House, casa: Workspace) -> None:
    """An operator can mend that; what was to be said then is."""
    house.slack.fail("chat.postMessage", Fault("code", "invalid_auth"))
    await house.put("run:1", CARD)
    await house.outbox.deliver_due()
    await house.later(16)
    assert [message.text for message in casa.messages] == ["card"]


async def test_a_row_that_cannot_be_read_holds_up_nobody(
    house: House, casa: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """F1: a sealed value that was moved from another row doesn't open, is told in the log, and others go on."""
    await house.put("run:1", Message("pasted-secret"))
    await house.put("run:2", CARD)

    def swap(tx: Transaction) -> None:
        blob = tx.connection.execute(
            select(messages.c.sealed).where(messages.c.team_id == TEAM, messages.c.about == "run:2")
        ).scalar_one()
        tx.connection.execute(
            messages.update().where(messages.c.team_id == TEAM, messages.c.about == "run:1").values(sealed=blob)
        )

    await house.store.transaction(swap)
    await house.outbox.deliver_due()
    assert [message.text for message in casa.messages] == ["card"]
    assert "UnreadableError" in caplog.text
    assert (await house.rows())["run:1"].attempts == 1


async def test_a_thread_of_somebody_else_holds_the_message_and_its_replies(house: House, casa: Workspace) -> None:
    """Slack has no threads in threads: what answers a reply stands beside it."""
    asked = await house.api.post(TEAM, "C0GENERAL", Message("has anybody seen this charge?"))
    await house.put("run:1", CARD, place=Place("C0GENERAL", asked))
    await house.put("run:1:0", Message("answer"), thread_of="run:1")
    await house.outbox.deliver_due()
    assert [message.text for message in casa.thread(asked)] == ["card", "answer"]
    await house.put("run:1", Message("done"))
    await house.outbox.deliver_due()
    assert [message.text for message in casa.thread(asked)] == ["done", "answer"]


async def test_an_ephemeral_message_is_shown_to_one_person_once(house: House, casa: Workspace) -> None:
    """It is delivered like any other, and can't be changed afterwards."""
    thread = casa.say("1767225500.000001", "C0GENERAL", "question").ts
    reply = casa.say("1767225500.000002", "C0GENERAL", "reply", thread)
    house.slack.fail("chat.postEphemeral", Fault("ratelimited", 1))
    await house.put("note:1", EphemeralMessage(CARD), place=Place("C0GENERAL", thread))
    await house.outbox.deliver_due()
    assert await house.later(2) == 1
    [shown] = casa.ephemerals
    assert (shown["user"], shown["thread_ts"], shown["text"]) == ("U0ALICE", thread, "card")
    await house.put("note:1", EphemeralMessage(Message("changed")))
    assert await house.outbox.deliver_due() == 0
    assert casa.thread(thread) == [reply]


async def test_an_ephemeral_message_reaches_who_left_the_channel(house: House, casa: Workspace) -> None:
    """By direct message, where it stays."""
    casa.channels["C0GENERAL"].members.discard("U0ALICE")
    await house.put("note:1", EphemeralMessage(CARD))
    await house.outbox.deliver_due()
    assert casa.ephemerals == []
    assert [message.text for message in casa.messages] == ["card"]


async def test_workspaces_do_not_mix(house: House) -> None:
    """The same about in two workspaces is two messages, each in its own."""
    other = house.slack.workspace("T0OTHER", "fake-other")
    tokens = {TEAM: TOKEN, "T0OTHER": "fake-other"}

    async def token_for(team_id: str) -> str:
        return tokens[team_id]

    api = SlackApi(token=token_for, base_url=house.slack.api, clock=house.clock)
    outbox = Outbox(store=house.store, envelope=house.envelope, slack=api, clock=house.clock, ids=house.ids)
    await house.put("run:1", Message("casa"))
    await house.put("run:1", Message("other"), team_id="T0OTHER")
    await outbox.deliver_due()
    await api.aclose()
    assert [message.text for message in house.slack.workspaces[TEAM].messages] == ["casa"]
    assert [message.text for message in other.messages] == ["other"]


async def test_what_is_kept_is_sealed(house: House) -> None:
    """A dump of the database shows nothing of what was said."""
    await house.put("run:1", Message("pasted-secret"))
    assert b"pasted-secret" not in (await house.rows())["run:1"].sealed


async def test_a_reply_to_what_was_never_put_is_a_mistake(house: House) -> None:
    """It would wait for ever."""
    with pytest.raises(ValueError, match="run:1"):
        await house.put("run:1:0", Message("x"), thread_of="run:1")


async def test_the_loop_delivers_when_woken_and_outlives_trouble(house: House, casa: Workspace) -> None:
    """Waking is enough: nobody waits for the next poll. A round that fails is followed by another."""
    posted = asyncio.Event()

    class Telling(SlackApi):
        async def post(self, *args: Any, **kwargs: Any) -> str:
            ts = await super().post(*args, **kwargs)
            posted.set()
            return ts

    api = Telling(token=TOKEN, base_url=house.slack.api, clock=house.clock)
    outbox = Outbox(store=house.store, envelope=house.envelope, slack=api, clock=house.clock, ids=house.ids)
    await house.put("run:0", CARD)
    await house.store.transaction(lambda tx: claim(tx, 20, timedelta(seconds=120)))
    running = asyncio.create_task(outbox.run())
    if house.store.exclusive:
        await posted.wait()
        posted.clear()
    await house.put("run:1", CARD)
    outbox.wake()
    await posted.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await api.aclose()
    assert len(casa.messages) == (2 if house.store.exclusive else 1)


class BedtimeClock(ManualClock):
    """Tells when somebody begins to sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.asleep.set()
        await super().sleep(seconds)


async def test_the_loop_polls_for_what_becomes_due(house: House, casa: Workspace) -> None:
    """Nobody wakes for what waits: the next poll finds it."""
    house.slack.fail("chat.postMessage", Fault("ratelimited", 1))
    clock = BedtimeClock()
    api = SlackApi(token=TOKEN, base_url=house.slack.api, clock=clock)
    outbox = Outbox(store=house.store, envelope=house.envelope, slack=api, clock=clock, ids=house.ids)
    await house.put("run:1", CARD)
    running = asyncio.create_task(outbox.run())
    for said in (0, 1):
        await clock.asleep.wait()
        assert len(casa.messages) == said
        clock.asleep.clear()
        house.time.forward(timedelta(seconds=2))
        clock.advance(2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await api.aclose()


async def test_what_is_said_to_a_person_is_changed_and_answered_in_their_direct_messages(
    house: House, casa: Workspace
) -> None:
    """A person in a channel's place means the messages with them: head, reply, file and what they alone see."""
    bob = Place("U0BOB")
    await house.put("head", CARD, place=bob, user_id="U0BOB")
    await house.put("reply", Message("reply"), place=bob, user_id="U0BOB", thread_of="head")
    await house.put("file", FileMessage("a.csv", "a", b"1"), place=bob, user_id="U0BOB", thread_of="head")
    await house.put("alone", EphemeralMessage(Message("alone")), place=bob, user_id="U0BOB")
    await house.later(0)
    await house.put("head", Message("changed"), place=bob, user_id="U0BOB")
    await house.later(1)
    head, *others = casa.said("D00BOB")
    assert (head.text, head.edits) == ("changed", 1)
    assert sorted((each.text, each.thread_ts) for each in others) == [("alone", None), ("reply", head.ts)]
    [file] = casa.files.values()
    assert (file.channel, file.thread_ts) == ("D00BOB", head.ts)


async def test_only_what_was_said_is_amended(house: House, casa: Workspace) -> None:
    """Nothing is said of what nobody was told."""
    await house.put("told", CARD)

    def amend(tx: Transaction) -> None:
        for about in ("told", "untold"):
            house.outbox.amend(tx, team_id=TEAM, about=about, content=Message("amended"))

    await house.store.transaction(amend)
    await house.later(0)
    assert [each.text for each in casa.said("C0GENERAL")] == ["amended"]
