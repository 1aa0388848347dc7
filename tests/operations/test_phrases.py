"""Operations by everyday words."""

import pytest

from operations.registry import registry
from operations.spec import Operation

REGISTRY = registry()


def names(line: str) -> tuple[str, ...]:
    return tuple(each.name for each in REGISTRY.by_phrase(line.split())[0])


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("create refund", "refunds create"),
        ("refund create", "refunds create"),
        ("Create Refunds", "refunds create"),
        ("customer list", "customers list"),
        ("list customers", "customers list"),
        ("get customer cus_1", "customers retrieve"),
        ("get customers", "customers list"),
        ("get customer", "customers retrieve"),
        ("delete customer cus_1", "customers delete"),
        ("remove customer cus_1", "customers delete"),
        ("show charge ch_1", "charges retrieve"),
        ("show balance", "balance retrieve"),
        ("new customer", "customers create"),
        ("edit customer cus_1", "customers update"),
        ("payment intents create", "payment_intents create"),
        ("payment-intents create", "payment_intents create"),
        ("create payment intent", "payment_intents create"),
        ("create checkout session", "checkout sessions create"),
        ("void invoice in_1", "invoices void_invoice"),
        ("pay invoice in_1", "invoices pay"),
        ("cancel subscription sub_1", "subscriptions cancel"),
        ("list payment methods", "payment_methods list"),
        ("get account", "accounts retrieve"),
        ("get account acct_1", "accounts retrieve_account"),
        ("get tax id cus_1 txi_1", "tax_ids retrieve"),
    ],
)
def test_an_operation_is_found_by_everyday_words(line: str, name: str) -> None:
    """In either order, singular or plural, with blanks or hyphens, by a verb's synonyms; the ids decide the rest."""
    assert names(line) == (name,)


@pytest.mark.parametrize(
    "line", ["", "refund", "create", "refund ch_1", "please create refund", "get ch_1", "- create refund"]
)
def test_other_words_find_nothing(line: str) -> None:
    """A resource and a verb are needed, first and together."""
    assert names(line) == ()


def test_options_and_pairs_end_a_phrase() -> None:
    """What stands behind them are other things."""
    assert REGISTRY.by_phrase(["new", "customer", "--name", "x"])[1] == 2
    assert REGISTRY.by_phrase(["new", "-", "customer"]) == ((), 0)
    assert REGISTRY.by_phrase(["new", "a=b", "customer"]) == ((), 0)


@pytest.mark.parametrize("turned", [False, True])
def test_every_operation_is_among_what_its_words_find(*, turned: bool) -> None:
    """By rule, for all of them: found alone, or among the few that share the words."""
    for operation in REGISTRY.operations:
        words = operation.name.replace("_", " ").split()
        verb = len(operation.name.split()[-1].split("_"))
        line = (*words[-verb:], *words[:-verb]) if turned else words
        line = [*line, *("x_1" for _ in operation.path_parameters)]
        found = REGISTRY.by_phrase(line)[0]
        assert operation in found or _today(operation) in found, (line, found)
        assert len(found) <= 3


def _today(operation: Operation) -> Operation | None:
    """The current operation that goes before an old one of the same words."""
    others = (each for each in REGISTRY.operations if each.provenance == "current" != operation.provenance)
    same = operation.name.replace("accounts", "account").split()
    return next((each for each in others if each.name.replace("accounts", "account").split()[:-1] == same[:-1]), None)
