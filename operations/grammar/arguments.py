"""From words to arguments: options, ``name=value`` and path ids, with names resolved against an operation's shapes.

A name leads to a place in the parameters: ``--invoice-settings.default-payment-method``, ``--created[gte]`` and
``items[0][price]`` each become a tuple of segments. Hyphens and capitals are forgiven where the registry knows the
name; the keys of maps, such as metadata, are kept as they are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from urllib.parse import unquote_plus

from operations.grammar.joining import joined
from operations.grammar.lexer import DASHES, Token
from operations.grammar.shaping_options import SHAPERS, SWITCHES
from operations.parameters import MAX_DEPTH, Place, Repeated, bracketed
from operations.problem import Problem, ProblemError, RefusalError
from operations.queries import QueryRefusal
from operations.scalars import Word, escaped, parse_json, shown
from operations.shaping import AS_IT_IS, Shaping
from operations.spec import Operation, Parameter, Shape

_NAME = r"[A-Za-z_][\w-]*(?:\.[\w-]+|\[[^\[\]]*\])*"
_FULL_NAME = re.compile(_NAME, re.ASCII)
_ASSIGNMENT = re.compile(rf"({_NAME})=", re.ASCII)
_SEGMENT = re.compile(r"\[([^\[\]]*)\]|\.?([\w-]+)", re.ASCII)
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{1,250}", re.ASCII)
_CONTEXT = re.compile(r"[A-Za-z0-9_]+(?:/[A-Za-z0-9_]+)*", re.ASCII)
_ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)

LONGEST_REASON = 500
"""Characters of why something is wanted."""
_REASON = re.compile(rf"\s*\S[\s\S]{{0,{LONGEST_REASON - 1}}}")

_UNASKED = "skip_confirmation"
_SHORT = {"d": "data", "e": "expand", "l": "limit", "a": "starting_after", "b": "ending_before", "c": _UNASKED}
_SHORT |= {
    "o": "output",
    "i": "idempotency",
    "v": "stripe_version",
    "s": "show_headers",
    "p": "project_name",
    "h": "help",
}
_SWITCHES = frozenset({"live", "dry_run", "confirm", _UNASKED})
_SELECTORS = frozenset({"on", "stripe_account", "stripe_context", "because"})
OPTIONS = _SWITCHES | _SELECTORS | SHAPERS.keys() | SWITCHES.keys() | {"data"}
"""The options that are no parameter. ``confirm``, ``filter`` and ``query`` are both: where there is such a parameter,
it goes first, and what is asked of the answer is then written ``--jmespath``.
"""

# Options of the Stripe CLI that say something we fix, or that steer a terminal.
_REFUSED = {
    "api_key": "the key is the connected account's; choose the account with --on",
    "idempotency": "every run gets an idempotency key of its own, so that nothing happens twice",
    "stripe_version": "the API version is fixed, so that every call means what it says here",
    "show_headers": "the request id is shown with every result, the other headers are not",
    "project_name": "choose the connected account with --on",
    "device_name": "there is no device to name here",
    "config": "there is no configuration file here",
    "log_level": "there is no log to read here",
    "color": "there is no terminal to color here",
    "dark_style": "there is no terminal to color here",
    "api_base": "every call goes to Stripe itself",
    "help": "type help and the command instead",
}
_BOOLEAN_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "1", "0", "null"})

Span = tuple[int, int]


@dataclass(slots=True)
class Arguments:
    """What the words behind the operation's name say."""

    ids: list[Token] = field(default_factory=list)
    parameters: dict[str, object] = field(default_factory=dict)
    places: list[tuple[str, Span]] = field(default_factory=list)
    """Each given parameter's full name, and where it stands in the text."""
    account: str | None = None
    stripe_account: str | None = None
    stripe_context: str | None = None
    live: bool = False
    dry_run: bool = False
    confirmed: bool = False
    because: str = ""
    shaping: Shaping = AS_IT_IS
    shaping_at: dict[str, Span] = field(default_factory=dict)
    """Where in the text each option about the answer stands, by its name; the last of those that are repeated."""

    def position(self, name: str | None) -> Span | None:
        """Where in the text the parameter ``name``, or the nearest thing to it that was given, stands."""
        exact = [where for place, where in self.places if place == name]
        near = [
            where
            for place, where in self.places
            if name is not None and (place.startswith(f"{name}[") or name.startswith(f"{place}["))
        ]
        return next(iter(exact + near), None)


