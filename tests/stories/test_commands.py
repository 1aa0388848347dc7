"""Commands that run, are refused, or are asked about."""

import re

import pytest

from bot import audit
from operations.sandbox.keys import CONNECTED_ACCOUNTS, LIVE_KEY, TEST_KEY
from operations.sandbox.seed import HIGHLIGHTS, highlights
from tests.fakes.slack import Fault
from tests.world import SUPPORT, World

CHARGE = HIGHLIGHTS["refundable_charge"]


def parsed_texts(part: object) -> list[str]:
    """The texts in which Slack reads mentions, links and formatting; in plain_text it reads none."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            return [str(part["text"])]
        return [text for each in part.values() for text in parsed_texts(each)]
    return [text for each in part for text in parsed_texts(each)] if isinstance(part, list) else []


@pytest.mark.both_databases
async def test_a_list_stands_in_the_thread_of_who_ran_it(world: World) -> None:
    """One message says who ran what on which account; the answer stands below it."""
    await world.alice.slash("customers list --limit 3")
    head = world.card
    assert "<@U0ALICE>" in str(head.blocks)
    assert "customers list --limit 3" in str(head.blocks)
    assert "test" in head.text
    assert "succeeded" in str(head.blocks)
    [answer] = world.workspace.thread(head.ts)
    assert "3 customers" in str(answer.blocks)


async def test_live_is_said_on_every_message(world: World) -> None:
    """LIVE is a word on the head and on the answer, not a colour."""
    await world.alice.slash("customers list --limit 1 --live")
    assert "LIVE" in world.card.text
    assert "LIVE" in str(world.card.blocks)
    assert "LIVE" in str(world.workspace.thread(world.card.ts)[0].blocks)


@pytest.mark.both_databases
async def test_live_money_waits_for_approval_and_test_money_does_not(world: World) -> None:
    """The default policy tells the modes apart."""
    await world.alice.slash("payouts create --amount 100 --currency usd")
    assert world.effects("POST /v1/payouts") == 1
    await world.alice.slash("payouts create --amount 100 --currency usd --live")
    assert world.effects("POST /v1/payouts") == 1
    assert world.card.button("approve")


@pytest.mark.parametrize("text", ["help", "HELP"])
async def test_help_explains(world: World, text: str) -> None:
    """Whoever asks is shown what can be typed, alone."""
    await world.alice.slash(text)
    assert world.said() == []
    assert len(world.told) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("custmers list", "customers list"),
        ("customers list --limt 3", "limit"),
        ("customers list --limit many", "limit"),
        ("payouts create --amount 10.005 --currency usd", "amount"),
        ("get /v1/nothing", "/v1/nothing"),
        ("customers retrieve ../../refunds", "../../refunds"),
        ("search payload", "payload"),
        ("get the event payload", ""),
    ],
)
async def test_what_can_not_be_run_is_explained_to_the_asker_alone(world: World, text: str, says: str) -> None:
    """Bad input names what is wrong; nothing is posted to the channel or sent to Stripe."""
    world.stripe.journal.clear()
    await world.alice.slash(text)
    assert world.said() == []
    assert len(world.told) == 1
    assert says in world.told[0] + str(world.slack.responses)
    assert world.stripe.journal.requests == []


@pytest.mark.parametrize(
    "text", [f"customers create --name {TEST_KEY}", f"key set {LIVE_KEY}", "customers create --name 4242424242424242"]
)
async def test_a_secret_in_a_command_is_refused_and_not_repeated(world: World, text: str) -> None:
    """It is neither run nor said again anywhere."""
    secret = text.rsplit(" ", 1)[1]
    world.stripe.journal.clear()
    await world.alice.slash(text)
    everything = str(world.slack.calls) + str(world.slack.responses)
    assert secret not in everything
    assert len(world.told) == 1
    assert world.stripe.journal.requests == []


@pytest.mark.parametrize("user", ["U0CARLA", "U0DORA", "U0EVAN", "U0NOBODY"])
async def test_only_full_members_run_commands(world: World, user: str) -> None:
    """Guests, deactivated people, strangers and people whom Slack doesn't know are refused."""
    world.stripe.journal.clear()
    person = world.people.get(user) or type(world.bob)(world, user)
    await person.slash("customers list")
    assert world.stripe.journal.requests == []
    assert len(world.told) == 1


