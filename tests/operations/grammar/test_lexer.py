"""Words, quotes and blanks."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.grammar.lexer import split
from operations.problem import ProblemError


def words(text: str) -> list[str]:
    return [token.text for token in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n\t ", []),
        ("customers list --limit 3", ["customers", "list", "--limit", "3"]),
        ("a\nb\r\nc", ["a", "b", "c"]),
        ("a \\\n  b", ["a", "b"]),
        ("a\\\nb", ["a", "b"]),
        ("--name 'Jane Doe'", ["--name", "Jane Doe"]),
        ('--name="Jane Doe"', ["--name=Jane Doe"]),
        ('-d "items[0][price]=p"', ["-d", "items[0][price]=p"]),
        ("metadata[a=b]='c d'", ["metadata[a=b]=c d"]),
        ('"say \\"hi\\" \\\\ \\n"', ['say "hi" \\ \\n']),
        ("'it'\\''s'", ["it's"]),
        ("'it'\"'\"'s'", ["it's"]),
        ("--name O'Brien --email o'x", ["--name", "O'Brien", "--email", "o'x"]),
        ("a\\ b \\'c", ["a b", "'c"]),
        ("lone\\ \\x \\", ["lone \\x", "\\"]),
        ("-d items\\[0\\]=\\$5 C:\\new\\table", ["-d", "items[0]=$5", "C:\\new\\table"]),
        ('"\\$5 \\`x\\` \\a" "on \\\ne line"', ["$5 `x` \\a", "on e line"]),
        ("-d'a=b c' -d\"d=e f\" -l'3'", ["-da=b c", "-dd=e f", "-l3"]),
        ("--data=name='b c' -d=x='d e' x=y='z", ["--data=name=b c", "-d=x=d e", "x=y='z"]),
        ("--name='it'\\''s'", ["--name=it's"]),
        ("$(id) `x` ; rm -rf", ["$(id)", "`x`", ";", "rm", "-rf"]),
        ("--name “Jane Doe” x", ["--name", "Jane Doe", "x"]),
        ("--name=‘it’s here’", ["--name=it’s here"]),
        ('„deutsch“ «français» “mixed"', ["deutsch", "français", "mixed"]),
        ("'“kept”' it’s “a“", ["“kept”", "it’s", "a"]),
        ("'' \"\"", ["", ""]),
        ('--shipping {"name": "Jane Doe"} x', ["--shipping", '{"name": "Jane Doe"}', "x"]),
        ('shipping={"a": {"b": "c d"}}', ['shipping={"a": {"b": "c d"}}']),
        ("{not json", ["{not", "json"]),
    ],
)
def test_a_text_is_split_as_its_writer_meant(text: str, expected: list[str]) -> None:
    """A shell's rules, eased for chat: no expansion, apostrophes are characters, phones' quotes are quotes."""
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("customers\u00a0list", ["customers", "list"]),
        ("customers list --limit\u00a03", ["customers", "list", "--limit", "3"]),
        ("x a=1\u00a0--limit 3", ["x", "a=1", "--limit", "3"]),
        ("x a=1\u00a0“b c”", ["x", "a=1", "b c"]),
        ("x name=Jane\u00a0Doe", ["x", "name=Jane\u00a0Doe"]),
        ("x --name 'Jane\u00a0Doe'", ["x", "--name", "Jane\u00a0Doe"]),
        ("x --name Jane\u00a0Doe", ["x", "--name", "Jane\u00a0Doe"]),
        ('x --name ""\u00a0y', ["x", "--name", "\u00a0y"]),
        ("\ufeffcustomers \u200blist", ["customers", "list"]),
    ],
)
def test_no_break_spaces_part_options_but_stay_in_values(text: str, expected: list[str]) -> None:
    """B14: forgiven where an option or a quote opens; a value is kept to the byte."""
    assert words(text) == expected


@pytest.mark.parametrize("text", ["'a", 'a "b', "x “never closed", "--name='a b", "x ‘it’s"])
def test_an_unclosed_quote_has_its_place(text: str) -> None:
    """B19: refused, pointing at the quote that opens."""
    with pytest.raises(ProblemError) as caught:
        split(text)
    assert caught.value.problem.code == "unclosed_quote"
    start, _ = caught.value.problem.position or (None, None)
    assert start == min(text.find(each) for each in "'\"“‘" if each in text)


@pytest.mark.parametrize(
    ("word", "is_option"),
    [
        ("--limit", True),
        ("-l", True),
        ("—limit", True),
        ("–limit", True),
        ("−limit", True),
        ("-", False),
        ("--", False),
        ("-5", False),
        ("-7d", False),
        ("limit", False),
        ("'--limit'", False),
    ],
)
def test_options_start_with_dashes_of_any_kind(word: str, is_option: bool) -> None:
    """Phones turn two hyphens into a dash; numbers below zero are values, and so is what is quoted."""
    assert split(word)[0].is_option is is_option


@given(st.lists(st.text(min_size=1, max_size=12), max_size=6))
def test_what_a_shell_quotes_is_read_back(values: list[str]) -> None:
    """Lines quoted for a shell mean the same here."""
    assert words(shlex.join([f"name={value}" for value in values])) == [f"name={value}" for value in values]


@given(st.text(max_size=60) | st.text("\"'“”‘’\\ \u00a0={}[]-—a\n", max_size=40))
def test_any_text_splits_or_has_an_unclosed_quote(text: str) -> None:
    """Nothing else comes of it, and every word knows its place."""
    try:
        tokens = split(text)
    except ProblemError:
        return
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)
