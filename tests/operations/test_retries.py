"""The table of what answers mean, row by row, and the properties that keep a call from happening twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.retries import (
    CEILING_SECONDS,
    FLOOR_SECONDS,
    RETRY_AFTER_CEILING_SECONDS,
    TABLE,
    Meaning,
    Signs,
    backoff,
    meaning,
    read_retry_after,
    read_should_retry,
    sends_again,
    settle,
)

INVALID = "invalid_request_error"
ROWS: list[tuple[Signs, Meaning]] = [
    (Signs(200), "done"),
    (Signs(201), "done"),
    (Signs(200, readable=False), "lost"),
    (Signs(302), "strange"),
    (Signs(307, readable=False), "strange"),
    (Signs(400, error_type=INVALID, error_code="parameter_missing"), "refused"),
    (Signs(402, error_type="card_error", error_code="card_declined"), "refused"),
    (Signs(404, error_type=INVALID, error_code="resource_missing"), "refused"),
    (Signs(400, error_type="idempotency_error"), "changed"),
    (Signs(409, error_type="idempotency_error", error_code="idempotency_key_in_use"), "in_flight"),
    (Signs(400, error_type=INVALID, asks_approval=True), "waiting"),
    (Signs(403, error_type=INVALID, asks_approval=True), "waiting"),
    (Signs(401, error_type=INVALID, error_code="api_key_expired"), "key"),
    (Signs(403, error_type=INVALID), "key"),
    (Signs(409, error_type=INVALID, error_code="idempotency_key_in_use"), "in_flight"),
    (Signs(409, error_type=INVALID), "in_flight"),
    (Signs(409, error_type=INVALID, error_code="resource_already_exists"), "busy"),
    (Signs(429, error_type=INVALID, error_code="rate_limit"), "busy"),
    (Signs(429, error_type=INVALID, error_code="lock_timeout"), "busy"),
    (Signs(429, readable=False), "busy"),
    (Signs(400, error_type=INVALID, error_code="rate_limit"), "busy"),
    (Signs(424, error_type="api_error"), "broken"),
    (Signs(500, error_type="api_error"), "broken"),
    (Signs(500, readable=False), "broken"),
    (Signs(408, error_type="api_error"), "lost"),
    (Signs(502, readable=False), "lost"),
    (Signs(503, error_type="api_error"), "lost"),
    (Signs(504, readable=False), "lost"),
    (Signs(404, readable=False), "lost"),
    (Signs(400, readable=False), "lost"),
]


@pytest.mark.parametrize(("signs", "expected"), ROWS, ids=str)
def test_each_answer_has_its_meaning(signs: Signs, expected: Meaning) -> None:
    """The rows of the outcome table, and their neighbours."""
    assert meaning(signs) == expected


@pytest.mark.parametrize(
    ("means", "fresh", "after_doubt"),
    [
        ("done", "yes", "yes"),
        ("refused", "no", "unknown"),
        ("unsent", "no", "unknown"),
        ("busy", "no", "unknown"),
        ("key", "no", "unknown"),
        ("in_flight", "unknown", "unknown"),
        ("lost", "unknown", "unknown"),
        ("broken", "unknown", "unknown"),
        ("changed", "unknown", "unknown"),
        ("waiting", "unknown", "unknown"),
        ("strange", "unknown", "unknown"),
    ],
)
def test_what_is_known_after_an_answer_depends_on_doubt_before_it(means: Meaning, fresh: str, after_doubt: str) -> None:
    """Only a success speaks for earlier sends; what isn't carried out now may have been carried out before."""
    assert settle(means, unsettled=False, replayed=False) == fresh
    assert settle(means, unsettled=True, replayed=False) == after_doubt


def test_a_replayed_refusal_speaks_for_the_first_send_too() -> None:
    """Stripe replays only what it kept from a call that it had begun to carry out."""
    assert settle("refused", unsettled=True, replayed=True) == "no"


@given(st.sampled_from(sorted(TABLE)), st.booleans())
def test_doubt_is_never_settled_by_anything_but_a_success_or_a_replayed_refusal(means: Meaning, replayed: bool) -> None:
    """Taking a 429 or a 401 for 'it did not happen' is how a lost answer turns into a second refund."""
    if not (means == "done" or (means == "refused" and replayed)):
        assert settle(means, unsettled=True, replayed=replayed) == "unknown"


