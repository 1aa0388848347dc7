"""Plain words for everything that a form asks for, made by rule from names and types."""

from collections import Counter

import pytest

from operations.forms import fields_of, hint
from operations.forms.labels import heading, label, path, phrase, segments, words
from operations.registry import registry

REGISTRY = registry()
OPTION, LABEL = 75, 150
"""What fits into an option, and what people still read as a label."""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("receipt_email", "Receipt email"),
        ("tax_ids", "Tax IDs"),
        ("url", "URL"),
        ("us_bank_account", "US bank account"),
        ("ideal", "iDEAL"),
        ("statement-descriptor", "Statement descriptor"),
        ("x", "X"),
    ],
)
def test_a_name_is_said_in_words(name: str, said: str) -> None:
    """With capitals for what is spelled out."""
    assert words(name) == said


@pytest.mark.parametrize(
    ("name", "label_", "heading_", "path_"),
    [
        ("amount", "Amount", "", "Amount"),
        ("shipping[address][city]", "City", "Shipping › Address", "Shipping › Address › City"),
        ("items[0][price]", "Price", "Items 1", "Items 1 › Price"),
        ("items[#][price]", "Price", "Items", "Items › Price"),
        ("items[1][discounts][2][coupon]", "Coupon", "Items 2 › Discounts 3", "Items 2 › Discounts 3 › Coupon"),
        ("created[gte]", "Created from", "Created", "Created from"),
    ],
)
def test_a_field_is_told_by_its_label_under_what_it_belongs_to(
    name: str, label_: str, heading_: str, path_: str
) -> None:
    """Items are counted from one, as people do."""
    assert (label(name), heading(segments(name)[:-1]), path(name)) == (label_, heading_, path_)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("refunds create", "Create refund"),
        ("customers list", "List customers"),
        ("invoices finalize_invoice", "Finalize invoice"),
        ("checkout sessions create", "Create checkout session"),
        ("balance retrieve", "Retrieve balance"),
    ],
)
def test_an_operation_is_said_as_people_say_it(name: str, said: str) -> None:
    """The verb first, and one of what it is done to."""
    found = REGISTRY.longest_words(name.split())
    assert found is not None
    assert phrase(found[0]) == said


def test_every_field_of_every_operation_has_a_label_that_is_short_and_says_something() -> None:
    """And a hint that fits below it."""
    for operation in REGISTRY.operations:
        assert 0 < len(phrase(operation)) <= LABEL
        for each in fields_of(operation).all:
            assert each.label.strip(), each.name
            assert len(each.label) <= OPTION, each.name
            assert len(each.heading) <= LABEL, each.name
            assert len(hint(each)) <= 2 * LABEL, each.name
            assert "_" not in each.label + each.heading, each.name


def test_no_two_fields_of_a_form_are_called_the_same() -> None:
    """Under one heading each label stands once."""
    for operation in REGISTRY.operations:
        named = Counter((each.heading, each.label) for each in fields_of(operation).all)
        assert [each for each, count in named.items() if count > 1] == [], operation.name


def test_labels_and_hints_are_our_own_words() -> None:
    """Made from names: each word of a label stands in the name, or is one of the few that we add."""
    ours = {"from", "after", "until", "before", "postal", "stripe", "id", "ids"}
    for operation in REGISTRY.operations:
        for each in fields_of(operation).all:
            source = f"{each.name} {each.kind}".lower().replace("_", " ").replace("-", " ").replace(".", " ")
            known = set(source.replace("[", " ").replace("]", " ").split()) | ours
            assert set(each.label.lower().split()) <= known, each.name