async def test_an_unlinked_connected_account_is_refused(world: World) -> None:
    """Only accounts that an admin listed may be named."""
    world.stripe.journal.clear()
    await world.alice.slash("customers list --stripe-account acct_somebodyelse")
    assert world.stripe.journal.requests == []
    assert "acct_somebodyelse" in world.told[0]


async def test_a_linked_connected_account_is_sent(world: World) -> None:
    """The header goes with the request, and the head says on whose behalf."""
    await world.alice.slash(f"customers list --stripe-account {CONNECTED_ACCOUNTS[0]}")
    assert world.stripe.journal.requests[-1].headers["stripe-account"] == CONNECTED_ACCOUNTS[0]
    assert CONNECTED_ACCOUNTS[0] in str(world.card.blocks)


async def test_an_unknown_alias_is_refused_with_those_that_exist(world: World) -> None:
    """The refusal names what would do."""
    await world.alice.slash("customers list --on nowhere")
    assert "nowhere" in world.told[0]
    assert "default" in str(world.slack.responses)


async def test_missing_parameters_are_asked_for_and_the_completed_command_runs(world: World) -> None:
    """A form asks for what lacks; what is submitted is the same call as one typed in full."""
    await world.alice.slash("payouts create --amount 100")
    assert world.said() == []
    world.alice.fill({"currency": "usd"})
    await world.alice.submit()
    assert "payouts create" in str(world.alice.modal["blocks"])
    assert world.effects("POST /v1/payouts") == 0
    await world.alice.submit()
    assert not world.alice.in_modal
    assert world.effects("POST /v1/payouts") == 1
    assert "payouts create" in str(world.card.blocks)


async def test_where_slack_opens_no_form_the_missing_parameters_are_said(world: World) -> None:
    """An expired trigger leaves the person with the command to complete."""
    world.slack.fail("views.open", Fault("code", "expired_trigger_id"))
    await world.alice.slash("payouts create --amount 100")
    assert "currency" in world.told[0]


async def test_a_wrong_answer_to_a_missing_parameter_shows_at_its_field(world: World) -> None:
    """The form stays open with the reason."""
    await world.alice.slash("payouts create --currency usd")
    world.alice.fill({"amount": "1.0051"})
    answer = await world.alice.submit()
    assert "decimals" in answer["errors"]["amount"]
    assert world.alice.held("amount")["value"] == "1.0051"
    assert world.effects("POST /v1/payouts") == 0


async def test_somebody_else_can_not_submit_the_form(world: World) -> None:
    """Only the opener's submission counts."""
    await world.alice.slash("payouts create --amount 100")
    answer = await world.bob.submit({"currency": "usd"})
    assert "Somebody else" in str(answer["errors"])
    assert world.effects("POST /v1/payouts") == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"refunds create --charge {CHARGE} --dry-run", "second person"),
        ("customers list --dry-run", "at once"),
        ("ephemeral_keys create --dry-run", "not be run"),
    ],
)
async def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(world: World, text: str, says: str) -> None:
    """The request and what the policy says of it, to the asker alone."""
    world.stripe.journal.clear()
    await world.alice.slash(text)
    assert world.said() == []
    assert world.stripe.journal.requests == []
    assert says in world.told[0]


async def test_what_slack_escaped_is_sent_as_it_was_typed(world: World) -> None:
    """An ampersand reaches Stripe as an ampersand."""
    await world.alice.slash("customers create --name 'Bed &amp; Breakfast &lt;3'")
    [effect] = world.stripe.journal.of("POST /v1/customers")
    assert effect.parameters["name"] == "Bed & Breakfast <3"


