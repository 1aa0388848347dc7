"""The manual: what is said of every operation, made by rule."""

import pytest

from operations.grammar import Command, parse
from operations.manual import Field, Manual, Resource, takes
from operations.registry import registry
from operations.secrets import find_secret
from operations.spec import Operation, Shape

MANUAL = Manual(registry())
UPLOADS = {"files create"}
"""What no text can say."""


def named(words: str) -> Operation:
    found = registry().by_name(words)
    assert found is not None
    return found


def test_every_example_of_every_operation_is_a_complete_command_of_it() -> None:
    """Whoever copies one gets no problem, nothing live, and no secret."""
    for operation in registry().operations:
        examples = MANUAL.entry(operation).examples
        assert bool(examples) is (operation.name not in UPLOADS), operation.name
        for example in examples:
            command = parse(example.text, registry())
            assert isinstance(command, Command), (example.text, command)
            assert (command.missing, command.call.operation, command.live) == ((), operation, False), example.text
            assert find_secret(example.text) is None


def test_an_everyday_operation_reads_as_people_say_it() -> None:
    """What it is about first, then how much, then why."""
    entry = MANUAL.entry(named("refunds create"))
    assert entry.examples[0].text == "refunds create --charge ch_123 --amount 1250"
    assert [each.name for each in entry.common][:2] == ["charge", "payment_intent"]
    assert MANUAL.entry(named("customers list")).trial == "customers list --limit 3"
    assert MANUAL.entry(named("customers retrieve")).trial is None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("refunds create", "refunds create"),
        ("Payment-Intents CREATE", "payment_intents create"),
        ("issuing cards update", "issuing cards update"),
    ],
)
def test_words_that_name_an_operation_ask_about_it(words: str, name: str) -> None:
    """However they are spelled."""
    assert MANUAL.topic(words.split()) == named(name)


@pytest.mark.parametrize(
    ("words", "name", "required"),
    [
        ("refunds create reason", "reason", False),
        ("payouts create --amount", "amount", True),
        ("subscriptions create items[0][price]", "items[0][price]", False),
    ],
)
def test_a_word_behind_an_operation_asks_about_a_parameter(words: str, name: str, required: bool) -> None:
    """With or without dashes, at any depth."""
    topic = MANUAL.topic(words.split())
    assert isinstance(topic, Field)
    assert (topic.taken.name, topic.taken.required) == (name, required)


@pytest.mark.parametrize("words", ["customers", "customer", "Customers"])
def test_a_resource_is_found_in_singular_and_plural(words: str) -> None:
    """Looking comes first, ending last; what is below it has a page of its own."""
    topic = MANUAL.topic([words])
    assert isinstance(topic, Resource)
    verbs = [each.name.split()[-1] for each in topic.operations]
    assert verbs[:5] == ["list", "search", "retrieve", "create", "update"]
    assert verbs[-1] == "delete"
    assert ("customers cards", 5) in topic.below


def test_every_beginning_of_a_name_is_a_topic_that_leads_to_all_below_it() -> None:
    """Nothing is lost between the pages: each operation is on one, or counted on the way to one."""
    for operation in registry().operations:
        words = operation.name.split()
        for count in range(1, len(words)):
            page = MANUAL.resource(" ".join(words[:count]))
            assert page is not None
            below = dict(page.below)
            assert operation in page.operations or " ".join(words[: count + 1]) in below


def test_nobody_asks_about_what_is_nowhere() -> None:
    """Near names are offered instead."""
    assert MANUAL.topic(["custmers"]) is None
    assert "customers" in MANUAL.nearest_topics("custmers")


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (Shape(kind="integer", meaning="money_minor"), "12.50 usd"),
        (Shape(kind="integer", meaning="timestamp"), "2026-12-01"),
        (Shape(kind="string", meaning="id", refers="charge"), "the id of a charge, such as ch_123"),
        (Shape(kind="enum", values=("a", "b"), open=True), "one of a, b, or another"),
        (Shape(kind="array", items=Shape(kind="boolean")), "one or more, each true or false"),
        (Shape(kind="union", variants=(Shape(kind="integer"), Shape(kind="string"))), "a whole number, or text"),
    ],
)
def test_what_a_parameter_takes_is_said_in_words(shape: Shape, words: str) -> None:
    """By its meaning first, then by its type."""
    assert words in takes(shape)
