"""``expand``: ids in an answer replaced by the objects that they name, where Stripe allows it.

A path is judged by the types alone and before anything is done, so that a wrong one has no effect; then the answer is
walked along it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from operations.sandbox.errors import RefusalError, invalid
from operations.sandbox.objects.make import fields_of
from operations.sandbox.state import StripeObject

MAX_LEVELS = 4

LISTS = {"list", "search_result"}

Expandable = Callable[[str], tuple[str, ...]]
"""The registry's table: kind to the dotted paths that can be expanded."""
Lookup = Callable[[str, str], StripeObject | None]
"""Kind (the empty text where it is not known) and id to the object."""
Members = Callable[[str, StripeObject], list[StripeObject]]
"""Kind and parent to the objects of that kind that belong to it."""


def check(paths: Sequence[str], kinds: Sequence[str], expandable: Expandable, *, paged: bool) -> None:
    """Raises RefusalError unless every path can be expanded in an answer, or a page, of one of these kinds."""
    for index, path in enumerate(paths):
        steps = path.split(".")
        if paged:
            if steps[0] != "data":
                raise _not_expandable(path, index)
            steps = steps[1:]
        if len([step for step in steps if step != "data"]) > MAX_LEVELS:
            raise _refused(f"You cannot expand more than {MAX_LEVELS} levels of a property. Property: {path}", index)
        if not any(_allowed(kind, steps, expandable) for kind in kinds):
            raise _not_expandable(path, index)


def _allowed(kind: str, steps: Sequence[str], expandable: Expandable) -> bool:
    """Whether the steps lead from an object of this kind to something that can be expanded."""
    inside = ""
    for index, step in enumerate(steps):
        field = f"{inside}.{step}" if inside else step
        target = _target(kind, field, expandable)
        rest = list(steps[index + 1 :])
        if target is not None:
            if rest[:1] == ["data"] and str(_word(kind, field)).startswith("list:"):
                rest = rest[1:]
            # Where the kind behind it is not known, what follows can't be judged.
            return not rest or target == "" or _allowed(target, rest, expandable)
        word = _word(kind, field)
        if isinstance(word, str) and word.startswith("object:"):
            return bool(rest) and _allowed(word.removesuffix("?").partition(":")[2], rest, expandable)
        known = isinstance(word, Mapping) or any(each.startswith(f"{field}.") for each in expandable(kind))
        if not known:
            return False
        inside = field
    return False


def _target(kind: str, field: str, expandable: Expandable) -> str | None:
    """The kind that a field expands to, the empty text where that is not known, or None where it does not expand."""
    word = _word(kind, field)
    if isinstance(word, str):
        form, _, target = word.removesuffix("?").partition(":")
        if form in {"id", "list"}:
            return target
    return "" if field in expandable(kind) else None


def _word(kind: str, field: str) -> Any:
    word: Any = fields_of(kind)
    for step in field.split("."):
        word = word.get(step) if isinstance(word, Mapping) else None
    return word


class Expander:
    """Expands answers in place; give it a copy, and paths that :func:`check` let through."""

    def __init__(self, expandable: Expandable, lookup: Lookup, members: Members) -> None:
        self._expandable = expandable
        self._lookup = lookup
        self._members = members

    def expand(self, answer: StripeObject, paths: Sequence[str]) -> None:
        """Expands every path as far as the answer has it."""
        for path in paths:
            self._walk(answer, path.split("."), "", answer)

    def _walk(self, value: Any, steps: list[str], inside: str, owner: StripeObject) -> None:
        if isinstance(value, list):
            for item in value:
                self._walk(item, steps, inside, owner)
            return
        if not steps or not isinstance(value, dict):
            return
        if value.get("object") in LISTS:
            self._walk(value["data"], steps[1:] if steps[0] == "data" else steps, "", owner)
            return
        if "object" in value:
            owner, inside = value, ""
        step = steps[0]
        field = f"{inside}.{step}" if inside else step
        target = _target(str(owner.get("object", "")), field, self._expandable)
        if target is not None:
            self._put_in(value, step, target, owner)
        self._walk(value.get(step), steps[1:], field, owner)

    def _put_in(self, value: dict[str, Any], step: str, kind: str, owner: StripeObject) -> None:
        """Replaces one id, or a list of them, or puts in a list that is only there when asked for."""
        current = value.get(step)
        if isinstance(current, str):
            value[step] = self._lookup(kind, current) or current
        elif isinstance(current, list):
            value[step] = [self._lookup(kind, each) or each if isinstance(each, str) else each for each in current]
        elif step not in value:
            data = self._members(kind, owner)
            url = f"/v1/{owner['object']}s/{owner.get('id')}/{step}"
            value[step] = {"object": "list", "data": data[:10], "has_more": len(data) > 10, "url": url}


def _not_expandable(path: str, index: int) -> RefusalError:
    return _refused(f"This property cannot be expanded ({path}).", index)


def _refused(message: str, index: int) -> RefusalError:
    return invalid(message, param=f"expand[{index}]")
