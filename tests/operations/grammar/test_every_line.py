"""Lines for every operation, in every spelling, and whatever else may be typed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.grammar import Command, parse, render
from operations.registry import registry
from operations.spec import Operation
from operations.when import When
from tests.examples import examples
from tests.spellings import spelled
from tests.strategies import calls

REGISTRY = registry()
WHEN = When(datetime(2026, 11, 25, 7, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
LINES = 2
"""Lines for each of the more than 700 operations."""


def _can_be_typed(operation: Operation) -> bool:
    return not any(each.required and each.shape.kind == "file" for each in operation.parameters)


@pytest.mark.parametrize(
    "operation", [each for each in REGISTRY.operations if _can_be_typed(each)], ids=lambda each: each.name
)
@settings(max_examples=LINES, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_spelling_of_a_command_means_the_same(operation: Operation, data: st.DataObject) -> None:
    """text → call → text → call: one call, and one canonical text."""
    call = data.draw(calls(operation, REGISTRY))
    text = data.draw(spelled(call, REGISTRY))
    command = parse(text, REGISTRY, WHEN)
    assert isinstance(command, Command), (text, command)
    assert command.call == call, text
    assert not command.stated
    assert parse(render(command), REGISTRY) == command


_CHARACTERS = "\u00a0\u2009\ud800\0\u202e“”'\"\\—-=[]{}, "
_WORDS = [
    "--",
    "[]",
    "usd",
    "€",
    "kr",
    "12,50",
    "1,234",
    "１２",
    "-7d",
    "7d",
    "ago",
    "now",
    "14:00",
    "2026-02-30",
    ">=",
    "null",
    "yesterday",
]
PIECES = st.text(max_size=3) | st.sampled_from([*_CHARACTERS, *_WORDS, *(f" {word}" for word in _WORDS)])


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A line that was right, with a few places of it changed, doubled or cut out."""
    text = draw(st.sampled_from(REAL_LINES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 6)))
        change = draw(PIECES | st.just(text[start:end] * 2))
        text = text[:start] + change + text[end:]
    return text


REAL_LINES = [
    "refunds create --charge ch_1 --amount 12.50usd --reason requested_by_customer",
    "refunds create charge=ch_1 amount=12,50 eur",
    "payment_intents create --amount $12.50 --currency cad -d automatic_payment_methods[enabled]=true",
    "coupons create --currency_options[eur][amount_off] 5,10 --amount-off 4.20usd",
    "charges list --created[gte] yesterday 14:00 --created[lt]=-2h --limit 3",
    "charges list --created >=2026-11-01 14:00",
    "subscriptions create --customer cus_1 --items[0][price] price_1 --trial-end 2026-12-01",
    "billing credit_grants create --amount.monetary 12.50 usd --amount[type] monetary",
    "v2 billing meter_event_stream create --events[0][timestamp] now --events[0][event_name] x",
    'customers update cus_1 --shipping null --metadata \'{"a": "b"}\' --description “it’s”',
    "get /v1/customers/cus_1?expand[]=default_source -e sources",
    "create payment intent --amount 5usd",
    "get customer cus_1",
    *(each.name + " x_1" * len(each.path_parameters) for each in REGISTRY.operations),
]


@settings(max_examples=examples(250))
@given(mutated() | st.text(max_size=60))
def test_any_text_gives_a_command_or_a_problem_with_its_place(text: str) -> None:
    """Nothing raises; what is wrong has a place within the text, and what is right is written and read again."""
    result = parse(text, REGISTRY, WHEN)
    if isinstance(result, Command):
        assert parse(render(result), REGISTRY, WHEN) == result
        return
    for part in (result.message, result.parameter or "", *result.suggestions):
        part.encode()
    if result.code not in ("empty", "too_long"):
        assert result.position is not None, result
        assert 0 <= result.position[0] <= result.position[1] <= len(text)


@settings(max_examples=examples(150))
@given(st.sampled_from(REAL_LINES[:13]).flatmap(lambda line: st.permutations(line.split()).map(" ".join)))
def test_turned_words_never_raise(text: str) -> None:
    """Whatever order a line's words are in."""
    parse(text, REGISTRY, WHEN)
