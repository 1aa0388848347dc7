"""From text to commands and problems."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.grammar import Command, parse
from operations.grammar.parse import MAX_LENGTH
from operations.problem import Problem
from operations.registry import registry
from tests.examples import examples

REGISTRY = registry()


def command(text: str) -> Command:
    result = parse(text, REGISTRY)
    assert isinstance(result, Command), result
    return result


def problem(text: str) -> Problem:
    result = parse(text, REGISTRY)
    assert isinstance(result, Problem), result
    return result


def said(text: str) -> tuple[str, dict[str, str], dict[str, object]]:
    call = command(text).call
    return call.operation.key, dict(call.path_values), dict(call.parameters)


SAME = [
    ("customers list --limit 3", ("GET /v1/customers", {}, {"limit": 3})),
    ("/stripe customers list --limit=3", ("GET /v1/customers", {}, {"limit": 3})),
    ("stripe Customers List limit=3", ("GET /v1/customers", {}, {"limit": 3})),
    ("get /v1/customers -l 3", ("GET /v1/customers", {}, {"limit": 3})),
    ("GET '/v1/customers?limit=3'", ("GET /v1/customers", {}, {"limit": 3})),
    ("$ stripe get customers?limit=3", ("GET /v1/customers", {}, {"limit": 3})),
    ("get cus_1AbcDef", ("GET /v1/customers/{customer}", {"customer": "cus_1AbcDef"}, {})),
    (
        "delete sub_1AbcDef",
        ("DELETE /v1/subscriptions/{subscription_exposed_id}", {"subscription_exposed_id": "sub_1AbcDef"}, {}),
    ),
    ("get tax_rates", ("GET /v1/tax_rates", {}, {})),
    ("get v1/customers limit=3", ("GET /v1/customers", {}, {"limit": 3})),
    ("customers retrieve cus_1", ("GET /v1/customers/{customer}", {"customer": "cus_1"}, {})),
    ("get /v1/customers/cus_1", ("GET /v1/customers/{customer}", {"customer": "cus_1"}, {})),
    ("customers delete cus_1", ("DELETE /v1/customers/{customer}", {"customer": "cus_1"}, {})),
    ("refunds create charge=ch_1 amount=500", ("POST /v1/refunds", {}, {"charge": "ch_1", "amount": 500})),
    ("post /v1/refunds -d charge=ch_1 -d amount=500", ("POST /v1/refunds", {}, {"charge": "ch_1", "amount": 500})),
    (
        "billing-portal sessions create --customer cus_1",
        ("POST /v1/billing_portal/sessions", {}, {"customer": "cus_1"}),
    ),
    (
        "test_helpers test_clocks advance clock_1 --frozen-time 5",
        ("POST /v1/test_helpers/test_clocks/{test_clock}/advance", {"test_clock": "clock_1"}, {"frozen_time": 5}),
    ),
    ("accounts retrieve", ("GET /v1/account", {}, {})),
    ("accounts retrieve --expand x acct_1", ("GET /v1/accounts/{account}", {"account": "acct_1"}, {"expand": ("x",)})),
    ("accounts retrieve acct_1 --expand x", ("GET /v1/accounts/{account}", {"account": "acct_1"}, {"expand": ("x",)})),
    ("v2 core accounts retrieve acct_1", ("GET /v2/core/accounts/{id}", {"id": "acct_1"}, {})),
    (
        "customers retrieve --expand sources cus_1",
        ("GET /v1/customers/{customer}", {"customer": "cus_1"}, {"expand": ("sources",)}),
    ),
]


@pytest.mark.parametrize(("text", "meaning"), SAME)
def test_commands_mean_what_they_mean_in_the_stripe_cli(
    text: str, meaning: tuple[str, dict[str, str], dict[str, object]]
) -> None:
    """Words or paths, flags or pairs, in any order: one meaning."""
    assert said(text) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Create refund --charge ch_1", ("POST /v1/refunds", {}, {"charge": "ch_1"})),
        ("refund create charge=ch_1", ("POST /v1/refunds", {}, {"charge": "ch_1"})),
        ("List customers —limit 3", ("GET /v1/customers", {}, {"limit": 3})),
        ("get customer cus_1", ("GET /v1/customers/{customer}", {"customer": "cus_1"}, {})),
        ("get /v1/customers/cus_1", ("GET /v1/customers/{customer}", {"customer": "cus_1"}, {})),
        ("delete customer cus_1", ("DELETE /v1/customers/{customer}", {"customer": "cus_1"}, {})),
        ("show\u00a0charge\u00a0ch_1", ("GET /v1/charges/{charge}", {"charge": "ch_1"}, {})),
        ("payment intents list", ("GET /v1/payment_intents", {}, {})),
        ("account create", ("POST /v1/account", {}, {})),
    ],
)
def test_everyday_words_find_the_operation(text: str, meaning: tuple[str, dict[str, str], dict[str, object]]) -> None:
    """In any order and number, by a verb's synonyms; an exact name and a path go first."""
    assert said(text) == meaning


