"""What people of a workspace have open in the fake Slack: their modals in stacks, and their Home tabs.

A modal keeps what was typed into it, as the person's client does. An update keeps it for the inputs whose block_id
and action_id stay the same, whatever initial values it brings for them; other inputs begin anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from tests.block_rules import submission_answer_problems, view_problems
from tests.fakes.inputs import State, first_state
from tests.fakes.refusal import Refusal

STACK = 3
TRIGGER_SECONDS = 3

_numbers = count(1)
"""One count for all workspaces, so that an id of one is unknown in the others."""


@dataclass
class Trigger:
    """A trigger id: whose interaction it came with, in which modal, and what became of it."""

    user_id: str
    view_id: str
    born: float
    state: Literal["fresh", "used", "expired"] = "fresh"


@dataclass
class Modal:
    """A modal that somebody has, or had, open. Its stack, root first, is shared with the others in it."""

    view_id: str
    user_id: str
    """Empty where nobody said whose it is: it is then everybody's."""
    stack: list[str]
    state: State
    closed: bool = False


@dataclass
class Screens:
    """The views of one workspace, closed ones included."""

    team_id: str
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    modals: dict[str, Modal] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is published for each person, by user id."""
    triggers: dict[str, Trigger] = field(default_factory=dict)

    # What the Web API's methods do.

    def exchange(self, trigger_id: str, now: float | None) -> Trigger:
        """The trigger, if it can be used; after this :meth:`spend` it."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.state == "used":
            raise Refusal("exchanged_trigger_id")
        if trigger.state == "expired" or (now is not None and now - trigger.born > TRIGGER_SECONDS):
            raise Refusal("expired_trigger_id")
        return trigger

    def open(self, trigger: Trigger, view: Mapping[str, Any]) -> dict[str, Any]:
        """Open a modal for the person whose trigger it is."""
        self._judge(view, "modal")
        trigger.state = "used"
        return self._show(trigger.user_id, [], view)

    def push(self, trigger: Trigger, view: Mapping[str, Any]) -> dict[str, Any]:
        """Put a modal on top of the one that the trigger comes from."""
        below = self.modals.get(trigger.view_id)
        if below is None or below.closed:
            raise Refusal("not_found")
        if len(below.stack) >= STACK:
            raise Refusal("push_limit_reached")
        self._judge(view, "modal")
        trigger.state = "used"
        return self._show(below.user_id, below.stack, view)

    def update(
        self, view_id: str | None, external_id: str | None, view: Mapping[str, Any], hash_: str | None
    ) -> dict[str, Any]:
        """Replace an open modal by another."""
        modal = self.modals.get(view_id or self._named(external_id) or "")
        if modal is None or modal.closed:
            raise Refusal("not_found")
        if hash_ not in {None, self.views[modal.view_id]["hash"]}:
            raise Refusal("hash_conflict")
        self._judge(view, "modal", modal.view_id)
        kept = self._keep(modal.view_id, view)
        modal.state = _carried(modal.state, first_state(kept))
        return self.whole(modal.view_id)

    def publish(self, user_id: str, view: Mapping[str, Any], hash_: str | None) -> dict[str, Any]:
        """Replace a person's Home tab."""
        published = self.homes.get(user_id)
        if hash_ is not None and (published is None or hash_ != published["hash"]):
            raise Refusal("hash_conflict")
        self._judge(view, "home")
        view_id = published["id"] if published is not None else f"V{next(_numbers):06}"
        home = self.homes[user_id] = self._complete(view_id, view)
        return self._sent(home, root=view_id, state=first_state(home))

    # What people see and do.

    def top(self, user_id: str) -> Modal | None:
        """The modal that stands in front of a person: the newest that is open for them."""
        mine = (modal for modal in reversed(self.modals.values()) if modal.user_id in {"", user_id})
        return next((modal for modal in mine if not modal.closed), None)

    def whole(self, view_id: str) -> dict[str, Any]:
        """A modal as payloads and answers carry it, with all that Slack adds."""
        modal = self.modals[view_id]
        at = modal.stack.index(view_id) if view_id in modal.stack else 0
        return self._sent(
            self.views[view_id],
            root=modal.stack[0] if modal.stack else view_id,
            previous=modal.stack[at - 1] if at else None,
            state=modal.state,
        )

    def whole_home(self, user_id: str) -> dict[str, Any]:
        """A person's Home tab as payloads carry it; KeyError where nothing is published for them."""
        home = self.homes[user_id]
        return self._sent(home, root=home["id"], state=first_state(home))

    def answered(self, view_id: str, answer: Mapping[str, Any]) -> None:
        """What becomes of a submitted modal by the answer; AssertionError for one that Slack would not take."""
        problems = submission_answer_problems(answer, self.views[view_id])
        assert not problems, problems
        modal = self.modals[view_id]
        if modal.closed:
            return
        action = answer.get("response_action")
        if action == "clear":
            self.close(view_id, everything=True)
        elif action == "update":
            self.update(view_id, None, answer["view"], None)
        elif action == "push":
            assert len(modal.stack) < STACK, "push_limit_reached"
            self._show(modal.user_id, modal.stack, answer["view"])
        elif action is None:
            self.close(view_id)

    def close(self, view_id: str, *, everything: bool = False) -> None:
        """Close a modal, so that the one below it shows, or all of its stack."""
        stack = self.modals[view_id].stack
        for each in list(stack) if everything else [view_id]:
            self.modals[each].closed = True
            stack.remove(each)

    # Inside.

    def _show(self, user_id: str, stack: list[str], view: Mapping[str, Any]) -> dict[str, Any]:
        view_id = f"V{next(_numbers):06}"
        kept = self._keep(view_id, view)
        stack.append(view_id)
        self.modals[view_id] = Modal(view_id, user_id, stack, first_state(kept))
        return self.whole(view_id)

    def _keep(self, view_id: str, view: Mapping[str, Any]) -> dict[str, Any]:
        kept = self.views[view_id] = self._complete(view_id, view)
        return kept

    def _complete(self, view_id: str, view: Mapping[str, Any]) -> dict[str, Any]:
        """The view with what Slack gives it: an id, a new hash, a block_id for each block that has none."""
        blocks = [{"block_id": f"b{next(_numbers):05}", **block} for block in view["blocks"]]
        added = {"id": view_id, "hash": f"1767225600.{next(_numbers):08x}", "team_id": self.team_id}
        return {**view, "blocks": blocks, **added}

    def _sent(self, kept: Mapping[str, Any], *, root: str, state: State, previous: str | None = None) -> dict[str, Any]:
        return {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "close": None,
            "submit": None,
            **kept,
            "state": {"values": state},
            "root_view_id": root,
            "previous_view_id": previous,
            "app_id": "A0APP",
            "app_installed_team_id": self.team_id,
            "bot_id": "B0BOT",
        }

    def _named(self, external_id: str | None) -> str | None:
        open_views = (self.views[modal.view_id] for modal in self.modals.values() if not modal.closed)
        return next((view["id"] for view in open_views if external_id and view.get("external_id") == external_id), None)

    def _judge(self, view: Mapping[str, Any], kind: str, view_id: str | None = None) -> None:
        problems = view_problems(view)
        if view.get("type") != kind:
            problems.append(f"must be a {kind} [/type]")
        if any(problem.startswith("view_too_large") for problem in problems):
            raise Refusal("view_too_large")
        if problems:
            raise Refusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] {each}" for each in problems]})
        if self._named(view.get("external_id")) not in {None, view_id}:
            raise Refusal("duplicate_external_id")


def _carried(old: State, new: State) -> State:
    """The state after an update: what inputs of the same ids and type held before, the rest as it begins."""
    carried: State = {}
    for block_id, inputs in new.items():
        for action_id, first in inputs.items():
            before = old.get(block_id, {}).get(action_id)
            same = before is not None and before["type"] == first["type"]
            carried.setdefault(block_id, {})[action_id] = before if before is not None and same else first
    return carried
