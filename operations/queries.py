"""JMESPath over an answer: read when a command is typed, evaluated within bounds when the answer is there.

The language is the library's (jmespath.org); ``lower(string)`` is ours, for finding words whatever their capitals.
What the library leaves open is bounded here: people's expressions run on people's data, and a few dozen characters can
double a list or a text at each step.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from jmespath import exceptions, functions
from jmespath.parser import ParsedResult, Parser
from jmespath.visitor import Options, TreeInterpreter

from operations.call import Json
from operations.problem import RefusalError
from operations.scalars import nearest, shown

MOST_CHARACTERS: Final = 500
MOST_WORK: Final = 300_000
"""How many values an evaluation may visit or make, and how many hundreds of characters."""

_MAKES: Final = frozenset(
    {"multi_select_list", "multi_select_dict", "flatten", "projection", "value_projection", "filter_projection"}
    | {"function_expression", "slice"}
)
"""The parts of an expression that make a value instead of finding one."""


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
    """Why an expression won't do. ``at`` is the character of it that makes no sense, or None."""

    def __init__(self, detail: str, at: int | None = None, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(detail, suggestions)
        self.at = at


class _Functions(functions.Functions):
    @functions.signature({"types": ["string"]})
    def _func_lower(self, text: str) -> str:
        return text.lower()


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
    except exceptions.IncompleteExpressionError:
        raise QueryRefusal("ends too early", len(expression)) from None
    except exceptions.LexerError as error:
        raise QueryRefusal(f"makes no sense from {shown(expression[error.lexer_position :])} on", error.lexer_position)  # noqa: B904
    except exceptions.ParseError as error:
        at = error.lex_position
        raise QueryRefusal(f"makes no sense from {shown(expression[at:])} on", at) from None
    except exceptions.JMESPathError:
        raise QueryRefusal("is no JMESPath expression", 0) from None
    except RecursionError:
        raise QueryRefusal("is nested too deeply", 0) from None
    return parsed


def _calls(node: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The functions that an expression calls, with the number of arguments."""
    if node["type"] == "function_expression":
        yield node["value"], len(node["children"])
    for child in node["children"]:
        if isinstance(child, dict):
            yield from _calls(child)


def _check_call(expression: str, name: str, arguments: int) -> None:
    at = max(expression.find(f"{name}("), 0)
    known = _Functions.FUNCTION_TABLE.get(name)
    if known is None:
        near = nearest(name, FUNCTIONS)
        raise QueryRefusal(f"calls {name}(), which isn't there", at, near)
    signature = known["signature"]
    variadic = bool(signature) and bool(signature[-1].get("variadic"))
    if arguments < len(signature) or (arguments > len(signature) and not variadic):
        raise QueryRefusal(f"gives {name}() {arguments} values, and it takes {len(signature)}", at)


class _Work:
    """How much may still be done."""

    def __init__(self) -> None:
        self._left = MOST_WORK

    def spend(self, amount: int) -> None:
        self._left -= amount
        if self._left < 0:
            raise QueryRefusal("makes far more of this answer than can be shown")

    def spend_on(self, value: object) -> None:
        """Pay for everything that a value holds."""
        self.spend(1 + len(value) // 100 if isinstance(value, str) else 1)
        if isinstance(value, dict):
            for key, item in value.items():
                self.spend(1 + len(str(key)) // 100)
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
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case dict():
            return {str(key): _plain(item, work) for key, item in value.items()}
        case list():
            return [_plain(item, work) for item in value]
    raise QueryRefusal("gives something that isn't a value")
