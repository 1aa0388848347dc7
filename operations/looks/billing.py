"""What subscriptions and invoices come to and when they end: the parts that take more than a member's name."""

from collections.abc import Iterable, Iterator
from typing import Final

from operations.call import Json
from operations.looks import parts
from operations.looks.amounts import number_of, parameter
from operations.looks.parts import Noted, Seen, note
from operations.looks.snapshot import Fact, Money
from operations.members import at, currency_at, listed, whole

ITEMS_SHOWN: Final = 3
_PERIOD: Final = ("current_period_end", "items.data.0.current_period_end")
"""Older versions of Stripe's API have it on the subscription, newer ones on its items."""


def items(seen: Seen) -> Iterator[Noted]:
    """What is subscribed to: ``2 × Coffee at $54.00 USD a month``, and what all of it comes to."""
    entries = listed(seen.data, "items")
    told = [_item(each) for each in entries[:ITEMS_SHOWN]]
    more = f" and {len(entries) - ITEMS_SHOWN} more" if len(entries) > ITEMS_SHOWN else ""
    yield from note("Subscribed to", parts.clean("; ".join(told) + more), watched=True)
    total = _total(entries)
    if total is not None and len(entries) > 1:
        money, every = total
        yield from note("In all", f"{parts.said(money)} {every}".strip(), watched=True)


def item(seen: Seen) -> Iterator[Noted]:
    """One item of a subscription."""
    return note("Item", parts.clean(_item(seen.data)), watched=True)


def price(seen: Seen) -> Iterator[Noted]:
    """What a price or a plan asks, and how often."""
    return note("Price", parts.clean(_asks(seen.data)))


def ends(seen: Seen) -> Iterator[Noted]:
    """When the subscription is billed next, or when it ends if it does; watched, since a change of it matters."""
    ending = at(seen.data, "cancel_at_period_end") is True
    known = parts.moment_at(seen.data, "cancel_at")
    if known is None and ending:
        known = parts.moment_at(seen.data, *_PERIOD)
    if known is not None:
        yield from note("Ends by itself", str(known), "moment", watched=True)
    elif parts.words_at(seen.data, "status") in ("active", "trialing", "past_due"):
        following = parts.moment_at(seen.data, *_PERIOD)
        # Each period moves it: that a new one has begun is no reason to ask again.
        yield from note("Next invoice", "" if following is None else str(following), "moment")
    paused = at(seen.data, "pause_collection")
    if isinstance(paused, dict):
        yield from note(
            "Collection", f"paused, invoices {parts.spoken(parts.words_at(paused, 'behavior'))}", watched=True
        )


def asked_end(seen: Seen) -> Iterable[Noted]:
    """When the call ends the subscription: at once, with its period, at a moment; or that it stops collecting."""
    if seen.call.operation.method == "DELETE" or seen.call.operation.path.endswith("/cancel"):
        return note("Would end", "at once")
    if _is_true(parameter(seen.call, "cancel_at_period_end")):
        period = parts.moment_at(seen.data, *_PERIOD)
        return note("Would end", str(period), "moment") if period else note("Would end", "with its period")
    moment = number_of(parameter(seen.call, "cancel_at"))
    if moment is not None and parts.moment_at({"at": moment}, "at") is not None:
        return note("Would end", str(moment), "moment")
    if parameter(seen.call, "pause_collection") not in (None, ""):
        return note("Would stop", "collecting payments")
    return ()


def _is_true(value: object) -> bool:
    return value is True or value == "true"


def _item(data: Json) -> str:
    """An item by its product, or by the name or the id of its price."""
    quantity = whole(data, "quantity")
    name = parts.words_at(data, "price.product.name", "price.nickname", "plan.nickname", "price.id", "plan.id")
    asks = _asks(at(data, "price") or at(data, "plan"))
    many = f"{quantity} × " if quantity is not None and quantity != 1 else ""
    return f"{many}{name or 'an item'}{f' at {asks}' if asks else ''}"


def _asks(price: Json) -> str:
    """``$24.00 USD a month``; empty where the price is in tiers or not told."""
    amount = parts.money_at(price, "unit_amount") or parts.money_at(price, "amount")
    if amount is None:
        return ""
    return f"{parts.said(amount)} {_every(price)}".strip()


def _every(price: Json) -> str:
    interval = parts.words_at(price, "recurring.interval", "interval")
    number = whole(price, "recurring.interval_count") or whole(price, "interval_count") or 1
    if not interval:
        return ""
    return f"a {interval}" if number == 1 else f"every {number} {interval}s"


def _total(entries: list[Json]) -> tuple[Money, str] | None:
    """What all items come to, where each has an amount of its own, in one currency and at one interval."""
    amount, kinds = 0, set()
    for each in entries:
        price, quantity = at(each, "price"), whole(each, "quantity")
        unit, currency = whole(price, "unit_amount"), currency_at(price)
        if unit is None or currency is None or quantity is None:
            return None
        amount += unit * quantity
        kinds.add((currency, _every(price)))
    if len(kinds) != 1 or abs(amount) >= 10**18:
        return None
    ((currency, every),) = kinds
    return Money(amount, currency), every


def credited(seen: Seen) -> Iterator[Noted]:
    """What credit notes have taken from an invoice so far."""
    before, after = (
        whole(seen.data, "pre_payment_credit_notes_amount"),
        whole(seen.data, "post_payment_credit_notes_amount"),
    )
    currency = currency_at(seen.data)
    if currency is not None and (before is not None or after is not None):
        total = (before or 0) + (after or 0)
        yield Noted(Fact("Already credited", "money", money=Money(total, currency)), watched=True, shown=total != 0)