def read(operation: Operation, tokens: Sequence[Token], query: str = "", query_at: Span = (0, 0)) -> Arguments:
    """The arguments of an operation. ``query`` is the query string of a raw path. Raises ProblemError."""
    reader = _Reader(operation)
    for name, value in _query_fields(query, query_at):
        reader.assign(name, Word(value), query_at)
    reader.read(tokens)
    return reader.arguments


def assigned(operation: Operation, pairs: Iterable[tuple[str, object]], rest: Sequence[Token] = ()) -> Arguments:
    """The arguments that full names with values say, and those of words behind them. Raises ProblemError."""
    reader = _Reader(operation)
    for name, value in pairs:
        reader.assign(name, value, (0, 0))
    reader.read(rest)
    return reader.arguments


def is_assignment(token: Token) -> bool:
    """Whether a word is of the form ``name=value``."""
    return _ASSIGNMENT.match(token.text) is not None


def is_name(text: str) -> bool:
    """Whether a text is of the form of a parameter's full name: ``metadata[order]``."""
    return _FULL_NAME.fullmatch(text) is not None


def _query_fields(query: str, where: Span) -> Iterator[tuple[str, str]]:
    for part in query.split("&") if query else ():
        name, equals, value = part.partition("=")
        try:
            name, value = unquote_plus(name, errors="strict"), unquote_plus(value, errors="strict")
        except UnicodeDecodeError:
            raise _problem("invalid_path", "The query is not UTF-8.", where) from None
        if not equals or not _FULL_NAME.fullmatch(name):
            raise _problem("invalid_path", f"{shown(part)} in the query is not of the form name=value.", where)
        yield name, value


@dataclass(frozen=True, slots=True)
class _Option:
    """An option taken apart: ``name`` as written, and the value that hangs on it, if one does."""

    name: str
    value: Token | None
    where: Span

    @property
    def plain(self) -> str:
        return self.name.lower().replace("-", "_")


