"""The committed catalog: complete, and right where it is easy to be wrong."""

from collections import Counter

import pytest

from operations.catalog.load import Catalog, load
from operations.grammar import shape_at
from operations.registry import registry
from operations.spec import Operation, Shape
from tests.operations.catalog import trees


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def operation(key: str) -> Operation:
    found = registry().by_key(key)
    assert found is not None, key
    return found


def from_package(catalog: Catalog) -> list[Operation]:
    return [each for each in catalog.operations if each.provenance == "current"]


def test_all_operations_are_there_once(catalog: Catalog) -> None:
    """726 operations: 648 of the package, 54 that the public specification of 2025 had, 24 older ones."""
    provenances = Counter(each.provenance for each in catalog.operations)
    assert provenances == {"current": 648, "public-2025": 54, "legacy": 24}
    assert 726 == len({each.key for each in catalog.operations}) == len({each.name for each in catalog.operations})


def test_the_operations_come_sorted_by_name(catalog: Catalog) -> None:
    """Readers may rely on the order."""
    assert sorted(each.name for each in catalog.operations) == [each.name for each in catalog.operations]


def test_the_catalog_names_its_api_version_and_its_source(catalog: Catalog) -> None:
    """What is sent as Stripe-Version is what the parameters were read for."""
    assert catalog.api_version == "2026-10-28.endive"
    assert catalog.source == "stripe 16.1.0"
    assert len(catalog.source_hash) == 64


def test_parameters_are_there_to_full_depth(catalog: Catalog) -> None:
    """The package declares 13,013 parameters and nested fields; the 18 v2 lists get their page."""
    found = [path for each in from_package(catalog) for path, _ in trees.parameters(each)]
    assert len(found) == 13_013 + 18
    assert max(path.count("[") for path in found) + 1 == 7


def test_kinds_are_told_apart(catalog: Catalog) -> None:
    """Counts measured on the package by other means: clearable, enums and how many are open, maps, unions."""
    rows = [parameter for each in from_package(catalog) for _, parameter in trees.parameters(each)]
    shapes = [shape for row in rows for shape in trees.shapes(row.shape)]
    enums = [shape for shape in shapes if shape.kind == "enum"]
    assert sum(row.shape.clearable for row in rows) == 1_297
    assert (len(enums), sum(each.open for each in enums)) == (1_987, 1_568)
    assert sum(shape.kind == "map" for shape in shapes) == 238
    assert sum(shape.kind == "union" for shape in shapes) == 95


def test_no_enum_offers_the_empty_string(catalog: Catalog) -> None:
    """The empty string clears a parameter; it is not one of its values."""
    for each in catalog.operations:
        for path, parameter in trees.parameters(each):
            assert all("" not in shape.values for shape in trees.shapes(parameter.shape)), (each.key, path)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("POST /v2/money_management/outbound_payments", "from"),
        ("POST /v2/money_management/payout_intents", "from"),
        ("POST /v2/money_management/inbound_transfers", "from"),
        ("POST /v1/tax/registrations", "country_options[is]"),
        ("POST /v1/tax/registrations", "country_options[in]"),
    ],
)
def test_fields_named_like_python_keywords_are_not_lost(key: str, path: str) -> None:
    """The package declares ``from``, ``in`` and ``is`` apart from the rest."""
    assert trees.at(operation(key), path).shape.kind == "object"


def test_request_options_of_the_package_are_not_parameters(catalog: Catalog) -> None:
    """Parameter classes inherit the client's options, which are no business of Stripe's."""
    options = {"api_key", "stripe_version", "idempotency_key", "max_network_retries", "content_type", "headers"}
    for each in catalog.operations:
        assert not options & {parameter.name for parameter in each.parameters}, each.key


