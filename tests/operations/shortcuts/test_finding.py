"""``find``: Stripe's search where it has a field for it, a filtered list elsewhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.grammar import Command, render
from operations.problem import Problem
from operations.registry import registry
from operations.risk import assess
from operations.sandbox.searching import FIELDS, search
from operations.shaping import Shaping
from operations.shortcuts import is_filter, look, read_shortcut
from operations.shortcuts.finding import SEARCHES, filter_for, kinds, resources
from operations.when import NOBODY_KNOWS

REGISTRY = registry()


def found(text: str) -> Command:
    command = read_shortcut(text, REGISTRY, NOBODY_KNOWS)
    assert isinstance(command, Command), command
    return command


@pytest.mark.parametrize(
    ("text", "operation", "query"),
    [
        ("find jenny", "customers search", 'name~"jenny" OR email~"jenny"'),
        ("find jenny rosen", "customers search", 'name~"jenny rosen" OR email~"jenny rosen"'),
        ("find customer Jenny", "customers search", 'name~"Jenny" OR email~"Jenny"'),
        ("find customers jo", "customers search", 'name:"jo" OR email:"jo"'),
        ("find customers jenny@example.com", "customers search", 'email~"jenny@example.com"'),
        ("find <mailto:jenny@example.com|jenny@example.com>", "customers search", 'email~"jenny@example.com"'),
        ("find customers +1 503 555", "customers search", 'phone~"+1 503 555"'),
        ("find charges 4242", "charges search", 'payment_method_details.card.last4:"4242"'),
        ("find 4242", "charges search", 'payment_method_details.card.last4:"4242"'),
        ("find payments 12.50", "charges search", "amount:1250"),
        ("find charges 12,50 eur", "charges search", 'amount:1250 AND currency:"eur"'),
        ("find charges ¥500", "charges search", "amount:500"),
        ("find payment intents 19999", "payment_intents search", "amount:1999900 OR amount:19999"),
        ("find invoices CEDAR-0042", "invoices search", 'number:"CEDAR-0042"'),
        ("find products mug", "products search", 'name~"mug" OR description~"mug"'),
        ('find O"Brien', "customers search", 'name~"O\\"Brien" OR email~"O\\"Brien"'),
        ("find a\\b", "customers search", 'name~"a\\\\b" OR email~"a\\\\b"'),
    ],
)
def test_stripes_search_is_asked_where_it_has_the_field(text: str, operation: str, query: str) -> None:
    """By what the text looks like, quoted so that it stays one value."""
    command = found(text)
    assert command.call.operation.name == operation
    assert command.call.parameters == {"query": query}
    assert not is_filter(command.shaping)


@pytest.mark.parametrize(
    ("text", "listing", "part"),
    [
        ("find invoices 2026", "invoices list", "'2026'"),
        ("find payouts Summer", "payouts list", "'summer'"),
        ("find checkout sessions foo", "checkout sessions list", "'foo'"),
        ("find promo codes LANTERN", "promotion_codes list", "'lantern'"),
        ("find subscriptions o'brien", "subscriptions list", '`"o\'brien"`'),
        ("find charges café", "charges list", '`"caf\\\\u00e9"`'),
    ],
)
def test_elsewhere_a_hundred_are_listed_and_filtered_here(text: str, listing: str, part: str) -> None:
    """The filter says so itself, and so the answer can."""
    command = found(text)
    assert command.call.operation.name == listing
    assert command.call.parameters == {"limit": 100}
    assert command.shaping.query == f"data[?contains(lower(to_string(@)), {part})]"
    assert is_filter(command.shaping)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("find charges cus_1A", "charges list --customer cus_1A"),
        ("find invoices sub_1A", "invoices list --subscription sub_1A"),
        ("find customers cus_1A", "customers retrieve cus_1A"),
        ("find ch_1A", "charges retrieve ch_1A"),
        ("find jenny --live --on eu", 'customers search --query \'name~"jenny" OR email~"jenny"\' --on eu --live'),
        (
            "find payouts x --live",
            "payouts list --limit 100 --query \"data[?contains(lower(to_string(@)), 'x')]\" --live",
        ),
    ],
)
def test_an_id_is_asked_for_exactly(text: str, expected: str) -> None:
    """What a list can be asked for needs no search; the options stay."""
    assert render(found(text)) == expected


@pytest.mark.parametrize(("text", "code"), [("find", "missing_value"), ("find customers", "missing_value")])
def test_there_must_be_something_to_find(text: str, code: str) -> None:
    """A resource alone is listed, not found."""
    problem = read_shortcut(text, REGISTRY, NOBODY_KNOWS)
    assert isinstance(problem, Problem)
    assert problem.code == code


def test_every_clause_is_in_stripes_table_of_fields() -> None:
    """The sandbox knows the fields that Stripe documents; so do we."""
    for kind, sorts in SEARCHES.items():
        for clause in (each for clauses in sorts.values() for each in clauses):
            assert clause.partition(clause[clause.index("{") - 1])[0] in FIELDS[kind]


@given(st.text(min_size=1, max_size=30))
def test_a_query_is_read_by_stripe_whatever_is_looked_for(text: str) -> None:
    """Nothing that is typed can end its quotes."""
    command = read_shortcut(f"find customers {json.dumps(text, ensure_ascii=False)}", REGISTRY, NOBODY_KNOWS)
    if isinstance(command, Command) and command.call.operation.name == "customers search":
        assert search("customer", [], str(command.call.parameters["query"])) == []


@given(st.text(max_size=30))
def test_a_filter_keeps_its_text_in_one_literal(text: str) -> None:
    """The expression is the same but for the text, which can't end the literal it stands in."""
    query = filter_for(text)
    literal = query.removeprefix("data[?contains(lower(to_string(@)), ").removesuffix(")]")
    inner = literal[1:-1]
    assert literal[0] == literal[-1]
    assert literal[0] in "'`"
    assert literal[0] not in inner
    assert is_filter(Shaping(query=query))
    plain = inner if literal[0] == "'" else json.loads(inner)
    assert plain == json.dumps(text.lower())[1:-1].lower()


