"""The words of messages: values shown, nearest names, descriptions."""

import pytest

from operations.scalars import describe, escaped, nearest, shown
from operations.spec import Parameter, Shape


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("abc", '"abc"'),
        (True, '"true"'),
        (5, '"5"'),
        ("a\u202eb\n", '"a\\u202eb\\u000a"'),
        ("4242 4242 4242 4242", '"[a card number removed]"'),
    ],
)
def test_values_are_shown_in_quotes_without_surprises(value: object, text: str) -> None:
    """What a message repeats can't reorder, hide or leak anything."""
    assert shown(value) == text


def test_long_values_are_clipped() -> None:
    """A message stays a sentence."""
    assert escaped("x" * 500) == "x" * 59 + "…"


def test_the_nearest_names_come_first_and_far_ones_not_at_all() -> None:
    """Hyphens and capitals make no difference."""
    assert nearest("Payment-Methd", ["payment_method", "customer", "payment_intent"])[0] == "payment_method"
    assert nearest("qqqq", ["payment_method", "customer"]) == ()


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (Shape(kind="boolean"), "true or false"),
        (Shape(kind="enum", values=("a", "b", "c")), "one of a, b or c"),
        (Shape(kind="enum", values=tuple("abcdefghij")), "one of its 10 values, such as a, b, c"),
        (
            Shape(kind="union", variants=(Shape(kind="enum", values=("now",)), Shape(kind="integer"))),
            "one of now or a whole number (digits 0 to 9 only)",
        ),
        (
            Shape(kind="object", fields=tuple(Parameter(name=each, shape=Shape(kind="string")) for each in "abcde")),
            "an object with the fields a, b, c, d …",
        ),
        (Shape(kind="array"), "a list"),
    ],
)
def test_every_shape_has_words_for_what_would_do(shape: Shape, text: str) -> None:
    """They end the sentence that refuses a value."""
    assert describe(shape) == text
