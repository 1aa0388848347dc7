"""Answers shown as they were asked for, from the command to the thread."""

import csv
import io

import pytest

from bot.cards import APPROVE
from operations.sandbox.keys import ACCOUNT
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.slack import File, Message
from tests.world import World

CHARGE = HIGHLIGHTS["refundable_charge"]


def answers(world: World) -> list[Message]:
    return world.workspace.thread(world.card.ts)


def files(world: World) -> list[File]:
    return list(world.workspace.files.values())


def text_of(file: File) -> str:
    assert file.content is not None
    return file.content.decode("utf-8-sig")


async def test_a_query_picks_values_out_of_a_list(world: World) -> None:
    """One a line; the head shows the command whole, so that whoever copies it gets the same."""
    await world.alice.slash('customers list --limit 3 --query "data[].email"')
    assert "--query data[].email" in str(world.card.blocks)
    [answer] = answers(world)
    assert "3 results" in str(answer.blocks)
    assert str(answer.blocks).count("@") >= 3
    assert "cus_" not in str(answer.blocks).replace("starting-after cus_", "")


async def test_fields_are_shown_of_each_row(world: World) -> None:
    """In the order asked for, with their names; what no row has is said."""
    await world.alice.slash("customers list --limit 3 --fields email,id,nmae")
    [answer] = answers(world)
    text = str(answer.blocks)
    assert text.index("email `") < text.index("id `cus_")
    assert "Nothing here has `nmae`" in text


async def test_a_field_of_what_is_only_an_id_is_fetched_along(world: World) -> None:
    """The registry says that it can be expanded; that it was stands in the command on the head."""
    await world.alice.slash("charges list --limit 2 --fields id,customer.email")
    assert "--expand data.customer" in str(world.card.blocks)
    [answer] = answers(world)
    assert "customer.email `" in str(answer.blocks)


async def test_a_list_becomes_a_csv_file(world: World) -> None:
    """In the thread, with a header."""
    await world.alice.slash("customers list --limit 3 --fields id,email --output csv")
    [file] = files(world)
    rows = list(csv.reader(io.StringIO(text_of(file), newline="")))
    assert rows[0] == ["id", "email"]
    assert len(rows) == 4
    assert "3 rows as CSV" in str(answers(world)[0].blocks)


@pytest.mark.both_databases
async def test_how_an_answer_is_shown_survives_the_approval(world: World) -> None:
    """It is sealed with the call: what was asked for is shown when somebody else has said yes."""
    await world.alice.slash(f"refunds create --charge {CHARGE} --amount 500 --query '[status, amount]'")
    card = world.card
    assert "--query '[status, amount]'" in str(card.blocks)
    await world.bob.click(card, APPROVE)
    assert world.effects("POST /v1/refunds") == 1
    [answer] = answers(world)
    assert "`succeeded`\n`500`" in answer.blocks[1]["text"]["text"]


async def test_a_query_that_does_not_fit_the_answer_leaves_the_refund_done(world: World) -> None:
    """The run is closed and said to be done, once; only this view of its answer failed."""
    await world.alice.slash(f"refunds create --charge {CHARGE} --amount 500 --query 'sum(id)'")
    await world.bob.click(world.card, APPROVE)
    assert world.effects("POST /v1/refunds") == 1
    assert "Done" in str(world.card.blocks)
    [answer] = answers(world)
    assert "gives sum() a text" in str(answer.blocks)


async def test_a_wrong_query_is_refused_before_anything_is_asked_or_sent(world: World) -> None:
    """A slip costs nothing, even where it stands on a refund."""
    world.stripe.journal.clear()
    await world.alice.slash(f"refunds create --charge {CHARGE} --query 'lowr(id)'")
    assert world.said() == []
    assert "lowr()" in world.told[0]
    assert "lower" in str(world.slack.responses)
    assert world.stripe.journal.requests == []


async def test_no_way_of_asking_shows_a_client_secret(world: World) -> None:
    """It is hidden before the query runs, in messages and in files."""
    await world.alice.slash("payment_intents create --amount 500 --currency usd")
    [created] = world.stripe.journal.of("POST /v1/payment_intents")
    intent = world.stripe.state.book(ACCOUNT, livemode=False).get("payment_intent", created.object_id)
    assert intent is not None
    secret = str(intent["client_secret"])
    for asked in (
        "--query client_secret",
        "--fields id,client_secret",
        "--output json",
        "--query 'to_string(@)' -o csv",
    ):
        await world.alice.slash(f"payment_intents retrieve {intent['id']} {asked}")
    said = str(world.slack.calls) + str(world.workspace.messages) + "".join(map(text_of, files(world)))
    assert "[hidden]" in said
    assert secret not in said
    assert secret.split("_secret_")[1] not in said
