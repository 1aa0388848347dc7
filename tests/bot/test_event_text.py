"""The text of an event becomes what somebody typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.event_text import behind_mention, typed
from bot.text import escape

PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0`*_~"))
WORD = st.text("abcXYZ0189_-=[].'\"“”—", min_size=1).filter(lambda word: "_" not in {word[0], word[-1]})


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("charges retrieve ch_1", "charges retrieve ch_1"),
        ("charges retrieve `ch_1`", "charges retrieve ch_1"),
        ("`charges retrieve ch_1`", "charges retrieve ch_1"),
        ("*charges retrieve* _ch_1_", "charges retrieve ch_1"),
        ("charges retrieve *`ch_1`*", "charges retrieve ch_1"),
        ("charges retrieve *_~ch_1~_*", "charges retrieve ch_1"),
        ("*charges retrieve ch_1*", "charges retrieve ch_1"),
        ("--query `data[*].id` --x *", "--query data[*].id --x *"),
        ("--query data[*].id --metadata a_b=_c", "--query data[*].id --metadata a_b=_c"),
        ("a *b\nc* d", "a *b\nc* d"),
        ("--email <mailto:a@b.example|a@b.example>", "--email a@b.example"),
        ("--email `<mailto:a@b.example|a@b.example>`", "--email a@b.example"),
        ("--email <mailto:a@b.example|Jenny>", "--email a@b.example"),
        ("--phone <tel:+4930123|+49 30 123>", "--phone +49 30 123"),
        ("--url <https://b.example/?a=1&amp;b=2>", "--url https://b.example/?a=1&b=2"),
        ("--url <http://b.example|b.example>", "--url b.example"),
        ("<https://dashboard.stripe.com/payments/pi_1|the payment>", "https://dashboard.stripe.com/payments/pi_1"),
        ("--name &lt;Jenny&gt; &amp; &amp;lt;", "--name <Jenny> & &lt;"),
        ("<@U0BOB> <@U0BOB|bob> <#C1|general> <#C1>", "@U0BOB @bob #general #C1"),
        ("<!here> <!subteam^S1|@money> <!subteam^S1>", "@here @money @S1"),
        ("--name “Jenny Rosen”", "--name “Jenny Rosen”"),
        ("x ``` y", "x ``` y"),
    ],
)
def test_formatting_is_taken_off_and_tokens_become_what_they_show(text: str, reads: str) -> None:
    """What a person sees is what is meant."""
    assert typed(text) == reads


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("<@U0BOT> help", "help"),
        ("<@U0BOT|countersign>: help", "help"),
        ("<@U0BOT>, `help` ", "help"),
        ("Could <@U0BOB> see <@U0BOT> customers list", "customers list"),
        ("<@U0BOT>```refunds create \\\n  --charge ch_1```", "refunds create \\\n  --charge ch_1"),
        ("<@U0BOT> <@U0BOT> help", "@U0BOT help"),
        ("customers list <@U0BOT>", ""),
        ("nobody", ""),
    ],
)
def test_what_stands_behind_the_mention_counts(text: str, reads: str) -> None:
    """What is said to others before it is no command."""
    assert behind_mention(text, "U0BOT") == reads


@given(PLAIN)
def test_text_without_formatting_comes_as_it_was_typed(text: str) -> None:
    """Whatever Slack escapes, and whatever looks like a token."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert typed(escaped) == text


@given(st.lists(WORD, min_size=1), st.sampled_from(["*{}*", "_{}_", "~{}~", "`{}`", "*_{}_*", "*`{}`*", "```{}```"]))
def test_marks_around_a_command_are_no_part_of_it(words: list[str], marks: str) -> None:
    """Bold, italic, struck, code, a block, and several at once."""
    command = " ".join(words)
    assert typed(marks.format(command)).strip("\n") == command


@given(st.lists(WORD, min_size=1), st.sampled_from(["*{}*", "_{}_", "~{}~", "`{}`", "*_{}_*"]), st.data())
def test_marks_around_one_word_are_no_part_of_it(words: list[str], marks: str, data: st.DataObject) -> None:
    """An id in bold or code is that id."""
    at = data.draw(st.integers(0, len(words) - 1))
    marked = [marks.format(word) if at == index else word for index, word in enumerate(words)]
    assert typed(" ".join(marked)) == " ".join(words)


@given(st.text(st.sampled_from("<>|@#!&;amplt`*_~ \n\0/:hU0BOT.") | st.characters()))
def test_any_text_is_read(text: str) -> None:
    """Nothing raises, whatever Slack or somebody in its place sends; what can't be shown is no trouble either."""
    typed(text)
    typed(str(escape(text)))
    behind_mention(text, "U0BOT")
