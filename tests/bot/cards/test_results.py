"""What becomes of each kind of answer: a card, a list, a file, or a plain sentence."""

import json
from typing import Any

from bot import cards
from bot.blocks import FileMessage, Message, Posted
from bot.domain import FrozenCall
from tests.bot.cards import samples as made

PDF = made.operation("quotes pdf", "GET", "/v1/quotes/{quote}/pdf", answers="binary")


def shown(call: FrozenCall, data: Any) -> tuple[Posted, ...]:
    return cards.result(made.run(call), made.succeeded(data), made.manner("plain"))


def test_a_pdf_is_posted_as_a_file_below_a_message() -> None:
    """The bytes go through as they are, under a name that says what they are."""
    message, file = shown(made.frozen(PDF, path={"quote": "qt_1"}), b"%PDF-1.7 bytes")
    assert isinstance(message, Message)
    assert file == FileMessage("quote-qt_1.pdf", "Quote as PDF", b"%PDF-1.7 bytes")


def test_a_large_object_comes_with_its_json_redacted() -> None:
    """Engineers get every byte that may be posted."""
    data = {**made.OBJECTS["payment_intent"], "metadata": {f"key{number}": "v" * 400 for number in range(40)}}
    _, file = shown(made.frozen(made.retrieve("payment_intent")), data)
    assert isinstance(file, FileMessage)
    assert json.loads(file.content) == {**data, "client_secret": "[hidden]"}


def test_a_small_object_is_a_card_alone() -> None:
    """No file for what fits."""
    assert len(shown(made.frozen(made.retrieve("charge")), made.OBJECTS["charge"])) == 1


def test_a_call_for_a_connected_account_links_no_dashboard_page() -> None:
    """The platform's Dashboard shows other pages for it, so no link is guessed; whose it is stands there."""
    call = made.frozen(made.retrieve("customer"), stripe_account="acct_1Seller")
    (message,) = shown(call, made.OBJECTS["customer"])
    assert "dashboard.stripe.com" not in str(message)
    assert "acct_1Seller" in str(message)


def test_the_dashboard_link_is_in_the_mode_of_the_account() -> None:
    """Test objects are not found on live pages."""
    for account, address in ((made.TEST, "/test/customers/"), (made.LIVE, ".com/customers/")):
        (message,) = shown(made.frozen(made.retrieve("customer"), account), made.OBJECTS["customer"])
        assert address in str(message)


def test_an_answer_without_content_is_said_to_be_done() -> None:
    """v2 answers some calls with nothing at all."""
    call = made.frozen(made.operation("things ping", "POST", "/v2/things/ping", answers="empty"))
    (message,) = shown(call, {})
    assert "Done." in str(message)


def test_a_deletion_is_said_to_be_one_even_without_the_mark() -> None:
    """v2's deletions answer with an id only."""
    call = made.frozen(
        made.operation("things delete", "DELETE", "/v2/things/{id}", answers="deleted"), path={"id": "x"}
    )
    (message,) = shown(call, {"id": "thing_1", "object": "v2.thing"})
    assert "is deleted" in str(message)


def test_a_page_of_different_objects_names_each() -> None:
    """A customer's payment sources are cards and bank accounts."""
    (message,) = shown(made.frozen(made.CUSTOMERS_LIST), made.page([made.OBJECTS["charge"], made.OBJECTS["refund"]]))
    assert "2 customers" not in str(message) or "ch_3PzJenny" in str(message)
    assert "re_3PzJennyBack" in str(message)