def test_every_resource_that_can_be_listed_can_be_named() -> None:
    """In the plural and in the singular."""
    known = resources(REGISTRY)
    assert {"customers", "customer", "payment intents", "checkout session", "issuing cards"} <= set(known)
    assert all(each.list or each.search for each in known.values())


@pytest.mark.parametrize(
    ("kind", "text", "command", "asked"),
    [
        ("customer", "", "customers list --limit 100", ""),
        ("customer", "je", "customers list --limit 100", ""),
        ("customer", "jenny", 'customers search --query \'name~"jenny" OR email~"jenny"\'', "jenny"),
        ("customer", "cus_Q001Reader9", "customers retrieve cus_Q001Reader9", "cus_Q001Reader9"),
        ("charge", "cus_Q001Reader9", "charges list --customer cus_Q001Reader9", "cus_Q001Reader9"),
        ("charge", "12.50 eur", "charges search --query 'amount:1250 AND currency:\"eur\"'", "12.50 eur"),
        ("coupon", "SUMMER25", "coupons list --limit 100", ""),
        ("price", "mug", "prices list --expand data.product --limit 100", ""),
    ],
)
def test_objects_of_a_kind_are_looked_for_as_they_can_be(kind: str, text: str, command: str, asked: str) -> None:
    """Exactly, by Stripe's search, or among the newest, in which the text is still to be found."""
    way = look(kind, text, REGISTRY)
    assert way is not None
    assert (render(way.command), way.asked) == (command, asked)


def test_looking_goes_to_the_account_that_is_asked_for() -> None:
    """In its mode, whatever the id says."""
    way = look("checkout.session", "cs_live_a1b2c3d4e5", REGISTRY, account="acme", live=False)
    assert way is not None
    assert (way.command.account, way.command.live) == ("acme", False)


def test_only_reads_look_for_objects() -> None:
    """Of every kind that Stripe lists without being told more."""
    assert len(kinds(REGISTRY)) > 80
    ways = [look(kind, text, REGISTRY) for kind in kinds(REGISTRY) for text in ("", "jenny", "cus_Q001Reader9")]
    assert {assess(way.command.call).tier for way in ways if way is not None} == {"read"}


def test_what_stripe_does_not_list_is_not_looked_for() -> None:
    """A person is listed below an account alone."""
    assert look("person", "jenny", REGISTRY) is None
    assert look("", "jenny", REGISTRY) is None


@given(st.sampled_from(sorted(kinds(REGISTRY))), st.text(max_size=60))
def test_no_text_makes_looking_raise(kind: str, text: str) -> None:
    """It finds a way, or none."""
    look(kind, text, REGISTRY)
