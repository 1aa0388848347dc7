"""Reading, explaining, exporting and changing the policy of a workspace, as its admins and members do."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.cards import CONNECT_KEY, POLICY, POLICY_AGREE, POLICY_REJECT, POLICY_TEXTS
from bot.policy import DEFAULT_POLICY, Document, Preset, rules_of, shelf
from bot.policy.reading import read, write
from bot.text import unescape
from operations.sandbox import keys
from operations.sandbox.seed import HIGHLIGHTS
from tests.bot.policy.made import rules
from tests.policies import use_policy
from tests.world import TEAM, Person, World
from tests.world import world as make_world

CHARGE = HIGHLIGHTS["refundable_charge"]
FIRST, SECOND, _ = POLICY_TEXTS
STANDARD = write(rules_of(DEFAULT_POLICY.document))
DENIES = STANDARD.replace("    then: confirm\n", "    then: deny\n")
LOOSE = rules({"when": {"mode": "live"}, "then": "run"}, break_glass={"roles": ["operator"]})


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """Alice and Bob are admins."""
    async with make_world(tmp_path, database_url, admins=("U0ALICE", "U0BOB")) as made:
        made.workspace.add_channel("D00ALICE", "U0ALICE")
        made.workspace.add_user("U0FRED")
        made.people["U0FRED"] = Person(made, "U0FRED")
        yield made


def says(anything: Any) -> str:
    return unescape(str(anything))


async def holds(world: World) -> tuple[Document, int]:
    policy, version = await world.bot.store.read(lambda tx: shelf.active(tx, TEAM))
    return policy.document, version


@pytest.mark.both_databases
async def test_a_change_is_previewed_proposed_and_agreed_to_by_a_second_admin(world: World) -> None:
    """What yesterday's runs would have met is shown; whoever proposed it can't agree; then it holds."""
    await world.alice.slash("customers create --name Jenny --live --confirm")
    await world.alice.slash("policy import")
    assert "name: kept out of chat" in world.form["blocks"][0]["element"]["initial_value"]
    preview = await world.alice.submit({FIRST: DENIES})
    shown = says(preview["view"])
    assert "*Rules changed*: live changes are confirmed first" in shown
    assert "1 × runs once confirmed → *is not run*" in shown
    assert "another admin's yes" in shown
    assert await world.alice.submit({}) == {"response_action": "clear"}
    assert (await holds(world))[0] == DEFAULT_POLICY.document

    alices, bobs = (world.said(f"D0{user[1:]}")[-1] for user in ("U0ALICE", "U0BOB"))
    forged = bobs.button(POLICY_AGREE)["value"]
    await world.alice.click(alices, POLICY_AGREE, value=forged)
    assert "another admin has to agree" in world.told[-1]
    await world.people["U0FRED"].click(bobs, POLICY_AGREE, value=forged)
    assert "Only an admin" in world.told[-1]
    assert "A change of the policy" in says(await world.bob.open_home())
    await world.bob.click(bobs, POLICY_AGREE)
    assert (await holds(world))[0] == read(DENIES)
    for message in (alices, bobs):
        assert "*Agreed*" in says(world.workspace.message(message.ts).blocks)
        assert "actions" not in str(world.workspace.message(message.ts).blocks)
    await world.alice.slash("customers create --name Jenny --live")
    assert "Not run, because it changes something live" in world.told[-1]


async def test_what_is_wrong_with_a_text_is_said_at_its_field(world: World) -> None:
    """The form stays open with what was typed; a text in two fields is one."""
    await world.alice.slash("policy import")
    answer = await world.alice.submit({FIRST: DENIES.replace("deny", "denied", 1)})
    assert 'rules[0].then, line 7: "denied" must be run, confirm or deny' in answer["errors"][FIRST]
    cut = DENIES.index("  - name: refunds")
    answer = await world.alice.submit({FIRST: DENIES[:cut], SECOND: DENIES[cut:]})
    assert answer["response_action"] == "push"


async def test_only_admins_change_the_policy(world: World) -> None:
    """Others may read it; a form of another, or without our token, is refused."""
    fred = world.people["U0FRED"]
    await fred.slash("policy import")
    assert world.form == {}
    assert "Only an admin" in world.told[-1]
    await fred.slash("policy")
    assert "kept out of chat" in says(world.slack.responses[-1])
    assert "Edit as YAML" not in says(world.slack.responses[-1])
    await world.alice.slash("policy import")
    form = world.form
    answer = await fred.submit({FIRST: DENIES}, view=form)
    assert "somebody else" in answer["errors"][FIRST]
    answer = await world.alice.submit({FIRST: DENIES}, view={**form, "private_metadata": "x"})
    assert list(answer["errors"]) == [FIRST]


async def test_a_proposal_can_be_rejected_or_taken_back(world: World) -> None:
    """By the other admin, or by whoever made it."""
    for who, user in ((world.bob, "U0BOB"), (world.alice, "U0ALICE")):
        await world.alice.slash("policy import")
        await world.alice.submit({FIRST: "preset: strict"})
        await world.alice.submit({})
        await who.click(world.said(f"D0{user[1:]}")[-1], POLICY_REJECT)
        assert "*Not made*" in says(world.said("D00ALICE")[-1].blocks)
    assert (await holds(world))[0] == DEFAULT_POLICY.document


async def test_explaining_a_command_sends_nothing(world: World) -> None:
    """Each rule before the one that answers, with what is not so; unknown amounts are said to be looked up."""
    over = {"name": "large refunds", "when": {"amount": {"over": {"eur": 100}}}, "then": {"approvals": 2}}
    test = {"name": "live money", "when": {"mode": "live"}, "then": {"approvals": 1}}
    await use_policy(world, rules(test, over))
    await world.alice.slash(f"policy explain refunds create --charge {CHARGE}")
    told = says(world.slack.responses[-1])
    assert "live money: not so: the account is live" in told
    assert "only Stripe can tell" in told
    await world.alice.slash("policy explain payouts create --amount 500 --currency eur --live")
    assert "waits for one approval: 1 approver" in says(world.slack.responses[-1])
    await world.alice.slash("policy explain")
    assert "Behind policy explain stands a command" in world.told[-1]
    assert "You would be refused" not in says(world.slack.responses[-1])
    await world.alice.slash("roles revoke everyone")
    await world.people["U0FRED"].slash("policy explain payouts create --amount 500 --currency eur --live")
    assert "You would be refused before: it takes an *operator* there" in says(world.slack.responses[-1])
    assert world.stripe.journal.of("POST /v1/refunds") == []
    assert world.said() == []


async def test_the_export_is_a_file_for_the_asker_alone(world: World) -> None:
    """Which can be imported again."""
    await world.alice.slash("policy export")
    [file] = world.workspace.files.values()
    assert read((file.content or b"").decode()) == rules_of(DEFAULT_POLICY.document)
    await world.alice.slash("policy import")
    await world.alice.submit({FIRST: DENIES})
    await world.alice.submit({})
    await world.bob.slash("policy export")
    texts = [(each.content or b"").decode() for each in world.workspace.files.values()]
    assert sorted(texts) == sorted([STANDARD, STANDARD, write(read(DENIES))])
    assert world.said() == []


async def test_a_policy_loosened_alone_does_not_hold_once_a_live_account_is_connected(
    sqlite_url: str, tmp_path: Path
) -> None:
    """The strict one does, and the admins are asked; the other one's yes brings it back."""
    async with make_world(tmp_path, sqlite_url, connected=False, admins=("U0ALICE", "U0BOB")) as world:
        world.workspace.add_channel("D00ALICE", "U0ALICE")
        await world.alice.slash("policy import")
        await world.alice.submit({FIRST: write(LOOSE)})
        await world.alice.submit({})
        await world.alice.slash("connect")
        await world.alice.submit({CONNECT_KEY: keys.TEST_KEY})
        assert (await holds(world))[0] == LOOSE
        await world.alice.slash("connect")
        await world.alice.submit({CONNECT_KEY: keys.LIVE_KEY})
        assert (await holds(world))[0] == Preset(preset="strict")
        assert "the *strict* policy holds now" in says([each.blocks for each in world.said("D00ALICE")])
        asked = world.said("D00BOB")[-1]
        assert "Whoever is *operator* may *break the glass*" in says(asked.blocks)
        await world.bob.click(asked, POLICY_AGREE)
        assert (await holds(world))[0] == LOOSE


async def test_the_step_of_the_set_up_goes_the_same_way(world: World) -> None:
    """With a live account it is proposed, and with one admin alone refused at its field."""
    await world.alice.slash("setup policy")
    assert await world.alice.submit({POLICY: "strict"}) == {}
    assert "*Rules added*: every live change needs a second person" in says(world.said("D00BOB")[-1].blocks)
    assert (await holds(world))[0] == DEFAULT_POLICY.document
    await world.bob.slash("setup policy")
    answer = await world.bob.submit({POLICY: "strict"})
    assert "Another change of the policy waits" in answer["errors"][POLICY]
    await world.bob.click(world.said("D00BOB")[-1], POLICY_AGREE)
    assert (await holds(world))[0] == Preset(preset="strict")
    await use_policy(world, rules({"when": {"mode": "live"}, "then": "deny"}))
    await world.alice.slash("setup policy")
    assert await world.alice.submit({}) == {}
    assert "2 rules, as they are now" in says(await world.alice.open_home())
