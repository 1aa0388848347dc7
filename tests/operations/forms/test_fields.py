"""Which fields a form has, to full depth, and how each is asked for."""

import pytest

from operations.forms import Field, fields_of, hint, numbered, numbers, template
from operations.forms.fields import FEW, MOST_CHOICES, SHOWN_FIRST
from operations.registry import registry
from operations.spec import Operation

REGISTRY = registry()


def operation(name: str) -> Operation:
    found = REGISTRY.longest_words(name.split())
    assert found is not None
    return found[0]


def field(name: str, place: str) -> Field:
    found = fields_of(operation(name)).get(place)
    assert found is not None, place
    return found


@pytest.mark.parametrize(
    ("name", "place", "control"),
    [
        ("customers update", "customer", "object"),
        ("refunds create", "charge", "object"),
        ("refunds create", "amount", "money"),
        ("refunds create", "reverse_transfer", "switch"),
        ("refunds create", "origin", "choice"),
        ("refunds create", "metadata", "pairs"),
        ("refunds create", "expand", "lines"),
        ("refunds create", "instructions_email", "email"),
        ("coupons create", "percent_off", "decimal"),
        ("coupons create", "max_redemptions", "whole"),
        ("coupons create", "redeem_by", "time"),
        ("coupons create", "currency", "currency"),
        ("coupons create", "duration", "suggested"),
        ("charges list", "created", "text"),
        ("files create", "file", "file"),
        ("subscriptions create", "description", "long_text"),
        ("subscriptions create", "items[0][price]", "object"),
        ("subscriptions create", "items[0][discounts][1][coupon]", "object"),
        ("checkout sessions create", "success_url", "url"),
        ("v2 core accounts list", "applied_configurations", "choices"),
        ("v2 billing meter_events create", "timestamp", "time"),
    ],
)
def test_a_field_is_asked_for_as_its_kind_wants(name: str, place: str, control: str) -> None:
    """From what the registry says of it, never from a list of names."""
    assert field(name, place).control == control


def test_closed_lists_are_chosen_from_and_open_or_long_ones_searched() -> None:
    """A select takes a hundred, and one that knows not everything must take others."""
    for each in (each for operation in REGISTRY.operations for each in fields_of(operation).all):
        if each.control in ("choice", "choices"):
            assert 0 < len(each.values) <= MOST_CHOICES, each.name
            assert not each.open, each.name
        if each.control in ("suggested", "suggested_choices"):
            assert each.open or len(each.values) > MOST_CHOICES, each.name


def test_every_parameter_is_in_some_field() -> None:
    """By itself, or by its parts."""
    for each in REGISTRY.operations:
        heads = {field.name.partition("[")[0] for field in fields_of(each).all}
        assert heads == {*(part.name for part in each.path_parameters), *(part.name for part in each.parameters)}


def test_a_form_begins_with_what_is_required_then_with_what_people_give_most() -> None:
    """All that is required and can be asked for, and few others; each of them exists."""
    for each in REGISTRY.operations:
        fields = fields_of(each)
        first = [fields.get(name) for name in fields.first]
        assert None not in first
        required = [field for field in fields.all if field.required and "#" not in field.name]
        assert {field.name for field in required} <= set(fields.first) | {
            field.name for field in required if "[" in field.name
        }
        assert len(fields.first) <= len([f for f in first if f is not None and f.required]) + SHOWN_FIRST + FEW


@pytest.mark.parametrize(
    ("name", "place", "governed", "currency"),
    [
        ("coupons create", "amount_off", "currency", ""),
        ("prices create", "tiers[3][flat_amount]", "currency", ""),
        ("invoiceitems create", "price_data[unit_amount]", "price_data[currency]", ""),
        (
            "subscriptions create",
            "add_invoice_items[2][price_data][unit_amount]",
            "add_invoice_items[2][price_data][currency]",
            "",
        ),
        ("refunds create", "amount", "", ""),
        ("terminal configurations create", "tipping[aed][smart_tip_threshold]", "", "aed"),
    ],
)
def test_an_amount_knows_where_its_currency_is_said(name: str, place: str, governed: str, currency: str) -> None:
    """In a field beside or around it, in its own name, or nowhere: then it is asked for with the amount."""
    found = field(name, place)
    assert (found.governed, found.currency) == (governed, currency)


