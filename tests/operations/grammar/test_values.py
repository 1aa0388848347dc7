"""Amounts and times in commands: where they go, what they fill in, and what is refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from operations.grammar import Command, Stated, parse, render
from operations.problem import Problem
from operations.registry import registry
from operations.when import NOBODY_KNOWS, When

REGISTRY = registry()
WHEN = When(datetime(2026, 11, 25, 7, 30, 5, tzinfo=UTC), ZoneInfo("Europe/Berlin"))


def command(text: str, when: When = WHEN) -> Command:
    result = parse(text, REGISTRY, when)
    assert isinstance(result, Command), result
    return result


def problem(text: str, when: When = WHEN) -> Problem:
    result = parse(text, REGISTRY, when)
    assert isinstance(result, Problem), result
    assert result.position is not None
    return result


def sent(text: str) -> dict[str, object]:
    return dict(command(text).call.parameters)


# --- an amount and the currency of the same object --------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "--amount 12.50usd",
        "--amount '12.50 usd'",
        "--amount 12.50 usd",
        "--amount=12.50 usd",
        "--amount 12.50 $",
        "amount=12.50 USD",
        "-d amount=12.50 usd",
        '-d "amount=12.50 usd"',
        "-damount=12.50 usd",
        "--amount $12.50",
        "--amount\u00a0$12.50",
        "—amount “$12.50”",
        "--amount 12.50usd --currency usd",
        "--currency USD --amount 12.50",
        "--amount 12,50 --currency usd",
        "--amount 12.50 --currency usd",
        "--amount 1250 --currency usd",
    ],
)
def test_an_amount_goes_with_its_currency(text: str) -> None:
    """The currency is filled in where it is not given, and read from where it is."""
    given = sent(f"payment_intents create {text}")
    assert (given["amount"], str(given["currency"]).lower()) == (1250, "usd")


def test_a_bare_whole_number_is_minor_units() -> None:
    """As in the Stripe CLI, and whatever the currency."""
    assert sent("payment_intents create --amount 500 --currency usd")["amount"] == 500
    assert sent("payment_intents create --amount 500 --currency jpy")["amount"] == 500


def test_a_shared_sign_is_the_currency_that_is_given() -> None:
    """A dollar is Canada's where the command says so."""
    assert sent("payment_intents create --amount $12.50 --currency cad") == {"amount": 1250, "currency": "cad"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("--amount 12.50usd --currency eur", ("USD", "EUR")),
        ("--amount $5 --currency eur", ("$", "EUR")),
        ("--amount 12.50usd --currency xyz", ("USD", "xyz")),
        ("--amount 10.00 --currency jpy", ("JPY has none",)),
        ("--amount 10.005 --currency usd", ("USD has 2",)),
        ("--amount 1.2345 --currency kwd", ("KWD has 3",)),
        ("--amount 1,234 usd", ("1234", "thousands")),
        ("--amount 12.50", ("smallest unit", "12.50usd")),
        ("--amount '12 kr'", ("DKK, ISK, NOK or SEK",)),
    ],
)
def test_an_amount_that_is_open_is_refused(text: str, parts: tuple[str, ...]) -> None:
    """B10: with both sides of a contradiction, or the rule."""
    refused = problem(f"payment_intents create {text}")
    assert (refused.code, refused.parameter) == ("invalid_value", "amount")
    assert all(part in refused.message for part in parts)


def test_only_a_currency_behind_a_number_is_taken_with_it() -> None:
    """Any other word is what it was: an id."""
    assert problem("payment_intents create --amount 12.50 usdx").code in ("invalid_value", "unexpected_argument")
    captured = command("charges capture --amount 500 ch_1")
    assert captured.call.path_values == {"charge": "ch_1"}
    assert problem("customers list --limit 5 usd").code == "unexpected_argument"
    assert problem("payment_intents create --amount '12.50' usd").code == "unexpected_argument"


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        (
            "payment_intents create --amount 10usd --transfer-data[amount] 2.50usd",
            {"amount": 1000, "currency": "usd", "transfer_data": {"amount": 250}},
        ),
        (
            "coupons create --amount-off 4.20usd --currency-options[eur][amount_off] 5,10",
            {"amount_off": 420, "currency": "usd", "currency_options": {"eur": {"amount_off": 510}}},
        ),
        (
            "promotion_codes create --restrictions[minimum_amount] 5usd",
            {"restrictions": {"minimum_amount": 500, "minimum_amount_currency": "usd"}},
        ),
        (
            "terminal configurations create --tipping[jpy][fixed_amounts] ¥5 --tipping[jpy][fixed_amounts] 6",
            {"tipping": {"jpy": {"fixed_amounts": (5, 6)}}},
        ),
        (
            'invoiceitems create --price-data \'{"unit_amount": "9.90chf", "product": "prod_1"}\'',
            {"price_data": {"unit_amount": 990, "product": "prod_1", "currency": "chf"}},
        ),
        (
            "billing credit_grants create --amount.monetary 12,50 eur",
            {"amount": {"monetary": {"value": 1250, "currency": "eur"}}},
        ),
    ],
)
def test_the_currency_is_the_nearest_that_the_registry_has(text: str, parameters: dict[str, object]) -> None:
    """Beside the amount, around it, made for it, or a key above it; an object of both is written in one."""
    assert sent(text) == parameters


