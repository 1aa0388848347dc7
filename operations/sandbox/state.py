"""What the sandbox remembers: one book of objects for each account and mode."""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

StripeObject: TypeAlias = dict[str, Any]


@dataclass
class Book:
    """The objects of one account in one mode. Nothing in one book can be seen from another."""

    account: str
    livemode: bool
    _objects: dict[str, StripeObject] = field(default_factory=dict)
    _kinds: dict[str, list[str]] = field(default_factory=dict)
    deleted: dict[str, StripeObject] = field(default_factory=dict)
    """Deleted objects by id: the mark that Stripe answers with where it still knows them."""
    singles: dict[str, StripeObject] = field(default_factory=dict)
    """Objects of which there is one, such as tax settings; they have no id to be found by."""
    contents: dict[str, bytes] = field(default_factory=dict)
    """The bytes of uploaded files, by the file's id."""

    def put(self, value: StripeObject) -> StripeObject:
        """Keeps a new object, or the same one again. It has to have an ``id`` and an ``object``."""
        id_ = value["id"]
        if id_ not in self._objects:
            self._kinds.setdefault(value["object"], []).append(id_)
        self._objects[id_] = value
        return value

    def get(self, kind: str, id_: object) -> StripeObject | None:
        """The object of that kind and id, or None."""
        found = self._objects.get(str(id_))
        return found if found is not None and found["object"] == kind else None

    def any(self, id_: str) -> StripeObject | None:
        """The object with that id, whatever its kind."""
        return self._objects.get(id_)

    def newest(self, kind: str) -> Iterator[StripeObject]:
        """All objects of a kind, the newest first, those of one second in the reverse order of their making."""
        made = [self._objects[id_] for id_ in reversed(self._kinds.get(kind, []))]
        return iter(sorted(made, key=lambda each: -_created(each)))

    def first(self, kind: str) -> StripeObject | None:
        """The object of a kind that was put first, or None."""
        ids = self._kinds.get(kind)
        return self._objects[ids[0]] if ids else None

    def delete(self, value: StripeObject) -> StripeObject:
        """Removes an object; the mark that Stripe answers a DELETE with."""
        mark = {"id": value["id"], "object": value["object"], "deleted": True}
        del self._objects[value["id"]]
        self._kinds[value["object"]].remove(value["id"])
        self.deleted[value["id"]] = mark
        return mark


def _created(value: StripeObject) -> float:
    created = value.get("created")
    return created if isinstance(created, int | float) else 0.0


def copied(value: Any) -> Any:
    """A deep copy of JSON values, several times quicker than the general one."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


@dataclass
class State:
    """All books."""

    _books: dict[tuple[str, bool], Book] = field(default_factory=dict)

    def book(self, account: str, *, livemode: bool) -> Book:
        """The book of an account and mode; an empty one the first time."""
        return self._books.setdefault((account, livemode), Book(account, livemode))

    def snapshot(self) -> bytes:
        """Everything, for :meth:`restore`: how many tests begin with the same business on one server."""
        return pickle.dumps(self._books)

    def restore(self, snapshot: bytes) -> None:
        """Goes back to a snapshot. Only bytes of :meth:`snapshot` may come here."""
        self._books = pickle.loads(snapshot)  # noqa: S301 (our own bytes, of this process)

    def other_mode(self, book: Book) -> Book:
        """The same account's book in the other mode, for the hint that an object exists there."""
        return self.book(book.account, livemode=not book.livemode)
