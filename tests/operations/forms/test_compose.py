"""What a filled-in form comes to: values as they are sent, or what is wrong, under the names of the fields."""

from collections.abc import Mapping

import pytest

from operations.call import FileContent, thaw
from operations.forms import EXTRA, Answer, Filled, compose, fields_of, given_beside, says_nothing
from operations.grammar import Command, parse
from operations.problem import Problem
from operations.registry import registry
from operations.spec import Operation

REGISTRY = registry()
KEY = "_".join(("sk", "live", "abcdefghijklmnop1234"))
CARD = " ".join(("4242",) * 4)


def operation(name: str) -> Operation:
    found = REGISTRY.longest_words(name.split())
    assert found is not None
    return found[0]


def composed(name: str, answers: Mapping[str, Answer]) -> Command:
    command = compose(Filled(operation(name), answers), REGISTRY)
    assert isinstance(command, Command), command
    return command


def sent(name: str, answers: Mapping[str, Answer]) -> object:
    return thaw(composed(name, answers).call.parameters)


def refused(name: str, answers: Mapping[str, Answer]) -> dict[str | None, str]:
    """What is wrong, by the name of its field."""
    problems = compose(Filled(operation(name), answers), REGISTRY)
    assert isinstance(problems, tuple), problems
    assert all(isinstance(each, Problem) for each in problems)
    return {each.parameter: each.message for each in problems}


# --- money -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("12", "usd", 1200),
        ("12.5", "usd", 1250),
        ("12.50", "eur", 1250),
        ("0.01", "usd", 1),
        ("0", "usd", 0),
        ("12", "jpy", 12),
        ("1500", "jpy", 1500),
        ("12", "kwd", 12000),
        ("5.12", "kwd", 5120),
        ("12,50", "eur", 1250),
        ("1.234,50", "eur", 123450),
        (" 12 ", "usd", 1200),
        ("12.50 usd", "usd", 1250),
    ],
)
def test_an_amount_is_in_major_units_of_the_currency_beside_it(typed: str, currency: str, minor: int) -> None:
    """As people say it. A bare number is never taken for minor units."""
    assert sent("coupons create", {"amount_off": typed, "currency": currency}) == {
        "amount_off": minor,
        "currency": currency,
    }


def test_a_currency_that_stands_behind_the_amount_fills_in_its_own_field() -> None:
    """One need not choose it a second time."""
    assert sent("coupons create", {"amount_off": "5 usd"}) == {"amount_off": 500, "currency": "usd"}


@pytest.mark.parametrize(
    ("answers", "near"),
    [
        ({"amount_off": "12"}, "currency"),
        ({"amount_off": "12.50"}, "currency"),
        ({"amount_off": "1.2345", "currency": "usd"}, "nothing is rounded"),
        ({"amount_off": "12.5", "currency": "jpy"}, "nothing is rounded"),
        ({"amount_off": "1,234", "currency": "usd"}, "thousands"),
        ({"amount_off": "12 eur", "currency": "usd"}, "EUR"),
        ({"amount_off": "12 xxx", "currency": "usd"}, "XXX"),
        ({"amount_off": "twelve", "currency": "usd"}, "twelve"),
        ({"amount_off": "-5", "currency": "usd"}, "amount_off"),
    ],
)
def test_an_amount_that_can_be_read_two_ways_or_none_is_refused_at_its_field(
    answers: dict[str, Answer], near: str
) -> None:
    """Nothing is guessed, and nothing rounded."""
    problems = refused("coupons create", answers)
    assert list(problems) == ["amount_off"]
    assert near in problems["amount_off"]


def test_a_refund_says_its_own_currency_and_is_compared_with_the_payments() -> None:
    """No parameter takes it: it is stated, and whoever runs it looks whether it is so."""
    command = composed("refunds create", {"charge": "ch_1", "amount": "12", "amount!currency": "usd"})
    assert thaw(command.call.parameters) == {"charge": "ch_1", "amount": 1200}
    [stated] = command.stated
    assert (stated.parameter, stated.amount, stated.currency) == ("amount", 1200, "usd")