def test_words_that_may_be_several_operations_are_refused_with_them() -> None:
    """They are what would do."""
    refused = problem("get tax id --expand owner")
    assert refused.code == "unknown_operation"
    assert set(refused.suggestions) == {"tax_ids retrieve", "tax_ids retrieve_tax_id"}
    assert refused.position == (0, len("get tax id"))


def test_one_of_the_known_words_of_a_flag_is_its_value() -> None:
    """``off_session`` is true, false or one of two words."""
    assert said("payment_intents confirm pi_1 --off-session one_off")[2] == {"off_session": "one_off"}
    assert said("payment_intents confirm --off-session pi_1")[1:] == ({"intent": "pi_1"}, {"off_session": True})


def test_arrays_nesting_and_json_come_together() -> None:
    """Every way of writing nested values in one line, pasted over several."""
    text = """subscriptions create --customer cus_1 \\
      -d "items[0][price]=price_1" --items[1][price]=price_2 --items[1].quantity 2
      --payment-settings.payment-method-types card --payment_settings[payment_method_types] us_bank_account
      --metadata '{"a": "b"}' –description “a  b”"""
    assert said(text)[2] == {
        "customer": "cus_1",
        "items": ({"price": "price_1"}, {"price": "price_2", "quantity": 2}),
        "payment_settings": {"payment_method_types": ("card", "us_bank_account")},
        "metadata": {"a": "b"},
        "description": "a  b",
    }


def test_options_beside_the_call_are_kept() -> None:
    """The command says on which account and in which mode."""
    result = command("charges list --on eu --live --dry-run --stripe-account acct_1")
    assert (result.account, result.live, result.dry_run, result.call.stripe_account) == ("eu", True, True, "acct_1")
    assert not command("charges list").live


def test_missing_parameters_are_no_problem() -> None:
    """They are asked for later."""
    assert command("prices create --recurring.interval-count 2").missing == ("recurring[interval]", "currency")


def test_an_id_of_another_kind_is_let_through() -> None:
    """C25: prefixes are a hint; Stripe decides."""
    assert said("customers retrieve ch_1")[1] == {"customer": "ch_1"}


@pytest.mark.parametrize("text", ["", "   ", "\n", "/stripe", "stripe", "\u00a0"])
def test_nothing_to_run_is_a_problem_of_its_own(text: str) -> None:
    """B22: the bot shows help then."""
    assert problem(text).code == "empty"


def test_the_word_payload_is_text_like_any_other() -> None:
    """B1: nothing trips over it."""
    assert said("customers list --starting-after payload")[2] == {"starting_after": "payload"}


# --- B: command text --------------------------------------------------------------------------------------------------