def test_a_file_is_uploaded_as_multipart_to_the_files_host() -> None:
    """The only multipart operation, and its file parameter is required."""
    files = operation("POST /v1/files")
    assert (files.host, files.encoding) == ("files", "multipart")
    assert (trees.at(files, "file").shape.kind, trees.at(files, "file").required) == ("file", True)
    assert [each.name for each in registry().operations if each.encoding == "multipart"] == ["files create"]


def test_the_quote_pdf_is_binary_and_comes_from_the_files_host() -> None:
    """The only answer that is not JSON."""
    pdf = operation("GET /v1/quotes/{quote}/pdf")
    assert (pdf.host, pdf.response.kind) == ("files", "binary")
    assert [pdf] == [each for each in registry().operations if each.response.kind == "binary"]


def test_the_meter_event_stream_has_a_host_of_its_own_and_answers_nothing() -> None:
    """It takes a session token there."""
    stream = operation("POST /v2/billing/meter_event_stream")
    assert (stream.host, stream.encoding, stream.response.kind) == ("meter_events", "json", "empty")


def test_v2_is_json_and_v1_is_form_encoded(catalog: Catalog) -> None:
    """Except for the one upload."""
    for each in catalog.operations:
        expected = "json" if each.api == "v2" else "multipart" if each.name == "files create" else "form"
        assert expected == each.encoding, each.key


def test_every_v2_list_takes_a_page(catalog: Catalog) -> None:
    """The package hides it behind its iterators."""
    lists = [each for each in catalog.operations if each.api == "v2" and each.response.kind == "list"]
    assert len(lists) == 18
    assert all(each.parameter("page") is not None for each in lists)


def test_two_v1_lists_have_no_paging(catalog: Catalog) -> None:
    """Every other v1 list of the package takes ``limit``."""
    lists = [each for each in from_package(catalog) if each.api == "v1" and each.response.kind == "list"]
    assert {"GET /v1/accounts/{account}/capabilities", "GET /v1/reporting/report_types"} == {
        each.key for each in lists if each.parameter("limit") is None
    }


def test_searches_are_told_apart_from_lists(catalog: Catalog) -> None:
    """Seven resources can be searched; a search needs a query."""
    searches = [each for each in catalog.operations if each.response.kind == "search"]
    assert len(searches) == 7
    assert all((found := each.parameter("query")) is not None and found.required for each in searches)


def test_expand_is_v1_and_include_is_v2(catalog: Catalog) -> None:
    """The two ways to ask for more never mix."""
    for each in catalog.operations:
        assert each.parameter("include" if each.api == "v1" else "expand") is None, each.key


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("DELETE /v1/customers/{customer}", "deleted"),
        ("DELETE /v1/subscriptions/{subscription_exposed_id}", "object"),
        ("DELETE /v1/ephemeral_keys/{key}", "object"),
        ("DELETE /v1/customers/{customer}/sources/{id}", "object"),
        ("DELETE /v2/core/event_destinations/{id}", "deleted"),
        ("DELETE /v1/account", "deleted"),
    ],
)
def test_a_delete_answers_a_mark_or_the_object(key: str, kind: str) -> None:
    """Some deletions answer what was cancelled or detached, without ``deleted``."""
    assert kind == operation(key).response.kind


def test_a_v2_deletion_says_what_was_deleted() -> None:
    """Its own answer names no object; the path does."""
    assert operation("DELETE /v2/core/event_destinations/{id}").response.objects == ("v2.core.event_destination",)


def test_a_delete_may_take_parameters() -> None:
    """Cancelling a subscription can prorate."""
    assert {"invoice_now", "prorate"} <= {
        each.name for each in operation("DELETE /v1/subscriptions/{subscription_exposed_id}").parameters
    }


def test_metadata_is_one_map() -> None:
    """The package says it twice over; clearing is by the empty string in v1 and by null per key in v2."""
    v1 = trees.at(operation("POST /v1/customers/{customer}"), "metadata").shape
    assert Shape(kind="map", items=Shape(kind="string"), clearable=True) == v1
    v2 = trees.at(operation("POST /v2/core/accounts/{id}"), "metadata").shape
    assert Shape(kind="map", items=Shape(kind="string", nullable=True)) == v2