@given(
    st.integers(200, 599),
    st.booleans(),
    st.sampled_from([None, INVALID, "idempotency_error", "card_error"]),
    st.sampled_from([None, "rate_limit", "lock_timeout", "resource_missing"]),
)
def test_every_status_has_a_meaning(status: int, readable: bool, kind: str | None, code: str | None) -> None:
    """Total: no status of any server leaves the executor without an answer."""
    assert meaning(Signs(status, readable, kind, code)) in TABLE


@pytest.mark.parametrize(
    ("means", "again"),
    [
        ("done", False),
        ("refused", False),
        ("unsent", True),
        ("busy", True),
        ("key", False),
        ("in_flight", True),
        ("lost", True),
        ("broken", True),
        ("changed", False),
        ("waiting", False),
        ("strange", False),
    ],
)
def test_what_is_sent_again_without_being_told(means: Meaning, again: bool) -> None:
    """Without Stripe-Should-Retry the table decides."""
    assert sends_again(means, told=None, replayed=False, seen=1, keyed=True) is again


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("means", ["refused", "unsent", "busy", "key", "in_flight", "lost", "broken", "strange"])
def test_stripe_should_retry_wins(means: Meaning, told: bool) -> None:
    """Where Stripe says whether to retry, the status doesn't matter."""
    assert sends_again(means, told=told, replayed=False, seen=3, keyed=True) is told


@pytest.mark.parametrize("means", ["done", "changed", "waiting"])
def test_nothing_makes_these_be_sent_again(means: Meaning) -> None:
    """A success, changed bytes and Stripe's own approval end a call whatever the header says."""
    assert sends_again(means, told=True, replayed=False, seen=1, keyed=True) is False


def test_a_500_is_replayed_once() -> None:
    """The stored answer doesn't change, so one replay finds out all there is."""
    assert sends_again("broken", told=None, replayed=False, seen=1, keyed=True)
    assert not sends_again("broken", told=None, replayed=False, seen=2, keyed=True)
    assert not sends_again("broken", told=None, replayed=True, seen=1, keyed=True)


def test_a_delete_without_a_key_is_repeated_once_after_a_lost_answer() -> None:
    """v1 DELETE has no idempotency; what didn't leave or was turned away may still be sent again."""
    assert sends_again("lost", told=None, replayed=False, seen=1, keyed=False)
    assert not sends_again("lost", told=None, replayed=False, seen=2, keyed=False)
    assert sends_again("busy", told=None, replayed=False, seen=2, keyed=False)


def test_waits_double_from_half_a_second_to_five() -> None:
    """The shortest and the longest wait before each retry."""
    longest = [backoff(retries, random=lambda: 1.0, retry_after=None) for retries in range(6)]
    shortest = [backoff(retries, random=lambda: 0.0, retry_after=None) for retries in range(6)]
    assert longest == [0.5, 1, 2, 4, 5, 5]
    assert shortest == [0.5, 0.5, 1, 2, 2.5, 2.5]


@given(st.integers(0, 10_000), st.floats(0, 1), st.none() | st.floats(0, 1e9))
def test_waits_stay_within_bounds_and_honour_stripes_wish(retries: int, chance: float, asked: float | None) -> None:
    """Never less than half a second or than what is asked for, never more than half a minute."""
    wait = backoff(retries, random=lambda: chance, retry_after=asked)
    assert FLOOR_SECONDS <= wait <= max(CEILING_SECONDS, RETRY_AFTER_CEILING_SECONDS)
    assert wait >= min(asked or 0, RETRY_AFTER_CEILING_SECONDS)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("", None),
        ("3", 3.0),
        (" 7 ", 7.0),
        ("-1", None),
        ("１２", None),
        ("9" * 5000, 999_999_999.0),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 40.0),
        ("Thu, 01 Jan 1970 00:01:40", 40.0),
        ("Thu, 01 Jan 1970 00:00:10 GMT", 0.0),
    ],
)
def test_retry_after_is_a_number_or_a_date(text: str | None, seconds: float | None) -> None:
    """Both forms of the header, and nonsense as if it were absent; the clock stands at 60 seconds."""
    assert read_retry_after(text, now=60.0) == seconds


@given(st.text())
def test_no_header_text_breaks_the_reading(text: str) -> None:
    """Headers are text from outside."""
    read_retry_after(text, now=0.0)
    assert read_should_retry(text) in (True, False, None)


def test_should_retry_says_true_false_or_nothing() -> None:
    """Other words count as absent."""
    assert [read_should_retry(text) for text in ("true", " False ", "yes", "", None)] == [True, False, None, None, None]
