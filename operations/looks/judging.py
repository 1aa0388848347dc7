"""What people and the policy need to know of what was read."""

from collections.abc import Iterable, Mapping
from typing import Final

from operations.call import Call
from operations.looks.kinds import ANY, KINDS
from operations.looks.parts import Noted, Seen, id_at, read
from operations.looks.places import path_ids
from operations.looks.reading import look_of
from operations.looks.snapshot import Answer, Snapshot
from operations.looks.table import Look
from operations.looks.taking import take
from operations.members import at
from operations.refundable import charge_of
from operations.scalars import escaped

MOST_FACTS: Final = 12


def snapshot(call: Call, answers: Mapping[str, Answer]) -> Snapshot:
    """What the answers to :func:`operations.looks.reads` tell of a call, by the reads' names.

    Whatever the answers hold, it is told of in at most :data:`MOST_FACTS` facts of bounded length. Where an object is
    gone or could not be read, the rest is told all the same.
    """
    look = look_of(call)
    names = {each.name for each in look.beside}
    kind = next((name for name in answers if name not in names), "")
    answer = answers.get(kind, Answer())
    beside = {name: each for name, each in answers.items() if name in names}
    seen = Seen(call, kind, id_at(answer.data, "id") or _id(call, look, kind), answer.data, beside)
    noted = list(_noted(seen, look))
    taken = take(look.takes, seen)
    return Snapshot(
        facts=tuple(each.fact for each in noted if each.shown)[:MOST_FACTS],
        moves=taken.moves,
        of=taken.of,
        left=taken.left,
        object_id=seen.object_id,
        customer_id=_customer(seen),
        refused=_refused(seen, answer, look) or taken.refused,
        trouble=_trouble(seen, answer, look),
        watched=_watched(noted),
    )


def _noted(seen: Seen, look: Look) -> Iterable[Noted]:
    kind = KINDS.get(seen.kind, ANY)
    for part in (*look.parts, *kind) if look.first else (*kind, *look.parts):
        yield from part(seen)


def _watched(noted: Iterable[Noted]) -> dict[str, str]:
    """What must stay as it is, by its label; of two with one label, the first, which is the one that people see."""
    watched: dict[str, str] = {}
    for each in noted:
        if each.watched:
            watched.setdefault(each.fact.label, read(each.fact))
    return watched


def _id(call: Call, look: Look, kind: str) -> str:
    """The id by which the object was read: the parameter's, or the path's last."""
    for named in look.named:
        value = call.parameters.get(named.parameter)
        if named.kind == kind and isinstance(value, str):
            return id_at({"id": value}, "id")
    return "" if look.named or not kind else next(reversed(path_ids(call)), "")


def _customer(seen: Seen) -> str:
    if seen.kind == "customer":
        return seen.object_id
    return id_at(seen.data, "customer", "charge.customer") or id_at(charge_of(seen.data), "customer")


def _refused(seen: Seen, answer: Answer, look: Look) -> str:
    """Why Stripe would refuse: there is no object, or something speaks against it."""
    noun = seen.kind.rpartition(".")[2].replace("_", " ")
    if answer.gone:
        return f"There is no {noun} {escaped(seen.object_id)} here. Check the id, the account and the mode."
    if at(seen.data, "deleted") is True:
        return f"The {noun} is deleted already."
    if answer.data is None and seen.kind:
        return ""
    return next((why for bar in look.bars if (why := bar(seen))), "")


def _trouble(seen: Seen, answer: Answer, look: Look) -> str:
    """What could not be read, of what matters."""
    for each in look.beside:
        other = seen.beside.get(each.name)
        held = (seen.data, charge_of(seen.data))
        matters = not each.only_if or any(at(data, each.only_if) is True for data in held)
        if other is not None and other.trouble and matters and not answer.trouble:
            return other.trouble
    return answer.trouble
