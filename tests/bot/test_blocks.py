"""The builders give blocks that the independent judge passes, whatever text goes in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import blocks, inputs, limits
from bot.blocks import FileMessage, Message
from bot.inputs import Option
from bot.text import code, escape, template
from tests.block_rules import message_violations, view_violations

WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["<!channel>", "*b*", "&" * 4000, "x" * 50_000, "\u202e", "`", "\n" * 3200, ""]),
)


@given(WORDS, WORDS, st.lists(WORDS, max_size=25))
def test_any_text_makes_a_valid_message(one: str, other: str, many: list[str]) -> None:
    """Promise 8: within Slack's limits whatever the text is, as plain text, prose and value alike."""
    built = [
        blocks.header(one),
        blocks.section(one),
        blocks.section(code(other), accessory=blocks.button(one, action_id="a", url=other)),
        blocks.section(escape(one)),
        *blocks.fields([*many, blocks.field(one, code(other))]),
        blocks.context(one, escape(other), *many),
        blocks.divider(),
        blocks.actions(
            blocks.button(
                one, action_id="yes", value="v", style="danger", ask=blocks.confirm(one, other, yes=one, no="")
            ),
            inputs.static_select("pick", [Option(one, "1", other), Option(other, "2")], placeholder=one),
            block_id="b",
        ),
    ]
    kept, left = blocks.fit(built)
    assert len(kept) + left == len(built)
    assert message_violations({"text": Message(one, kept).text, "blocks": list(kept)}) == []
    for block in built:
        assert message_violations({"text": "x", "blocks": [block]}) in ([], too_long([block]))


def too_long(built: list[dict[str, Any]]) -> list[str]:
    """The one complaint a single valid block may meet: ten full fields are more than a message takes."""
    return [v for v in message_violations({"text": "x", "blocks": built}) if v.startswith("msg_blocks_too_long")]


@given(WORDS, WORDS)
def test_any_text_makes_a_valid_modal(one: str, other: str) -> None:
    """A modal's words are clipped; its inputs keep their ids."""
    view = blocks.modal(
        one,
        [
            inputs.input_block(
                one, inputs.text_input("t", placeholder=other, multiline=True), block_id="i", hint=other
            ),
            inputs.input_block(
                one,
                inputs.static_select("s", [Option(one, "1")], initial=Option(one, "1")),
                block_id="j",
                optional=True,
            ),
        ],
        callback_id="connect",
        submit=other,
    )
    assert view_violations(view) == []


def test_text_is_read_by_slack_only_as_mrkdwn() -> None:
    """A str goes into plain_text, where nothing is read; Mrkdwn into verbatim mrkdwn."""
    assert blocks.section("*x* <!here>")["text"] == {"type": "plain_text", "text": "*x* <!here>", "emoji": False}
    assert blocks.section(template("*x* {}", "y"))["text"] == {"type": "mrkdwn", "text": "*x* `y`", "verbatim": True}


def test_what_a_program_reads_back_is_never_cut() -> None:
    """A clipped id or value would name another thing: too long is refused."""
    with pytest.raises(ValueError, match="value"):
        blocks.button("x", action_id="a", value="v" * 2001)
    with pytest.raises(ValueError, match="action_id"):
        blocks.button("x", action_id="")
    with pytest.raises(ValueError, match="value"):
        inputs.static_select("a", [Option("x", "v" * 151)])
    with pytest.raises(ValueError, match="options"):
        inputs.static_select("a", [])
    with pytest.raises(ValueError, match="action_id of its own"):
        blocks.actions(blocks.button("x", action_id="a"), blocks.button("y", action_id="a"), block_id="b")
    with pytest.raises(ValueError, match="elements"):
        blocks.actions(block_id="b")
    with pytest.raises(ValueError, match="private_metadata"):
        blocks.modal("t", [blocks.divider()], callback_id="c", private_metadata="x" * 3001)
    with pytest.raises(ValueError, match="submit"):
        blocks.modal("t", [inputs.input_block("l", inputs.text_input("a"), block_id="b")], callback_id="c")
    with pytest.raises(ValueError, match="blocks"):
        blocks.modal("t", [], callback_id="c")


def test_a_button_links_only_where_links_may_lead() -> None:
    """A url that Stripe's data brought along does not become a button's."""
    assert "url" not in blocks.button("x", action_id="a", url="https://evil.example/")
    assert blocks.button("x", action_id="a", url="https://dashboard.stripe.com/x")["url"]


def test_more_small_print_than_fits_is_joined() -> None:
    """No item of the context is lost silently."""
    block = blocks.context(*(f"item {number}" for number in range(14)))
    assert len(block["elements"]) == limits.CONTEXT_ELEMENTS
    assert block["elements"][-1]["text"] == "item 9 · item 10 · item 11 · item 12 · item 13"


def test_the_budget_counts_blocks_characters_and_json() -> None:
    """A message that outgrows any of the three is cut to its first blocks, and the rest counted."""
    many = [blocks.divider()] * 60
    assert [len(blocks.fit(many)[0]), blocks.fit(many)[1]] == [40, 20]
    assert len(blocks.fit(many, reserve=3)[0]) == 37
    long = [blocks.section("x" * 3000)] * 5
    assert blocks.fit(long)[1] == 2
    heavy = [blocks.actions(blocks.button("x", action_id="a", value="v" * 2000), block_id=f"b{n}") for n in range(10)]
    assert 0 < blocks.fit(heavy)[1] < 10
    assert blocks.measure([blocks.header("abc")]).visible == 3


def test_a_message_in_words_alone_says_what_its_blocks_say() -> None:
    """When Slack refuses the blocks, their words still arrive, escaped."""
    message = Message(
        "Refund",
        (
            blocks.header("A <b>"),
            *blocks.fields(["one", code("two")]),
            blocks.context("small"),
            blocks.divider(),
            blocks.actions(blocks.button("Go", action_id="a"), block_id="b"),
        ),
    )
    assert message.without_blocks().text == "Refund\nA &lt;b&gt;\none\n`two`\nsmall"
    assert message.without_blocks().blocks == ()


@given(WORDS, st.binary(max_size=50))
def test_content_comes_back_as_it_was_packed(words: str, data: bytes) -> None:
    """Stored and sealed, a message or a file is the same when it is read again."""
    for content in (Message(words), Message(words, (blocks.section(words),)), FileMessage("a.json", words, data)):
        try:
            packed = blocks.pack(content)
        except UnicodeEncodeError:
            assert isinstance(content, FileMessage)
            continue
        assert blocks.unpack(packed) == content


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        ({"type": "section"}, "text or fields"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}, "unescaped"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "<@U1|bob>"}}, "unescaped"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "a & b"}}, "unescaped"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": ""}}, "1 to 3000"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "plain_text"),
        ({"type": "divider", "colour": "red"}, "unknown member"),
        ({"type": "context", "elements": []}, "1 to 10"),
        ({"type": "alert", "text": {"type": "plain_text", "text": "x"}}, "not allowed"),
        ({"type": "nonsense"}, "not allowed"),
        ({"type": "actions", "elements": [{"type": "button", "action_id": "a"}]}, "missing text"),
        ({"type": "header", "text": {"type": "plain_text", "text": "\u202ex"}}, "bidi"),
    ],
)
def test_the_judge_refuses_what_slack_would(block: dict[str, Any], complaint: str) -> None:
    """The judge is only worth something if it says no."""
    assert any(complaint in violation for violation in message_violations({"text": "x", "blocks": [block]}))
