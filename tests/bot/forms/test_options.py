"""What searches offer: always valid options, within Slack's limits, the likeliest first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.forms import options
from bot.forms.names import A_FIELD, ADD_MORE
from bot.forms.options import Group, payload
from bot.inputs import Option
from bot.policy import DEFAULT_POLICY
from operations.forms import CLEARS, Field, fields_of
from operations.forms.labels import phrase
from operations.money import CURRENCIES
from operations.registry import registry
from operations.spec import Operation
from tests.block_rules import suggestion_problems
from tests.examples import examples

REGISTRY = registry()
OPERATIONS = st.sampled_from(REGISTRY.operations)
QUERIES = st.text(max_size=80) | st.sampled_from(("refund", "usd", "cus_123", "metadata", "a" * 300, "\u202e<!here>"))
OFFERED = st.builds(Option, st.text(max_size=100), st.text(max_size=160))
FIRST = 5


def operation(name: str) -> Operation:
    found = REGISTRY.by_name(name)
    assert found is not None
    return found


def field(name: str, of: str) -> Field:
    found = fields_of(operation(of)).get(name)
    assert found is not None
    return found


def valid(*offered: Option) -> bool:
    answer = payload([Group(offered)])
    return suggestion_problems(answer) == [] and len(answer["options"]) <= 100


def values(offered: tuple[Option, ...]) -> list[str]:
    return [each.value for each in offered]


@given(query=QUERIES)
def test_any_query_for_an_operation_is_answered_validly(query: str) -> None:
    """Whatever somebody types or pastes."""
    found = options.find_operations(query, REGISTRY)
    assert valid(*(options.operation(each, DEFAULT_POLICY) for each in found))


@settings(max_examples=examples(40))
@given(each=OPERATIONS, query=QUERIES)
def test_any_query_within_any_form_is_answered_validly(each: Operation, query: str) -> None:
    """For fields, values, currencies and ids alike."""
    fields = fields_of(each)
    assert valid(*options.fields(fields, query))
    assert valid(*options.currencies(query))
    for one in fields.all[:40]:
        assert valid(*options.values(one, query))
        assert valid(*options.typed_id(one.kind, query))


@given(
    st.lists(
        st.tuples(st.text(max_size=200), st.lists(st.builds(Option, st.text(max_size=100), st.text(max_size=160))))
    )
)
def test_an_answer_takes_what_slack_takes_and_no_value_twice(groups: list[tuple[str, list[Option]]]) -> None:
    """However much is offered."""
    answer = payload(Group(tuple(offered), label) for label, offered in groups)
    assert suggestion_problems(answer) == []


def test_finding_nothing_is_a_list_of_no_options() -> None:
    """Slack has refused an answer of no groups."""
    assert payload([Group((), "Saved"), Group(())]) == {"options": []}


def test_every_operation_is_found_by_its_name_and_by_what_it_does() -> None:
    """All of Stripe, within the first few."""
    missed = [
        (each.name, said)
        for each in REGISTRY.operations
        for said in (each.name, phrase(each), phrase(each).upper())
        if each not in options.find_operations(said, REGISTRY, FIRST)
    ]
    assert missed == []


def test_what_people_do_most_are_operations() -> None:
    """Each by its own name."""
    assert [name for name in options.EVERYDAY if operation(name).name != name] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("refunds create", "refunds create · gives money back, second person"),
        ("customers list", "customers list · reads"),
        ("customers delete", "customers delete · deletes or ends, second person"),
        ("payouts create", "payouts create · moves money, live: second person"),
        ("test_helpers test_clocks advance", "test_helpers test_clocks advance · writes, test only"),
    ],
)
def test_an_operation_says_what_it_risks(name: str, said: str) -> None:
    """And who has to agree."""
    assert options.operation(operation(name), DEFAULT_POLICY).description == said


def test_a_field_is_found_by_its_words_and_chosen_by_its_number() -> None:
    """The value stays short however deep the field."""
    fields = fields_of(operation("customers create"))
    [first, *_, last] = options.fields(fields, "address city")
    assert fields.all[int(first.value.removeprefix(A_FIELD))].name == "address[city]"
    assert first.description == "address[city] · text"
    assert last.value == ADD_MORE


def test_ids_in_the_path_are_not_offered_to_be_added() -> None:
    """They are on the form from the start."""
    fields = fields_of(operation("customers update"))
    offered = options.fields(fields, "customer")
    assert not [each for each in offered if each.value == f"{A_FIELD}0"]


def test_values_that_hold_the_text_come_before_near_ones() -> None:
    """And what is typed may be a value of its own where the list is open."""
    country = field("shipping_address_collection[allowed_countries]", "checkout sessions create")
    assert values(options.values(country, "DE"))[0] == "DE"
    kind = field("type", "payment_methods create")
    assert values(options.values(kind, "sepa"))[0] == "sepa_debit"
    assert "sepa_debit" in values(options.values(kind, "sepa_debti"))
    typed = options.values(kind, "brand new thing")
    assert typed[0] == Option("Use “brand new thing”", "brand new thing")


def test_a_value_that_is_known_is_not_offered_as_typed() -> None:
    """It is the value."""
    kind = field("type", "payment_methods create")
    assert [each.text for each in options.values(kind, "card") if each.text.startswith("Use")] == []


def test_a_value_that_can_be_taken_away_offers_that() -> None:
    """As the word that does it."""
    every = (each for operation in REGISTRY.operations for each in fields_of(operation).all)
    found = [each for each in every if each.control == "suggested" and each.clearable]
    assert found
    assert [each.name for each in found if options.values(each, "")[-1].value != CLEARS] == []


@pytest.mark.parametrize(
    ("typed", "code"), [("", "usd"), ("eur", "eur"), ("swiss", "chf"), ("yen", "jpy"), ("b", "bam")]
)
def test_currencies_are_found_by_code_and_name(typed: str, code: str) -> None:
    """Common ones first."""
    assert options.currencies(typed)[0].value == code


def test_every_currency_is_found_by_its_code() -> None:
    """At the top."""
    assert [code for code in CURRENCIES if options.currencies(code)[0].value != code.lower()] == []


@pytest.mark.parametrize(
    ("kind", "typed", "offered"),
    [
        ("customer", "cus_Q001Reader9", ["cus_Q001Reader9"]),
        ("customer", "Cus_Q001Reader9", ["cus_Q001Reader9"]),
        ("customer", "jenny", []),
        ("customer", "jenny rosen", []),
        ("coupon", "SUMMER-25", ["SUMMER-25"]),
        ("product", "gold", ["gold"]),
        ("customer", "", []),
        ("", "odd_thing1", ["odd_thing1"]),
        ("product", "..", []),
    ],
)
def test_what_may_be_an_id_can_be_used_as_typed(kind: str, typed: str, offered: list[str]) -> None:
    """Without Stripe."""
    assert [each.value for each in options.typed_id(kind, typed)] == offered
