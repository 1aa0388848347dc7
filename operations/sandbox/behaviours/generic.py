"""The behaviours that most resources share: read one, list, change plain fields, delete, search."""

from typing import Any

from operations.sandbox.listing import Found, Many
from operations.sandbox.searching import search
from operations.sandbox.work import Behaviour, Work


def read(kind: str) -> Behaviour:
    """Retrieve by the first id of the path. A deleted object is its deletion mark, as Stripe answers for customers."""

    def behaviour(work: Work) -> Any:
        mark = work.book.deleted.get(work.path_ids[0])
        if mark is not None and mark["object"] == kind == "customer":
            return mark
        return work.own(kind)

    return behaviour


def every(kind: str) -> Behaviour:
    """All objects of a kind; the list's filters are fields of the object."""
    return lambda work: Many(work.book.newest(kind))


def within(kind: str, owner: str, field: str | None = None) -> Behaviour:
    """The objects of a kind that belong to the object that the first id of the path names."""

    def behaviour(work: Work) -> Any:
        parent = work.own(owner)
        return Many(work.refers(kind, **{field or owner: parent["id"]}))

    return behaviour


def change(kind: str, event: str, *but: str) -> Behaviour:
    """Takes over the parameters that are plain fields."""

    def behaviour(work: Work) -> Any:
        return work.change(work.take(work.own(kind), *but), event)

    return behaviour


def remove(kind: str, event: str) -> Behaviour:
    """Deletes the object that the first id of the path names."""
    return lambda work: work.remove(work.own(kind), event)


def find(kind: str) -> Behaviour:
    """Stripe's search over a kind."""
    return lambda work: Found(search(kind, work.book.newest(kind), str(work.parameters["query"])))


def second(behaviour: Behaviour) -> Behaviour:
    """The same behaviour for a path in which the object's own id comes after its owner's."""

    def shifted(work: Work) -> Any:
        work.path_ids = work.path_ids[1:]
        return behaviour(work)

    return shifted