def test_a_refund_without_a_currency_is_refused_at_its_amount() -> None:
    """Else 12 might be twelve cents."""
    problems = refused("refunds create", {"charge": "ch_1", "amount": "12"})
    assert list(problems) == ["amount"]
    assert "12.50 usd" in problems["amount"]


@pytest.mark.parametrize(
    ("name", "answers", "place", "minor"),
    [
        (
            "prices create",
            {"currency": "jpy", "tiers[0][flat_amount]": "12", "tiers[0][up_to]": "9"},
            ("tiers", 0, "flat_amount"),
            12,
        ),
        (
            "prices create",
            {"currency": "usd", "tiers[1][unit_amount]": "12", "tiers[1][up_to]": "inf"},
            ("tiers", 0, "unit_amount"),
            1200,
        ),
        (
            "invoiceitems create",
            {
                "customer": "cus_1",
                "price_data[currency]": "usd",
                "price_data[unit_amount]": "3",
                "price_data[product]": "prod_1",
            },
            ("price_data", "unit_amount"),
            300,
        ),
        (
            "subscriptions create",
            {
                "customer": "cus_1",
                "items[0][price_data][currency]": "jpy",
                "items[0][price_data][unit_amount]": "300",
                "items[0][price_data][product]": "prod_1",
                "items[0][price_data][recurring][interval]": "month",
            },
            ("items", 0, "price_data", "unit_amount"),
            300,
        ),
    ],
)
def test_an_amount_is_in_the_currency_of_the_object_around_it(
    name: str, answers: dict[str, Answer], place: tuple[str | int, ...], minor: int
) -> None:
    """The nearest one that says it."""
    value: object = sent(name, answers)
    for step in place:
        value = value[step]  # type: ignore[index]  # dicts and lists, as thawed
    assert value == minor


def test_amounts_of_two_items_may_be_in_two_currencies() -> None:
    """Each is in that of its own item."""
    answers = {
        "customer": "cus_1",
        "add_invoice_items[0][price_data][unit_amount]": "3",
        "add_invoice_items[0][price_data][currency]": "usd",
        "add_invoice_items[0][price_data][product]": "prod_1",
        "add_invoice_items[1][price_data][unit_amount]": "3",
        "add_invoice_items[1][price_data][currency]": "jpy",
        "add_invoice_items[1][price_data][product]": "prod_1",
    }
    items = composed("subscriptions create", answers).call.parameters["add_invoice_items"]
    assert isinstance(items, tuple)
    assert [each["price_data"]["unit_amount"] for each in items] == [300, 3]  # type: ignore[call-overload,index]  # objects


def test_an_amount_may_be_below_zero_where_stripe_takes_it() -> None:
    """A credit on an invoice, and on a customer's balance."""
    answers = {"customer": "cus_1", "amount": "-5.50", "currency": "usd"}
    assert sent("invoiceitems create", answers) == {"customer": "cus_1", "amount": -550, "currency": "usd"}


# --- other kinds -----------------------------------------------------------------------------------------------------

USD = {"currency": "usd"}


