"""What a person does in modals and in the Home tab, as Slack's client lets them, and delivered as Slack delivers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from tests.block_rules import inputs_of, suggestion_problems
from tests.fakes import slack_payloads
from tests.fakes.inputs import HELD, elements, filled, first_state, state_of
from tests.fakes.slack import FakeSlack, Workspace
from tests.fakes.slack_views import Modal


class Surroundings(Protocol):
    """What a person needs around them."""

    slack: FakeSlack
    workspace: Workspace
    sender: slack_payloads.Sender

    async def settle(self) -> None: ...


@dataclass
class InModals:
    """Somebody in front of a modal: the newest that is open for them.

    Each method lets everything happen that follows, and raises AssertionError where no client would let them do it.
    """

    world: Surroundings
    user_id: str
    team_id: str

    @property
    def modal(self) -> dict[str, Any]:
        """The modal in front of them as it stands, with its state; AssertionError where none is open."""
        return self.world.workspace.screens.whole(self._front().view_id)

    @property
    def in_modal(self) -> bool:
        """Whether a modal is open for them."""
        return self.world.workspace.screens.top(self.user_id) is not None

    def held(self, block_id: str) -> dict[str, Any]:
        """The state of the block's element, such as ``{"type": "plain_text_input", "value": "x"}``."""
        return next(iter(self._front().state[block_id].values()))

    def fill(self, values: Mapping[str, object]) -> None:
        """Type and choose, by block_id; nothing is delivered. See :func:`tests.fakes.inputs.filled` for the values.

        Where a block has several elements that hold something, its value is a mapping by action_id.
        """
        modal = self._front()
        view = self.world.workspace.views[modal.view_id]
        for block_id, value in values.items():
            found = {
                element["action_id"]: element
                for block, element in elements(view)
                if block["block_id"] == block_id and element["type"] in HELD
            }
            assert found, f"the modal has no input {block_id!r}, only {sorted(modal.state)}"
            each = {next(iter(found)): value} if len(found) == 1 else value
            assert isinstance(each, Mapping), f"{block_id!r} has several: {sorted(found)}"
            for action_id, one in each.items():
                modal.state[block_id][action_id] = filled(found[action_id], one)

    async def choose(self, block_id: str, value: object) -> None:
        """Choose in an element that tells the app at once."""
        self.fill({block_id: value})
        view = self.world.workspace.views[self._front().view_id]
        [(block, element)] = [
            each for each in elements(view) if each[0]["block_id"] == block_id and each[1]["type"] in HELD
        ]
        assert block["type"] != "input" or block.get("dispatch_action"), f"{block_id} tells the app nothing"
        state = self.held(block_id)
        await self._act(block_id, element, {name: state[name] for name in state if name != "type"})

    async def press_in_view(self, action_id: str, *, option: str | None = None) -> None:
        """Press a button of the modal, or take an ``option`` of an overflow menu, by its value."""
        block, element = _found(self.world.workspace.views[self._front().view_id], action_id)
        await self._act(block["block_id"], element, _pressed(element, option))

    async def suggest(self, block_id: str, typed: str) -> list[dict[str, Any]]:
        """Type into an external select; the options it is answered, of all groups, which can then be filled in."""
        modal = self._front()
        [element] = [
            element
            for block, element in elements(self.world.workspace.views[modal.view_id])
            if block["block_id"] == block_id and "external" in element["type"]
        ]
        assert len(typed) >= element.get("min_query_length", 3), "Slack asks only from min_query_length on"
        payload = slack_payloads.suggestion(self.modal, block_id, element["action_id"], typed, modal.state, **self._who)
        answer = (await self._delivered(payload)).json()
        problems = suggestion_problems(answer)
        assert not problems, problems
        await self.world.settle()
        groups = answer.get("option_groups", [answer])
        return [option for group in groups for option in group["options"]]

    async def submit(
        self, values: Mapping[str, object] | None = None, *, view: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Submit the modal with what it holds; what it is answered.

        With ``values``, the newest modal of anybody, closed or not, with these and nothing else, complete or not; with
        a ``view``, that one with what it begins with and these: for what clients don't do.
        """
        screens = self.world.workspace.screens
        if view is not None:
            given = {name: value for name, value in _forced_state(view, values or {}).items() if name in (values or {})}
            payload = slack_payloads.submission(view, first_state(view) | given, **self._who)
            response = await self._delivered(payload)
            await self.world.settle()
            return dict(response.json()) if response.text else {}
        if values is None:
            modal = self._front()
            state, missing = modal.state, _missing(screens.views[modal.view_id], modal)
            assert not missing, f"Slack asks to fill in {missing} first"
        else:
            modal = list(screens.modals.values())[-1]
            state = _forced_state(screens.views[modal.view_id], values)
        trigger = self._trigger(modal.view_id)
        payload = slack_payloads.submission(screens.whole(modal.view_id), state, trigger=trigger, **self._who)
        response = await self._delivered(payload)
        answer: dict[str, Any] = response.json() if response.text else {}
        screens.answered(modal.view_id, answer)
        await self.world.settle()
        return answer

    async def close(self, *, everything: bool = False) -> None:
        """Close the modal with its close button, or all of its stack with the cross."""
        modal, view = self._front(), self.modal
        self.world.workspace.screens.close(modal.view_id, everything=everything)
        if view["notify_on_close"]:
            payload = slack_payloads.view_closed(view, modal.state, cleared=everything, **self._who)
            await self._delivered(payload)
        await self.world.settle()

    async def open_home(self, *, tab: str = "home") -> dict[str, Any]:
        """Open the app's Home tab; what is then published for them, empty where nothing is."""
        screens = self.world.workspace.screens
        view = screens.whole_home(self.user_id) if self.user_id in screens.homes else None
        answer = await self.world.sender.event(
            slack_payloads.home_opened(team=self.world.workspace.team_id, user=self.user_id, tab=tab, view=view)
        )
        assert answer.status_code == 200, answer.text
        await self.world.settle()
        return screens.homes.get(self.user_id, {})

    async def press_in_home(self, action_id: str, *, option: str | None = None) -> None:
        """Press a button of the Home tab, or take an option of a menu, by its value."""
        view = self.world.workspace.screens.whole_home(self.user_id)
        block, element = _found(view, action_id)
        chosen = _pressed(element, option)
        payload = slack_payloads.view_action(
            view,
            block["block_id"],
            element,
            chosen,
            view["state"]["values"],
            trigger=self.world.slack.trigger(self.world.workspace, self.user_id),
            **self._who,
        )
        await self._delivered(payload)
        await self.world.settle()

    def _front(self) -> Modal:
        modal = self.world.workspace.screens.top(self.user_id)
        assert modal is not None, f"no modal is open for {self.user_id}"
        return modal

    @property
    def _who(self) -> dict[str, str]:
        return {"team": self.world.workspace.team_id, "user": self.user_id, "user_team": self.team_id}

    def _trigger(self, view_id: str) -> str:
        return self.world.slack.trigger(self.world.workspace, self.user_id, view_id=view_id)

    async def _act(self, block_id: str, element: Mapping[str, Any], chosen: Mapping[str, Any]) -> None:
        modal = self._front()
        trigger = self._trigger(modal.view_id)
        await self._delivered(
            slack_payloads.view_action(self.modal, block_id, element, chosen, modal.state, trigger=trigger, **self._who)
        )
        await self.world.settle()

    async def _delivered(self, payload: Mapping[str, Any]) -> httpx.Response:
        answer = await self.world.sender.interaction(payload)
        assert answer.status_code == 200, answer.text
        return answer


def _found(view: Mapping[str, Any], action_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    found = [each for each in elements(view) if each[1]["action_id"] == action_id and each[0]["type"] != "input"]
    assert found, f"there is no {action_id!r} to press"
    return found[0]


def _pressed(element: Mapping[str, Any], option: str | None) -> dict[str, Any]:
    """The member that a press sends: a button's value, or the chosen option."""
    if element["type"] == "button":
        return {"value": element["value"]} if "value" in element else {}
    chosen = [each for each in element["options"] if each["value"] == option]
    assert chosen, f"{option!r} is not offered"
    return {"selected_option": chosen[0]}


def _missing(view: Mapping[str, Any], modal: Modal) -> list[str]:
    """The inputs that have to be filled in, and aren't."""
    return [
        block["block_id"]
        for block in inputs_of(view)
        if not block.get("optional")
        and all(not state[HELD[state["type"]][0]] for state in modal.state[block["block_id"]].values())
    ]


def _forced_state(view: Mapping[str, Any], values: Mapping[str, object]) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        block["block_id"]: {block["element"]["action_id"]: _forced(block["element"], values, block["block_id"])}
        for block in inputs_of(view)
    }


def _forced(element: Mapping[str, Any], values: Mapping[str, object], block_id: str) -> dict[str, Any]:
    """The state that was asked for, in the element's form; a text goes in as it is, however long, and empty as "" ."""
    value = values.get(block_id)
    return state_of(element, value) if HELD[element["type"]][0] == "value" else filled(element, value)
