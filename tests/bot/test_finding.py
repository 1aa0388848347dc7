"""What a message names: Stripe's ids and e-mail addresses, and never a secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.borders import MOST_CHARACTERS
from bot.finding import MOST_FINDS, Find, exchanged, finds
from bot.inbound import parse_message_shortcut
from operations.sandbox.keys import TEST_KEY
from operations.secrets import find_secret
from tests.fakes import slack_payloads


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Is ch_3PzJenny01 paid?", ["ch_3PzJenny01"]),
        ("`ch_3PzJenny01`, *cus_Q001Reader9*", ["ch_3PzJenny01", "cus_Q001Reader9"]),
        ("<https://dashboard.stripe.com/test/payments/pi_3PzJenny01|here>", ["pi_3PzJenny01"]),
        ("sub_sched_1PzJenny01", ["sub_sched_1PzJenny01"]),
        ("<mailto:jenny@example.com|jenny@example.com> ch_3PzJenny01", ["ch_3PzJenny01", "jenny@example.com"]),
        ("ch_3PzJenny01 ch_3PzJenny01", ["ch_3PzJenny01"]),
        ("some_variablename, snake_case_words, ch_short", []),
        ("Ch_3PzJenny01", ["ch_3PzJenny01"]),
        (TEST_KEY, []),
        ("pi_3PzJenny01_secret_8a7b6c5d", []),
        ("whsec_8a7b6c5d4e3f2a1b", []),
    ],
)
def test_ids_and_addresses_are_found(text: str, found: list[str]) -> None:
    """In the order of the text, ids first."""
    assert [each.text for each in finds([text])] == found


@given(st.lists(st.text() | st.from_regex(r"(ch|cus|pi)_[A-Za-z0-9]{8,12} ?", fullmatch=True), max_size=30))
def test_there_are_few_finds_and_no_secret_among_them(texts: list[str]) -> None:
    """Whatever the message is."""
    found = finds(texts)
    assert len(found) <= MOST_FINDS
    assert len({each.text for each in found}) == len(found)
    assert not any(find_secret(each.text) for each in found)


@pytest.mark.parametrize(
    ("text", "chosen", "becomes"),
    [
        ("refund ch_00000001 12.50", "ch_00000002", "refund ch_00000002 12.50"),
        ("ch_00000001", "ch_00000002", "ch_00000002"),
        ("", "ch_00000002", "ch_00000002"),
        ("charges retrieve", "ch_00000002", "charges retrieve ch_00000002"),
        ("charges retrieve ch_000000012", "ch_00000002", "charges retrieve ch_000000012 ch_00000002"),
    ],
)
def test_a_chosen_find_takes_the_place_of_another(text: str, chosen: str, becomes: str) -> None:
    """A whole word, the first one; else it goes to the end."""
    assert exchanged(text, ["ch_00000001", "ch_00000002"], chosen) == becomes


def test_a_find_says_what_it_is_where_that_is_known() -> None:
    """An address is known by its form, an id by its prefix."""
    assert Find.named("jenny@example.com").kind == "e-mail"
    assert Find.named("ch_3PzJenny01").kind == "charge"
    assert Find.named("zz_3PzJenny01").kind == ""


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["text", "blocks", "fields", "value", "type", "url"]), inner, max_size=4)
    ),
)


@given(st.dictionaries(st.sampled_from(["text", "blocks", "attachments", "files"]), JSON))
def test_whatever_a_message_is_its_texts_are_bounded(message: dict[str, object]) -> None:
    """Apps and people send what they like."""
    shortcut = parse_message_shortcut(slack_payloads.message_action({"ts": "1.1", **message}))
    assert sum(map(len, shortcut.texts)) <= MOST_CHARACTERS


def test_of_a_long_message_the_first_part_counts() -> None:
    """So that the form opens while its trigger lives."""
    message = {"ts": "1.1", "text": "x" * 1_000_000, "attachments": [{"text": "y"}] * 100_000}
    shortcut = parse_message_shortcut(slack_payloads.message_action(message))
    assert sum(map(len, shortcut.texts)) == MOST_CHARACTERS