@pytest.mark.parametrize(
    ("name", "answers", "expected"),
    [
        # A moment of a picker, as v1 counts it.
        ("coupons create", {"redeem_by": "1767225600"}, {"redeem_by": 1767225600}),
        # One a line.
        (
            "coupons create",
            {"applies_to[products]": "prod_1\n\n prod_2 \n"},
            {"applies_to": {"products": ["prod_1", "prod_2"]}},
        ),
        ("coupons create", {"expand": "applies_to"}, {"expand": ["applies_to"]}),
        ("v2 core accounts list", {"applied_configurations": ("customer",)}, {"applied_configurations": ["customer"]}),
        # Pairs.
        (
            "coupons create",
            {"metadata": "order=6735\n\n  team = support  \nnote=a=b"},
            {"metadata": {"order": "6735", "team": "support", "note": "a=b"}},
        ),
        ("coupons create", {"metadata": '{"order": "6735"}'}, {"metadata": {"order": "6735"}}),
        (
            "coupons create",
            {"currency_options": "eur[amount_off]=5\njpy[amount_off]=5"},
            {"currency_options": {"eur": {"amount_off": 500}, "jpy": {"amount_off": 5}}},
        ),
        # Switches and choices.
        ("prices create", {**USD, "active": "false"}, {**USD, "active": False}),
        ("coupons create", {"duration": "once"}, {"duration": "once"}),
        # What one of several kinds can be.
        ("charges list", {"created": ">=1767225600"}, {"created": {"gte": 1767225600}}),
        ("charges list", {"created": "1767225600"}, {"created": 1767225600}),
        ("prices create", {**USD, "tiers[0][up_to]": "inf"}, {**USD, "tiers": [{"up_to": "inf"}]}),
        ("prices create", {**USD, "tiers[0][up_to]": "10"}, {**USD, "tiers": [{"up_to": 10}]}),
        # A text is itself, whatever it looks like.
        ("customers create", {"name": "true"}, {"name": "true"}),
        ("customers create", {"name": "1.50"}, {"name": "1.50"}),
        ("customers create", {"name": '{"a": 1}'}, {"name": '{"a": 1}'}),
        ("customers create", {"name": "--live x=y"}, {"name": "--live x=y"}),
        ("customers create", {"description": "one\ntwo"}, {"description": "one\ntwo"}),
        # An answer of blanks is none.
        ("customers create", {"name": "Jenny", "email": "  ", "expand": ()}, {"name": "Jenny"}),
    ],
)
def test_an_answer_comes_to_the_value_that_is_sent(name: str, answers: dict[str, Answer], expected: object) -> None:
    """By the kind of its field."""
    assert sent(name, answers) == expected


def test_a_moment_of_a_picker_is_written_out_for_v2() -> None:
    """There a time is a text."""
    answers = {"event_name": "call", "payload": "stripe_customer_id=cus_1", "timestamp": "1767225600"}
    parameters = composed("v2 billing meter_events create", answers).call.parameters
    assert parameters["timestamp"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("name", "answers", "cleared"),
    [
        ("coupons update", {"coupon": "VIP", "metadata": "null"}, {"metadata": ""}),
        (
            "coupons update",
            {"coupon": "VIP", "metadata": "order=null\nteam=x"},
            {"metadata": {"order": "", "team": "x"}},
        ),
        ("customers update", {"customer": "cus_1", "business_name": "null"}, {"business_name": ""}),
        ("customers update", {"customer": "cus_1", "tax_exempt": "null"}, {"tax_exempt": ""}),
        (
            "subscriptions update",
            {"subscription_exposed_id": "sub_1", "default_tax_rates": "null"},
            {"default_tax_rates": ""},
        ),
        ("subscriptions update", {"subscription_exposed_id": "sub_1", "cancel_at": " null "}, {"cancel_at": ""}),
    ],
)
def test_the_word_null_takes_away_what_is_there(name: str, answers: dict[str, Answer], cleared: object) -> None:
    """A whole value, or one key of a map."""
    assert sent(name, answers) == cleared


def test_where_nothing_can_be_taken_away_the_word_null_is_a_text() -> None:
    """Somebody may be called so."""
    assert sent("customers create", {"name": "null"}) == {"name": "null"}


def test_items_are_sent_in_their_order_and_gaps_between_their_numbers_are_closed() -> None:
    """Somebody may leave an item in the middle empty."""
    answers = {
        "customer": "cus_1",
        "items[2][price]": "price_c",
        "items[0][price]": "price_a",
        "items[10][price]": "price_k",
    }
    assert sent("subscriptions create", answers) == {
        "customer": "cus_1",
        "items": [{"price": "price_a"}, {"price": "price_c"}, {"price": "price_k"}],
    }


