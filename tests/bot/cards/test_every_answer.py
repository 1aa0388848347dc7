"""The sandbox's own answers to all 726 operations, as they are and spoilt: Slack takes every form of each."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot import cards
from bot.blocks import FileMessage, Message
from bot.domain import FrozenCall
from bot.limits import MESSAGE_JSON_BUDGET
from bot.text import Style
from operations.outcome import Succeeded
from operations.registry import registry
from operations.risk import assess
from operations.sandbox import SandboxTransport, create_app
from operations.sandbox.behaviours import BEHAVIOURS
from operations.shaping import AS_IT_IS, Shaping
from tests.bot.cards import samples as made
from tests.bot.cards.hostile import SECRETS
from tests.bot.cards.test_hostile_answers import check
from tests.fakes.clock import ManualClock
from tests.operations.sandbox.conftest import Client
from tests.operations.sandbox.minimal import minimal

FORMS: Mapping[str, Shaping] = {
    "as it is": AS_IT_IS,
    "json": Shaping(output="json"),
    "csv": Shaping(output="csv"),
    "table": Shaping(output="table"),
    "query": Shaping(query="@"),
    "chart": Shaping(chart=True),
}
_LISTS = {"csv", "table", "chart"}
_ADDRESS = re.compile(
    r"https?://(?:files\.stripe\.com/links|connect\.stripe\.com|billing\.stripe\.com|checkout\.stripe\.com)/\S"
)


@cache
def answered() -> Mapping[str, tuple[FrozenCall, Any]]:
    """A minimal right call of every operation, and what the sandbox answers to it."""
    return asyncio.run(_asked())


async def _asked() -> Mapping[str, tuple[FrozenCall, Any]]:
    app = create_app(clock=ManualClock())
    seeded = app.state.snapshot()
    found: dict[str, tuple[FrozenCall, Any]] = {}
    async with httpx.AsyncClient(transport=SandboxTransport(app), base_url="http://sandbox") as http:
        client = Client(app, http)
        changing = {re.sub(r"\{[^}]*\}", "{}", key) for key in BEHAVIOURS}
        for operation in sorted(registry().operations, key=lambda each: each.method != "GET"):
            if operation.method != "GET" and re.sub(r"\{[^}]*\}", "{}", operation.key) in changing:
                app.state.restore(seeded)
            call = minimal(operation, app)
            answer = await client.send(call)
            assert answer.status_code == 200, operation.key
            data = answer.content if operation.response.kind == "binary" else answer.json()
            risk = assess(call)
            frozen = made.frozen(
                operation,
                path=dict(call.path_values),
                parameters=dict(call.parameters),
                flags=sorted(risk.flags),
                tier=risk.tier,
            )
            found[operation.key] = (frozen, data)
    return found


def shown(frozen: FrozenCall, data: Any, style: Style, shaping: Shaping = AS_IT_IS, *, live: bool = False) -> str:
    """What is posted of an answer, all of it such as Slack takes it."""
    posted = cards.result(
        made.run(made.shaped(frozen, shaping, made.LIVE if live else made.TEST)),
        Succeeded(200, data),
        made.manner(style),
    )
    check(posted)
    for each in posted:
        if isinstance(each, Message):
            assert len(json.dumps(list(each.blocks), ensure_ascii=False)) <= MESSAGE_JSON_BUDGET + 500
    return repr([each for each in posted if not isinstance(each, FileMessage)]) + "".join(
        each.content.decode(errors="replace") for each in posted if isinstance(each, FileMessage)
    )


@pytest.mark.parametrize(("form", "style"), [*((form, "rich") for form in FORMS), ("as it is", "plain")])
def test_every_operation_has_an_answer_in_every_form(form: str, style: Style) -> None:
    """Within limits, nothing of it as markup, and no link or secret that gives access."""
    assert len(answered()) == len(registry().operations)
    for number, (frozen, data) in enumerate(answered().values()):
        kind = frozen.call.operation.response.kind
        if (kind == "binary" and form != "as it is") or (form in _LISTS and kind not in ("list", "search")):
            continue
        text = shown(frozen, data, style, FORMS[form], live=bool(number % 2))
        for secret in _secrets(data):
            assert secret not in text, frozen.call.operation.key
        assert not _ADDRESS.search(text), frozen.call.operation.key


def _secrets(data: Any) -> Iterator[str]:
    """Values that give access, by the names of their members."""
    if isinstance(data, dict):
        for name, value in data.items():
            if isinstance(value, str) and len(value) > 8 and (name == "secret" or name.endswith("_secret")):
                yield value
            yield from _secrets(value)
    elif isinstance(data, list):
        for item in data:
            yield from _secrets(item)


_HOSTILE = "<!channel> <@U0BOB> <https://evil.example|Stripe> *_~`\u202e\u0000 " + "\U0001f9fe" * 50
_SPOILS: Sequence[Callable[[Any], Any]] = (
    lambda _: None,
    lambda value: _HOSTILE if isinstance(value, str) else value,
    lambda value: value * 4_000 if isinstance(value, str) else value,
    lambda value: 10**30 if isinstance(value, int) else value,
    lambda value: [value],
    lambda value: {"object": "list", "data": [value], "has_more": "yes"},
    lambda value: -1.5 if isinstance(value, int) else "",
)


def _spoilt(data: Any, spoil: Callable[[Any], Any], keep: frozenset[str]) -> Any:
    """The answer with each scalar of it spoilt, but for the members that make it what it is."""
    match data:
        case dict():
            return {name: value if name in keep else _spoilt(value, spoil, keep) for name, value in data.items()}
        case list():
            return [_spoilt(item, spoil, keep) for item in data]
    return spoil(data)


_KEEP = some.sampled_from([frozenset({"object"}), frozenset({"object", "id"}), frozenset[str]()])


@given(some.data(), some.sampled_from(range(len(_SPOILS))), _KEEP, some.sampled_from(["rich", "plain"]))
def test_no_spoilt_answer_breaks_anything(
    data: some.DataObject, spoil: int, keep: frozenset[str], style: Style
) -> None:
    """Nothing where something should be, text of the worst kind in every text, other types, megabytes."""
    frozen, answer = data.draw(
        some.sampled_from([each for each in answered().values() if not isinstance(each[1], bytes)])
    )
    shown(frozen, _spoilt(answer, _SPOILS[spoil], keep), style)


@given(some.data(), some.sampled_from(SECRETS), some.sampled_from(["client_secret", "secret", "cvc"]))
def test_a_secret_in_any_object_is_shown_nowhere(data: some.DataObject, secret: str, where: str) -> None:
    """In no message and no file, in no form."""
    frozen, answer = data.draw(some.sampled_from([each for each in answered().values() if isinstance(each[1], dict)]))
    for form in ("as it is", "json", "query"):
        assert secret not in shown(frozen, {**answer, where: secret, "nested": [{where: secret}]}, "rich", FORMS[form])


@pytest.mark.parametrize(("form", "every"), [("as it is", 12), ("csv", 12), ("table", 12), ("chart", 12)])
def test_many_rows_of_a_kind_are_shown(form: str, every: int) -> None:
    """Five hundred of one kind of object, in the forms that lists have; of every so many kinds, one."""
    kinds: dict[tuple[str, ...], tuple[FrozenCall, Any, list[Any]]] = {}
    for frozen, data in answered().values():
        rows = data.get("data") if isinstance(data, dict) else None
        if frozen.call.operation.response.kind == "list" and isinstance(rows, list) and rows:
            kinds.setdefault(frozen.call.operation.response.objects, (frozen, data, rows))
    for frozen, data, rows in list(kinds.values())[::every]:
        shown(frozen, {**data, "data": [rows[at % len(rows)] for at in range(500)]}, "rich", FORMS[form])