class _Reader:
    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self.arguments = Arguments()

    def read(self, tokens: Sequence[Token]) -> None:
        at = 0
        while at < len(tokens):
            token = tokens[at]
            at += 1
            if token.is_option:
                at += self._option(self._take_apart(token), tokens[at : at + 2])
            elif is_assignment(token):
                at += self._pair(token, tokens[at : at + 1])
            elif token.quoted or token.text.strip(DASHES):
                self.arguments.ids.append(token)

    def _take_apart(self, token: Token) -> _Option:
        """``--name=value``, ``-l3``, ``—name``: the option's name, and the value that hangs on it."""
        dashes = len(token.text) - len(token.text.lstrip(DASHES))
        end = _end_of_name(token.text, dashes)
        name, where = token.text[dashes:end], (token.start, token.end)
        value = _rest(token, end + 1) if end < len(token.text) else None
        letter = _SHORT.get(name[0].lower())
        if len(name) == 1 and letter is not None and not self._knows(name):
            return _Option(letter, value, where)
        # One hyphen and more than a letter: -l3 and -dname=value, but -limit is --limit.
        if token.text[0] == "-" and dashes == 1 and letter is not None and not self._knows(name):
            return _Option(letter, _rest(token, dashes + 1), where)
        return _Option(name, value, where)

    def _knows(self, name: str) -> bool:
        plain = re.split(r"[.\[]", name)[0].lower().replace("-", "_")
        return plain in OPTIONS or plain in _REFUSED or self._operation.parameter(plain) is not None

    def _option(self, option: _Option, rest: Sequence[Token]) -> int:
        """Read one option; ``rest`` is what stands behind it. Returns how many of these words it took."""
        following = rest[0] if rest and not rest[0].is_option else None
        if self._operation.parameter(option.plain) is None:
            if option.plain in _REFUSED:
                shown_name = option.plain.replace("_", "-")
                raise _problem("refused_option", f"--{shown_name} isn't taken: {_REFUSED[option.plain]}.", option.where)
            if option.plain in _SWITCHES or option.plain in SWITCHES:
                return self._switch(option, following)
            if option.plain == "data":
                return self._data(option, rest)
            if option.plain in _SELECTORS:
                return self._select(option, following)
            if option.plain in SHAPERS:
                return self._shape(option, rest)
        return self._parameter(option, rest)

    def _parameter(self, option: _Option, rest: Sequence[Token]) -> int:
        if not _FULL_NAME.fullmatch(option.name):
            raise _problem("invalid_option", f"{shown(option.name)} is no name of a parameter.", option.where)
        _, shape = resolve(self._operation, option.name)
        following = rest[0] if rest and not rest[0].is_option else None
        if option.value is not None:
            value, taken = joined(shape, option.value, rest)
            self.assign(option.name, _typed(value, shape), (option.where[0], value.end))
            return taken
        shapes = _kinds(shape)
        boolean = any(each.kind == "boolean" for each in shapes)
        words = _BOOLEAN_WORDS.union(*(each.values for each in shapes))
        if following is not None and (not boolean or following.text.lower() in words):
            value, taken = joined(shape, following, rest[1:])
            self.assign(option.name, _typed(value, shape), (option.where[0], value.end))
            return 1 + taken
        if shape is not None and not boolean:
            raise self._needs_value(option)
        self.assign(option.name, True, option.where)
        return 0

    def _switch(self, option: _Option, following: Token | None) -> int:
        """``--live``, ``--dry-run``, ``--all``, and the Stripe CLI's ``-c``, which answers before it is asked."""
        taken, text = 0, "true"
        if option.value is not None:
            text = option.value.text.lower()
        elif following is not None and following.text.lower() in ("true", "false"):
            taken, text = 1, following.text.lower()
        if text not in ("true", "false"):
            message = f"--{option.plain.replace('_', '-')} is either given or not; it takes no value {shown(text)}."
            raise _problem("invalid_option", message, option.where)
        if option.plain in SWITCHES:
            self.arguments.shaping = SWITCHES[option.plain].turn(self.arguments.shaping, text == "true")
            self.arguments.shaping_at[option.plain] = option.where
        elif option.plain == "live":
            self.arguments.live = text == "true"
        elif option.plain == "dry_run":
            self.arguments.dry_run = text == "true"
        else:
            self.arguments.confirmed = text == "true"
        return taken

    def _data(self, option: _Option, rest: Sequence[Token]) -> int:
        taken = 0 if option.value is not None else 1
        data = option.value or (rest[0] if rest and not rest[0].is_option else None)
        if data is not None and self._operation.api == "v2" and data.text.lstrip().startswith("{"):
            self._body(data)
            return taken
        if data is not None and is_assignment(data):
            return taken + self._pair(data, rest[taken:])
        given = "" if data is None else f", not {shown(data.text)}"
        takes = "name=value, or everything as JSON" if self._operation.api == "v2" else "name=value"
        raise _problem("invalid_option", f"-d takes {takes}{given}.", option.where)

    def _body(self, data: Token) -> None:
        """``-d '{"include": ["identity"]}'``, the Stripe CLI's way with v2: each member is a parameter, given whole."""
        where = (data.start, data.end)
        try:
            members = parse_json(data.text)
        except RefusalError as refusal:
            raise _problem("invalid_value", f"-d {refusal.detail}.", where) from None
        for name, value in members.items() if isinstance(members, dict) else ():
            whole = MappingProxyType(value) if isinstance(value, dict) else value
            self._assign((name,), whole, where)

    def _select(self, option: _Option, following: Token | None) -> int:
        value = option.value or following
        if value is None or not value.text:
            raise self._needs_value(option)
        pattern, rule = {
            "on": (_ALIAS, "the alias of a connected account"),
            "stripe_account": (_ACCOUNT, "the id of a connected account, acct_…"),
            "stripe_context": (_CONTEXT, "ids with slashes between them"),
            "because": (_REASON, f"a reason of at most {LONGEST_REASON} characters"),
        }[option.plain]
        name = option.plain.replace("_", "-")
        if not pattern.fullmatch(value.text):
            raise _problem("invalid_option", f"--{name} takes {rule}, not {shown(value.text)}.", option.where)
        if option.plain == "on":
            self.arguments.account = value.text.lower()
        elif option.plain == "stripe_account":
            self.arguments.stripe_account = value.text
        elif option.plain == "because":
            self.arguments.because = value.text.strip()
        else:
            self.arguments.stripe_context = value.text
        return 0 if option.value is not None else 1

    def _shape(self, option: _Option, rest: Sequence[Token]) -> int:
        """``--query``, ``--fields``, ``--output``: what is to be made of the answer."""
        shaper = SHAPERS[option.plain]
        following = rest[0] if rest and (not rest[0].is_option or (shaper.signed and _is_signed(rest[0]))) else None
        value = option.value or following
        if value is None or not value.text.strip():
            raise self._needs_value(option)
        try:
            shaping = shaper.read(self.arguments.shaping, value.text)
        except RefusalError as refusal:
            where = (value.place(0) if value is option.value else value.start, value.end)
            if isinstance(refusal, QueryRefusal) and refusal.at is not None:
                end = len(value.text) if refusal.end is None else refusal.end
                where = (value.place(refusal.at), value.place(end))
            message = f"--{option.plain} {refusal.detail}."
            raise ProblemError(Problem("invalid_option", message, option.plain, refusal.suggestions, where)) from None
        self.arguments.shaping = shaping
        self.arguments.shaping_at[shaper.name] = (option.where[0], value.end)
        return 0 if option.value is not None else 1

    def _needs_value(self, option: _Option) -> ProblemError:
        message = f"--{option.name} needs a value. One that starts with a dash goes behind = or in quotes."
        return ProblemError(Problem("missing_value", message, parameter=option.name, position=option.where))

    def _pair(self, token: Token, rest: Sequence[Token]) -> int:
        """Read ``name=value``; returns how many of the words behind it belong to the value."""
        end = _end_of_name(token.text, 0)
        name = token.text[:end]
        _, shape = resolve(self._operation, name)
        value, taken = joined(shape, _rest(token, end + 1), rest)
        self.assign(name, _typed(value, shape), (token.start, value.end))
        return taken

    def assign(self, name: str, value: object, where: Span) -> None:
        """Put a value at the place that ``name`` leads to."""
        place, _ = resolve(self._operation, name)
        if len(place) > MAX_DEPTH:
            raise _problem("invalid_value", f"{shown(name)} is nested deeper than {MAX_DEPTH} levels.", where)
        self._assign(place, value, where)

    def _assign(self, place: Place, value: object, where: Span) -> None:
        self.arguments.places.append((bracketed(place), where))
        if not _put(self.arguments.parameters, place, value):
            message = f"{escaped(bracketed(place))} is given both as a whole and in parts."
            raise ProblemError(Problem("duplicate_parameter", message, bracketed(place), position=where))


