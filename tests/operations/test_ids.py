"""Path ids: none reaches another endpoint."""

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations import ids
from operations.registry import registry
from operations.spec import Operation
from tests.examples import examples

REGISTRY = registry()
WITH_IDS = [each for each in REGISTRY.operations if each.path_parameters]

HOSTILE = [
    "cus_x/../../refunds",
    "..",
    ".",
    "...",
    "",
    "%2e%2e",
    "cus_x%2Frefunds",
    "cus_x?expand[]=a",
    "cus_x#frag",
    "cus_x;a=b",
    "cus_x\r\nX-Evil: 1",
    "cus_x\x00",
    "cus x",
    "cus+x",
    "cus_é",
    "cus_１",
    "@evil.example/v1",
    "//evil.example/v1",
    "\\..\\refunds",
    "x" * 256,
]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_ids_are_refused(value: str) -> None:
    """C1 to C12: only letters, digits and underscores, 1 to 255 of them."""
    assert not ids.is_valid("/v1/customers/{customer}", "customer", value)
    with pytest.raises(ValueError, match="customer"):
        ids.fill("/v1/customers/{customer}", {"customer": value})


@pytest.mark.parametrize("value", [each for each in HOSTILE if each != "cus+x"])
def test_hostile_ids_are_refused_where_people_choose_ids_too(value: str) -> None:
    """Coupon codes and the like may have more characters, but none that means something in a path."""
    assert not ids.is_valid("/v1/coupons/{coupon}", "coupon", value)


@pytest.mark.parametrize(
    ("path", "name", "value", "filled"),
    [
        ("/v1/coupons/{coupon}", "coupon", "25-OFF.summer", "/v1/coupons/25-OFF.summer"),
        ("/v1/products/{id}", "id", "gold:eu@2", "/v1/products/gold%3Aeu%402"),
        ("/v1/plans/{plan}", "plan", "gold-monthly", "/v1/plans/gold-monthly"),
        ("/v1/apple_pay/domains/{domain}", "domain", "shop.example.com", "/v1/apple_pay/domains/shop.example.com"),
        (
            "/v1/reporting/report_types/{report_type}",
            "report_type",
            "balance.summary.1",
            "/v1/reporting/report_types/balance.summary.1",
        ),
    ],
)
def test_ids_that_people_choose_may_have_more_characters(path: str, name: str, value: str, filled: str) -> None:
    """Coupons, products, plans, domains and report types have ids that Stripe didn't make up."""
    assert ids.fill(path, {name: value}) == filled


def test_an_id_that_names_another_endpoint_does_not_reach_its_own() -> None:
    """``search`` is a well-formed id, and ``/v1/customers/search`` is another operation."""
    operation = REGISTRY.by_key("GET /v1/customers/{customer}")
    assert operation is not None
    assert not ids.reaches(REGISTRY, operation, {"customer": "search"})
    assert ids.reaches(REGISTRY, operation, {"customer": "cus_1"})


def test_superfluous_and_missing_ids_are_refused() -> None:
    """A path is filled with exactly the ids it takes."""
    for values in ({}, {"customer": "cus_1", "id": "x"}, {"id": "x"}):
        with pytest.raises(ValueError, match="exactly"):
            ids.fill("/v1/customers/{customer}", values)


@settings(max_examples=examples(200))
@given(
    st.sampled_from(WITH_IDS),
    st.text(max_size=12)
    | st.text("abc._%/?#;-~:@+!*$,\\ ", max_size=8)
    | st.sampled_from([*HOSTILE, "search"])
    | st.from_regex(r"[a-z0-9_]+"),
)
def test_no_id_reaches_another_endpoint(operation: Operation, value: str) -> None:
    """For any text, the path is refused or has the template's segments and, normalised by the client, its operation."""
    values = dict.fromkeys(ids.placeholders(operation.path), value)
    if not all(ids.is_valid(operation.path, name, value) for name in values):
        with pytest.raises(ValueError, match="must be"):
            ids.fill(operation.path, values)
        return
    path = ids.fill(operation.path, values)
    url = httpx.URL("https://api.stripe.com" + path)
    assert url.host == "api.stripe.com"
    assert url.raw_path.decode() == path
    assert len(path.split("/")) == len(operation.path.split("/"))
    matched = REGISTRY.match_path(operation.method, path)
    assert matched is not None
    assert ids.reaches(REGISTRY, operation, values) == (matched[0] == operation)
