"""From a call back to text: the one canonical way to write it, which the parser reads back.

Parameters are sorted, objects are written with brackets and arrays by repetition. What these can't say exactly, such as
a list within a list or a key with odd characters, is written as JSON.
"""

import json
import re
from collections.abc import Iterator, Mapping

from operations import typed_money
from operations.call import Call, FileContent, Frozen
from operations.grammar.arguments import shape_at
from operations.grammar.binding import Command
from operations.grammar.shaping_options import SHAPING_OPTIONS, SHAPING_SWITCHES
from operations.ids import placeholders
from operations.spec import Operation

_BARE = re.compile(r"[A-Za-z0-9_.,:/@+%~$!*;?&#^|()<>=\[\]-]+", re.ASCII)
_BARE_START = re.compile(r"[A-Za-z0-9_.,:/@+%~$!*;?&#^|()<>=\[\]]", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9_.:-]+", re.ASCII)


def render(what: Command | Call) -> str:
    """The text of a command or a call. Parsed, it gives an equal one, but for a file, which has no text form."""
    command = what if isinstance(what, Command) else Command(what)
    call = command.call
    words = [call.operation.name]
    words += [quoted(call.path_values[name]) for name in placeholders(call.operation.path)]
    stated = {each.parameter: typed_money.typed(each.amount, each.currency) for each in command.stated}
    for name in sorted(call.parameters):
        words += _parameter(call.operation, name, _with_currencies(call.parameters[name], name, stated))
    words += _acting(call)
    if command.account is not None:
        words += "--on", command.account
    words += _shaping(command)
    words += ["--live"] * command.live + ["--dry-run"] * command.dry_run
    words += ["--because", quoted(command.because)] if command.because else []
    words += ["--skip-confirmation"] * command.confirmed
    return " ".join(words)


def written(operation: Operation, name: str, value: Frozen) -> str:
    """The option that gives a parameter of an operation, or a part of one by its full name, this value."""
    return " ".join(_parameter(operation, name, value))


def options(command: Command) -> str:
    """What a command says beside its operation, its ids, its parameters, its account and its mode."""
    because = ("--because", quoted(command.because)) if command.because else ()
    return " ".join((*_acting(command.call), *_shaping(command), *because))


def _acting(call: Call) -> Iterator[str]:
    for option, value in (("--stripe-account", call.stripe_account), ("--stripe-context", call.stripe_context)):
        if value is not None:
            yield from (option, value)


def _shaping(command: Command) -> Iterator[str]:
    operation = command.call.operation
    for option in SHAPING_OPTIONS:
        for name, value in option.written(command.shaping, taken=operation.parameter(option.name) is not None):
            yield from (name, value if option.signed else quoted(value))
    yield from (f"--{switch.name}" for switch in SHAPING_SWITCHES if switch.given(command.shaping))


def _with_currencies(value: Frozen, name: str, stated: Mapping[str, str]) -> Frozen:
    """The value with the amounts in it whose currency was said written with it."""
    if not stated:
        return value
    match value:
        case Mapping():
            return {key: _with_currencies(item, f"{name}[{key}]", stated) for key, item in value.items()}
        case tuple():
            return tuple(_with_currencies(item, f"{name}[{index}]", stated) for index, item in enumerate(value))
    return stated.get(name, value)


def _parameter(operation: Operation, name: str, value: Frozen) -> Iterator[str]:
    option = "--" + name.replace("_", "-")
    if _is_flat(value):
        for said, text in _flat(option, value):
            # Behind a switch a word that is no answer to it would be read as an id.
            yield from (f"{said}={text}",) if _is_switch(operation, said) else (said, text)
    else:
        yield from (option, _in_single_quotes(_json(value)))


def _is_flat(value: Frozen) -> bool:
    """Whether brackets and repetition say the value exactly."""
    match value:
        case Mapping():
            return bool(value) and all(_KEY.fullmatch(key) and _is_flat(item) for key, item in value.items())
        case tuple():
            scalars = all(not isinstance(item, tuple | Mapping) and item is not None for item in value)
            objects = all(isinstance(item, Mapping) and _is_flat(item) for item in value)
            return bool(value) and (scalars or objects)
    return True


def _is_switch(operation: Operation, option: str) -> bool:
    """Whether an option may stand alone, and yet takes words that are neither yes nor no."""
    shape = shape_at(operation, option.removeprefix("--"))
    return shape is not None and any(each.kind == "boolean" for each in shape.variants)


def _flat(option: str, value: Frozen) -> Iterator[tuple[str, str]]:
    match value:
        case Mapping():
            for key in sorted(value):
                yield from _flat(f"{option}[{key}]", value[key])
        case tuple():
            for index, item in enumerate(value):
                if isinstance(item, Mapping):
                    yield from _flat(f"{option}[{index}]", item)
                elif isinstance(item, str) and len(value) == 1 and item.lstrip().startswith("["):
                    # Alone it would be read as a JSON list.
                    yield f"{option}[]", _scalar(item)
                else:
                    yield option, _scalar(item)
        case _:
            yield option, _scalar(value)


def _scalar(value: Frozen) -> str:
    match value:
        case FileContent(name):
            return _in_single_quotes(name)
        case None | "":
            return "null"
        case str():
            return quoted(value)
    return _json(value)


def quoted(text: str) -> str:
    """The text as one word that is read back exactly, in quotes where it needs them."""
    if _BARE.fullmatch(text) and _BARE_START.match(text) and text != "null":
        return text
    return _in_single_quotes(text)


def _in_single_quotes(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _json(value: Frozen) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Frozen) -> object:
    """For JSON, in which the empty string means left out and null means cleared."""
    match value:
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case tuple():
            return [_plain(item) for item in value]
        case FileContent(name):
            return name
        case "":
            return None
    return value
