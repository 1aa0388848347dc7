"""Parameters by their shapes: what is read, what is refused, what is missing."""

import pytest

from operations.parameters import MAX_ITEMS, Reading, Repeated, coerce, validate
from operations.problem import Problem
from operations.registry import registry
from operations.scalars import Word
from operations.spec import Operation, Parameter, Shape

REGISTRY = registry()


def operation(key: str) -> Operation:
    found = REGISTRY.by_key(key)
    assert found is not None, key
    return found


def given(key: str, **parameters: object) -> Reading:
    """What a person's parameters of an operation come to; texts stand for bare words."""
    endpoint = operation(key)
    bare = {name: Word(value) if isinstance(value, str) else value for name, value in parameters.items()}
    return coerce(bare, endpoint.parameters, path=endpoint.path, untyped=endpoint.untyped)


def one(shape: Shape, value: object, *, path: str = "/v1/x") -> object:
    """The value that one parameter ``x`` comes to, or its problem, or None where it is left out."""
    reading = coerce({"x": value}, [Parameter(name="x", shape=shape)], path=path)
    return reading.problems[0] if reading.problems else reading.values.get("x", "left out")


def refusal(shape: Shape, value: object, *, path: str = "/v1/x") -> Problem:
    result = one(shape, value, path=path)
    assert isinstance(result, Problem), result
    return result


INTEGER = Shape(kind="integer")
MONEY = Shape(kind="integer", meaning="money_minor")


@pytest.mark.parametrize(
    "text", ["１２３", "٣", "+5", "-0", "1e3", "0x10", "12.0", "NaN", "1/2", "1_000", "1,000", "007", "", "９9", "--5"]
)
def test_only_plain_whole_numbers_are_integers(text: str) -> None:
    """B6, B8: ASCII digits and nothing else; what int() would also read is refused."""
    assert text == "" or refusal(INTEGER, Word(text)).code == "invalid_value"


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("500", 500), ("-5", -5), ("9223372036854775807", 2**63 - 1)])
def test_whole_numbers_are_read(text: str, number: int) -> None:
    """Zero and numbers below it are numbers where nothing says otherwise."""
    assert one(INTEGER, Word(text)) == number


def test_numbers_beyond_64_bits_are_refused() -> None:
    """Stripe's integers have 64 bits."""
    assert refusal(INTEGER, Word("9223372036854775808")).code == "invalid_value"


@pytest.mark.parametrize(("text", "suggestion"), [("１２３", "123"), ("+5", "5"), ("007", "7")])
def test_a_number_in_disguise_is_offered_in_plain(text: str, suggestion: str) -> None:
    """The refusal holds what would have done."""
    assert refusal(INTEGER, Word(text)).suggestions == (suggestion,)


@pytest.mark.parametrize(
    ("currency", "text", "suggestions"),
    [
        ("usd", "10.005", ("10005.00usd",)),
        ("usd", "1000.005", ()),
        ("jpy", "10.00", ("10jpy",)),
        ("jpy", "10.5", ()),
        ("kwd", "1.234", ("1234.00kwd",)),
        ("kwd", "1.2345", ()),
    ],
)
def test_a_fraction_of_money_is_refused_by_its_currency(currency: str, text: str, suggestions: tuple[str, ...]) -> None:
    """B10: by the currency's own rule, with what to type; nothing is rounded."""
    problem = given("POST /v1/payment_intents", amount=text, currency=currency).problems[0]
    assert (problem.parameter, problem.suggestions) == ("amount", suggestions)
    assert currency.upper() in problem.message


def test_a_fraction_of_money_without_a_currency_is_explained_in_cents() -> None:
    """A refund has no currency of its own, so cents are named as the usual case."""
    problem = given("POST /v1/refunds", amount="10.00").problems[0]
    assert problem.suggestions == ("1000",)
    assert "cents" in problem.message


@pytest.mark.parametrize(
    ("key", "name"),
    [("POST /v1/refunds", "amount"), ("POST /v1/charges", "amount"), ("GET /v1/charges", "limit")],
)
def test_amounts_and_counts_below_zero_are_refused(key: str, name: str) -> None:
    """B8, B21: -5 has no meaning there."""
    assert given(key, **{name: "-5"}).problems[0].parameter == name


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("POST /v1/customers", "balance"),
        ("POST /v1/customers/{customer}/balance_transactions", "amount"),
        ("POST /v1/invoiceitems", "amount"),
    ],
)
def test_credits_may_be_below_zero(key: str, name: str) -> None:
    """Stripe documents an amount below zero as a credit to the customer there."""
    assert given(key, **{name: "-500"}).values == {name: -500}


@pytest.mark.parametrize("limit", ["0", "101", "100000", "-1"])
def test_a_page_has_1_to_100_items(limit: str) -> None:
    """B21: refused before the call."""
    assert given("GET /v1/customers", limit=limit).problems[0].parameter == "limit"