def _put(node: dict[str, object], place: Place, value: object) -> bool:
    """Put a value into the tree; False where a whole value and parts of it collide."""
    appended = place[-1] == ""
    path = place[:-1] if appended else place
    for segment, following in pairwise(path):
        inner = node.setdefault(segment or _open_index(node, following), {})
        if not isinstance(inner, dict):
            return False
        node = inner
    name = path[-1] or str(len(node))
    present = node.get(name)
    if isinstance(present, dict):
        return False
    if isinstance(present, Repeated):
        present.append(value)
    elif name in node:
        node[name] = Repeated([present, value])
    else:
        node[name] = Repeated([value]) if appended else value
    return True


def _open_index(node: dict[str, object], following: str) -> str:
    """The item that ``items[][price]`` belongs to: the last one, or a new one if that has a price."""
    last = node.get(str(len(node) - 1))
    return str(len(node) - 1) if isinstance(last, dict) and following not in last else str(len(node))


def resolve(operation: Operation, name: str) -> tuple[Place, Shape | None]:
    """The place that a name leads to, in the registry's spelling, and the shape there; None where it knows none."""
    segments = [match[1] if match[2] is None else match[2] for match in _SEGMENT.finditer(name)]
    in_brackets = [match[2] is None for match in _SEGMENT.finditer(name)]
    place: list[str] = []
    shape: Shape | None = Shape(kind="object", fields=operation.parameters)
    for index, segment in enumerate(segments):
        stepped = None if shape is None else _step(shape, segment)
        if stepped is None:
            # Nothing knows it: hyphens become underscores, as in every other name, and the refusal names it so.
            place.append(segment.replace("-", "_") if not in_brackets[index] else segment)
            shape = None
            continue
        spelled, shape, is_key = stepped
        if is_key and not any(in_brackets[index:]) and _is_plain(shape):
            # metadata.order.id: the keys of a map of plain values have no parts.
            return (*place, ".".join(segments[index:])), shape
        place.append(spelled)
    return tuple(place), shape