def test_every_currency_that_governs_an_amount_is_a_field() -> None:
    """So that it can be given."""
    for each in REGISTRY.operations:
        fields = fields_of(each)
        governed = {field.governed for field in fields.all if field.governed}
        assert all((found := fields.get(name)) is not None and found.control == "currency" for name in governed)


@pytest.mark.parametrize(
    ("name", "pattern", "at"),
    [
        ("price", "price", ()),
        ("items[0][price]", "items[#][price]", (0,)),
        ("items[12][discounts][3][coupon]", "items[#][discounts][#][coupon]", (12, 3)),
    ],
)
def test_items_are_numbered_in_their_names(name: str, pattern: str, at: tuple[int, ...]) -> None:
    """And the numbers can be taken out and put in."""
    assert template(name) == pattern
    assert numbers(name) == at
    assert numbered(pattern, at) == name
    assert numbered(pattern, at[:1]) == numbered(pattern, (*at[:1], 0))


def test_a_field_of_an_item_has_the_items_number_and_is_else_the_same() -> None:
    """Whatever number it is."""
    one, other = field("subscriptions create", "items[0][price]"), field("subscriptions create", "items[7][price]")
    assert (one.shape, one.control, one.kind) == (other.shape, other.control, other.kind)
    assert (one.heading, other.heading) == ("Items 1", "Items 8")


@pytest.mark.parametrize(
    "place", ["", "bogus", "items", "items[0]", "items[0][bogus]", "items[x][price]", "[", "a[b]c"]
)
def test_what_is_no_field_is_none(place: str) -> None:
    """Names come from drafts and payloads."""
    assert fields_of(operation("subscriptions create")).get(place) is None


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("description", "description"),
        ("coupon", "discounts[#][coupon]"),
        ("trial end", "trial_end"),
        ("trial_end", "trial_end"),
        ("items price", "items[#][price]"),
        ("cancel at perod end", "cancel_at_period_end"),
    ],
)
def test_a_search_finds_a_field_by_its_words(query: str, best: str) -> None:
    """In plain words, as Stripe writes it, or with a slip."""
    found = fields_of(operation("subscriptions create")).search(query)
    assert best in [each.name for each in found[:5]]


def test_a_search_for_nothing_lists_everything_but_what_is_taken() -> None:
    """Fields of lists can be taken again."""
    fields = fields_of(operation("coupons create"))
    assert [each.name for each in fields.search("")] == [each.name for each in fields.all]
    assert "name" not in [each.name for each in fields.search("", without=("name",))]
    items = fields_of(operation("subscriptions create"))
    taken = items.search("price", without=("items[0][price]",))
    assert "items[#][price]" in [each.name for each in taken]


def test_what_is_below_an_object_is_found_by_its_name() -> None:
    """With or without the number of an item."""
    fields = fields_of(operation("subscriptions create"))
    assert fields.below("items[0]") == fields.below("items[#]") != ()
    assert all(each.name.startswith("items[#][") for each in fields.below("items[4]"))
    assert fields.below("bogus") == ()
    assert not any(each.in_path for each in fields_of(operation("customers update")).below(""))


@pytest.mark.parametrize(
    ("name", "place", "said"),
    [
        ("coupons create", "amount_off", "In the currency under Currency, such as 12.50."),
        ("refunds create", "amount", "With its currency, such as 12.50 usd."),
        ("terminal configurations create", "tipping[aed][smart_tip_threshold]", "In AED, such as 12.50."),
        ("coupons create", "metadata", "One a line, such as order=6735."),
        ("coupons create", "currency", ""),
    ],
)
def test_a_hint_says_what_would_do(name: str, place: str, said: str) -> None:
    """Where the control doesn't say it all."""
    assert hint(field(name, place)) == said
