"""Help and search: a page for everything there is, which Slack takes and whose buttons do what they say."""

from collections.abc import Iterator
from typing import Any

from bot import cards
from bot.asking import MOST_QUESTIONS, form_of
from bot.blocks import Message, measure
from bot.policy import DEFAULT_POLICY
from operations.forms import Filled, partly
from operations.grammar import Command, blanks, parse
from operations.manual import Field, Manual
from operations.registry import registry
from tests.block_rules import message_violations, view_violations

MANUAL = Manual(registry())
ROOMS = ("help", "search")


def buttons(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.get("type") == "button":
            yield part
        for each in part.values():
            yield from buttons(each)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from buttons(each)


def check(message: Message) -> None:
    """Slack takes it, and each button stands for a text that is understood."""
    assert message_violations({"text": message.text, "blocks": list(message.blocks)}) == []
    assert measure(message.blocks).fits()
    for button in buttons(list(message.blocks)):
        understood(button["value"])


def understood(text: str) -> None:
    first, _, rest = text.partition(" ")
    if first == "form":
        assert isinstance(partly(rest, registry()), Filled), text
    elif blanks(text):
        form = form_of(text, registry(), ROOMS)
        assert form is not None
        assert len(form.questions) <= MOST_QUESTIONS
        assert view_violations(cards.ask_view(form, "draft")) == []
    elif first == "help":
        words = rest.split()
        assert not words or MANUAL.topic(words) is not None, text
    elif first != "search":
        parsed = parse(text, registry())
        assert isinstance(parsed, Command), (text, parsed)
        assert parsed.missing == ()
        assert parsed.call.operation.method == "GET", "only what reads runs at a press"


def test_every_operation_has_a_page() -> None:
    """Valid, small enough, and its buttons lead on."""
    for operation in registry().operations:
        check(cards.help_operation(MANUAL.entry(operation), DEFAULT_POLICY))


def test_every_resource_and_namespace_has_a_page() -> None:
    """Whatever a name begins with."""
    beginnings = {
        " ".join(words[:count])
        for words in (operation.name.split() for operation in registry().operations)
        for count in range(1, len(words))
    }
    for words in sorted(beginnings):
        resource = MANUAL.resource(words)
        assert resource is not None
        check(cards.help_resource(resource, DEFAULT_POLICY))


def test_every_parameter_has_a_page() -> None:
    """Of one operation of each kind: long enums and deep objects, too."""
    for operation in registry().operations[::5]:
        for parameter in operation.parameters:
            topic = MANUAL.topic([*operation.name.split(), parameter.name])
            assert isinstance(topic, Field), (operation.name, parameter.name)
            check(cards.help_field(topic, DEFAULT_POLICY))


def test_a_search_offers_each_operation_that_it_finds() -> None:
    """And says what would help where it finds none."""
    for query in ("charge back", "refund", "payout", "v2 account", "delete customer"):
        check(cards.search_results(query, registry().search(query, 10), DEFAULT_POLICY))
    nothing = cards.search_results("<!channel> *x* `y`", (), DEFAULT_POLICY)
    check(nothing)
    assert "No operation fits" in nothing.text


def test_an_unknown_topic_offers_the_nearest_and_what_a_search_finds() -> None:
    """Whatever was typed is only text."""
    near, found = MANUAL.nearest_topics("custmers"), registry().search("custmers", 5)
    check(cards.not_found("custmers", near, found, DEFAULT_POLICY))
    check(cards.not_found("<!here>" * 50, (), (), DEFAULT_POLICY))


def test_the_page_says_what_the_policy_does_in_each_mode() -> None:
    """A refund waits everywhere, a payout only live."""
    refund = registry().by_name("refunds create")
    payout = registry().by_name("payouts create")
    assert refund is not None
    assert payout is not None
    for operation, says in ((refund, "Test: waits for a second person. Live: waits"), (payout, "Test: runs at once.")):
        assert says in str(cards.help_operation(MANUAL.entry(operation), DEFAULT_POLICY))


def test_a_parameter_is_named_in_plain_words() -> None:
    """As a label above a field."""
    assert cards.label("statement_descriptor") == "Statement descriptor"
    assert cards.label("payment-method") == "Payment method"
    assert cards.label("items[0][price]") == "Items: price"
    assert cards.label("created[gte]") == "Created from"
