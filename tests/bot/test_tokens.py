"""Signed texts in buttons and modals."""

from hypothesis import given
from hypothesis import strategies as st

from bot.tokens import Tokens

KEY = b"k" * 32
OLD = b"o" * 32


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=5))
def test_what_was_signed_reads_back(values: dict[str, str]) -> None:
    """A token carries its values unchanged."""
    tokens = Tokens([KEY])
    assert tokens.read("approval", tokens.sign("approval", values)) == values


@given(st.text(max_size=200))
def test_a_text_that_was_not_signed_reads_as_nothing(text: str) -> None:
    """Whatever a forged client sends, it is no token and no error."""
    assert Tokens([KEY]).read("approval", text) is None


def test_a_changed_token_reads_as_nothing() -> None:
    """One changed character is enough."""
    tokens = Tokens([KEY])
    token = tokens.sign("approval", {"approval": "1"})
    for index, character in enumerate(token[:-1]):
        forged = token[:index] + ("A" if character != "A" else "B") + token[index + 1 :]
        assert tokens.read("approval", forged) is None


def test_a_token_for_one_purpose_is_none_for_another() -> None:
    """A modal's metadata can't be pasted into a button."""
    tokens = Tokens([KEY])
    assert tokens.read("ask", tokens.sign("approval", {"approval": "1"})) is None


def test_tokens_signed_before_a_key_rotation_still_read() -> None:
    """The newest key signs; the older ones still verify."""
    token = Tokens([OLD]).sign("approval", {"approval": "1"})
    rotated = Tokens([KEY, OLD])
    assert rotated.read("approval", token) == {"approval": "1"}
    assert Tokens([KEY]).read("approval", rotated.sign("approval", {"approval": "2"})) == {"approval": "2"}
