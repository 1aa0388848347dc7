"""Search: the right operation among the first, whatever words people have for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.everyday import MEANINGS, OWNERS, VERBS
from operations.registry import registry
from operations.search import MAX_CHARACTERS, Index
from tests.operations.catalog.required import REQUIRED
from tests.operations.phrases import EVERYDAY, HELD_OUT, Phrase

TYPED = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from([word for each in EVERYDAY for word in each.text.split()]), max_size=8).map(" ".join),
    st.builds(lambda each, end: each.text[:end], st.sampled_from(EVERYDAY), st.integers(0, 30)),
)


def names(query: str, limit: int = 20) -> list[str]:
    return [each.name for each in registry().search(query, limit)]


@pytest.mark.parametrize(
    ("phrases", "count", "least"),
    [pytest.param(EVERYDAY, 100, 95, id="everyday"), pytest.param(HELD_OUT, 30, 24, id="held out")],
)
def test_the_right_operation_is_among_the_first_three(phrases: tuple[Phrase, ...], count: int, least: int) -> None:
    """95 of the 100 phrases that were collected before tuning; fewer of those that nobody had seen while tuning."""
    missed = [str(each) for each in phrases if not each.hits()]
    assert len({each.text for each in phrases}) == count
    assert len(phrases) - len(missed) >= least, "\n".join(missed)


@pytest.mark.parametrize("phrase", [*EVERYDAY, *HELD_OUT], ids=lambda each: each.text)
def test_every_phrase_wants_operations_that_exist(phrase: Phrase) -> None:
    """Else it would ask for what can't be found."""
    assert all((found := registry().by_name(each)) is not None and found.name == each for each in phrase.wanted)


def test_the_everyday_words_mean_operations_resources_and_verbs_that_exist() -> None:
    """A name that Stripe drops is noticed here."""
    operations = {each.name for each in registry().operations}
    resources = {each.rpartition(" ")[0] for each in operations}
    verbs = {part for each in operations for part in each.split()[-1].split("_")}
    assert not MEANINGS.keys() - operations - resources
    assert not OWNERS - resources
    assert not VERBS.keys() - verbs


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("refunds create", "refunds create"),
        ("refund create", "refunds create"),
        ("refund", "refunds create"),
        ("delete customer", "customers delete"),
        ("cancel subscription", "subscriptions cancel"),
        ("show balance", "balance retrieve"),
        ("POST /v1/refunds", "refunds create"),
        ("post   /v1/refunds", "refunds create"),
        ("GET /v1/accounts/{account}", "accounts retrieve_account"),
        ("/v1/customers/cus_1", "customers retrieve"),
        ("delete /v1/customers/cus_1", "customers delete"),
        ("advance clock", "test_helpers test_clocks advance"),
        ("apple pay", "apple_pay_domains list"),
        ("payment intents", "payment_intents list"),
        ("dispute close", "disputes close"),
        ("new charge", "charges create"),
        ("sub", "subscriptions list"),
        ("list of the customers", "customers list"),
        ("refund a charge", "refunds create"),
        ("void invoice", "invoices void_invoice"),
        ("expire checkout session", "checkout sessions expire"),
        ("cancel_at_period_end", "subscriptions update"),
        ("charge-back", "disputes list"),
        ("CHARGEBACKS", "disputes list"),
        ("charge ba", "disputes list"),
        ("refnds create", "refunds create"),
        ("dispuets", "disputes list"),
        ("ref", "refunds create"),
        ("authorisations of the card", "issuing authorizations list"),
    ],
)
def test_what_was_meant_comes_first(query: str, first: str) -> None:
    """Names, paths, words for them, parameters, plurals, slips and half-typed words."""
    assert first == names(query)[0]


@pytest.mark.parametrize("name", [name for _, name in REQUIRED])
def test_an_exact_name_comes_first(name: str) -> None:
    """Exact is best."""
    assert name == names(name, 1)[0]


@pytest.mark.parametrize("resource", ["customers", "disputes", "payouts", "invoices", "webhook_endpoints"])
def test_of_one_resource_the_everyday_verbs_come_first(resource: str) -> None:
    """To look comes before to make, and that before what is done seldom."""
    asked = ["list", "retrieve"] + [verb for verb in ("create", "update") if registry().by_name(f"{resource} {verb}")]
    assert [f"{resource} {verb}" for verb in asked] == names(resource)[: len(asked)]


@pytest.mark.parametrize(
    "query", [*(each.text for each in EVERYDAY), "account people", "charges refund a", "bank accounts"]
)
def test_what_stripe_documents_comes_before_what_it_replaced(query: str) -> None:
    """Old operations are found, but never before their successors."""
    found = names(query, len(registry().operations))
    for place, name in enumerate(found):
        operation = registry().by_name(name)
        assert operation is not None
        if operation.successor:
            assert operation.successor in found[:place]


def test_helpers_for_tests_wait_until_somebody_asks_for_a_test() -> None:
    """Nobody who looks for a captured card payment means the pretended one."""
    assert not [each for each in names("capture authorization", 3) if "test_helpers" in each]
    assert names("test ship card", 1) == ["test_helpers issuing cards ship_card"]


@pytest.mark.parametrize("query", ["", "   ", "!!!", "qqqqqqqqqq", "\N{PILE OF POO}", "how do I", "\ud800", "12345"])
def test_a_search_for_nothing_finds_nothing(query: str) -> None:
    """Rather than everything."""
    assert names(query) == []


@given(query=TYPED, limit=st.integers(0, 30))
def test_a_search_never_fails_or_repeats_itself(query: str, limit: int) -> None:
    """Whatever is typed, at most ``limit`` different operations."""
    found = registry().search(query, limit)
    assert len(found) <= limit
    assert len({each.key for each in found}) == len(found)


@given(st.text(min_size=1, max_size=20))
def test_the_end_of_a_long_text_is_not_read(text: str) -> None:
    """The work is bounded, however much is pasted."""
    index = Index(registry().operations[:50])
    start = "list of all the customers".ljust(MAX_CHARACTERS)
    assert index.search(start + text * 200, 20) == index.search(start, 20)
