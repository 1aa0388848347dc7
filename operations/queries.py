"""JMESPath over an answer: read when a command is typed, evaluated within bounds when the answer is there.

The language is the library's (jmespath.org); ``lower(string)`` is ours, for finding words whatever their capitals.
What the library leaves open is bounded here: people's expressions run on people's data, and a few dozen characters can
double a list or a text at each step.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from jmespath import exceptions, functions
from jmespath.lexer import Lexer
from jmespath.parser import ParsedResult, Parser
from jmespath.visitor import Options, TreeInterpreter

from operations.call import Json
from operations.problem import RefusalError
from operations.scalars import nearest, shown

MOST_CHARACTERS: Final = 500
MOST_WORK: Final = 300_000
"""How many values an evaluation may visit or make, :data:`TEXT_UNIT` characters counting as one."""
TEXT_UNIT: Final = 50
MOST_BITS: Final = 10_000
"""Of a whole number. Python writes none of more than 4,300 digits, which is where this comes from."""

_MAKES: Final = frozenset(
    {"multi_select_list", "multi_select_dict", "flatten", "projection", "value_projection", "filter_projection"}
    | {"function_expression", "slice"}
)
"""The parts of an expression that make a value instead of finding one."""


_OPENERS: Final = {"lbracket": "rbracket", "filter": "rbracket", "lbrace": "rbrace", "lparen": "rparen"}
_EXPECTED: Final = {
    "colon": "a colon",
    "quoted_identifier": "a name",
    "rbracket": "]",
    "rparen": ")",
    "star": "a number, * or ? between the brackets",
}
"""What is expected where the library wants one of these tokens."""
_CURLY: Final = frozenset("“”„‟‘’‚«»")

_TYPES: Final = {
    "array": "a list",
    "array-number": "a list of numbers",
    "array-string": "a list of texts",
    "boolean": "true or false",
    "expref": "an expression",
    "float": "a number",
    "int": "a number",
    "null": "nothing",
    "number": "a number",
    "object": "an object",
    "str": "a text",
    "string": "a text",
}


class QueryRefusal(RefusalError):  # noqa: N818 — it refuses, as its base does
    """Why an expression won't do. ``at`` is the character of it that makes no sense, or None.

    ``end`` is where that ends; None is the end of the expression.
    """

    def __init__(
        self, detail: str, at: int | None = None, suggestions: tuple[str, ...] = (), *, end: int | None = None
    ) -> None:
        super().__init__(detail, suggestions)
        self.at = at
        self.end = end


class _Functions(functions.Functions):
    @functions.signature({"types": ["string"]})
    def _func_lower(self, text: str) -> str:
        return text.lower()

    @functions.signature({"types": ["string"]}, {"types": ["array-string"]})
    def _func_join(self, separator: str, texts: Sequence[str]) -> str:
        """The library's, but the length is known before anything is made: one text may stand between very many."""
        if len(separator) * len(texts) + sum(map(len, texts)) > MOST_WORK * TEXT_UNIT:
            raise _too_much()
        return separator.join(texts)


FUNCTIONS: Final[tuple[str, ...]] = tuple(sorted(_Functions.FUNCTION_TABLE))
"""The names of the functions that expressions may call."""


def check(expression: str) -> None:
    """Raises QueryRefusal, with the place, for what is no expression or calls what isn't there."""
    _parsed(expression)


def evaluate(expression: str, value: Json) -> Json:
    """What the expression finds in a value. Raises QueryRefusal, also where it doesn't fit the value."""
    parsed = _parsed(expression)
    try:
        return _plain(_Bounded().visit(parsed.parsed, value), _Work())
    except exceptions.JMESPathTypeError as error:
        expected = " or ".join(_TYPES.get(each, each) for each in error.expected_types)
        given = _TYPES.get(error.actual_type, "something else")
        raise QueryRefusal(f"gives {error.function_name}() {given}, and it takes {expected}") from None
    except exceptions.JMESPathError:
        raise QueryRefusal("doesn't fit the answer") from None
    except (ArithmeticError, TypeError, ValueError):
        raise QueryRefusal("asks for something that can't be worked out") from None
    except RecursionError:
        raise QueryRefusal("is nested too deeply") from None


def _parsed(expression: str) -> ParsedResult:
    if len(expression) > MOST_CHARACTERS:
        raise QueryRefusal(f"has {len(expression)} characters; {MOST_CHARACTERS} are allowed", MOST_CHARACTERS)
    try:
        parsed = Parser().parse(expression)
        for name, arguments in _calls(parsed.parsed):
            _check_call(expression, name, arguments)
    except exceptions.LexerError as error:
        raise _unreadable(expression, error) from None
    except exceptions.ParseError as error:
        ended = error.lex_position >= len(expression)
        raise (_unfinished(expression) if ended else _misplaced(expression, error)) from None
    except exceptions.JMESPathError:
        raise QueryRefusal("is no JMESPath expression", 0) from None
    except RecursionError:
        raise QueryRefusal("is nested too deeply", 0) from None
    return parsed


