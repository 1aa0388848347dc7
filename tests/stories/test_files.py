"""Files between Slack and Stripe: a person's upload becomes evidence, a quote's PDF comes back into the thread."""

import pytest
from sqlalchemy import select

from bot.cards import APPROVE
from bot.files import Files
from bot.store.tables import calls
from operations.call import FileContent
from operations.risk import assess
from operations.sandbox.keys import ACCOUNT
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.slack import Fault
from tests.uploading import EVIDENCE, UPLOAD, ask, frozen, pdf_of, record
from tests.world import TEAM, World

FIVE_MB = pdf_of(5_000_000)
QUOTE = HIGHLIGHTS["open_quote"]


async def fetched(world: World, content: bytes = FIVE_MB) -> FileContent:
    world.workspace.add_file("F0PROOF", "U0ALICE", 'a/"proof" of\ndelivery.pdf', content, "application/pdf")
    file = await Files(world.bot.slack).fetch(TEAM, "U0ALICE", "F0PROOF", purpose=EVIDENCE)
    assert isinstance(file, FileContent), file
    return file


async def uploaded(world: World) -> None:
    file = await fetched(world)
    run = await world.bot.store.transaction(lambda tx: record(world.bot, tx, file))
    await world.bot.runs.carry_out(run.team_id, run.id)
    await world.settle()


def kept(world: World) -> list[bytes]:
    """What Stripe has of the people's uploads."""
    book = world.stripe.state.book(ACCOUNT, livemode=False)
    return [content for id_, content in book.contents.items() if id_ != HIGHLIGHTS["file"]]


async def test_an_upload_from_slack_becomes_a_file_of_stripes(world: World) -> None:
    """All five megabytes of it, byte for byte; the card tells what it is and leads to the dispute."""
    await uploaded(world)
    assert kept(world) == [FIVE_MB]
    [answer] = world.workspace.thread(world.card.ts)
    said = str(answer.blocks)
    assert "proof" in said
    assert "Dispute evidence" in said
    assert "5 MB" in said
    assert "evidence[uncategorized_file]=file_" in answer.button("run:0")["value"]


@pytest.mark.both_databases
async def test_an_upload_whose_answer_is_lost_is_sent_again_as_it_was(world: World) -> None:
    """Under the same key and with the same bytes, so that there is one file."""
    world.stripe.faults.add(UPLOAD, "drop_after")
    await uploaded(world)
    assert world.effects(UPLOAD) == 1
    assert kept(world) == [FIVE_MB]
    assert [each.replayed for each in world.stripe.journal.requests if each.path == "/v1/files"] == [False, True]


async def test_an_upload_with_a_link_waits_with_its_bytes(world: World) -> None:
    """A link that needs no key gives access to somebody else: a second person decides, and what they signed is sent."""
    file = await fetched(world)
    approval = await world.bot.store.transaction(lambda tx: ask(world.bot, tx, file))
    assert assess(approval.frozen.call).flags == {"exfil", "secret"}
    world.bot.outbox.wake()
    await world.settle()
    assert kept(world) == []
    await world.bob.click(world.card, APPROVE)
    assert kept(world) == [FIVE_MB]


@pytest.mark.both_databases
async def test_what_is_kept_of_an_upload_can_not_be_read_in_the_database(world: World) -> None:
    """It is sealed, and the digest that is signed changes with any byte of it."""
    file = await fetched(world)
    one = await world.bot.store.transaction(lambda tx: frozen(world.bot, tx, file))
    other = FileContent(file.name, file.content_type, file.data[:-1] + b"!")
    two = await world.bot.store.transaction(lambda tx: frozen(world.bot, tx, other))
    assert one.digest != two.digest
    sealed = await world.bot.store.read(
        lambda tx: tx.connection.execute(select(calls.c.sealed).where(calls.c.team_id == TEAM)).scalars().all()
    )
    assert not [blob for blob in sealed if b"%PDF" in blob or b"JVBERi" in blob]


async def test_a_quotes_pdf_comes_into_the_thread(world: World) -> None:
    """As a file that is named for the quote, below a message that says what it is."""
    await world.alice.slash(f"quotes pdf {QUOTE}")
    [file] = world.workspace.files.values()
    assert (file.filename, file.thread_ts) == (f"quote-{QUOTE}.pdf", world.card.ts)
    assert file.content is not None
    assert file.content.startswith(b"%PDF-")
    [message] = world.workspace.thread(world.card.ts)
    assert "Quote as PDF" in str(message.blocks)


async def test_the_pdf_of_a_draft_is_refused_in_stripes_words(world: World) -> None:
    """No file, and the reason as Stripe gives it."""
    await world.alice.slash(f"quotes pdf {HIGHLIGHTS['draft_quote']}")
    assert world.workspace.files == {}
    [message] = world.workspace.thread(world.card.ts)
    assert "because it is draft" in str(message.blocks)


async def test_a_slack_that_takes_no_files_is_told_of(world: World) -> None:
    """Nobody waits in vain for the PDF."""
    world.slack.fail("files.getUploadURLExternal", Fault("code", "file_uploads_disabled"))
    await world.alice.slash(f"quotes pdf {QUOTE}")
    *_, note = world.workspace.thread(world.card.ts)
    assert f"The file `quote-{QUOTE}.pdf` could not be put here: Slack refused it" in note.text


async def test_a_form_sends_a_persons_upload_to_stripe(world: World) -> None:
    """Chosen in the form, looked at in its preview, fetched when that is agreed to: byte for byte."""
    world.workspace.add_file("F0PROOF", "U0ALICE", "proof.pdf", FIVE_MB, "application/pdf")
    await world.alice.slash("files create")
    world.alice.fill({"file": ["F0PROOF"], "purpose": EVIDENCE})
    assert (await world.alice.submit())["response_action"] == "push"
    preview = str(world.alice.modal["blocks"])
    assert "proof.pdf, 5 MB" in preview
    assert "file=@proof.pdf;type=application/pdf" in preview
    assert kept(world) == []
    await world.alice.submit()
    assert kept(world) == [FIVE_MB]
    assert "files create" in str(world.card.blocks)


async def test_a_file_that_is_not_the_persons_own_is_refused_at_its_field(world: World) -> None:
    """Nobody has a file sent on that they could not see themselves."""
    world.workspace.add_file("F0PROOF", "U0BOB", "secret.pdf", FIVE_MB, "application/pdf")
    await world.alice.slash("files create")
    world.alice.fill({"file": ["F0PROOF"], "purpose": EVIDENCE})
    answer = await world.alice.submit()
    assert "Somebody else put F0PROOF" in answer["errors"]["file"]
    assert "secret" not in str(answer)


async def test_a_file_that_is_gone_when_it_is_fetched_costs_nobody_the_form(world: World) -> None:
    """The person is told why, and can go on with the form."""
    world.workspace.add_file("F0PROOF", "U0ALICE", "proof.pdf", FIVE_MB, "application/pdf")
    await world.alice.slash("files create")
    world.alice.fill({"file": ["F0PROOF"], "purpose": EVIDENCE})
    await world.alice.submit()
    del world.workspace.files["F0PROOF"]
    await world.alice.submit()
    assert world.effects(UPLOAD) == 0
    assert "upload it again" in world.told[-1]
    await world.alice.slash("")
    assert any(each["value"].startswith("draft:") for each in await world.alice.suggest("operation", ""))
