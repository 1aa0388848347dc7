"""The one door for outside text: nothing that passes it can mention, link, format, reorder or be cut in two."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import text
from bot.text import Mrkdwn

SPECIAL = st.sampled_from([*"&<>*_~`:|!@#^\n\t \r\u202e\u200b", "&lt;", "&amp;", "<@U1>", "<!channel>"])
OUTSIDE = st.lists(st.one_of(SPECIAL, st.characters(), st.sampled_from(["a", "Z", "9", "é", "💶"])), max_size=60).map(
    "".join
)
BOT = Path(text.__file__).parent


def tokens_and_strays(shown: str) -> set[str]:
    """What is left of ``<``, ``>`` and ``&`` once proper entities are taken out."""
    return set(re.sub(r"&(?:amp|lt|gt);", "", shown)) & set("<>&")


@given(OUTSIDE)
@example("<!channel> pay now")
@example("<https://evil.example|Approve refund>")
@example("&lt;@U1&gt;")
def test_outside_text_holds_no_token(value: str) -> None:
    """E1, E2: neither prose nor a value lets a token through, however it was escaped before."""
    for shown in (text.escape(value), text.code(value), text.bold(value), text.template("x {} y", value)):
        assert tokens_and_strays(shown) == set()


@given(OUTSIDE)
@example("*Approved by CFO* :white_check_mark:")
@example("> quoted\n>>> and more")
def test_escaped_prose_does_not_format(value: str) -> None:
    """E5: no mark that Slack reads as formatting is left in prose."""
    shown = text.escape(value)
    assert not set(shown) & set("*~`")
    assert not re.search(r"(?<![^\W_])_|_(?![^\W_])", shown)
    assert not re.search(r"(?m)^[ \t]*&gt;", shown)
    assert not re.search(r"(?<![0-9]):[\w+'-]+:", shown)


@given(OUTSIDE)
def test_a_value_stays_inside_its_code_span(value: str) -> None:
    """A code span is one line, opens and closes once, and its edges are not spaces."""
    shown = text.code(value)
    assert shown[0] == shown[-1] == "`"
    assert "`" not in shown[1:-1]
    assert "\n" not in shown
    assert shown[1:-1].strip() == shown[1:-1] != ""


@given(OUTSIDE)
def test_what_cannot_be_seen_is_gone(value: str) -> None:
    """B15: controls, bidi overrides, zero-width characters and lone surrogates never reach Slack."""
    shown = text.escape(value) + text.code(value)
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]", shown
    )
    shown.encode()


@given(OUTSIDE)
def test_escaping_and_cleaning_twice_changes_nothing(value: str) -> None:
    """What passed the door once may pass it again."""
    assert text.escape(text.escape(value)) == text.escape(value)
    assert text.clean(text.clean(value)) == text.clean(value)


@given(OUTSIDE, OUTSIDE, st.integers(min_value=0, max_value=80))
def test_clip_keeps_the_limit_and_cuts_nothing_in_two(first: str, second: str, limit: int) -> None:
    """Never longer than the limit, no half entity, no half token, no open code span."""
    whole = text.template("{} {} {}", text.mention("U012AB"), text.escape(first), second)
    short = text.clip(whole, limit)
    assert isinstance(short, Mrkdwn)
    assert len(short) <= limit
    assert tokens_and_strays(short.replace("<@U012AB>", "")) == set()
    assert short.count("`") % 2 == 0
    assert text.clip(short, limit) == short


@given(OUTSIDE, st.integers(min_value=0, max_value=80))
def test_clip_of_other_text_counts_code_points(value: str, limit: int) -> None:
    """Plain text is cut between code points, and stays as it is where it fits."""
    short = text.clip(value, limit)
    assert len(short) <= limit
    assert short == value if len(value) <= limit else not isinstance(short, Mrkdwn)


def test_ids_keep_their_underscores() -> None:
    """Ids are read and copied: an underscore inside a word formats nothing and stays."""
    assert text.escape("pi_3N_x and pm_card_visa at 12:30:45") == "pi_3N_x and pm_card_visa at 12:30:45"


def test_a_backtick_does_not_end_a_code_span() -> None:
    """A backtick in a value is replaced, not dropped, so that one sees there was one."""
    assert text.code("a`b *c*") == "`aˋb *c*`"


@pytest.mark.parametrize("hostile", ["U1><!channel", "u1", "", "U1|bob", "U" + "1" * 40])
def test_only_an_id_becomes_a_mention(hostile: str) -> None:
    """What is no id is shown as a value."""
    assert text.mention(hostile).startswith("`")
    assert text.channel(hostile).startswith("`")
    assert (text.mention("U012AB"), text.channel("C012AB")) == ("<@U012AB>", "<#C012AB>")


@pytest.mark.parametrize(
    "url",
    [
        "http://dashboard.stripe.com/x",
        "https://evil.example/x",
        "https://dashboard.stripe.com.evil.example/",
        "https://dashboard.stripe.com@evil.example/",
        "https://dashboard.stripe.com:443/",
        "https://dashboard.stripe.com/a|b",
        "https://dashboard.stripe.com/a>b",
        "https://dashboard.stripe.com/a b",
        "https://dashboard.stripe.com/\n",
        "javascript:alert(1)",
        "",
    ],
)
def test_an_address_elsewhere_is_not_linked(url: str) -> None:
    """Links lead to the hosts we chose, by https, and to nowhere else; the label remains."""
    assert not text.may_link(url)
    assert text.link(url, "the *payment*") == "the ∗payment∗"


def test_a_link_to_the_dashboard_is_one_token() -> None:
    """The address and the label are escaped, each once."""
    shown = text.link("https://dashboard.stripe.com/test/payments?a=1&b=2", "Pay <now>|")
    assert shown == "<https://dashboard.stripe.com/test/payments?a=1&amp;b=2|Pay &lt;now&gt;|>"


def test_a_date_is_the_readers_own_or_utc() -> None:
    """Rich: Slack's token, in the viewer's time zone. Plain: UTC in words, for the local Slack prints tokens."""
    when = datetime(2026, 1, 1, tzinfo=UTC)
    assert text.date(when, "plain") == "2026-01-01 00:00 UTC"
    assert text.date(when, "rich") == "<!date^1767225600^{date_short_pretty} at {time}|2026-01-01 00:00 UTC>"
    with pytest.raises(ValueError, match="time zone"):
        text.date(when.replace(tzinfo=None), "plain")


def test_only_the_door_makes_mrkdwn() -> None:
    """No other module of the bot calls Mrkdwn(...), and only blocks restores it from what was stored."""
    for path in BOT.rglob("*.py"):
        called = {
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
        }
        assert path.name == "text.py" or "Mrkdwn" not in called, path
        assert path.name in {"text.py", "blocks.py"} or "restored" not in called, path


@given(OUTSIDE)
def test_what_was_typed_is_read_back_from_slacks_entities(typed: str) -> None:
    """Slack escapes three characters of what people type; an entity that somebody typed stays what it is."""
    sent = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert text.unescape(sent) == typed
