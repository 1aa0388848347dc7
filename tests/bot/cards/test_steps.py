"""Next steps: texts that work, on the account and in the mode of the card, where they fit the object's state."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import cards
from bot.blocks import Message
from bot.cards.follow_ups import FOLLOW_UPS, NONE_FOUND, Step
from bot.cards.steps import STEPS_SHOWN, next_steps
from operations.grammar import Command, blanks, fill
from operations.problem import Problem
from operations.registry import registry
from operations.sandbox.objects.make import fields_of
from operations.shaping import Output, Shaping
from operations.shortcuts import Lookup, read
from tests.bot.cards import samples as made

REGISTRY = registry()
EVERY = [(kind, step) for kind, steps in FOLLOW_UPS.items() for step in steps]
OF_SOME = {"v2.core.event": ("related_object",)}
"""Members that Stripe's own description gives to some types of a kind alone."""
NAME = re.compile(r"<([a-z0-9_.]+)>")


def texts(data: Any, account: Any = made.TEST, **frozen: Any) -> dict[str, str]:
    """The texts of an object's buttons by their labels."""
    call = made.frozen(made.retrieve("charge"), account, path={"charge": "x"}, **frozen)
    found: dict[str, str] = {}
    for element in (each for block in next_steps(call, data) for each in block["elements"]):
        for each in element.get("options", (element,)):
            found[each["text"]["text"]] = each["value"]
    return found


@pytest.mark.parametrize(("kind", "step"), EVERY, ids=lambda each: each if isinstance(each, str) else each.label)
def test_every_step_is_a_command_that_is_taken(kind: str, step: Step) -> None:
    """With its names and blanks filled in it is read, with nothing missing."""
    text = NAME.sub(lambda match: "12.50usd" if match[1] == "left" else "ch_1A", step.text)
    text = text.replace("--stripe-account ch_1A", "--stripe-account acct_1A")
    said = {"amount": "500", "when": "now", "dispute": "du_1A"}
    answers = {each.name: "" if each.optional else said.get(each.name, "it was") for each in blanks(text)}
    if text.startswith("cancel"):
        text = text.replace("ch_1A", "sub_1A")
    found = read(fill(text, answers), REGISTRY)
    assert not isinstance(found, Problem), found
    assert isinstance(found, Lookup) or not found.missing


@pytest.mark.parametrize(("kind", "step"), EVERY, ids=lambda each: each if isinstance(each, str) else each.label)
def test_every_name_and_condition_is_a_member_of_the_object(kind: str, step: Step) -> None:
    """No step waits for a member that Stripe doesn't have."""
    for path in {name for name in NAME.findall(step.text) if name != "left"} | set(step.when):
        assert path.partition(".")[0] in {*fields_of(kind), *OF_SOME.get(kind, ())}


def test_only_what_fits_the_state_is_shown() -> None:
    """A refunded charge can't be refunded again, an open invoice can be paid."""
    charge = made.OBJECTS["charge"]
    assert "Refund…" in texts(charge)
    for changed in ({"refunded": True}, {"disputed": True}, {"status": "failed"}, {"captured": False}):
        assert "Refund…" not in texts(charge | changed)
    assert "Dispute" in texts(charge | {"disputed": True})
    assert "Cancel" in texts(made.OBJECTS["payment_intent"])
    assert "Refund…" in texts(made.OBJECTS["payment_intent"] | {"status": "succeeded"})
    assert {"Pay", "Void"} <= set(texts(made.OBJECTS["invoice"] | {"attempted": False}))
    assert {"Retry payment", "Void"} <= set(texts(made.OBJECTS["invoice"] | {"attempted": True}))
    assert not {"Retry payment", "Pay", "Void"} & set(texts(made.OBJECTS["invoice"] | {"status": "paid"}))
    assert "Don't end it" in texts(made.OBJECTS["subscription"])


def test_a_refund_proposes_what_is_left() -> None:
    """In real money; where the object doesn't tell, nothing is proposed."""
    charge = made.OBJECTS["charge"]
    assert texts(charge)["Refund…"] == "refund ch_3PzJenny {amount:37.50usd?} {reason?}"
    assert texts(charge | {"amount": None})["Refund…"] == "refund ch_3PzJenny {amount?} {reason?}"


