"""The registry: every operation found by words and by method and path, and the names nearest to what was typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.catalog.load import Catalog
from operations.registry import Registry, registry
from operations.spec import Operation, Response
from tests.operations.catalog.required import REQUIRED

OPERATIONS = st.sampled_from(registry().operations)
IDS = st.from_regex(r"[a-z]{2,4}_[A-Za-z0-9]{4,20}", fullmatch=True)


@pytest.mark.parametrize(("key", "name"), REQUIRED)
def test_each_required_operation_is_found_by_path_and_by_name(key: str, name: str) -> None:
    """All 64, whatever the package carries."""
    found = registry().by_key(key)
    assert found is not None
    assert name == found.name
    assert found is registry().by_name(name)


def test_every_operation_is_found_by_each_of_its_names() -> None:
    """Canonical name and aliases, and no name means two operations."""
    names = [(name, each) for each in registry().operations for name in (each.name, *each.aliases)]
    assert all(registry().by_name(name) is each for name, each in names)
    assert len(names) == len({name for name, _ in names})


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("customers list", "GET /v1/customers"),
        ("billing_portal sessions create", "POST /v1/billing_portal/sessions"),
        ("issuing cards update", "POST /v1/issuing/cards/{card}"),
        ("test_helpers test_clocks advance", "POST /v1/test_helpers/test_clocks/{test_clock}/advance"),
        ("v2 core accounts create", "POST /v2/core/accounts"),
        ("v2 core account_persons delete", "DELETE /v2/core/accounts/{account_id}/persons/{id}"),
        ("persons create", "POST /v1/accounts/{account}/persons"),
        ("customers list_payment_methods", "GET /v1/customers/{customer}/payment_methods"),
        ("invoice_line_items list", "GET /v1/invoices/{invoice}/lines"),
        ("subscriptions cancel", "DELETE /v1/subscriptions/{subscription_exposed_id}"),
        ("sources detach", "DELETE /v1/customers/{customer}/sources/{id}"),
        ("tax_ids create", "POST /v1/customers/{customer}/tax_ids"),
        ("fee_refunds create", "POST /v1/application_fees/{id}/refunds"),
        ("billing credit_balance_summaries retrieve", "GET /v1/billing/credit_balance_summary"),
        ("treasury transaction_entrys list", "GET /v1/treasury/transaction_entries"),
        ("test_helpers issuing cards ship_card", "POST /v1/test_helpers/issuing/cards/{card}/shipping/ship"),
        ("issuing cards test_helpers ship_card", "POST /v1/test_helpers/issuing/cards/{card}/shipping/ship"),
        ("accounts capabilities", "GET /v1/accounts/{account}/capabilities"),
        ("cards delete", "DELETE /v1/accounts/{account}/external_accounts/{id}"),
    ],
)
def test_the_words_of_the_stripe_cli_are_names(words: str, key: str) -> None:
    """People know them already."""
    found = registry().by_name(words)
    assert found is not None
    assert key == found.key


def test_the_packages_own_path_is_another_name() -> None:
    """``customers.payment_methods.list`` of the Python package."""
    assert registry().by_name("customers payment_methods list") is registry().by_name("customers list_payment_methods")


def test_two_names_for_one_deletion_are_one_operation() -> None:
    """The package has two methods for deleting a customer's source."""
    found = registry().by_name("customers payment_sources delete")
    assert found is not None
    assert found is registry().by_name("sources detach")


@pytest.mark.parametrize("words", ["Payment-Intents  LIST", " payment_intents list ", "PAYMENT_INTENTS\tlist"])
def test_names_are_found_however_they_are_typed(words: str) -> None:
    """Hyphens, capitals and spaces don't matter."""
    found = registry().by_name(words)
    assert found is not None
    assert found.name == "payment_intents list"


@pytest.mark.parametrize("words", ["", "customers", "customers fly", "customers list extra", "customerslist"])
def test_unknown_names_find_nothing(words: str) -> None:
    """No guessing: suggestions are another question."""
    assert registry().by_name(words) is None


@pytest.mark.parametrize(
    "key", ["post /v1/customers/{id}", "POST /v1/customers/{}", " POST  /v1/customers/{anything} "]
)
def test_a_key_matches_whatever_its_placeholders_are_called(key: str) -> None:
    """Sources differ in what they call them."""
    found = registry().by_key(key)
    assert found is not None
    assert found.name == "customers update"


@pytest.mark.parametrize(
    "key", ["", "POST", "/v1/customers", "PUT /v1/customers", "POST /v1/customers/", "GET /v1/nope"]
)
def test_unknown_keys_find_nothing(key: str) -> None:
    """Nothing is forgiven in a path."""
    assert registry().by_key(key) is None