async def test_a_failed_call_says_why_in_the_thread(world: World) -> None:
    """Stripe's reason, with its request id, stands below the command."""
    await world.alice.slash("customers retrieve cus_nobody")
    assert "failed" in str(world.card.blocks)
    [answer] = world.workspace.thread(world.card.ts)
    assert "req_" in str(answer.blocks)


async def test_a_live_id_with_a_test_key_is_explained(world: World) -> None:
    """The modes are told apart in the answer, and nothing is tried again."""
    await world.alice.slash(f"charges retrieve {highlights(livemode=True)['refundable_charge']}")
    [answer] = world.workspace.thread(world.card.ts)
    assert "live" in str(answer.blocks).lower()


async def test_where_the_bot_is_not_in_the_channel_the_answer_comes_by_direct_message(world: World) -> None:
    """Nothing is lost when Slack refuses the channel."""
    world.workspace.add_channel("C0PRIVATE", "U0ALICE", bot_in=False)
    await world.alice.slash("customers list --limit 1", channel="C0PRIVATE")
    assert world.workspace.said("C0PRIVATE") == []
    direct = [message for message in world.workspace.messages if message.channel not in {SUPPORT, "C0PRIVATE"}]
    assert any("customers list" in str(message.blocks) for message in direct)


async def test_what_needs_a_second_person_is_not_asked_for_in_a_direct_message(world: World) -> None:
    """Nobody else could ever approve it there."""
    await world.alice.slash(f"refunds create --charge {CHARGE}", channel="D0ALICE")
    assert world.said("D0ALICE") == []
    assert "second person" in world.told[0]


async def test_a_hostile_name_is_only_text(world: World) -> None:
    """What a customer wrote neither mentions, links nor formats."""
    await world.alice.slash(f"customers retrieve {HIGHLIGHTS['hostile_customer']}")
    said = [text for message in world.workspace.messages for text in [message.text, *parsed_texts(message.blocks)]]
    ours = ("<!date^", "<https://dashboard.stripe.com/")
    assert not [text for text in said if re.search(r"<[!h]", re.sub("|".join(map(re.escape, ours)), "", text))]


@pytest.mark.both_databases
async def test_every_step_is_on_the_audit_trail(world: World) -> None:
    """The chain of events is whole, and tells of the run."""
    await world.alice.slash("customers list --limit 1")
    report = await world.bot.store.read(lambda tx: audit.verify(tx, world.bot.team_id))
    events = await world.bot.store.read(lambda tx: [each["event"] for each in audit.export(tx, world.bot.team_id)])
    assert report.problem is None
    assert events[-3:] == ["run recorded", "key used", "run succeeded"]


async def test_the_command_that_is_shown_runs_on_the_same_account(world: World) -> None:
    """Whoever copies it from a live thread gets live, and never by leaving a word out."""
    await world.alice.slash("customers list --live --limit 1")
    assert "/stripe customers list --limit 1 --live" in str(world.card.blocks)


async def test_a_search_that_stripe_does_not_have_is_done_here(world: World) -> None:
    """A list, looked through; it says so."""
    await world.alice.slash("find coupons welcome")
    [answer] = world.workspace.thread(world.card.ts)
    assert "welcome" in str(answer.blocks).lower()
    assert "looked through here" in str(answer.blocks)


@pytest.mark.parametrize("word", ["search", "help", "find", "show", "refund", "cancel", "save x", "run", "saved"])
async def test_a_secret_behind_any_word_is_refused_as_one(world: World, word: str) -> None:
    """Whichever room the word leads to, the person is told to roll it, and it is said nowhere."""
    await world.alice.slash(f"{word} {LIVE_KEY}")
    assert LIVE_KEY not in str(world.slack.calls) + str(world.slack.responses)
    assert "roll" in world.told[0]
    assert world.said() == []