def test_created_is_a_time_or_a_range_of_times() -> None:
    """Range bounds mean what their parent means."""
    shape = trees.at(operation("GET /v1/charges"), "created").shape
    bounds, exact = shape.variants
    assert (shape.kind, exact.meaning) == ("union", "timestamp")
    assert [(each.name, each.shape.meaning) for each in bounds.fields] == [
        ("gt", "timestamp"),
        ("gte", "timestamp"),
        ("lt", "timestamp"),
        ("lte", "timestamp"),
    ]


@pytest.mark.parametrize(
    ("key", "path", "meaning"),
    [
        ("POST /v1/refunds", "amount", "money_minor"),
        ("POST /v1/test_helpers/terminal/readers/{reader}/present_payment_method", "amount_tip", "money_minor"),
        ("POST /v1/prices", "custom_unit_amount[preset]", "money_minor"),
        ("POST /v1/prices", "custom_unit_amount[minimum]", "money_minor"),
        ("POST /v1/checkout/sessions", "line_items[adjustable_quantity][minimum]", "quantity"),
        ("POST /v1/accounts", "settings[payouts][schedule][monthly_anchor]", "calendar"),
        ("GET /v1/payouts", "arrival_date[gte]", "timestamp"),
        ("POST /v2/money_management/outbound_payments", "amount[value]", "money_minor"),
        ("POST /v1/prices", "unit_amount_decimal", "money_minor"),
        ("POST /v1/subscriptions", "application_fee_percent", "percentage"),
        ("GET /v1/charges", "limit", "paging"),
        ("POST /v1/refunds", "currency", "currency"),
        ("POST /v1/accounts", "default_currency", "currency"),
        ("POST /v1/charges", "receipt_email", "email"),
        ("POST /v1/account_links", "return_url", "url"),
        ("GET /v2/money_management/transactions", "created[gte]", "datetime"),
    ],
)
def test_values_mean_what_was_reviewed(key: str, path: str, meaning: str) -> None:
    """The traps: tips, presets and custom amounts are money, anchors are not times, v2 times are strings."""
    assert meaning == trees.at(operation(key), path).shape.meaning


def test_every_number_has_a_meaning(catalog: Catalog) -> None:
    """No amount of money can be mistaken for a count."""
    for each in catalog.operations:
        for path, parameter in trees.parameters(each):
            for shape in trees.shapes(parameter.shape):
                assert shape.meaning or shape.kind not in {"integer", "number", "decimal"}, (each.key, path)


@pytest.mark.parametrize("name", ["currency_options", "default_for_currency"])
def test_names_that_only_look_like_currencies_are_none(catalog: Catalog, name: str) -> None:
    """A table by currency and a yes-or-no."""
    rows = [row for each in catalog.operations for _, row in trees.parameters(each) if row.name == name]
    assert rows
    assert all(shape.meaning != "currency" for row in rows for shape in trees.shapes(row.shape))


@pytest.mark.parametrize(
    ("key", "path", "refers"),
    [
        ("POST /v1/payment_intents", "customer", "customer"),
        ("POST /v1/payment_intents", "on_behalf_of", "account"),
        ("GET /v1/issuing/transactions", "card", "issuing.card"),
        ("GET /v1/financial_connections/transactions", "account", "financial_connections.account"),
        ("POST /v1/financial_connections/sessions", "account_holder[account]", "account"),
        ("POST /v1/transfers", "source_transaction", "charge"),
        ("POST /v1/payment_methods", "card[token]", ""),
    ],
)
def test_ids_say_what_they_name(key: str, path: str, refers: str) -> None:
    """By the package's expandable fields and the request's own namespace; unsaid where it can't be known."""
    assert ("id", refers) == (
        (shape := trees.at(operation(key), path).shape).meaning,
        shape.refers,
    )


