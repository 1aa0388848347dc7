"""Values of two words: ``--amount 12,50 eur``, ``--created[gte] yesterday 14:00``, ``-d available_on=7d ago``.

The second word is taken only where the registry says that the value is money or a time, and where it can be nothing
else: exactly a currency behind a number, a time of day behind a day, or ``ago`` behind a length of time.
"""

from collections.abc import Sequence

from operations import typed_money, when
from operations.grammar.lexer import Token
from operations.spec import Shape


def joined(shape: Shape | None, first: Token, rest: Sequence[Token]) -> tuple[Token, int]:
    """The value that starts with ``first``, and how many of the words behind it belong to it: one or none."""
    if shape is None or not rest or first.quotes or rest[0].quotes:
        return first, 0
    second = rest[0]
    money = _means(shape, "money_minor") and typed_money.is_number(first.text) and typed_money.is_mark(second.text)
    time = not money and when.goes_on(first.text, second.text) and _means(shape, "timestamp", "datetime")
    if not money and not time:
        return first, 0
    return Token(f"{first.text} {second.text}", first.start, second.end), 1


def _means(shape: Shape, *meanings: str) -> bool:
    """Whether a shape has one of these meanings, or a variant, an item or the value of a money object has it."""
    if shape.meaning in meanings or any(_means(variant, *meanings) for variant in shape.variants):
        return True
    if shape.kind == "array" and shape.items is not None:
        return _means(shape.items, *meanings)
    inner = {"value", "currency"} if "money_minor" in meanings else {"gt", "gte", "lt", "lte"}
    return (
        shape.kind == "object"
        and {each.name for each in shape.fields} == inner
        and any(_means(each.shape, *meanings) for each in shape.fields)
    )
