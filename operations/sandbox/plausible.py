"""An answer for every operation that has no behaviour of its own: an object of the right type, made of the registry's
response, the object's fields and what the request says. What was made stays, so that reading it again gives the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from operations.prefixes import KINDS, PREFIXES
from operations.sandbox.listing import Found, Many
from operations.sandbox.objects.make import fields_of, iso
from operations.sandbox.pdf import NOT_STRIPE, pdf
from operations.sandbox.searching import search
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Result, Work
from operations.spec import Operation

EXAMPLES = 2
"""How many objects a list has of which none was ever made."""

STATUS_OF_VERB: dict[str, tuple[str, ...]] = {
    "cancel": ("canceled", "cancelled"), "expire": ("expired", "failed"), "close": ("closed", "lost"),
    "accept": ("accepted",),
    "finalize": ("open", "finalized"), "submit": ("submitted",), "approve": ("closed", "approved"),
    "decline": ("closed", "declined"),
    "archive": ("archived", "inactive"), "unarchive": ("active",), "activate": ("active",), "deactivate": ("inactive",
    "disabled"),
    "reactivate": ("active",), "disable": ("disabled", "inactive"), "enable": ("enabled", "active"),
    "release": ("released",),
    "verify": ("verified",), "fail": ("failed",), "return_outbound_payment": ("returned",), "return": ("returned",),
    "return_card": ("returned",), "deliver_card": ("delivered",), "ship_card": ("shipped",), "fail_card": ("failure",),
    "post": ("posted",), "succeed": ("succeeded",), "capture": ("closed", "succeeded"), "confirm": ("succeeded",),
    "reverse": ("reversed", "closed"), "redact": ("redacted", "canceled"), "reject": ("rejected",),
    "disconnect": ("disconnected",),
    "void": ("void", "voided"),
}  # fmt: skip
"""What an operation's last word makes of a status, where the object knows such a status."""


@dataclass(frozen=True, slots=True)
class Target:
    """Which object an operation is about: its kind, and where in the path its id stands, if there."""

    kind: str
    own: int | None
    verb: str | None