def test_a_file_for_a_dispute_can_be_put_into_its_evidence() -> None:
    """Staged, not submitted; under each name of the registry that takes such a file. Other files offer none."""
    file = made.OBJECTS["file"]
    found = texts(file)
    assert found["Use as evidence…"] == (
        "disputes update {dispute} -d evidence[uncategorized_file]=file_1PzProof -d submit=false"
    )
    operation = REGISTRY.by_key("POST /v1/disputes/{dispute}")
    assert operation is not None
    evidence = operation.parameter("evidence")
    assert evidence is not None
    taken = {each.name for each in evidence.shape.fields if each.shape.refers == "file"}
    assert {name for text in found.values() for name in re.findall(r"evidence\[(\w+)\]", text)} <= taken
    assert "evidence" not in str(texts(file | {"purpose": "business_logo"}))


def test_steps_keep_the_account_and_the_mode() -> None:
    """Also the connected account that the result is of."""
    found = texts(made.OBJECTS["charge"], made.LIVE, stripe_account="acct_1X")
    for text in found.values():
        assert text.endswith(" --on eu-store --stripe-account acct_1X --live")


@pytest.mark.parametrize("identity", ["{amount}", "x --live", "x'y", "", None, 7, "x" * 300, {"id": "{a}"}])
def test_an_id_that_could_change_the_text_makes_no_step(identity: Any) -> None:
    """Nothing that an object holds can add a word or a blank to a button."""
    assert texts({"object": "product", "id": identity}) == {}


@given(st.dictionaries(st.sampled_from(["object", "id", "status", "customer", "amount", "currency"]), st.text()))
def test_no_object_breaks_the_steps(data: dict[str, Any]) -> None:
    """Whatever it holds, there are at most five buttons, and a menu of five."""
    for kind in FOLLOW_UPS:
        assert len(texts(data | {"object": kind})) <= 2 * STEPS_SHOWN


def test_each_row_of_a_list_can_be_opened() -> None:
    """By a menu, or in the plain style the first by a button; each by itself, on the same account."""
    customers = [made.customer(number, "Ada", "ada@example.com") for number in range(8)]
    call = made.frozen(made.CUSTOMERS_LIST, made.LIVE)
    shows = [f"show cus_Q{number:03}Reader --on eu-store --live" for number in range(8)]
    (rich,) = cards.result(made.run(call), made.succeeded(made.page(customers)), made.manner("rich"))
    (plain,) = cards.result(made.run(call), made.succeeded(made.page(customers)), made.manner("plain"))
    assert isinstance(rich, Message)
    assert isinstance(plain, Message)
    assert menu(rich) == shows
    buttons = [block["accessory"]["value"] for block in plain.blocks if "accessory" in block]
    assert (buttons, menu(plain)) == (shows[:5], shows[5:])
    assert isinstance(read(shows[0], REGISTRY), Command)


def menu(message: Message) -> list[str]:
    """What the choices of a list's menu stand for."""
    [block] = [block for block in message.blocks if block.get("block_id") == "rows"]
    return [each["value"] for each in block["elements"][0]["options"]]


def test_what_has_no_id_of_its_kind_is_in_no_menu() -> None:
    """Nothing that somebody wrote into an object becomes a command."""
    rows = [{"object": "customer", "id": "cus_1 --live"}, {"object": "customer", "id": "ch_3PzJenny"}]
    (message,) = cards.result(
        made.run(made.frozen(made.CUSTOMERS_LIST)), made.succeeded(made.page(rows)), made.manner("rich")
    )
    assert isinstance(message, Message)
    assert "static_select" not in str(message)


@pytest.mark.parametrize("output", ["csv", "json"])
def test_a_list_is_had_as_a_file_by_the_same_command(output: Output) -> None:
    """On the same account, with the same filters."""
    listing = REGISTRY.by_name("customers list")
    assert listing is not None
    call = made.frozen(listing, made.LIVE, parameters={"limit": 3}, shaping=Shaping(sort="-created"))
    (message,) = cards.result(made.run(call), made.succeeded(made.page(made.CUSTOMERS)), made.manner("rich"))
    assert isinstance(message, Message)
    offered = {each["text"]["text"]: each["value"] for each in message.blocks[-2]["elements"]}
    command = read(offered[output.upper()], REGISTRY)
    assert isinstance(command, Command)
    assert command.shaping == replace(call.shaping, output=output)
    assert (command.call.parameters["limit"], command.live, command.account) == (3, True, "eu-store")


def test_what_is_tried_where_nothing_was_found_is_a_command() -> None:
    """For the list that is asked by an exact address."""
    assert all(REGISTRY.by_key(key) for key in NONE_FOUND)
    for step in NONE_FOUND.values():
        assert isinstance(read(NAME.sub("ada@example.com", step.text), REGISTRY), Command)