def test_closed_enums_take_their_values_only_and_open_ones_others_too() -> None:
    """The nearest value of a closed enum is suggested."""
    closed = Shape(kind="enum", values=("duplicate", "fraudulent", "requested_by_customer"))
    assert one(closed, Word("duplicate")) == "duplicate"
    assert refusal(closed, Word("fraud")).suggestions[0] == "fraudulent"
    assert refusal(closed, Word("zzz")).suggestions == closed.values
    assert one(Shape(kind="enum", values=("a",), open=True), Word("zzz")) == "zzz"


@pytest.mark.parametrize(("text", "value"), [("true", True), ("False", False)])
def test_booleans_are_true_or_false(text: str, value: bool) -> None:
    """Whatever the capitals; yes and no are refused with what would do."""
    assert one(Shape(kind="boolean"), Word(text)) is value
    assert refusal(Shape(kind="boolean"), Word("yes")).suggestions == ("true",)
    assert refusal(Shape(kind="boolean"), Word("0")).suggestions == ("false",)


def test_decimals_stay_text_and_numbers_are_exact() -> None:
    """A decimal keeps every digit that was typed; a number that can't be sent exactly is refused."""
    assert one(Shape(kind="decimal"), Word("0.10")) == "0.10"
    assert refusal(Shape(kind="decimal"), Word("1e3")).code == "invalid_value"
    assert one(Shape(kind="number"), Word("12.50")) == 12.5
    assert one(Shape(kind="number"), Word("10")) == 10
    assert refusal(Shape(kind="number"), Word("0.12345678901234567890")).code == "invalid_value"


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_text_that_cannot_be_sent_is_refused(text: str) -> None:
    """No NUL and no half characters."""
    assert refusal(Shape(kind="string"), text).code == "invalid_value"


def test_text_has_a_length_where_the_registry_says_so() -> None:
    """The limit is Stripe's."""
    assert one(Shape(kind="string", max_length=3), "abc") == "abc"
    assert "3 characters" in refusal(Shape(kind="string", max_length=3), "abcd").message


# --- blank, null and clear --------------------------------------------------------------------------------------------

CLEARABLE = Shape(kind="string", clearable=True)
NULLABLE = Shape(kind="string", nullable=True)


@pytest.mark.parametrize("blank", ["", " ", "\u00a0"])
@pytest.mark.parametrize("shape", [CLEARABLE, NULLABLE, INTEGER, Shape(kind="object"), Shape(kind="map")])
def test_a_blank_is_left_out(shape: Shape, blank: str) -> None:
    """B12: never sent, so that no field is emptied by accident."""
    assert one(shape, blank) == "left out"
    assert one(shape, Word(blank)) == "left out"


def test_the_bare_word_null_clears_what_can_be_cleared() -> None:
    """B13: the empty string in v1, null in v2."""
    assert one(CLEARABLE, Word("null")) == ""
    assert one(NULLABLE, Word("null"), path="/v2/x") is None
    assert one(Shape(kind="integer", clearable=True), Word("null")) == ""
    assert one(Shape(kind="map", clearable=True), Word("null")) == ""


def test_null_is_text_where_it_is_quoted_or_nothing_can_be_cleared() -> None:
    """A customer may be called null."""
    assert one(CLEARABLE, "null") == "null"
    assert one(Shape(kind="string"), Word("null")) == "null"
    assert refusal(INTEGER, Word("null")).code == "invalid_value"


def test_null_in_json_clears_or_is_refused() -> None:
    """In JSON null is never text; one key of a v1 map is unset by the empty string, as Stripe says."""
    shape = Shape(kind="object", fields=(Parameter(name="a", shape=CLEARABLE), Parameter(name="b", shape=INTEGER)))
    assert one(shape, '{"a": null}') == {"a": ""}
    assert refusal(shape, '{"b": null}').parameter == "x[b]"
    assert one(Shape(kind="map", items=Shape(kind="string")), '{"a": null, "b": "null"}') == {"a": "", "b": "null"}


# --- objects, arrays, maps, unions ------------------------------------------------------------------------------------


def test_json_is_read_by_the_shape_and_keeps_its_digits() -> None:
    """Numbers for text fields keep their spelling; blanks are left out at any depth."""
    shape = Shape(
        kind="object",
        fields=(
            Parameter(name="zip", shape=Shape(kind="string")),
            Parameter(name="count", shape=INTEGER),
            Parameter(name="on", shape=Shape(kind="boolean")),
        ),
    )
    assert one(shape, '{"zip": 10.00, "count": 3, "on": true}') == {"zip": "10.00", "count": 3, "on": True}
    assert one(shape, '{"zip": "", "count": "3"}') == {"count": 3}
    assert refusal(shape, '{"count": 3.0}').parameter == "x[count]"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1', "character 8"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": NaN}', "NaN"),
        ("{“a”: 1}", "curly"),
        ("{" * 5000, "character"),
        ('{"a":' * 3000, "deep"),
        ("hello", "x[a]"),
        ("[1]", "x[a]"),
        ("{}", "at least one"),
    ],
)
def test_json_that_is_none_is_explained(text: str, says: str) -> None:
    """The place and the reason, never an exception."""
    assert says in refusal(Shape(kind="object", fields=(Parameter(name="a", shape=INTEGER),)), text).message


