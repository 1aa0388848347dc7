"""Getting every page of a list in one run, for ``--all``: one after the other, up to a ceiling.

A page that can't be got doesn't undo those before it: what was got is the answer, and the answer says where it stops.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from operations.call import Call, Json
from operations.outcome import Failed, Outcome, Succeeded, Unknown
from operations.pages import BACKWARDS, Page, moved, read_page

CEILING: Final = 5_000
"""Objects that one run gets at most: fifty pages, which Stripe's rate limits and people's patience bear."""
PACE_SECONDS: Final = 3.0
"""Between two tellings of how far it is: Slack takes about one change of a message a second, and people read slower."""


async def gather(
    first: Outcome, call: Call, send: Callable[[Call], Awaitable[Outcome]], tell: Callable[[int], Awaitable[None]]
) -> Outcome:
    """All pages from the first on as one answer; ``tell`` is called with how many there are so far."""
    page = _page(call, first)
    if not isinstance(first, Succeeded) or page is None:
        return first
    outcome = first
    items, note = page.items, None
    while page.next is not None and note is None:
        if len(items) >= CEILING:
            note = f"These are {len(items):,}, which is as many as are got at once; Stripe has more."
            break
        await tell(len(items))
        asked = moved(call, page.next)
        answer = await send(asked)
        following = _page(asked, answer)
        if not isinstance(answer, Succeeded) or following is None:
            note = f"These are the first {len(items):,}; then {_why(answer)}"
        elif not following.items:
            outcome = replace(answer, data=_ended(answer.data))
            break
        else:
            items = _joined(call, items, following)
            outcome, page = answer, following
    return replace(outcome, data=_merged(outcome.data, items), note=note or first.note)


def _page(call: Call, outcome: Outcome) -> Page | None:
    if not isinstance(outcome, Succeeded) or isinstance(outcome.data, bytes):
        return None
    return read_page(call, outcome.data)


def _why(outcome: Outcome) -> str:
    match outcome:
        case Failed(error=error):
            return f"Stripe refused: {error.message}"
        case Unknown(reason=reason):
            return f"it went no further: {reason}"
    return "Stripe answered with something that is no page."


def _joined(call: Call, items: tuple[Json, ...], page: Page) -> tuple[Json, ...]:
    """A list that is read backwards grows at its beginning."""
    return (*page.items, *items) if BACKWARDS in call.parameters else (*items, *page.items)


def _merged(data: "Json | bytes", items: tuple[Json, ...]) -> Json:
    """The last page with the objects of all: it tells how the list would go on."""
    return {**data, "data": list(items)} if isinstance(data, dict) else None


def _ended(data: "Json | bytes") -> Json:
    """An empty page, whatever it says of more, is the end."""
    return {**data, "has_more": False, "next_page_url": None} if isinstance(data, dict) else None
