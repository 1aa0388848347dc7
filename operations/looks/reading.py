"""What to read at Stripe before a call is signed, and again before it is sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from operations import ids
from operations.call import Call, FileContent, Frozen, bind
from operations.looks.kinds import EXPANDED
from operations.looks.places import path_ids, place_of
from operations.looks.snapshot import Read
from operations.looks.table import LOOKS, NOTHING_MORE, Beside, Look
from operations.registry import Registry
from operations.risk import assess
from operations.spec import Operation

MOST_READS: Final = 3


def reads(call: Call, registry: Registry) -> tuple[Read, ...]:
    """The reads that tell what a call is about, at most :data:`MOST_READS`, on the account that the call acts on.

    Empty where there is nothing to look at: the call only reads, makes something new, or hands over a file. None of
    them depends on another's answer. The object itself comes first, by the name of its kind (``charge``).
    """
    if assess(call).tier == "read" or _holds_file(call.parameters):
        return ()
    look = look_of(call)
    subject = next(_subjects(call, look, registry), None)
    found = [] if subject is None else [subject]
    for each in look.beside:
        found += _beside(each, call, subject, registry)
    return tuple(found[:MOST_READS])


def look_of(call: Call) -> Look:
    """What is known of the call's operation."""
    return LOOKS.get(place_of(call.operation), NOTHING_MORE)


def _subjects(call: Call, look: Look, registry: Registry) -> Iterator[Read]:
    """The object that a call is about, by the parameter that names it or by the path, and what else it may be."""
    for named in look.named:
        value = call.parameters.get(named.parameter)
        if isinstance(value, str) and value:
            yield from _by_id(named.kind, value, call, registry)
    if not look.named:
        yield from _in_path(call, registry)


def _in_path(call: Call, registry: Registry) -> Iterator[Read]:
    """The object that the path names, the last one first: ``/v1/invoices/{invoice}`` of ``/v1/invoices/{invoice}/pay``.

    Of a path without ids, the one thing that it is: ``/v1/account``.
    """
    path, held = call.operation.path, path_ids(call)
    names = ids.placeholders(path)
    ends = [path.index("{" + name + "}") + len(name) + 2 for name in names]
    for end in reversed(ends) if ends else [len(path)]:
        retrieve = registry.by_key(f"GET {path[:end]}")
        if retrieve is not None and retrieve.response.kind == "object" and retrieve.response.objects:
            yield from _read(retrieve.response.objects[0], retrieve, held, call, registry)
    if len(held) == 1:
        yield from _by_id(call.operation.path_parameters[0].refers, held[0], call, registry)


def _by_id(kind: str, object_id: str, call: Call, registry: Registry) -> Iterator[Read]:
    retrieve = registry.retrieving(kind)
    if retrieve is not None:
        yield from _read(kind, retrieve, [object_id], call, registry)


def _beside(each: Beside, call: Call, subject: Read | None, registry: Registry) -> Iterator[Read]:
    """Another read, if the registry has it and there is an object for it to be about."""
    operation = registry.by_key(each.key)
    if operation is None:
        return
    parameters: dict[str, object] = dict(each.parameters)
    if each.by:
        object_id = None if subject is None else next(reversed(path_ids(subject.call)), None)
        by = each.by.replace("{}", "" if subject is None else subject.name)
        if object_id is None or operation.parameter(by) is None:
            return
        parameters[by] = object_id
    for read in _read(each.name, operation, path_ids(call), call, registry):
        yield Read(read.name, replace(read.call, parameters=bind(operation, {}, parameters).parameters))


def _read(name: str, operation: Operation, held: Sequence[str], call: Call, registry: Registry) -> Iterator[Read]:
    """A read of what the first of these ids name; none where they are none that can stand in its path."""
    names = ids.placeholders(operation.path)
    values = dict(zip(names, held, strict=False))
    if len(values) < len(names):
        return
    if not all(ids.is_valid(operation.path, each, value) for each, value in values.items()):
        return
    if not ids.reaches(registry, operation, values):
        return
    expanded = EXPANDED.get(name, ()) if operation.parameter("expand") is not None else ()
    bound = bind(
        operation,
        values,
        {"expand": expanded} if expanded else {},
        stripe_account=call.stripe_account,
        stripe_context=call.stripe_context,
    )
    yield Read(name, bound)


def _holds_file(value: Frozen) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_file, value.values()))
    if isinstance(value, tuple):
        return any(map(_holds_file, value))
    return isinstance(value, FileContent)
