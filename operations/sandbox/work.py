"""What a behaviour works with while it carries out one request: finding, making, changing and removing objects."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from operations.sandbox.errors import RefusalError, invalid, no_such
from operations.sandbox.ids import Ids
from operations.sandbox.listing import Found, Many
from operations.sandbox.objects.make import Maker, merge
from operations.sandbox.state import Book, State, StripeObject, copied
from operations.spec import Operation

Result: TypeAlias = StripeObject | Many | Found | bytes
"""What a behaviour gives back: an object, all that a list or a search found, or a file."""


@dataclass
class Work:
    """One request being carried out. A behaviour checks everything first and changes the book last: a refusal leaves
    nothing behind.
    """

    operation: Operation
    path_ids: tuple[str, ...]
    """The ids in the path, in order."""
    parameters: Mapping[str, Any]
    book: Book
    state: State
    ids: Ids
    rng: random.Random
    now: int
    request_id: str | None = None
    idempotency_key: str | None = None
    changed: list[str] = field(default_factory=list)
    """Ids of the objects made, changed or removed so far."""

    # --- finding ---

    def find(self, kind: str, id_: object, *, param: str | None = None) -> StripeObject:
        """The object of that kind and id. Raises RefusalError: 404 for an id of the path, 400 for one of ``param``."""
        found = self.book.get(kind, id_)
        if found is not None:
            return found
        raise self.missing(kind, id_, param=param)

    def own(self, kind: str) -> StripeObject:
        """The object that the first id of the path names."""
        return self.find(kind, self.path_ids[0])

    def optional(self, kind: str, param: str) -> StripeObject | None:
        """The object that a parameter names, or None where the parameter is absent or cleared."""
        id_ = self.parameters.get(param)
        return self.find(kind, id_, param=param) if id_ else None

    def missing(self, kind: str, id_: object, *, param: str | None = None) -> RefusalError:
        """Stripe's words for an object that this key can't see, with the hint if the other mode has it."""
        hint = ""
        if self.state.other_mode(self.book).any(str(id_)) is not None:
            here, there = ("live", "test") if self.book.livemode else ("test", "live")
            hint = f"; a similar object exists in {there} mode, but a {here} mode key was used to make this request."
        name = kind.replace(".", " ").replace("_", " ") if "." in kind else kind
        return no_such(name, str(id_), param=param or "id", status=400 if param else 404, hint=hint)

    def refers(self, kind: str, **wanted: Any) -> list[StripeObject]:
        """All objects of a kind whose fields have these values, the newest first."""
        return [
            each for each in self.book.newest(kind) if all(each.get(name) == value for name, value in wanted.items())
        ]

    # --- making and changing ---

    def draft(self, kind: str, **values: Any) -> StripeObject:
        """A whole object that is not in the book."""
        return Maker(self.ids, livemode=self.book.livemode, now=self.now).make(kind, **values)

    def make(self, kind: str, event: str | None = None, **values: Any) -> StripeObject:
        """A whole new object, kept in the book, with its event."""
        made = self.book.put(self.draft(kind, **values))
        self.changed.append(made["id"])
        if event:
            self.event(event, made)
        return made

    def take(self, value: StripeObject, *but: str) -> StripeObject:
        """Takes over the request's parameters that are plain fields of the object, but for those named."""
        return merge(value, {name: given for name, given in self.parameters.items() if name not in but})

    def change(self, value: StripeObject, event: str | None = None, **values: Any) -> StripeObject:
        """Sets fields of an object of the book, with its event."""
        value.update(values)
        self.changed.append(value.get("id", ""))
        if event:
            self.event(event, value)
        return value

    def remove(self, value: StripeObject, event: str | None = None) -> StripeObject:
        """Removes an object from the book; the mark that Stripe answers with."""
        self.changed.append(value["id"])
        if event:
            self.event(event, value)
        return self.book.delete(value)

    def event(self, type_: str, value: StripeObject) -> None:
        """Writes an event with a copy of the object as it is now."""
        request = {"id": self.request_id, "idempotency_key": self.idempotency_key}
        data = {"object": copied(value)}
        self.book.put(
            self.draft(
                "event", type=type_, data=data, request=request, created=self.now, pending_webhooks=0,
                api_version=None, account=None, context=None,
            )
        )  # fmt: skip

    # --- checking ---

    def given(self, *names: str) -> dict[str, Any]:
        """Those of the named parameters that are given and not cleared."""
        return {name: self.parameters[name] for name in names if self.parameters.get(name) not in (None, "")}

    def number(self, name: str, default: int) -> int:
        """An integer parameter, or the default where it is absent or cleared."""
        value = self.parameters.get(name)
        return value if isinstance(value, int) else default

    def exclusive(self, *names: str) -> None:
        """Raises RefusalError if more than one of these parameters is given."""
        if sum(name in self.parameters for name in names) > 1:
            raise invalid(
                f"You may only specify one of these parameters: {', '.join(names)}.",
                param=names[0],
                code="parameters_exclusive",
            )


Behaviour: TypeAlias = Callable[[Work], Result]
Behaviours: TypeAlias = dict[str, Behaviour]
"""By operation key; the placeholders' names don't matter."""
