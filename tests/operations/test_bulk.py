"""Reading lists of calls from CSV: what spreadsheets make of it, what is refused, and where."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.bulk import MOST_ROWS, Flaw, Sheet, decoded, read_list
from operations.registry import registry
from operations.spec import Operation


def operation(name: str) -> Operation:
    found = registry().by_name(name)
    assert found is not None, name
    return found


def read(text: str, name: str = "refunds create") -> Sheet:
    return read_list(text, operation(name), registry())


def flaws(text: str, name: str = "refunds create") -> list[str]:
    sheet = read(text, name)
    assert sheet.lines == ()
    return [str(each) for each in sheet.flaws]


@pytest.mark.parametrize(
    "text",
    [
        "charge,amount,currency\nch_1,12.50,eur\nch_2,0.50,eur",
        "\ufeffcharge;amount;currency;;\r\nch_1;12,50;EUR;;\r\n;;;;\r\nch_2;0,50;EUR;;\r\n",
        "sep=;\ncharge;amount;currency\nch_1;12,50;eur\nch_2;0,50;eur",
        'Charge\tAmount\tCurrency\n"ch_1"\t"12.50"\teur\n\nch_2\t0.50\teur\n',
        "charge,amount,currency | ch_1,12.50,eur | ch_2,0.50,eur",
    ],
)
def test_what_spreadsheets_make_of_a_list_is_read_alike(text: str) -> None:
    """Byte order marks, semicolons, tabs, decimal commas, blank lines and quotes change nothing."""
    lines = read(text).lines
    assert [dict(each.call.parameters) for each in lines] == [
        {"charge": "ch_1", "amount": 1250},
        {"charge": "ch_2", "amount": 50},
    ]
    assert {each.currency for each in lines} == {"eur"}
    assert [each.stated[0].currency for each in lines] == ["eur", "eur"]


def test_without_a_currency_amounts_are_minor_units() -> None:
    """As everywhere else; decimals are refused, since nobody says of what."""
    assert read("charge,amount\nch_1,1250").lines[0].call.parameters["amount"] == 1250
    [flaw] = flaws("charge,amount\nch_1,12.50")
    assert flaw.startswith("Line 2, amount:")
    assert "type 1250" in flaw


def test_a_whole_number_beside_a_currency_may_be_either_and_is_refused() -> None:
    """Unless the currency has no decimals: spreadsheets drop them, and a hundredfold is at stake."""
    [flaw] = flaws("charge,amount,currency\nch_1,20,eur")
    assert "may be 20.00 EUR or €0.20" in flaw
    assert read("charge,amount,currency\nch_1,500,jpy").lines[0].call.parameters["amount"] == 500


def test_a_missing_amount_is_all_that_is_left() -> None:
    """The line's currency is kept, to be compared with the payment's."""
    [line] = read("charge,amount,currency\nch_1,,eur").lines
    assert (dict(line.call.parameters), line.currency) == ({"charge": "ch_1"}, "eur")


def test_a_currency_that_the_operation_takes_is_sent_along() -> None:
    """A transfer needs it, a refund must not have it."""
    [line] = read("destination,amount,currency\nacct_1,12.50,eur", "transfers create").lines
    assert dict(line.call.parameters) == {"destination": "acct_1", "amount": 1250, "currency": "eur"}


@pytest.mark.parametrize("column", ["id", "subscription", "subscription_exposed_id"])
def test_the_id_in_the_path_has_a_column(column: str) -> None:
    """By the name of what it is, or as the id."""
    lines = read(f"{column},prorate\nsub_1,true\nsub_2,", "subscriptions cancel").lines
    assert [tuple(each.call.path_values.values()) for each in lines] == [("sub_1",), ("sub_2",)]
    assert lines[0].call.parameters["prorate"] is True


def test_everything_that_is_wrong_is_said_at_once_with_its_line_and_column() -> None:
    """And there is no list then, not even of what is right."""
    text = "charge,amount,currency,metadata[order]\nch_1,=1+1,eur,a\nch_2,5.00,xxx,\nch_3,5.00,eur,#REF!\n,5.00,eur,\n"
    assert [flaw.partition('"')[0] for flaw in flaws(text)] == [
        "Line 2, amount: ",
        "Line 3, currency: ",
        "Line 4, metadata[order]: ",
        "Line 5: This line names nothing to give back: fill in charge or payment_intent.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("charge,amount", "no line below"),
        ("ch_1,500", "must name the columns"),
        ("chrge\nch_1", "Did you mean charge?"),
        ("charge,charge\nch_1,ch_2", "there already"),
        ('charge\n"ch_1', "Look at its quotes"),
        ("charge\nch_1,500", "stands under no name"),
        ('charge,amount,currency\nch_1,"1,234.50",usd', "signs for thousands"),
        ("charge,amount,currency\nch_1,-5.00,usd", "below zero"),
        ("charge,amount,currency\nch_1,1.234,usd", "sign for thousands"),
        ("charge\nch_1\nch_2\nch_1", "ch_1 stands in line 2 already"),
        ("charge\nsk_live_notarealkeyatall", "roll it now"),
        ("charge\n../x", "no such thing"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    """Each in a sentence that says what would do."""
    if said == "no such thing":
        assert read(text).lines  # Stripe is asked for it, by a value that can't leave its parameter
        return
    assert said in " ".join(flaws(text))


def test_duplicates_name_both_lines() -> None:
    """The same charge twice is one too many, whatever the amounts are."""
    assert flaws("charge,amount\nch_1,5\nch_2,5\nch_1,7") == [
        "Line 4: ch_1 stands in line 2 already. Each may be listed once."
    ]
    both = "destination,amount,currency\nacct_1,5.00,eur\nacct_1,6.00,eur"
    assert len(read(both, "transfers create").lines) == 2


def test_too_many_lines_and_reads_are_refused() -> None:
    """The caps are said, with what would do."""
    many = "charge\n" + "\n".join(f"ch_{number}" for number in range(MOST_ROWS + 1))
    assert "200 at once are the most" in flaws(many)[0]
    assert "larger than 100 kB" in flaws("charge\n" + "x" * 100_001)[0]
    assert "only reads" in flaws("id\nch_1", "charges retrieve")[0]


def test_files_are_text() -> None:
    """UTF-8 or UTF-16; a spreadsheet itself is told from one."""
    assert decoded("\ufeffcharge".encode()) == "charge"
    assert decoded("charge".encode("utf-16")) == "charge"
    assert isinstance(decoded(b"PK\x03\x04rest"), Flaw)
    assert isinstance(decoded(b"caf\xe9"), Flaw)


@given(st.text(max_size=300))
def test_no_text_makes_it_raise(text: str) -> None:
    """Whatever it is, there are lines or flaws, never both, never neither."""
    sheet = read(text)
    assert bool(sheet.lines) != bool(sheet.flaws)


@given(
    st.lists(st.tuples(st.integers(1, 10**7), st.sampled_from(("eur", "usd", "jpy"))), min_size=1, max_size=20),
    st.sampled_from((",", ";", "\t")),
)
def test_what_is_written_is_read_back(amounts: list[tuple[int, str]], delimiter: str) -> None:
    """To the minor unit, in order, with the line of each."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerow(["charge", "amount", "currency"])
    for number, (minor, currency) in enumerate(amounts):
        shown = str(minor) if currency == "jpy" else f"{minor // 100}.{minor % 100:02}"
        writer.writerow([f"ch_{number}", shown, currency])
    lines = read(target.getvalue()).lines
    assert [(each.call.parameters["amount"], each.currency) for each in lines] == amounts
    assert [each.number for each in lines] == list(range(2, len(amounts) + 2))