def test_a_file_is_given_by_its_id() -> None:
    """Its content comes from elsewhere."""
    file = FileContent("evidence.pdf", "application/pdf", b"%PDF")
    filled = Filled(operation("files create"), {"file": "F123", "purpose": "dispute_evidence"})
    command = compose(filled, REGISTRY, files={"F123": file})
    assert isinstance(command, Command), command
    assert command.call.parameters["file"] == file
    assert list(refused("files create", {"file": "F123", "purpose": "dispute_evidence"})) == ["file"]


# --- what is wrong ---------------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_told_at_once_each_at_its_field() -> None:
    """Nobody puts a form right one error after the other."""
    problems = refused(
        "coupons create",
        {"amount_off": "12", "redeem_by": "soon", "metadata": "no pair", "max_redemptions": "many", "percent_off": "x"},
    )
    assert set(problems) == {"amount_off", "redeem_by", "metadata", "max_redemptions", "percent_off"}
    assert all(problems.values())


@pytest.mark.parametrize("answers", [{}, {"name": "Jenny"}, {"customer": " "}])
def test_an_id_that_lacks_is_required(answers: dict[str, Answer]) -> None:
    """Under the name that it has in the path."""
    assert refused("customers update", answers) == {"customer": "Customer is required."}


@pytest.mark.parametrize("given", ["cus_1/sources", "../v1/charges", "a b", "search", "x" * 300])
def test_an_id_that_leads_elsewhere_is_refused(given: str) -> None:
    """It must stay the operation that was chosen."""
    name, id_ = ("customers retrieve", "customer")
    assert list(refused(name, {id_: given})) == [id_]


def test_a_required_value_that_lacks_is_told_under_its_own_name() -> None:
    """To full depth."""
    assert refused("prices create", {"unit_amount": "5 usd", "tiers[0][flat_amount]": "5 usd"}) == {
        "tiers[0][up_to]": "This is required."
    }
    assert list(refused("files create", {})) == ["file", "purpose"]


@pytest.mark.parametrize("line", ["order", "=6735", " = "])
def test_a_line_that_is_no_pair_is_refused(line: str) -> None:
    """Rather than left out."""
    assert list(refused("coupons create", {"metadata": f"a=b\n{line}"})) == ["metadata"]


@pytest.mark.parametrize("field", ["description", "name", "metadata", "expand", EXTRA, "email", "address[city]"])
@pytest.mark.parametrize("secret", [KEY, CARD])
def test_a_secret_in_any_field_is_refused_and_not_repeated(field: str, secret: str) -> None:
    """A key was seen by Slack and has to be rolled; card data must not pass through here."""
    problems = refused("customers create", {field: f"x={secret}"})
    assert list(problems) == [field]
    assert "looks like" in problems[field]
    assert secret not in str(problems)


def test_a_secret_in_a_list_and_in_an_id_is_refused() -> None:
    """Wherever one can put it."""
    assert list(refused("customers create", {"preferred_locales": ("de", KEY)})) == ["preferred_locales"]
    problems = refused("customers update", {"customer": KEY, "name": CARD})
    assert set(problems) == {"customer", "name"}
    assert KEY not in str(problems)


def test_card_data_that_has_its_own_fields_is_refused() -> None:
    """No card number has to be right for that."""
    problems = refused("tokens create", {EXTRA: "card[number]=1 card[exp_month]=1 card[exp_year]=2030"})
    assert "Card data" in str(problems)