def shape_at(operation: Operation, name: str) -> Shape | None:
    """The shape of the parameter that a full name leads to (``items[0][price]``); None where the registry has none."""
    return resolve(operation, name)[1]


def _is_plain(shape: Shape) -> bool:
    return shape.kind not in ("object", "array", "map", "union", "any")


def _step(shape: Shape, segment: str) -> tuple[str, Shape, bool] | None:
    """One step into a shape: the segment as the registry spells it, the shape there, and whether it is a map's key."""
    match shape.kind:
        case "object":
            found = _field(shape.fields, segment)
            return None if found is None else (found.name, found.shape, False)
        case "array" if segment == "" or (segment.isascii() and segment.isdigit()):
            return segment, shape.items or Shape(kind="any"), False
        case "map":
            return segment, shape.items or Shape(kind="any"), True
        case "any":
            return segment, shape, False
        case "union":
            steps = (_step(variant, segment) for variant in shape.variants)
            return next((step for step in steps if step is not None), None)
    return None


def _field(fields: Sequence[Parameter], name: str) -> Parameter | None:
    plain = name.lower().replace("-", "_")
    exact = next((each for each in fields if each.name == name), None)
    return exact or next((each for each in fields if each.name == plain), None)


def _end_of_name(text: str, start: int) -> int:
    """Where the name in ``name=value`` ends: at the first ``=`` outside brackets, or at the text's end."""
    depth = 0
    for at in range(start, len(text)):
        if text[at] == "=" and depth <= 0:
            return at
        depth += (text[at] == "[") - (text[at] == "]")
    return len(text)


def _rest(token: Token, at: int) -> Token:
    """The part of a word from ``at`` on, with the quotes that open in it."""
    quotes = tuple(quote - at for quote in token.quotes if quote >= at)
    return Token(token.text[at:], token.start, token.end, quotes, token.places[at:])


def _is_signed(token: Token) -> bool:
    """Whether a word is a value behind a minus rather than an option: ``-amount``."""
    return token.text[:1] == "-" and token.text[1:2] not in DASHES


def _typed(token: Token, shape: Shape | None) -> str:
    """A typed value. The Stripe CLI clears an object by ``""`` in quotes or ``{}``, which nothing else could mean."""
    clears = token.text == "{}" or (token.text == "" and token.quoted)
    if clears and any(each.kind == "object" and each.clearable for each in _kinds(shape)):
        return Word("null")
    return token.text if token.quoted else Word(token.text)


def _kinds(shape: Shape | None) -> tuple[Shape, ...]:
    return () if shape is None else (shape, *shape.variants)


def _problem(code: str, message: str, where: Span) -> ProblemError:
    return ProblemError(Problem(code, message, position=where))