KEY = "sk_" + "live_" + "51Hxxxxxxxxxxxxxxxxxxxxxxxx"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"key set {KEY}", "secret key"),
        (f'customers create --name "{KEY}"', "secret key"),
        (f"customers create --metadata[key] {KEY}", "secret key"),
        (f"customers create --metadata[{KEY}] x", "secret key"),
        (f"customers create --{KEY} x", "secret key"),
        (f"customers retrieve {KEY}", "secret key"),
        (f"--api-key {KEY} customers list", "secret key"),
        ("customers create --name 'sk_'\"live_51Habcdefgh\"", "secret key"),
        ("customers retrieve 'sk_'\"live_51Habcdefgh\"", "secret key"),
        ("nonsense 'sk_'\"live_51Habcdefgh\"", "secret key"),
        ('customers create --metadata \'{"a": "sk_\\u006cive_51Habcdefgh"}\'', "secret key"),
        ("get /v1/customers?email=sk%5Flive%5F51Habcdefgh", "secret key"),
        ("customers create --name 4242 4242 4242 4242", "card number"),
        ("customers create --name=4242-4242-4242-4242", "card number"),
        ("payment_methods create --type card --card[number]=4242424242424242", "card number"),
        ("tokens create --card[cvc] 123", "card data"),
        ('tokens create --card \'{"number": "1", "cvc": "2"}\'', "card data"),
        ("customers create --name whsec_" + "abcdefghij", "signing secret"),
        ("customers create --name xoxb" + "-not-a-token", "Slack token"),
        ("payment_intents retrieve pi_3N_secret_abc", "client secret"),
        ("customers create --name '-----BEGIN PRIVATE KEY-----'", "private key"),
    ],
)
def test_secrets_are_refused_and_not_repeated(text: str, kind: str) -> None:
    """B2 to B5, P9: whatever it is typed into, it is not run, not echoed, and the person is told what to do."""
    result = problem(text)
    assert result.code == "secret"
    assert kind in result.message
    for part in ("51H", "4242", "abcdef", "not-a-token", "3N_"):
        assert part not in result.message
    assert result.position is not None
    assert "roll" in result.message or "card" in result.message


def test_what_a_person_with_a_pasted_key_is_told() -> None:
    """Roll it, and use the form."""
    assert "/stripe connect" in problem(KEY).message


@pytest.mark.parametrize("amount", ["１２３", "+5", "-5", "-0", "1e3", "0x10", "12.0", "NaN", "1/2", "10.00"])
def test_odd_amounts_are_refused_with_the_parameter_and_the_value(amount: str) -> None:
    """B6, B8."""
    result = problem(f"refunds create charge=ch_1 amount={amount}")
    assert (result.code, result.parameter) == ("invalid_value", "amount")
    assert amount in result.message
    text = f"refunds create charge=ch_1 amount={amount}"
    assert result.position == (text.index("amount"), len(text))


def test_a_blank_is_never_sent() -> None:
    """B12: not even on an update."""
    assert said("customers update cus_1 name= --email '' description=x")[2] == {"description": "x"}


def test_clearing_is_written_out() -> None:
    """B13: a separate word, quoted it is text."""
    assert said('customers update cus_1 --shipping null --description "null"')[2] == {
        "shipping": "",
        "description": "null",
    }


def test_phones_are_forgiven_and_values_kept() -> None:
    """B14, B15: normalised where options and quotes open, byte-exact inside."""
    assert said("customers create —description=a—b\u202e\u00a0--email j@x.example")[2] == {
        "description": "a—b\u202e",
        "email": "j@x.example",
    }
    assert said("Customers\u00a0create –name\u00a0“Jane\u00a0'x' — Doe”")[2] == {"name": "Jane\u00a0'x' — Doe"}


def test_a_very_long_text_is_refused_shortly() -> None:
    """B18."""
    result = problem("customers list " + "x" * 40_000)
    assert result.code == "too_long"
    assert len(result.message) < 100
    assert f"{MAX_LENGTH:,}" in result.message