def test_lists_come_from_repetition_json_and_indexes() -> None:
    """Three ways of writing one list; a single value is a list of one."""
    shape = Shape(kind="array", items=Shape(kind="string"))
    assert one(shape, Repeated(["a", "b"])) == ["a", "b"]
    assert one(shape, Word("a")) == ["a"]
    assert one(shape, '["a", "b"]') == ["a", "b"]
    assert one(shape, {"1": "b", "0": "a"}) == ["a", "b"]
    assert one(shape, Repeated(["[a"])) == ["[a"]


def test_lists_of_objects_are_numbered_without_gaps() -> None:
    """A gap would shift the items that follow, so it is refused; a name without a number is told where it belongs."""
    assert given("POST /v1/subscriptions", items={"0": {"price": "p"}}).values == {"items": [{"price": "p"}]}
    assert (
        "1 is missing"
        in given("POST /v1/subscriptions", items={"0": {"price": "p"}, "2": {"price": "q"}}).problems[0].message
    )
    assert given("POST /v1/subscriptions", items={"price": "p"}).problems[0].suggestions == ("items[0][price]",)


def test_one_value_is_taken_once() -> None:
    """What takes one value and is given two is refused, not overwritten."""
    problem = one(Shape(kind="string"), Repeated(["a", "b"]))
    assert isinstance(problem, Problem)
    assert problem.code == "duplicate_parameter"


@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        ({"x][amount": "1"}, "bracket"),
        ({"": "1"}, "empty name"),
        ({"k" * 41: "1"}, "40"),
        ({"k": "v" * 501}, "500"),
        ({f"k{index}": "v" for index in range(51)}, "50"),
        ({"k": {"deep": "v"}}, "parts"),
        ({"a\nb": "v"}, "control"),
    ],
)
@pytest.mark.parametrize("source", ["person", "typed", "wire"])
def test_metadata_has_stripes_limits(metadata: dict[str, object], says: str, source: str) -> None:
    """C17, C21: 50 keys of 40 characters, values of 500, and no bracket that would change what the request says."""
    customers = operation("POST /v1/customers")
    reading = coerce({"metadata": metadata}, customers.parameters, source=source, path=customers.path)  # type: ignore[arg-type]  # one of them
    assert says in reading.problems[0].message


def test_lists_and_depth_have_limits() -> None:
    """C23: ten thousand items or twenty levels are refused."""
    deep: object = "x"
    for _ in range(20):
        deep = {"a": deep}
    assert str(MAX_ITEMS) in refusal(Shape(kind="array", items=INTEGER), [1] * 10_000).message
    assert "levels" in refusal(Shape(kind="any"), deep).message


def test_unions_take_the_variant_that_fits() -> None:
    """A range object or a whole number; a word or a time."""
    assert given("GET /v1/charges", created="100").values == {"created": 100}
    assert given("GET /v1/charges", created={"gte": Word("100")}).values == {"created": {"gte": 100}}
    assert given("POST /v1/subscriptions/{id}", trial_end="now").values == {"trial_end": "now"}
    assert given("POST /v1/subscriptions/{id}", trial_end="5").values == {"trial_end": 5}
    assert given("GET /v1/charges", created={"gt": Word("x")}).problems[0].parameter == "created[gt]"
    assert "now" in given("POST /v1/subscriptions/{id}", trial_end="soon").problems[0].message


def test_a_file_cannot_be_typed() -> None:
    """The problem says what to do instead."""
    assert "upload" in given("POST /v1/files", file="x").problems[0].message


def test_an_object_without_fields_is_left_out() -> None:
    """Pasted JSON has them (``"alipay": {}``); form encoding can't say them, so nothing is sent for them."""
    data = '{"type": "alipay", "alipay": {}}'
    assert given("POST /v1/payment_intents", payment_method_data=data).values == {
        "payment_method_data": {"type": "alipay"}
    }


def test_a_field_that_can_only_be_cleared_says_so() -> None:
    """One parameter of an older specification takes the empty string alone."""
    only_cleared = Shape(kind="string", max_length=0, clearable=True)
    assert one(only_cleared, Word("null")) == ""
    assert refusal(only_cleared, Word("x")).suggestions == ("null",)


