"""Options, name=value pairs and names resolved by shapes."""

import pytest

from operations.grammar.arguments import OPTIONS, Arguments, read, resolve
from operations.grammar.lexer import split
from operations.parameters import bracketed
from operations.problem import ProblemError
from operations.registry import registry
from operations.spec import Operation

REGISTRY = registry()


def operation(name: str) -> Operation:
    found = REGISTRY.by_name(name)
    assert found is not None, name
    return found


def arguments(name: str, text: str) -> Arguments:
    return read(operation(name), split(text))


def refusal(name: str, text: str) -> str:
    with pytest.raises(ProblemError) as caught:
        arguments(name, text)
    return caught.value.problem.code


@pytest.mark.parametrize(
    ("command", "written", "place"),
    [
        ("customers create", "invoice-settings.default-payment-method", "invoice_settings[default_payment_method]"),
        ("customers create", "invoice_settings[default-payment-method]", "invoice_settings[default_payment_method]"),
        ("customers create", "Name", "name"),
        ("customers create", "metadata.order", "metadata[order]"),
        ("customers create", "metadata.order-no.id", "metadata[order-no.id]"),
        ("customers create", "metadata[Order-No]", "metadata[Order-No]"),
        ("customers list", "created[gte]", "created[gte]"),
        ("customers list", "created.gte", "created[gte]"),
        ("subscriptions create", "items[0][price]", "items[0][price]"),
        ("subscriptions create", "items.0.price-data.currency", "items[0][price_data][currency]"),
        ("prices create", "currency_options.eur.unit-amount", "currency_options[eur][unit_amount]"),
        ("customers create", "no-such.thing", "no_such[thing]"),
    ],
)
def test_names_are_resolved_by_the_shapes(command: str, written: str, place: str) -> None:
    """Dots and brackets, hyphens and capitals lead to the registry's spelling; keys of maps stay as they are."""
    assert bracketed(resolve(operation(command), written)[0]) == place


@pytest.mark.parametrize(
    "text",
    [
        "--limit 3",
        "--limit=3",
        "--Limit 3",
        "-l 3",
        "-l3",
        "-l=3",
        "-limit 3",
        "—limit 3",
        "–limit 3",
        "limit=3",
        "-d limit=3",
        "--data limit=3",
        "-dlimit=3",
        "-d 'limit=3'",
        "-- limit=3",
    ],
)
def test_one_parameter_can_be_written_in_many_ways(text: str) -> None:
    """The Stripe CLI's ways, plain pairs, and what phones make of dashes."""
    assert arguments("customers list", text).parameters == {"limit": "3"}


def test_short_options_stand_for_paging_and_expand() -> None:
    """As in the Stripe CLI."""
    given = arguments("customers list", "-e data.sources -e data.tax_ids -a cus_1 -b cus_2")
    assert given.parameters == {
        "expand": ["data.sources", "data.tax_ids"],
        "starting_after": "cus_1",
        "ending_before": "cus_2",
    }


def test_booleans_need_no_value() -> None:
    """A bare switch is true, whatever follows, unless that is a value for it."""
    given = arguments("payment_intents create", "--confirm --off-session true --capture-method manual")
    assert given.parameters == {"confirm": True, "off_session": "true", "capture_method": "manual"}


def test_confirm_is_a_parameter_only_where_the_operation_has_one() -> None:
    """The Stripe CLI's -c skips its own question: here it changes nothing, and never confirms a payment."""
    assert arguments("customers delete", "cus_1 --confirm -c").parameters == {}
    assert arguments("payment_intents create", "-c").parameters == {}
    assert arguments("payment_intents create", "--confirm").parameters == {"confirm": True}


def test_options_of_ours_choose_account_and_mode() -> None:
    """They are no parameters of the call."""
    given = arguments("charges list", "--on EU --live --dry-run --stripe-account acct_1 --stripe-context acct_1/acct_2")
    assert (given.account, given.live, given.dry_run) == ("eu", True, True)
    assert (given.stripe_account, given.stripe_context, given.parameters) == ("acct_1", "acct_1/acct_2", {})


def test_no_option_of_ours_hides_a_parameter() -> None:
    """Only confirm, filter and query are both, and there the parameter goes first."""
    names = {parameter.name for each in REGISTRY.operations for parameter in each.parameters}
    assert names & OPTIONS == {"confirm", "filter", "query"}


@pytest.mark.parametrize(
    "option",
    [
        "--api-key x",
        "-i x",
        "--idempotency x",
        "-v 2020-01-01",
        "--stripe-version=x",
        "-s",
        "--show-headers",
        "-p x",
        "-h",
    ],
)
def test_options_that_have_no_place_are_refused(option: str) -> None:
    """What we fix can't be chosen in a text."""
    assert refusal("customers list", option) == "refused_option"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("--limit", "missing_value"),
        ("--limit --live", "missing_value"),
        ("--on", "missing_value"),
        ("--on --live", "missing_value"),
        ("-d", "invalid_option"),
        ("-d limit", "invalid_option"),
        ("--live=maybe", "invalid_option"),
        ("--on ../x", "invalid_option"),
        ("--stripe-account cus_1", "invalid_option"),
        ("--stripe-context 'a b'", "invalid_option"),
        ("--created[gte 5", "invalid_option"),
        ("--é 5", "invalid_option"),
        ("created=1 created[gte]=2", "duplicate_parameter"),
        ("created[gte]=2 created=1", "duplicate_parameter"),
        ("x" + "[a]" * 20 + "=1", "invalid_value"),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, code: str) -> None:
    """Each with a stable code."""
    assert refusal("customers list", text) == code


def test_empty_brackets_append() -> None:
    """``a[]=x`` is an item; ``items[][price]`` begins a new item when the last one has a price."""
    text = "items[][price]=p items[][quantity]=1 items[][price]=q expand[]=a expand[]=b"
    assert arguments("subscriptions create", text).parameters == {
        "items": {"0": {"price": "p", "quantity": "1"}, "1": {"price": "q"}},
        "expand": ["a", "b"],
    }


def test_every_parameter_knows_its_place() -> None:
    """So that a problem can point at it."""
    given = arguments("subscriptions create", "--customer cus_1 items[0][price]=p")
    assert given.position("customer") == (0, 16)
    assert given.position("items[0][price]") == (17, 34)
    assert given.position("items") == (17, 34)
    assert given.position("nothing") is None
    assert given.position(None) is None
