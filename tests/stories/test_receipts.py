"""Receipts: all that is on record of an approval or a run, given to those whom it concerns, alone."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from bot import audit
from bot.calls import Calls
from bot.cards import APPROVE, HAPPENED
from bot.roles import Grant
from bot.store.engine import Transaction
from bot.store.tables import approvals
from bot.text import unescape
from bot.workspaces import Workspaces
from operations.encoding import encode
from operations.sandbox.seed import HIGHLIGHTS
from tests.fakes.slack import Message
from tests.lists import charges, listed, refund_elsewhere
from tests.world import SUPPORT, TEAM, Person, World

CHARGE = HIGHLIGHTS["refundable_charge"]


async def refunded(world: World) -> Message:
    """The card of a refund that Alice asked for and Bob approved."""
    await world.alice.slash(f"refunds create --charge {CHARGE} --amount 500 metadata[ticket]=6735")
    await world.bob.click(world.card, APPROVE)
    return world.card


def button(message: Message, label: str) -> dict[str, Any]:
    """The button of a message that says this."""
    elements = [each for block in message.blocks for each in block.get("elements", [])]
    return next(each for each in elements if each.get("type") == "button" and each["text"]["text"] == label)


def told(world: World) -> str:
    """The newest thing that somebody alone was told, blocks and all."""
    return unescape(str(world.slack.responses[-1]))


def newest_file(world: World) -> bytes:
    return list(world.workspace.files.values())[-1].content or b""


async def narrow(world: World) -> Person:
    """Only Alice and Bob have roles from now on; Fred has none that sees what others did."""
    world.workspace.add_user("U0FRED")
    world.people["U0FRED"] = Person(world, "U0FRED")
    workspaces = Workspaces(store=world.bot.store, admins=("U0ALICE",))

    def regrant(tx: Transaction) -> None:
        before = workspaces.read(tx, TEAM)
        give = (Grant("operator", "everyone"), Grant("approver", "person", "U0BOB"))
        workspaces.change(tx, before, before.regranted(give=give, take=before.grants), user_id="U0ALICE")

    await world.bot.store.transaction(regrant)
    return world.people["U0FRED"]


@pytest.mark.both_databases
async def test_the_button_below_the_result_gives_it_to_whoever_presses_alone(world: World) -> None:
    """Request, signers, digest, key, Stripe's request, result and the audit trail's events stand in one message."""
    card = await refunded(world)
    [answer] = world.workspace.thread(card.ts)
    pressed = button(answer, "Receipt")
    before = len(world.workspace.said(SUPPORT))
    await world.bob.click(answer, pressed["action_id"], value=pressed["value"])
    assert len(world.workspace.said(SUPPORT)) == before
    shown = told(world)
    events = await world.bot.store.read(lambda tx: list(audit.export(tx, TEAM)))
    [approval] = [each for each in events if each["event"] == "approval requested"]
    [sent] = [each for each in events if each["event"] == "run recorded" and "refunds" in each["facts"]["operation"]]
    [done] = [each for each in events if each["event"] == "run succeeded" and each["subject"] == sent["subject"]]
    assert "Get it as a file" in shown
    for part in (
        "$5.00",
        "<@U0ALICE>",
        "<@U0BOB>",
        "metadata[ticket] = 6735",
        approval["facts"]["digest"],
        sent["facts"]["idempotency_key"],
        done["facts"]["request_id"],
        f"#{approval['seq']} approval requested `{approval['digest'][:12]}`",
        f"#{done['seq']} run succeeded",
    ):
        assert part in shown


@pytest.mark.both_databases
async def test_it_is_found_by_ids_digests_and_stripes_request_and_comes_as_a_file_by_direct_message(
    world: World,
) -> None:
    """The file holds all of it, with what proves each event."""
    await refunded(world)
    events = await world.bot.store.read(lambda tx: list(audit.export(tx, TEAM)))
    [asked] = [each for each in events if each["event"] == "approval requested"]
    [done] = [
        each
        for each in events
        if each["event"] == "run succeeded" and each["facts"]["digest"] == asked["facts"]["digest"]
    ]
    approval_id = asked["subject"].partition(":")[2]
    names = (
        approval_id,
        approval_id[:8],
        asked["facts"]["digest"][:8],
        done["subject"].partition(":")[2],
        done["facts"]["request_id"],
    )
    for name in names:
        await world.alice.slash(f"receipt {name}")
        assert approval_id in told(world), name
    await world.alice.slash(f"receipt {approval_id} file")
    assert "direct message" in told(world)
    held = json.loads(newest_file(world))
    assert held["approval"]["decisions"][0]["user"] == "U0BOB"
    assert held["calls"][0]["parameters"]["metadata"] == {"ticket": "6735"}
    chain = {each["event"]: each["digest"] for each in held["audit_trail"]}
    assert chain == {each["seq"]: each["digest"] for each in events if each["seq"] in chain}
    assert held["runs"][0]["stripe_request"] == done["facts"]["request_id"]


async def test_others_are_told_what_they_would_be_told_of_nothing(world: World) -> None:
    """An operator who neither asked nor decided reads nothing of it; who asked still does, and so does an approver."""
    card = await refunded(world)
    fred = await narrow(world)
    [answer] = world.workspace.thread(card.ts)
    text = button(answer, "Receipt")["value"]
    await fred.slash("receipt nothing-like-that")
    nothing = world.slack.responses[-1]
    assert "that you may read" in told(world)
    for tried in (text, f"{text} file", text[: len("receipt 12345678")]):
        await fred.slash(tried)
        assert world.slack.responses[-1] == nothing, tried
    for person in (world.alice, world.bob):
        await person.slash(text)
        assert "6735" in told(world)
    for wrong in ("receipt", "receipt x", "receipt nothing-like-that", f"{text} paper"):
        await world.alice.slash(wrong)
        assert "eight characters" in told(world), wrong


@pytest.mark.both_databases
async def test_of_what_is_the_same_twice_the_ids_are_told_and_what_was_changed_is_told_to_few(world: World) -> None:
    """Two equal refunds have one digest. A record that doesn't open any more is nothing to those whom it isn't for."""
    await refunded(world)
    await refunded(world)
    events = await world.bot.store.read(lambda tx: list(audit.export(tx, TEAM)))
    first, second = (each for each in events if each["event"] == "approval requested")
    ids = [each["subject"].partition(":")[2] for each in (first, second)]
    assert first["facts"]["digest"] == second["facts"]["digest"]
    await world.alice.slash(f"receipt {first['facts']['digest']}")
    assert all(f"approval {each}" in told(world) for each in ids)
    fred = await narrow(world)
    await world.bot.store.transaction(
        lambda tx: tx.connection.execute(
            update(approvals).where(approvals.c.team_id == TEAM, approvals.c.id == ids[0]).values(sealed=b"changed")
        )
    )
    for person, part in ((world.alice, "was changed"), (fred, "that you may read"), (world.bob, "that you may read")):
        await person.slash(f"receipt {ids[0]}")
        assert part in told(world)


async def test_of_a_list_it_tells_what_became_of_each_call(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its line, its own key and what it came to; and whether the digest is still that of what is sent."""
    ids = charges(world, 3)
    await world.alice.slash(f"bulk refunds --go-on --because Burnt\n{listed(ids)}")
    refund_elsewhere(world, ids[1])
    await world.bob.click(world.card, APPROVE)
    events = await world.bot.store.read(lambda tx: list(audit.export(tx, TEAM)))
    [asked] = [each for each in events if each["event"] == "approval requested"]
    approval_id = asked["subject"].partition(":")[2]
    await world.bob.slash(f"receipt {approval_id} file")
    held = json.loads(newest_file(world))
    assert held["digest"] == asked["facts"]["digest"]
    assert held["digest_agrees"]
    assert [(each["line"], each["parameters"]["charge"], each["why"]) for each in held["calls"]] == [
        (line, charge, "Burnt") for line, charge in enumerate(ids, 2)
    ]
    assert [each["state"] for each in held["runs"]] == ["succeeded", "failed", "succeeded"]
    assert [bool(each["stripe_object"]) for each in held["runs"]] == [True, False, True]
    assert "changed" in held["runs"][1]["came_to"]
    assert len({each["idempotency_key"] for each in held["runs"]}) == 3
    assert {each["subject"] for each in held["audit_trail"]} >= {f"run:{each['id']}" for each in held["runs"]}
    for name in (held["runs"][2]["id"], held["digest"][:12]):
        await world.bob.slash(f"receipt {name}")
        assert "Refund × 3: $15.00" in told(world).replace("\\xa0", " ")
    monkeypatch.setattr(Calls, "request", lambda _, call: encode(call, "2030-01-01.later"))
    await world.bob.slash(f"receipt {approval_id}")
    assert "that of an earlier release" in told(world)


@pytest.mark.both_databases
async def test_a_run_that_needed_nobody_has_one_too_and_tells_who_settled_it(world: World) -> None:
    """By the id of its run; with what could not be found out, and by whose word it was settled."""
    world.stripe.faults.add("POST /v1/products$", "500_after", times=None)
    await world.alice.slash("products create --name Atlas")
    asked = world.workspace.thread(world.card.ts)[-1]
    await world.alice.click(asked, HAPPENED)
    events = await world.bot.store.read(lambda tx: list(audit.export(tx, TEAM)))
    [said] = [each for each in events if each["event"] == "outcome said"]
    await world.alice.slash(f"receipt {said['subject'].partition(':')[2]}")
    shown = told(world)
    assert "says <@U0ALICE>" in shown
    assert "name = Atlas" in shown
    assert "Signed" not in shown