def test_a_key_is_a_currency_that_cannot_be_contradicted() -> None:
    """What is under eur is in euros."""
    refused = problem("coupons create --currency-options[eur][amount_off] 5usd")
    assert "USD" in refused.message
    assert "EUR" in refused.message


# --- an amount whose currency goes nowhere ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stated", "rendered"),
    [
        (
            "refunds create --charge ch_1 --amount 12,50 eur",
            (Stated("amount", 1250, "eur"),),
            "refunds create --amount 12.50eur --charge ch_1",
        ),
        (
            "charges capture ch_1 --amount ¥500",
            (Stated("amount", 500, "jpy"),),
            "charges capture ch_1 --amount 500jpy",
        ),
        (
            "credit_notes create --invoice in_1 --refunds[0][amount_refunded] $5 --credit-amount $1",
            (Stated("credit_amount", 100, "usd"), Stated("refunds[0][amount_refunded]", 500, "usd")),
            "credit_notes create --credit-amount 1.00usd --invoice in_1 --refunds[0][amount_refunded] 5.00usd",
        ),
        (
            "customers bank_accounts verify cus_1 ba_1 --amounts 0.32 usd --amounts 45",
            (Stated("amounts[0]", 32, "usd"),),
            "customers bank_accounts verify cus_1 ba_1 --amounts 0.32usd --amounts 45",
        ),
        (
            "customers update cus_1 --balance -12.50usd",
            (Stated("balance", -1250, "usd"),),
            "customers update cus_1 --balance '-12.50usd'",
        ),
    ],
)
def test_a_currency_without_a_parameter_is_stated(text: str, stated: tuple[Stated, ...], rendered: str) -> None:
    """For whoever runs it to compare with the object's own; it survives being written and read again."""
    result = command(text)
    assert result.stated == stated
    assert render(result) == rendered
    assert parse(rendered, REGISTRY) == result


def test_a_refund_takes_a_currency_only_from_a_cash_balance() -> None:
    """Of a charge it has the charge's currency, which is not ours to send."""
    of_charge = command("refunds create --charge ch_1 --amount 12.50usd")
    assert dict(of_charge.call.parameters) == {"charge": "ch_1", "amount": 1250}
    of_balance = command("refunds create --customer cus_1 --origin customer_balance --amount 12.50usd")
    assert of_balance.call.parameters["currency"] == "usd"
    assert not of_balance.stated


def test_a_whole_number_states_nothing() -> None:
    """It has no currency with it."""
    assert command("refunds create --charge ch_1 --amount 500").stated == ()


# --- times ------------------------------------------------------------------------------------------------------------

YESTERDAY_AT_TWO = 1795525200


