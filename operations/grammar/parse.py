"""From the text behind ``/stripe`` to a call, or to a problem that says what is wrong, where, and what would do.

    <command words> [path ids] [--flags] [-d name=value] [name=value]
    get|post|delete [/v1]/…[?query] [the same]
    get|post|delete ch_… [the same]

:func:`parse` never raises and never guesses: what it doesn't understand, it refuses, with one of these codes:
``empty``, ``too_long``, ``secret``, ``unclosed_quote``, ``unknown_operation``, ``unknown_parameter``, ``invalid_path``,
``invalid_id``, ``invalid_option``, ``invalid_value``, ``missing_id``, ``missing_value``, ``duplicate_parameter``,
``refused_option``, ``unexpected_argument``.
"""

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from operations import ids
from operations.grammar import arguments
from operations.grammar.arguments import Arguments
from operations.grammar.binding import Command, bound, check_ids, refuse_secret, secret_problem
from operations.grammar.lexer import Token, split
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.scalars import escaped, nearest, shown
from operations.secrets import locate_secret
from operations.spec import Operation
from operations.when import NOBODY_KNOWS, When

MAX_LENGTH = 8_000
"""Characters of a command. Slack's messages hold more, commands that people read do not."""

_METHODS = {"get": "GET", "post": "POST", "delete": "DELETE"}
_NAMES = frozenset({"stripe", "/stripe", "$"})


def parse(text: str, registry: Registry, when: When = NOBODY_KNOWS) -> Command | Problem:
    """The command that a text says, typed at that moment in that time zone. Never raises."""
    try:
        _check(text)
        tokens = list(split(text))
        for token in tokens:
            # Quotes and backslashes within a secret hide it from a look at the whole text.
            refuse_secret(token.text, (token.start, token.end))
        while tokens and not tokens[0].quoted and tokens[0].text.lower() in _NAMES:
            del tokens[0]
        if not tokens:
            return Problem("empty", "Type a command, such as customers list --limit 3, or help.")
        if _is_raw(tokens, registry):
            return _raw(tokens, registry, when)
        return _worded(tokens, registry, when)
    except ProblemError as error:
        return error.problem


def _check(text: str) -> None:
    if len(text) > MAX_LENGTH:
        message = f"This text has {len(text):,} characters; a command may have {MAX_LENGTH:,}."
        raise ProblemError(Problem("too_long", message))
    found = locate_secret(text)
    if found is not None:
        raise secret_problem(found.kind, (found.start, found.end))


# --- which operation --------------------------------------------------------------------------------------------------


def _is_raw(tokens: Sequence[Token], registry: Registry) -> bool:
    """Whether it is a method and a path or an id; one word (``get charges``) has no other word behind it."""
    method = _METHODS.get(tokens[0].text.lower())
    if method is None or len(tokens) == 1 or tokens[1].is_option:
        return False
    if "/" in tokens[1].text:
        return True
    alone = len(tokens) == 2 or tokens[2].is_option or arguments.is_assignment(tokens[2])
    return alone and _reached(registry, method, tokens[1].text.partition("?")[0]) is not None


def _rooted(path: str) -> str:
    """The whole path. As in the Stripe CLI, what has no version is v1's: ``/charges``, ``charges``."""
    if path.startswith(("v1/", "v2/")):
        return f"/{path}"
    return path if path.startswith(("/v1/", "/v2/")) else f"/v1/{path.removeprefix('/')}"