@pytest.mark.parametrize(
    "text", ["customers create --name 'x", 'customers create --name "x', "customers create --name “x"]
)
def test_an_unclosed_quote_is_pointed_at(text: str) -> None:
    """B19."""
    assert problem(text).code == "unclosed_quote"
    assert problem(text).position == (len(text) - 2, len(text) - 1)


@pytest.mark.parametrize("value", ["$(id)", "`id`", "\\", ";", "a;b", "$HOME", "*", "~", "#x", "!!"])
def test_there_is_no_shell(value: str) -> None:
    """B19: what means something to a shell is literal here."""
    assert said(f"customers create --name {value}")[2] == {"name": value}


@pytest.mark.parametrize("limit", ["100000", "-1", "0"])
def test_pages_are_of_1_to_100(limit: str) -> None:
    """B21."""
    assert problem(f"customers list limit={limit}").parameter == "limit"


# --- C: paths and encoding --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "cus_x/../../refunds",
        "..",
        ".",
        "''",
        "cus_x?expand[]=a",
        "cus_x#frag",
        "'cus_x;a=b'",
        "'cus_x\r\nX-Evil: 1'",
        "'cus_x\0'",
        "'cus x'",
        "%2e%2e",
        "search",
        "'@evil.example/v1'",
        "//evil.example/v1",
        "ｃus_1",
        "x" * 256,
    ],
)
def test_ids_that_could_reach_another_endpoint_are_refused(value: str) -> None:
    """C1 to C10, and ids that are the name of another endpoint."""
    result = problem(f"customers retrieve {value}")
    assert (result.code, result.parameter) == ("invalid_id", "customer")
    assert len(result.message) < 250


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("get /v1/customers/..", "invalid_id"),
        ("get /v1/customers/%2e%2e", "invalid_id"),
        ("get /v1/customers/cus_1;x", "invalid_id"),
        ("get /v1/customers/cus_1#x", "invalid_id"),
        ("get /v1/customers/", "unknown_operation"),
        ("get /v1/customers//sources", "unknown_operation"),
        ("get /v1/../v1/customers", "unknown_operation"),
        ("get @evil.example/v1", "invalid_path"),
        ("get .evil.example/v1", "invalid_path"),
        ("get //evil.example/v1", "unknown_operation"),
        ("get https://api.stripe.com@evil/v1/charges", "invalid_path"),
        ("get http://169.254.169.254/", "invalid_path"),
        ("get /v1/nothing", "unknown_operation"),
        ("post /v1/oauth/token", "unknown_operation"),
        ("get", "invalid_path"),
        ("get nobody_knows", "unknown_operation"),
        ("delete ch_1AbcDef", "unknown_operation"),
        ("get /v1/customers?limit", "invalid_path"),
        ("get /v1/customers?=3", "invalid_path"),
        ("get /v1/customers?limit=%ff", "invalid_path"),
        ("get /v1/customers?nothing=3", "unknown_parameter"),
        ("get /v1/customers cus_1", "unexpected_argument"),
    ],
)
def test_raw_paths_reach_the_registry_s_operations_only(text: str, code: str) -> None:
    """C12, risk guard 7: a path whose template is not in the registry is refused."""
    assert problem(text).code == code


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("get /v1/custommers", "get /v1/customers"),
        ("get /v1/customers/", "get /v1/customers"),
        ("delete /v1/customers/cus_1/", "delete /v1/customers/cus_1"),
        ("delete /v1/refunds", "get /v1/refunds"),
        ("custmers list", "customers list"),
        ("creat refund", "refunds create"),
        ("refunds creat --charge ch_1", "refunds create"),
        ("refunds create charge=ch_1 reazon=x", "reason"),
        ("subscriptions create --price price_1", "items[0][price]"),
        ("refunds create --charge ch_1 --origin customer_balanc", "customer_balance"),
    ],
)
def test_a_refusal_has_the_nearest_right_thing(text: str, suggestion: str) -> None:
    """Operations, paths, parameters and values."""
    assert suggestion in problem(text).suggestions