@pytest.mark.parametrize(
    ("key", "refers"),
    [
        ("POST /v1/customers/{customer}/sources/{id}/verify", ("customer", "")),
        ("POST /v1/issuing/cards/{card}", ("issuing.card",)),
        ("POST /v1/test_helpers/issuing/cards/{card}/shipping/ship", ("issuing.card",)),
        ("DELETE /v1/ephemeral_keys/{key}", ("ephemeral_key",)),
        ("GET /v1/application_fees/{fee}/refunds/{id}", ("application_fee", "fee_refund")),
    ],
)
def test_path_ids_say_what_they_name(key: str, refers: tuple[str, ...]) -> None:
    """Test helpers take the ids of the resources they help with."""
    assert refers == tuple(each.refers for each in operation(key).path_parameters)


def test_a_decimal_is_neither_a_number_nor_a_string() -> None:
    """It is a string on the wire and a number to people."""
    assert trees.at(operation("POST /v1/prices"), "unit_amount_decimal").shape.kind == "decimal"


def test_one_parameter_can_only_be_cleared() -> None:
    """Its type is the empty string and nothing else."""
    shape = trees.at(operation("POST /v1/invoiceitems/{invoiceitem}"), "invoicing_rules").shape
    assert Shape(kind="string", max_length=0, clearable=True) == shape


def test_an_enum_or_a_number_is_a_union() -> None:
    """``now`` or a time."""
    shape = trees.at(operation("POST /v1/subscriptions"), "trial_end").shape
    assert {each.kind: each.values for each in shape.variants} == {"enum": ("now",), "integer": ()}


def test_deprecated_operations_are_marked(catalog: Catalog) -> None:
    """As the package says in its descriptions."""
    assert {
        "GET /v1/exchange_rates",
        "GET /v1/exchange_rates/{rate_id}",
        "POST /v1/charges",
        "POST /v1/charges/{charge}/capture",
        "POST /v1/issuing/authorizations/{authorization}/approve",
        "POST /v1/issuing/authorizations/{authorization}/decline",
    } == {each.key for each in catalog.operations if each.deprecated}


def test_older_operations_point_to_their_successors(catalog: Catalog) -> None:
    """A hint to a current operation, by name; what was asked is still what is sent."""
    for each in catalog.operations:
        if each.successor:
            found = registry().by_name(each.successor)
            assert found is not None
            assert ("current", each.method) == (found.provenance, found.method)
    assert operation("GET /v1/account/people").successor == "persons list"


def test_four_operations_have_no_known_parameters(catalog: Catalog) -> None:
    """No source lists them, so whatever is given is sent."""
    untyped = [each for each in catalog.operations if each.untyped]
    assert len(untyped) == 4
    assert all(each.parameters == () for each in untyped)


def test_expandable_fields_are_known_by_object() -> None:
    """With the dotted paths that ``expand`` takes."""
    assert {"customer", "payment_intent", "refunds"} & set(registry().expandable("charge")) >= {"customer"}
    assert "invoice_settings.default_payment_method" in registry().expandable("customer")
    assert registry().expandable("no_such_object") == ()


def test_equal_shapes_are_one_object(catalog: Catalog) -> None:
    """A catalog of 14,000 fields keeps only what differs."""
    every = [
        shape for each in catalog.operations for _, row in trees.parameters(each) for shape in trees.shapes(row.shape)
    ]
    assert len({id(shape) for shape in every}) < len(every) / 5
    assert len({id(shape) for shape in every}) == len(set(every))


def test_how_long_a_delivery_takes_is_no_money() -> None:
    """``value`` is money beside a currency, and a number of days beside a unit."""
    operation = registry().by_key("POST /v1/shipping_rates")
    assert operation is not None
    shape = shape_at(operation, "delivery_estimate[minimum][value]")
    assert shape is not None
    assert shape.meaning == "count"