class Plausible:
    """Answers any operation. ``retrieve_kind`` tells what a path that ends in an id holds, or None."""

    def __init__(self, retrieve_kind: Callable[[str], str | None]) -> None:
        self._retrieve_kind = retrieve_kind

    def answer(self, work: Work) -> Result:
        """The answer to a request that was found right. Raises RefusalError only for an id that is another kind's."""
        operation = work.operation
        match operation.response.kind:
            case "binary":
                return pdf(NOT_STRIPE)
            case "empty":
                return {}
            case "list":
                return Many(self._members(work))
            case "search":
                kind = operation.response.objects[0]
                return Found(search(kind, work.book.newest(kind), str(work.parameters["query"])))
        target = self._target(operation)
        if operation.response.kind == "deleted":
            return self._delete(work, target)
        if target.own is None and (operation.method == "POST" and not _is_single(operation)):
            return self._create(work, target.kind)
        if target.own is not None:
            value = self._existing(work, target.kind, work.path_ids[target.own])
        else:
            value = self._single(work, target.kind)
        if operation.method != "GET":
            self._update(work, value, target.verb)
        return value

    def _target(self, operation: Operation) -> Target:
        kinds = operation.response.objects
        steps = operation.path.split("/")
        last = len(operation.path_parameters) - 1
        if not kinds:
            return Target("object", last if steps[-1].startswith("{") else None, None)
        if steps[-1].startswith("{"):
            return Target(kinds[0], last, None)
        # ``…/{id}/verb`` is about the object of ``…/{id}`` if that is what comes back.
        while steps and not steps[-1].startswith("{"):
            steps.pop()
        owner = self._retrieve_kind("/".join(steps)) if steps else None
        if owner in kinds:
            return Target(owner, last, operation.path.rpartition("/")[2])
        return Target(kinds[0], None, None)

    # --- reading ---

    def _members(self, work: Work) -> list[StripeObject]:
        kinds = work.operation.response.objects
        found = [each for kind in kinds for each in work.book.newest(kind)]
        owners = {value for value in work.path_ids if any(value in _links(each) for each in found)}
        if owners:
            found = [each for each in found if owners & _links(each)]
        return found or [self._conjure(work, kinds[0], None) for _ in range(EXAMPLES)]

    def _existing(self, work: Work, kind: str, id_: str) -> StripeObject:
        found = work.book.get(kind, id_)
        if found is not None:
            return found
        # An id of another kind, or one that was deleted, names nothing here; anything else is taken on trust.
        prefix = id_.rpartition("_")[0]
        known = prefix in KINDS and prefix not in PREFIXES.get(kind, ())
        if known or id_.endswith("_missing") or id_ in work.book.deleted or work.book.any(id_) is not None:
            raise work.missing(kind, id_)
        if work.state.other_mode(work.book).any(id_) is not None:
            raise work.missing(kind, id_)
        return self._conjure(work, kind, id_)

    def _single(self, work: Work, kind: str) -> StripeObject:
        """The one object of its kind that an account, or the owner in the path, has."""
        key = f"single:{kind}:{'/'.join(work.path_ids)}"
        return work.book.singles.setdefault(key, self._fresh(work, kind, None))

    def _conjure(self, work: Work, kind: str, id_: str | None) -> StripeObject:
        value = self._fresh(work, kind, id_)
        return work.book.put(value) if "id" in value else value

    def _fresh(self, work: Work, kind: str, id_: str | None) -> StripeObject:
        values: dict[str, Any] = {"id": id_} if id_ and "id" in fields_of(kind) else {}
        value = work.draft(kind, **values)
        return _belonging(value, work)

    # --- writing ---

    def _create(self, work: Work, kind: str) -> StripeObject:
        value = work.take(self._fresh(work, kind, None))
        if "id" in value:
            work.book.put(value)
            work.changed.append(value["id"])
        return value

    def _update(self, work: Work, value: StripeObject, verb: str | None) -> None:
        work.take(value)
        if verb is not None:
            field = "status" if "status" in value else "state"
            word = fields_of(value["object"]).get(field)
            values = word.removesuffix("?").removeprefix("enum:").split("|") if isinstance(word, str) else []
            wanted = (each for each in STATUS_OF_VERB.get(verb, ()) if each in values)
            value[field] = next(wanted, value.get(field)) if field in value else None
            if value[field] is None:
                del value[field]
            if verb in {"cancel", "void", "expire", "close"} and f"{verb}ed_at" in value:
                value[f"{verb}ed_at"] = work.now
        if isinstance(value.get("updated"), str):
            value["updated"] = iso(work.now)
        work.changed.append(str(value.get("id") or value["object"]))

    def _delete(self, work: Work, target: Target) -> StripeObject:
        kind = target.kind
        if target.own is None:
            # Such as the acting account, which stays: everything else hangs on it.
            value = self._single(work, kind) if kind != "account" else work.find("account", work.book.account)
            work.changed.append(value.get("id", kind))
            return {"id": value.get("id", ""), "object": kind, "deleted": True}
        value = self._existing(work, kind, work.path_ids[target.own])
        return work.remove(value)


def _is_single(operation: Operation) -> bool:
    """A POST that changes the one object of its kind: settings, and what has no id."""
    kind = operation.response.objects[0] if operation.response.objects else ""
    return bool(kind) and (
        "id" not in fields_of(kind) or operation.path.rpartition("/")[2] in {"settings", "balance_settings"}
    )


def _links(value: StripeObject) -> set[str]:
    return {each for each in value.values() if isinstance(each, str)}


def _belonging(value: StripeObject, work: Work) -> StripeObject:
    """Names the owners in the path where the object has a field for them."""
    for parameter, id_ in zip(work.operation.path_parameters, work.path_ids, strict=True):
        for name in (parameter.refers.rpartition(".")[2], parameter.name, parameter.name.removesuffix("_id")):
            word = fields_of(value["object"]).get(name) if name not in {"", "id"} else None
            if isinstance(word, str) and word.partition(":")[0].removesuffix("?") in {"id", "string"}:
                value[name] = id_
                break
    return value