@pytest.mark.parametrize(
    ("text", "created"),
    [
        ("--created[gte] 'yesterday 14:00'", {"gte": YESTERDAY_AT_TWO}),
        ("--created[gte] yesterday 14:00", {"gte": YESTERDAY_AT_TWO}),
        ("--created.gte Yesterday\u00a014:00", {"gte": YESTERDAY_AT_TWO}),
        ("created[gte]=yesterday 14:00 limit=3", {"gte": YESTERDAY_AT_TWO}),
        ("-d created[gte]=yesterday 14:00", {"gte": YESTERDAY_AT_TWO}),
        ("--created[gte] 2026-11-24 14:00", {"gte": YESTERDAY_AT_TWO}),
        ("--created[gte] 2026-11-24T13:00:00Z --limit 3", {"gte": YESTERDAY_AT_TWO}),
        ("--created >=2026-11-24 14:00", {"gte": YESTERDAY_AT_TWO}),
        ("--created '< yesterday 14:00'", {"lt": YESTERDAY_AT_TWO}),
        ('--created \'{"gt": "yesterday 14:00"}\'', {"gt": YESTERDAY_AT_TWO}),
        ("--created 2026-11-01..2026-11-08", {"gte": 1793487600, "lt": 1794178800}),
        ("--created yesterday..today", {"gte": 1795474800, "lt": 1795647600}),
        ("--created today..Tomorrow", {"gte": 1795561200, "lt": 1795734000}),
        ("--created '2026-11-01 .. yesterday 14:00'", {"gte": 1793487600, "lte": YESTERDAY_AT_TWO}),
        ("--created -7d..now", {"gte": 1794987005, "lte": 1795591805}),
        ("--created yesterday 14:00", YESTERDAY_AT_TWO),
        ("--created[gte] -7d", {"gte": 1794987005}),
        ("--created[gte]=-7d", {"gte": 1794987005}),
        ("--created[gte] 7d ago", {"gte": 1794987005}),
        ("--created[gte] 1794987005", {"gte": 1794987005}),
        ("--created 20261124", 20261124),
    ],
)
def test_a_time_becomes_unix_seconds(text: str, created: object) -> None:
    """Wherever the registry says that the integer is a time; digits alone are seconds already."""
    result = command(f"charges list {text}")
    assert result.call.parameters["created"] == created
    assert parse(render(result), REGISTRY, NOBODY_KNOWS) == result


def test_a_word_of_stripes_own_stays_that_word() -> None:
    """The trial's ``now`` is sent as it is."""
    assert sent("subscriptions create --customer cus_1 --trial-end now")["trial_end"] == "now"


def test_the_v2_api_gets_its_times_as_text() -> None:
    """RFC 3339, in UTC."""
    given = sent(
        "v2 billing meter_event_stream create --events[0][timestamp] yesterday 14:00 --events[0][event_name] x"
    )
    assert given["events"] == ({"timestamp": "2026-11-24T13:00:00Z", "event_name": "x"},)


@pytest.mark.parametrize(
    ("text", "parameter", "part"),
    [
        ("charges list --created[gte] soon", "created[gte]", "isn't a time"),
        ("charges list --created soon", "created", "isn't a time"),
        ("charges list --created >=soon", "created[gte]", "isn't a time"),
        ("charges list --created 2026-11-01..2026-11-31", "created[lte]", "no day"),
        ("charges list --created ..2026-11-01", "created", "isn't a time"),
        ("charges list --created[gte] 1.11.2026", "created[gte]", "2026-11-01"),
        ("charges list --created[gte] 7d", "created[gte]", "-7d"),
        ("charges list --created 2026-10-25 02:30", "created", "twice"),
        ("subscriptions create --customer cus_1 --trial-end 2026-02-30", "trial_end", "no day"),
        ("customers list --created[gte] １２", "created[gte]", "whole number"),
    ],
)
def test_what_is_no_time_is_refused_with_what_would_do(text: str, parameter: str, part: str) -> None:
    """At its place."""
    refused = problem(text)
    assert refused.parameter == parameter
    assert part in refused.message
    assert refused.position is not None
    assert text[slice(*refused.position)].startswith("--")


def test_relative_times_need_somebody_who_knows_the_time() -> None:
    """A sentence, not a guess."""
    assert "present moment" in problem("charges list --created[gte] -7d", NOBODY_KNOWS).message


# --- clearing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["--cancel-at ''", "cancel_at=", "--cancel-at=", "--cancel-at ' '", "-d cancel_at="])
def test_a_blank_clears_nothing(blank: str) -> None:
    """B12: neither a time nor an amount is emptied by accident."""
    assert sent(f"subscriptions update sub_1 {blank} --description x") == {"description": "x"}


def test_null_clears_what_can_be_cleared() -> None:
    """B13: a time as any other field; an amount can't be cleared."""
    assert sent("subscriptions update sub_1 --cancel-at null") == {"cancel_at": ""}
    assert problem("refunds create --charge ch_1 --amount null").parameter == "amount"


def test_a_blank_currency_is_filled_in_like_one_that_is_not_given() -> None:
    """It says nothing that an amount could contradict."""
    given = command("payment_intents create --amount 12.50usd --currency ''")
    assert dict(given.call.parameters) == {"amount": 1250, "currency": "usd"}
    assert given.missing == ()