# --- arguments beside the fields -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("--expand default_source", {"name": "Jenny", "expand": ["default_source"]}),
        (
            "email=jenny@example.com\n--phone '+49 30'",
            {"name": "Jenny", "email": "jenny@example.com", "phone": "+49 30"},
        ),
        ("metadata[order]=6735", {"name": "Jenny", "metadata": {"order": "6735"}}),
        ("-d metadata[note]='it is \\'so\\''", None),
        ('description="two words"', {"name": "Jenny", "description": "two words"}),
        ("", {"name": "Jenny"}),
    ],
)
def test_arguments_beside_the_fields_are_read_as_typed_ones(typed: str, expected: object) -> None:
    """Options, pairs and quotes, in one line or several."""
    if expected is None:
        text = parse(f"customers create --name Jenny {typed}", REGISTRY)
        answer = compose(Filled(operation("customers create"), {"name": "Jenny", EXTRA: typed}), REGISTRY)
        assert isinstance(text, Command) == isinstance(answer, Command)
        return
    assert sent("customers create", {"name": "Jenny", EXTRA: typed}) == expected


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("cus_1", "no argument"),
        ("--live", "chosen above"),
        ("--on acme", "chosen above"),
        ("bogus=1", "bogus"),
        ("--bogus 1", "bogus"),
        ("email='open", "quote"),
        ("--api-key x", "connected account"),
        ("name=Other", "name"),
    ],
)
def test_what_does_not_belong_beside_the_fields_is_refused_there(typed: str, near: str) -> None:
    """Ids and the account have their own places; what has no meaning is not left out."""
    problems = refused("customers create", {"name": "Jenny", EXTRA: typed})
    assert len(problems) == 1
    assert near in " ".join(problems.values())
    assert set(problems) <= {EXTRA, "name"}


def test_what_is_given_beside_the_fields_is_known_by_its_full_names() -> None:
    """So that the form doesn't ask for it."""
    asked = operation("prices create")
    assert given_beside(asked, {EXTRA: "--currency usd tiers[0][up_to]=inf"}) == {"currency", "tiers[0][up_to]"}
    assert given_beside(asked, {EXTRA: "'open"}) == frozenset()
    assert given_beside(asked, {}) == frozenset()


def test_the_account_and_the_mode_are_those_chosen_above() -> None:
    """They come with the form, not with its fields; nothing in a form is only tried."""
    filled = Filled(operation("customers create"), {"name": "x", EXTRA: "--dry-run"}, account="acme", live=True)
    command = compose(filled, REGISTRY)
    assert isinstance(command, Command)
    assert (command.account, command.live, command.dry_run) == ("acme", True, False)


@pytest.mark.parametrize(
    ("name", "answers", "says"),
    [
        ("customers create", {}, False),
        ("customers create", {"name": "x"}, True),
        ("customers list", {}, True),
        ("customers delete", {"customer": "cus_1"}, True),
        ("balance retrieve", {}, True),
    ],
)
def test_creating_something_without_a_word_on_what_says_nothing(
    name: str, answers: dict[str, Answer], says: bool
) -> None:
    """Stripe takes some of these calls, and nobody means one."""
    assert says_nothing(composed(name, answers)) is not says


def test_a_form_and_the_equal_text_are_one_call() -> None:
    """The same values, whichever door they came through."""
    form = composed("refunds create", {"charge": "ch_1", "amount": "12.50", "amount!currency": "usd"})
    assert form == parse("refunds create --charge ch_1 --amount 12.50usd", REGISTRY)


def test_answers_of_fields_that_are_no_more_are_left_alone() -> None:
    """A release may drop a parameter while somebody fills in its form."""
    assert sent("customers create", {"name": "Jenny", "gone_since": "x"}) == {"name": "Jenny"}


@pytest.mark.parametrize(
    "name", ["customers create", "subscriptions create", "prices create", "v2 core accounts create"]
)
def test_an_answer_under_every_field_at_once_is_answered(name: str) -> None:
    """With a command or with problems, whatever stands in them."""
    asked = operation(name)
    for text in ("null", "x", "1", "{", "[", "=", "12 usd", "\n", "{}", "[]"):
        answers = {each.name.replace("#", "0"): text for each in fields_of(asked).all}
        found = compose(Filled(asked, answers), REGISTRY)
        assert isinstance(found, Command) or found