def _reached(registry: Registry, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """What a path leads to; an id alone, as in the Stripe CLI, leads where its object is."""
    found = registry.match_path(method, _rooted(path))
    retrieving = registry.by_id(path) if found is None else None
    if retrieving is None:
        return found
    return registry.match_path(
        method, ids.fill(retrieving.path, dict.fromkeys(ids.placeholders(retrieving.path), path))
    )


def _raw(tokens: Sequence[Token], registry: Registry, when: When) -> Command:
    """``get /v1/customers?limit=3``."""
    method, target = _METHODS[tokens[0].text.lower()], tokens[1]
    where = (target.start, target.end)
    path, _, query = target.text.partition("?")
    matched = _reached(registry, method, path)
    if matched is None and not path.startswith("/"):
        # Never a host: only what stands behind it, from the root.
        near = _near_paths(registry, method, path) if "://" not in path else ()
        raise ProblemError(Problem("invalid_path", "A path starts with /v1/ or /v2/.", None, near, where))
    if matched is None:
        message = f"There is no {method} {escaped(path)} in Stripe's API."
        raise ProblemError(Problem("unknown_operation", message, None, _near_paths(registry, method, path), where))
    operation, values = matched
    given = arguments.read(operation, tokens[2:], query, where)
    if given.ids:
        extra = given.ids[0]
        message = f"{shown(extra.text)} stands alone behind a path. Parameters are written name=value or --name value."
        raise ProblemError(Problem("unexpected_argument", message, position=(extra.start, extra.end)))
    check_ids(operation, values, dict.fromkeys(values, where), registry)
    return _whole(operation, values, given, when, registry)


def _near_paths(registry: Registry, method: str, path: str) -> tuple[str, ...]:
    """What was perhaps meant: the path without its last slash, the same path by another method, or the nearest."""
    tidy = _rooted(path.rstrip("/"))
    for other in (method, "GET", "POST", "DELETE"):
        if registry.match_path(other, tidy) is not None:
            return (f"{other.lower()} {tidy}",)
    known = [each.path for each in registry.operations if each.method == method]
    near = process.extract(tidy, known, scorer=fuzz.ratio, limit=3, score_cutoff=60)
    return tuple(f"{method.lower()} {each}" for each, _, _ in near)


def _worded(tokens: Sequence[Token], registry: Registry, when: When) -> Command:
    """``customers retrieve cus_1 --expand default_source``."""
    # What is blank in quotes is an empty id, not a gap between words.
    words = ["-" if token.is_option or not token.text.strip() else token.text for token in tokens]
    exact = registry.longest_words(words)
    operation, count = exact or _by_phrase(tokens, words, registry)
    given = arguments.read(operation, tokens[count:])
    if exact is not None and len(given.ids) != len(operation.path_parameters):
        # Ids behind options tell two operations of one name apart as well as those before them.
        operation, _ = registry.longest_words([*words[:count], *(["0"] * len(given.ids))]) or exact
        given = arguments.read(operation, tokens[count:])
    values, places = _path_values(operation, given, tokens[count - 1].end)
    check_ids(operation, values, places, registry)
    return _whole(operation, values, given, when, registry)


def _by_phrase(tokens: Sequence[Token], words: Sequence[str], registry: Registry) -> tuple[Operation, int]:
    found, count = registry.by_phrase(words)
    if not found:
        raise _unknown_words(tokens, registry)
    if len(found) > 1:
        names = tuple(each.name for each in found)
        message = f"{shown(' '.join(words[:count]))} may be {' or '.join(names)}."
        where = (tokens[0].start, tokens[count - 1].end)
        raise ProblemError(Problem("unknown_operation", message, None, names, where))
    return found[0], count


def _unknown_words(tokens: Sequence[Token], registry: Registry) -> ProblemError:
    words: list[Token] = []
    for token in tokens:
        if token.is_option or arguments.is_assignment(token) or len(words) == 6:
            break
        words.append(token)
    if not words:
        first = tokens[0]
        message = "A command starts with its words, such as customers list; options and parameters follow."
        return ProblemError(Problem("unknown_operation", message, position=(first.start, first.end)))
    said = " ".join(token.text for token in words)
    if len(words) == 1 and words[0].text.lower() in _METHODS:
        method = words[0].text.lower()
        message = f"{method} takes a path, such as {method} /v1/customers."
        return ProblemError(Problem("invalid_path", message, position=(words[0].start, words[0].end)))
    # The last words may be ids, so the nearest names are asked for without them, too.
    near: dict[str, None] = {}
    for count in range(len(words), 0, -1):
        near.update(dict.fromkeys(registry.nearest_names(" ".join(token.text[:60] for token in words[:count]))))
    message = f"There is no Stripe command {shown(said)}."
    return ProblemError(Problem("unknown_operation", message, None, tuple(near)[:3], (words[0].start, words[-1].end)))


# --- path ids ---------------------------------------------------------------------------------------------------------


def _path_values(
    operation: Operation, given: Arguments, end_of_words: int
) -> tuple[dict[str, str], dict[str, tuple[int, int]]]:
    names = [each.name for each in operation.path_parameters]
    if len(given.ids) < len(names):
        lacking = names[len(given.ids) :]
        at = given.ids[-1].end if given.ids else end_of_words
        besides = f"; {_listed(lacking)} is missing" if given.ids else ""
        message = f"{operation.name} needs {_listed(names)}{besides}."
        raise ProblemError(Problem("missing_id", message, lacking[0], position=(at, at)))
    if len(given.ids) > len(names):
        extra = given.ids[len(names)]
        takes = f"takes {_listed(names)} only" if names else "takes no id"
        message = f"{operation.name} {takes}; {shown(extra.text)} is too many."
        near = nearest(extra.text, [each.name for each in operation.parameters]) if extra.text.isidentifier() else ()
        if near:
            message += f" Did you mean --{near[0].replace('_', '-')}?"
        raise ProblemError(Problem("unexpected_argument", message, suggestions=near, position=(extra.start, extra.end)))
    values = {name: token.text for name, token in zip(names, given.ids, strict=True)}
    places = {name: (token.start, token.end) for name, token in zip(names, given.ids, strict=True)}
    return values, places


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)


def _whole(
    operation: Operation, values: Mapping[str, str], given: Arguments, when: When, registry: Registry
) -> Command:
    command = bound(operation, values, given, when, registry)
    if isinstance(command, Command):
        return command
    raise ProblemError(command[0])