@pytest.mark.parametrize("text", ["refunds create a&b=c", "refunds create 'charge&amount=1'"])
def test_names_come_from_the_registry_only(text: str) -> None:
    """C16."""
    assert problem(text).code in ("unexpected_argument", "unknown_parameter")


@pytest.mark.parametrize("value", ["x&amount=1", "a[b]=c"])
def test_a_value_stays_one_field(value: str) -> None:
    """C19, C20."""
    assert said(f"refunds create charge={value}")[2] == {"charge": value}


@pytest.mark.parametrize(
    "text",
    [
        'customers create --metadata \'{"x][amount": "1"}\'',
        "customers create metadata[x][amount]=1",
        "customers create metadata[]=1",
        'customers create --metadata \'{"": "1"}\'',
        f"customers create metadata[{'k' * 41}]=1",
        f"customers create metadata[k]={'v' * 501}",
        "customers create " + " ".join(f"metadata[k{each}]=1" for each in range(51)),
    ],
)
def test_metadata_cannot_break_out_or_overflow(text: str) -> None:
    """C17, C21."""
    result = problem(text)
    assert result.parameter is not None
    assert result.parameter.startswith("metadata")


@pytest.mark.parametrize(
    "text",
    ["customers create a" + "[b]" * 20 + "=1", "customers create --shipping '" + '{"a":' * 200 + "1" + "}" * 200 + "'"],
)
def test_deep_values_are_refused(text: str) -> None:
    """C23."""
    assert problem(text).code in ("invalid_value", "unknown_parameter")


@pytest.mark.parametrize(
    ("text", "code", "parameter"),
    [
        ("customers retrieve", "missing_id", "customer"),
        ("customers retrieve cus_1 cus_2", "unexpected_argument", None),
        ("customers list cus_1", "unexpected_argument", None),
        ("--limit 3", "unknown_operation", None),
        ("files create --file x --purpose dispute_evidence", "invalid_value", "file"),
        ("customers create --name a --name b", "duplicate_parameter", "name"),
    ],
)
def test_other_mistakes_have_codes_of_their_own(text: str, code: str, parameter: str | None) -> None:
    """Programs can tell them apart."""
    assert (problem(text).code, problem(text).parameter) == (code, parameter)


def test_a_missing_id_is_named_among_its_neighbours() -> None:
    """All ids that the operation takes, and which of them are lacking."""
    message = problem("customer_balance_transactions retrieve cus_1").message
    assert "customer and transaction" in message
    assert "transaction is missing" in message


FRAGMENTS = (
    st.sampled_from(["--", "-", "-d ", "—", "“", "”", "'", '"', "\\", "[", "]", "[]", "=", "{", '{"a":'])
    | st.sampled_from(["\u00a0", " ", "\n", "\ud800", "\0", "..", "%", "?", "&", ".", "١", "NaN", "1e400", "1"])
    | st.sampled_from(["null", "true", "--limit", "-l", "--metadata", "--expand", "--shipping", "--on", "--live"])
    | st.sampled_from(["items[0][price]", "created[gte]", "[0]", "[99999999]", "a.b.c", "/v1/", "get "])
)
STARTS = st.sampled_from(
    [each.name + " " for each in REGISTRY.operations] + ["get /v1/customers", "post /v1/subscriptions "]
)


@settings(max_examples=examples(200))
@given(
    st.text(max_size=60)
    | st.builds(
        lambda start, rest: start + "".join(rest), STARTS, st.lists(FRAGMENTS | st.text(max_size=5), max_size=12)
    )
)
def test_any_text_gives_a_command_or_a_problem(text: str) -> None:
    """Nothing raises; a problem's sentence can be sent, and its place lies in the text."""
    result = parse(text, REGISTRY)
    if isinstance(result, Problem):
        for part in (result.message, result.parameter or "", *result.suggestions):
            part.encode()
        assert result.position is None or 0 <= result.position[0] <= result.position[1] <= len(text)