@given(operation=OPERATIONS, data=st.data())
def test_a_concrete_path_finds_its_operation_and_its_ids(operation: Operation, data: st.DataObject) -> None:
    """Whatever the ids are, as long as they are ids."""
    values = {each.name: data.draw(IDS) for each in operation.path_parameters}
    path = re.sub(r"\{(\w+)\}", lambda match: values[match[1]], operation.path)
    assert (operation, values) == registry().match_path(operation.method.lower(), path)


def test_a_fixed_segment_wins_over_an_id() -> None:
    """``search`` is not the id of a charge."""
    found = registry().match_path("GET", "/v1/charges/search")
    assert found is not None
    assert (found[0].name, found[1]) == ("charges search", {})


def test_a_fixed_segment_that_leads_nowhere_gives_way_to_an_id() -> None:
    """Nothing is posted to ``search``, so there it would be an id."""
    found = registry().match_path("POST", "/v1/charges/search")
    assert found is not None
    assert (found[0].name, found[1]) == ("charges update", {"charge": "search"})


@pytest.mark.parametrize(
    "path", ["", "/", "/v1/charges/", "/v1//charges", "v1/charges", "/v1/charges/ch_1/", "/v3/charges"]
)
def test_paths_that_no_operation_has_match_nothing(path: str) -> None:
    """Empty segments are never ids."""
    assert registry().match_path("GET", path) is None


@pytest.mark.parametrize(
    ("line", "name", "count"),
    [
        ("customers retrieve cus_1", "customers retrieve", 2),
        ("Issuing Cards Update ic_1 --status active", "issuing cards update", 3),
        ("sources source_transactions src_1", "sources source_transactions", 2),
        ("sources source_transactions retrieve src_1 txn_1", "sources source_transactions retrieve", 3),
        ("accounts retrieve", "accounts retrieve", 2),
        ("accounts retrieve acct_1", "accounts retrieve_account", 2),
        ("accounts retrieve --expand settings", "accounts retrieve", 2),
        ("accounts retrieve expand[]=settings", "accounts retrieve", 2),
        ("tax_ids list", "tax_ids list_tax_ids", 2),
        ("tax_ids list cus_1 --limit 3", "tax_ids list", 2),
        ("tax_ids retrieve txi_1", "tax_ids retrieve_tax_id", 2),
        ("tax_ids retrieve cus_1 txi_1", "tax_ids retrieve", 2),
        ("tax_ids create type=eu_vat value=DE1", "tax_ids create_tax_id", 2),
    ],
)
def test_the_longest_beginning_that_names_an_operation_is_taken(line: str, name: str, count: int) -> None:
    """What follows are ids and flags; where words are shared, the number of ids decides."""
    found = registry().longest_words(line.split())
    assert found is not None
    assert (name, count) == (found[0].name, found[1])


def test_words_that_begin_no_name_find_nothing() -> None:
    """Not even when a later part would."""
    assert registry().longest_words(["please", "customers", "list"]) is None
    assert registry().longest_words([]) is None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("customer list", "customers list"),
        ("refunds crate", "refunds create"),
        ("create refunds", "refunds create"),
        ("paymentintents list", "payment_intents list"),
        ("issuing card update", "issuing cards update"),
        ("customers payment_method list", "customers list_payment_methods"),
    ],
)
def test_the_nearest_name_is_what_was_perhaps_meant(words: str, name: str) -> None:
    """Slips, singulars and turned words; always the canonical name."""
    assert name == registry().nearest_names(words)[0]


def test_nothing_is_suggested_for_what_looks_like_nothing() -> None:
    """A far-fetched suggestion confuses."""
    assert registry().nearest_names("zzzzzz qqqqqq") == ()
    assert len(registry().nearest_names("customers", limit=2)) <= 2


def test_two_operations_with_one_name_are_refused() -> None:
    """A catalog that is wrong is found at start, not at the first command."""
    one = Operation(name="a b", method="GET", path="/v1/a", response=Response(kind="object"))
    two = Operation(name="c", aliases=("a b",), method="GET", path="/v1/c", response=Response(kind="object"))
    with pytest.raises(ValueError, match="'a b' names both GET /v1/a and GET /v1/c"):
        Registry(_catalog(one, two))


def test_two_operations_with_one_path_are_refused() -> None:
    """Placeholders' names don't tell paths apart."""
    one = Operation(name="a", method="GET", path="/v1/a/{x}", response=Response(kind="object"))
    two = Operation(name="b", method="GET", path="/v1/a/{y}", response=Response(kind="object"))
    with pytest.raises(ValueError, match="are one path"):
        Registry(_catalog(one, two))


def _catalog(*operations: Operation) -> Catalog:
    return Catalog(api_version="", source="", source_hash="", operations=operations, expandable={}, shared={})