# --- unknown and missing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "name", "suggestion"),
    [
        ("POST /v1/refunds", "amont", "amount"),
        ("POST /v1/refunds", "meta", "metadata"),
        ("POST /v1/subscriptions", "price", "items[0][price]"),
        ("POST /v1/customers", "line1", "address[line1]"),
    ],
)
def test_an_unknown_parameter_names_the_nearest_right_ones(key: str, name: str, suggestion: str) -> None:
    """By likeness, or deeper in the parameters by the very name."""
    problem = given(key, **{name: "1"}).problems[0]
    assert (problem.code, problem.parameter) == ("unknown_parameter", name)
    assert suggestion in problem.suggestions


def test_expand_and_include_are_not_mixed() -> None:
    """v1 takes expand, v2 include; the other is named."""
    v2 = given("POST /v2/core/accounts", expand="x").problems[0]
    assert (v2.suggestions, "v2" in v2.message) == (("include",), True)
    v1 = given("POST /v1/customers", include="x").problems[0]
    assert (v1.suggestions, "v1" in v1.message) == (("expand",), True)


def test_missing_parameters_are_named_to_full_depth() -> None:
    """A required object is asked for by its required fields, an optional one only once it is begun."""
    assert given("POST /v1/prices").missing == ["currency"]
    assert given("POST /v1/prices", currency="usd", recurring={"interval_count": Word("1")}).missing == [
        "recurring[interval]"
    ]
    assert given("POST /v1/prices", currency="").missing == ["currency"]
    assert given("POST /v1/checkout/sessions", line_items={"0": {"price_data": {"currency": "usd"}}}).missing == []


def test_a_required_object_without_required_fields_is_asked_for_itself() -> None:
    """Form encoding can't say an empty object, so at least one field is needed."""
    shape = Shape(kind="object", fields=(Parameter(name="a", shape=INTEGER),))
    declared = [Parameter(name="x", shape=shape, required=True)]
    assert coerce({}, declared).missing == ["x"]
    assert coerce({"x": {"a": Word("")}}, declared).missing == ["x"]


def test_untyped_operations_take_what_is_given() -> None:
    """Of four operations no source tells the parameters."""
    untyped = next(each for each in REGISTRY.operations if each.untyped)
    assert given(untyped.key, anything="1", deep={"a": Word("b")}).values == {"anything": "1", "deep": {"a": "b"}}


def test_values_from_outside_are_masked_and_clipped_in_messages() -> None:
    """A message never holds a secret, a control character or a page of text."""
    long = refusal(INTEGER, "x" * 500)
    assert len(long.message) < 200
    hidden = refusal(INTEGER, "\u202e\n" + "sk_" + "live_" + "51Habcdefghij")
    assert "51Habc" not in hidden.message
    assert "\\u202e\\u000a" in hidden.message


# --- the wire and typed values ----------------------------------------------------------------------------------------


def wire(key: str, **parameters: object) -> list[tuple[str, str | None]]:
    endpoint = operation(key)
    problems = validate(parameters, endpoint.parameters, source="wire", path=endpoint.path)
    return [(problem.code, problem.parameter) for problem in problems]


def test_a_decoded_form_is_checked_strictly() -> None:
    """The sandbox's judge: unknown, missing and wrong types, each with its parameter."""
    assert wire("POST /v1/refunds", charge="ch_1", amount="500", metadata=["a"]) == []
    assert wire("POST /v1/refunds", amount="5.0") == [("invalid_value", "amount")]
    assert wire("POST /v1/refunds", nothing="1") == [("unknown_parameter", "nothing")]
    assert wire("POST /v1/prices") == [("missing_parameter", "currency")]
    assert wire("POST /v1/customers", name="null", description="") == [("invalid_value", "description")]
    assert wire("POST /v1/customers", address="") == []
    assert wire("GET /v1/charges", expand="data.customer") == [("invalid_value", "expand")]


def typed(key: str, **parameters: object) -> list[tuple[str, str | None]]:
    endpoint = operation(key)
    problems = validate(parameters, endpoint.parameters, path=endpoint.path)
    return [(problem.code, problem.parameter) for problem in problems]


def test_typed_values_must_have_their_types() -> None:
    """JSON and forms give typed values: text is no number there, and null only what can be null."""
    assert typed("POST /v1/refunds", amount=500, metadata={"a": ""}) == []
    assert typed("POST /v1/refunds", amount="500") == [("invalid_value", "amount")]
    assert typed("POST /v1/refunds", amount=True) == [("invalid_value", "amount")]
    assert typed("POST /v1/refunds", amount=None) == [("invalid_value", "amount")]
    assert typed("POST /v1/refunds", charge=5) == [("invalid_value", "charge")]
    assert typed("POST /v1/refunds", metadata={}) == [("invalid_value", "metadata")]
    assert typed("POST /v2/core/accounts", metadata={}, display_name="x") == []
