"""All pages of a list as one answer: in order, up to a ceiling, and what was got is kept where a page fails."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.gathering import CEILING, gather
from operations.call import Call, bind
from operations.outcome import Failed, Outcome, StripeError, Succeeded, Unknown
from tests.bot.cards import samples as made

V2 = made.operation("accounts list", "GET", "/v2/core/accounts", answers="list", parameters=("limit", "page"))
REFUSED = Failed(StripeError(type="invalid_request_error", message="No such customer.", status=400))


def items(start: int, count: int) -> list[Any]:
    return [{"id": f"cus_{number}", "object": "customer"} for number in range(start, start + count)]


class Stripe:
    """Answers one page after the other, and keeps what it was asked for and how far it was told to be."""

    def __init__(self, *answers: Outcome) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, object]] = []
        self.told: list[int] = []

    async def gather(self, call: Call) -> Outcome:
        return await gather(self.answers.pop(0), call, self._send, self._tell)

    async def _send(self, call: Call) -> Outcome:
        self.asked.append(dict(call.parameters))
        return self.answers.pop(0)

    async def _tell(self, count: int) -> None:
        self.told.append(count)


def page(start: int, count: int, *, more: bool) -> Succeeded:
    return Succeeded(200, {"object": "list", "url": "/v1/customers", "data": items(start, count), "has_more": more})


def got(outcome: Outcome) -> Sequence[str]:
    assert isinstance(outcome, Succeeded)
    assert isinstance(outcome.data, dict)
    found: Any = outcome.data["data"]
    return [each["id"] for each in found]


async def test_pages_are_got_until_there_are_no_more() -> None:
    """Each from where the one before ended, and it is said how far it is."""
    stripe = Stripe(page(0, 2, more=True), page(2, 2, more=True), page(4, 1, more=False))
    outcome = await stripe.gather(bind(made.CUSTOMERS_LIST, {}, {"limit": 2}))
    assert got(outcome) == [f"cus_{number}" for number in range(5)]
    assert isinstance(outcome, Succeeded)
    assert isinstance(outcome.data, dict)
    assert (outcome.data["has_more"], outcome.note) == (False, None)
    assert stripe.asked == [{"limit": 2, "starting_after": "cus_1"}, {"limit": 2, "starting_after": "cus_3"}]
    assert stripe.told == [2, 4]


async def test_a_list_that_is_read_backwards_keeps_its_order() -> None:
    """What is newer stands before."""
    stripe = Stripe(page(4, 2, more=True), page(2, 2, more=True), page(0, 2, more=False))
    outcome = await stripe.gather(bind(made.CUSTOMERS_LIST, {}, {"ending_before": "cus_6"}))
    assert got(outcome) == [f"cus_{number}" for number in range(6)]
    assert [each["ending_before"] for each in stripe.asked] == ["cus_4", "cus_2"]


async def test_lists_of_v2_go_on_by_their_own_address() -> None:
    """Their cursor is a page in a link."""
    first = Succeeded(200, {"data": items(0, 1), "next_page_url": "/v2/core/accounts?page=two"})
    stripe = Stripe(first, Succeeded(200, {"data": items(1, 1), "next_page_url": None}))
    assert got(await stripe.gather(bind(V2))) == ["cus_0", "cus_1"]
    assert stripe.asked == [{"page": "two"}]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (REFUSED, "No such customer"),
        (Unknown("Stripe did not answer."), "did not answer"),
        (Succeeded(200, {"object": "customer"}), "no page"),
        (Succeeded(200, b"%PDF"), "no page"),
    ],
)
async def test_what_was_got_before_a_page_fails_is_the_answer(answer: Outcome, said: str) -> None:
    """And it says where it stops, and why; the list can be continued there."""
    outcome = await Stripe(page(0, 2, more=True), answer).gather(bind(made.CUSTOMERS_LIST))
    assert got(outcome) == ["cus_0", "cus_1"]
    assert isinstance(outcome, Succeeded)
    assert outcome.note is not None
    assert said in outcome.note
    assert "first 2" in outcome.note
    assert isinstance(outcome.data, dict)
    assert outcome.data["has_more"] is True


async def test_there_is_a_ceiling() -> None:
    """However many there are, and the answer says that there are more."""
    pages = [page(start, 100, more=True) for start in range(0, CEILING + 300, 100)]
    outcome = await Stripe(*pages).gather(bind(made.CUSTOMERS_LIST))
    assert len(got(outcome)) == CEILING
    assert isinstance(outcome, Succeeded)
    assert outcome.note is not None
    assert "Stripe has more" in outcome.note


async def test_a_page_without_objects_ends_a_list_that_claims_to_go_on() -> None:
    """Else it would be asked for without end."""
    outcome = await Stripe(page(0, 2, more=True), page(2, 0, more=True)).gather(bind(made.CUSTOMERS_LIST))
    assert got(outcome) == ["cus_0", "cus_1"]
    assert isinstance(outcome, Succeeded)
    assert isinstance(outcome.data, dict)
    assert outcome.data["has_more"] is False


@pytest.mark.parametrize("first", [REFUSED, Succeeded(200, {"object": "customer"}), Succeeded(200, b"file")])
async def test_what_is_no_page_stays_as_it_is(first: Outcome) -> None:
    """A refusal is the answer, and nothing more is asked."""
    assert await Stripe(first).gather(bind(made.CUSTOMERS_LIST)) is first