def _unreadable(expression: str, error: exceptions.LexerError) -> QueryRefusal:
    """Why some characters are no part of the language."""
    at = error.lexer_position
    rest = expression[at:]
    if error.message.startswith("Unclosed"):
        return QueryRefusal(f"has a {rest[0]} that is never closed: {shown(rest)}", at)
    if rest.startswith("="):
        return QueryRefusal("compares with ==, not with a single =", at, end=at + 1)
    return QueryRefusal(f"makes no sense from {shown(rest)} on{_curly(rest)}", at)


def _curly(rest: str) -> str:
    return "; its quotes are curly, and it takes straight ones" if rest[:1] in _CURLY else ""


def _unfinished(expression: str) -> QueryRefusal:
    """What an expression lacks that stops too early: the end of what was opened last, or a value."""
    opened: list[tuple[str, object]] = []
    for token in Lexer().tokenize(expression):
        if token["type"] in _OPENERS:
            opened.append((token["type"], token["value"]))
        elif opened and token["type"] == _OPENERS[opened[-1][0]]:
            opened.pop()
    lacks = f"the {opened[-1][1]} in it is never closed" if opened else "something has to follow"
    return QueryRefusal(f"ends too early: {lacks}", len(expression))


def _misplaced(expression: str, error: exceptions.ParseError) -> QueryRefusal:
    """Where an expression stops making sense, and what would do there."""
    at = error.lex_position
    wanted = next(
        (_EXPECTED[each] for each in re.findall(r"\w+", error.msg.partition(", got:")[0]) if each in _EXPECTED), ""
    )
    if error.msg.startswith("Unexpected token"):
        wanted = "an operator such as . or | or the end"
    return QueryRefusal(
        f"makes no sense from {shown(expression[at:])} on{f', where {wanted} is expected' if wanted else ''}", at
    )


def _calls(node: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The functions that an expression calls, with the number of arguments."""
    if node["type"] == "function_expression":
        yield node["value"], len(node["children"])
    for child in node["children"]:
        if isinstance(child, dict):
            yield from _calls(child)


def _check_call(expression: str, name: str, arguments: int) -> None:
    known = _Functions.FUNCTION_TABLE.get(name)
    if known is None:
        at = _place_of(expression, name)
        raise QueryRefusal(f"calls {name}(), which isn't there", at, nearest(name, FUNCTIONS), end=at + len(name))
    signature = known["signature"]
    variadic = bool(signature) and bool(signature[-1].get("variadic"))
    if arguments < len(signature) or (arguments > len(signature) and not variadic):
        at = _place_of(expression, name)
        takes = f"{'at least ' if variadic else ''}{len(signature)}"
        given = f"{arguments} value{'' if arguments == 1 else 's'}"
        raise QueryRefusal(f"gives {name}() {given}, and it takes {takes}", at, end=at + len(name))


def _place_of(expression: str, name: str) -> int:
    """Where a function is called; of several calls, the first. A name in quotes is no call."""
    tokens = list(Lexer().tokenize(expression))
    return next(
        (
            int(token["start"])
            for token, following in pairwise(tokens)
            if (token["type"], token["value"], following["type"]) == ("unquoted_identifier", name, "lparen")
        ),
        0,
    )


def _too_much() -> QueryRefusal:
    return QueryRefusal("makes far more of this answer than can be shown")


class _Work:
    """How much may still be done."""

    def __init__(self) -> None:
        self._left = MOST_WORK

    def spend(self, amount: int) -> None:
        self._left -= amount
        if self._left < 0:
            raise _too_much()

    def spend_on(self, value: object) -> None:
        """Pay for everything that a value holds."""
        self.spend(1 + len(value) // TEXT_UNIT if isinstance(value, str) else 1)
        if isinstance(value, dict):
            for key, item in value.items():
                self.spend(1 + len(str(key)) // TEXT_UNIT)
                self.spend_on(item)
        elif isinstance(value, list):
            for item in value:
                self.spend_on(item)


class _Bounded(TreeInterpreter):
    """An interpreter that stops where an expression makes too much."""

    def __init__(self) -> None:
        super().__init__(Options(custom_functions=_Functions()))
        self._work = _Work()

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self._work.spend(1)
        made = super().visit(node, *args, **kwargs)
        if node["type"] in _MAKES:
            self._work.spend_on(made)
        return made


def _plain(value: object, work: _Work) -> Json:
    """The value as JSON has it."""
    work.spend(1)
    match value:
        case int() if value.bit_length() > MOST_BITS:
            raise QueryRefusal("gives a number that is too long to be shown")
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case dict():
            return {str(key): _plain(item, work) for key, item in value.items()}
        case list():
            return [_plain(item, work) for item in value]
    raise QueryRefusal("gives something that isn't a value")
