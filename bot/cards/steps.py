"""What can be done next with a Stripe object, as data: buttons that stand for texts, shown where they fit its state.

A step is typed for whoever presses it, so it goes the way of any command: through the policy, and with blanks through a
form. Names in angle brackets are filled from the object; a step whose name leads nowhere isn't shown.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from bot import limits
from bot.blocks import Block, Element, actions
from bot.cards import marks
from bot.cards.buttons import RUN, run_button
from bot.cards.values import dig
from bot.domain import FrozenCall
from bot.inputs import Option, static_select
from operations import prefixes, typed_money
from operations.call import Json
from operations.refundable import left_of
from operations.shaping import Output
from operations.shortcuts import is_filter

STEPS_SHOWN: Final = 5
ROWS_WITH_BUTTON: Final = 5
ALL: Final = 0
"""The number of the button for all pages, in a row with those of :func:`exports`."""
SHOW: Final = "show"
"""What tells the menu of rows from the buttons that stand for texts."""
EXPORTS: Final[tuple[Output, ...]] = ("csv", "json")

_NAME: Final = re.compile(r"<([a-z0-9_.]+)>")
_FILLED: Final = re.compile(r"[A-Za-z0-9_.:@+-]{1,255}", re.ASCII)
"""What a name may be filled with: no blank, no quote, no option, so that a step stays the text that it is."""
_LEFT: Final = "left"


@dataclass(frozen=True, slots=True)
class Step:
    """A button: its label, the text that it stands for, and the values that members must have for it to fit."""

    label: str
    text: str
    when: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)


_CUSTOMER: Final = Step("Customer", "customers retrieve <customer>")
_CHARGE: Final = Step("Charge", "charges retrieve <charge>")
_INTENT: Final = Step("Payment intent", "payment_intents retrieve <payment_intent>")
_UNFINISHED: Final = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
)
_RUNNING: Final = ("active", "trialing", "past_due", "unpaid", "incomplete", "paused")
_ANSWERABLE: Final = ("needs_response", "warning_needs_response")

STEPS: Final[Mapping[str, tuple[Step, ...]]] = MappingProxyType(
    {
        "application_fee": (_CHARGE,),
        "balance_transaction": (Step("Source", "show <source>"),),
        "charge": (
            Step(
                "Refund…",
                "refund <id> {amount:<left>?} {reason?}",
                {"status": ("succeeded",), "captured": (True,), "refunded": (False,), "disputed": (False,)},
            ),
            Step("Dispute", "disputes list --charge <id>", {"disputed": (True,)}),
            _CUSTOMER,
            _INTENT,
        ),
        "checkout.session": (
            Step("Expire", "cancel <id>", {"status": ("open",)}),
            _CUSTOMER,
            _INTENT,
            Step("Subscription", "subscriptions retrieve <subscription>"),
        ),
        "coupon": (Step("Promotion codes", "promotion_codes list --coupon <id>"),),
        "credit_note": (_CUSTOMER, Step("Invoice", "invoices retrieve <invoice>")),
        "customer": (
            Step("Payments", "charges list --customer <id>"),
            Step("Subscriptions", "subscriptions list --customer <id>"),
            Step("Invoices", "invoices list --customer <id>"),
        ),
        "dispute": (
            Step(
                "Stage evidence…",
                "disputes update <id> -d evidence[customer_name]={customer_name?} "
                "-d evidence[product_description]={product_description?} "
                "-d evidence[uncategorized_text]={explanation} -d submit=false",
                {"status": _ANSWERABLE},
            ),
            _CHARGE,
            _INTENT,
        ),
        "event": (Step("Object", "show <data.object.id>"),),
        "file": tuple(
            Step(
                label,
                f"disputes update {{dispute}} -d evidence[{evidence}]=<id> -d submit=false",
                {"purpose": ("dispute_evidence",)},
            )
            for label, evidence in (
                ("Use as evidence…", "uncategorized_file"),
                ("Use as receipt…", "receipt"),
                ("Use as signature…", "customer_signature"),
                ("Use as correspondence…", "customer_communication"),
            )
        ),
        "invoice": (
            Step("Finalize", "invoices finalize_invoice <id>", {"status": ("draft",)}),
            Step("Send", "invoices send_invoice <id>", {"status": ("open",), "collection_method": ("send_invoice",)}),
            Step("Pay", "invoices pay <id>", {"status": ("open",)}),
            Step("Void", "cancel <id>", {"status": ("open", "uncollectible")}),
            _CUSTOMER,
            Step("Subscription", "subscriptions retrieve <parent.subscription_details.subscription>"),
        ),
        "payment_intent": (
            Step("Refund…", "refund <id> {amount?} {reason?}", {"status": ("succeeded",)}),
            Step("Cancel", "cancel <id>", {"status": _UNFINISHED}),
            _CUSTOMER,
            Step("Charge", "charges retrieve <latest_charge>"),
        ),
        "payment_link": (Step("Deactivate", "cancel <id>", {"active": (True,)}),),
        "payment_method": (_CUSTOMER,),
        "payout": (
            Step("Transactions", "balance_transactions list --payout <id>"),
            Step("Cancel", "cancel <id>", {"status": ("pending",), "automatic": (False,)}),
        ),
        "price": (
            Step("Product", "products retrieve <product>"),
            Step("Archive", "cancel <id>", {"active": (True,)}),
        ),
        "product": (Step("Prices", "prices list --product <id>"),),
        "promotion_code": (
            Step("Coupon", "coupons retrieve <promotion.coupon>"),
            Step("Deactivate", "cancel <id>", {"active": (True,)}),
        ),
        "quote": (
            Step("Finalize", "quotes finalize_quote <id>", {"status": ("draft",)}),
            Step("Accept", "quotes accept <id>", {"status": ("open",)}),
            Step("PDF", "quotes pdf <id>", {"status": ("open", "accepted")}),
            Step("Cancel", "cancel <id>", {"status": ("draft", "open")}),
            _CUSTOMER,
        ),
        "refund": (
            Step("Cancel", "cancel <id>", {"status": ("requires_action",)}),
            _CHARGE,
            _INTENT,
        ),
        "setup_intent": (
            Step("Cancel", "cancel <id>", {"status": _UNFINISHED}),
            _CUSTOMER,
            Step("Payment method", "payment_methods retrieve <payment_method>"),
        ),
        "subscription": (
            Step("Cancel…", "cancel <id> {when}", {"status": _RUNNING, "cancel_at_period_end": (False,)}),
            Step(
                "Don't end it",
                "subscriptions update <id> --cancel-at-period-end false",
                {"status": _RUNNING, "cancel_at_period_end": (True,)},
            ),
            _CUSTOMER,
            Step("Latest invoice", "invoices retrieve <latest_invoice>"),
        ),
        "subscription_schedule": (
            Step("Cancel", "cancel <id>", {"status": ("not_started", "active")}),
            _CUSTOMER,
            Step("Subscription", "subscriptions retrieve <subscription>"),
        ),
        "transfer": (Step("Destination", "accounts retrieve_account <destination>"),),
    }
)
"""The steps of each kind of object, the likeliest first."""

NONE_FOUND: Final[Mapping[str, Step]] = MappingProxyType(
    {"GET /v1/customers": Step("Look for similar ones", "find customers <email>")}
)
"""What to try where a list has found nothing, filled from what it was asked for."""


def next_steps(frozen: FrozenCall, data: Json) -> tuple[Block, ...]:
    """The buttons for what can be done with an object in the state that it is in; no block where there are none."""
    kind = dig(data, "object")
    if not isinstance(kind, str) or dig(data, "deleted") is True:
        return ()
    fitting = (step for step in STEPS.get(kind, ()) if _fits(step, data))
    return _row(_buttons(frozen, ((step.label, _filled(step.text, data)) for step in fitting)), "steps")


def after_nothing(frozen: FrozenCall) -> tuple[Block, ...]:
    """The button for what to try where nothing was found."""
    step = NONE_FOUND.get(frozen.call.operation.key)
    asked: Json = {name: value for name, value in frozen.call.parameters.items() if isinstance(value, str)}
    return _row(_buttons(frozen, [(step.label, _filled(step.text, asked))]), "steps") if step else ()


def all_pages(frozen: FrozenCall) -> Element | None:
    """The button that gets all pages of a list; None where they were asked for already, or it is too long for one."""
    if frozen.shaping.everything:
        return None
    asked = replace(frozen, shaping=replace(frozen.shaping, everything=True))
    return run_button("All pages", marks.typed_on(asked).removeprefix("/stripe "), ALL)


def exports(frozen: FrozenCall) -> list[Element]:
    """The buttons that get a list as files, by the same command with another form of output."""
    made = []
    for number, output in enumerate(EXPORTS, ALL + 1):
        asked = replace(frozen, shaping=replace(frozen.shaping, output=output))
        made.append(run_button(output.upper(), marks.typed_on(asked).removeprefix("/stripe "), number))
    return [button for button in made if button is not None]


def show_button(frozen: FrozenCall, data: Json, row: int) -> Element | None:
    """The button that shows a row of a list by itself: for the first few, whose ids tell what they are."""
    text = _show(frozen, data) if row < ROWS_WITH_BUTTON else None
    return run_button("Show", text, row) if text else None


def show_select(frozen: FrozenCall, rows: Iterable[tuple[str, Json]], *, placeholder: str) -> tuple[Block, ...]:
    """A menu that shows one of the rows by itself, each under a name; no block where there is none to choose."""
    options: dict[str, Option] = {}
    for name, data in rows:
        text = _show(frozen, data)
        if text and len(text) <= limits.OPTION_VALUE:
            options.setdefault(text, Option(name, text))
    if not options:
        return ()
    select = static_select(f"{RUN}:{SHOW}", list(options.values())[: limits.OPTIONS], placeholder=placeholder)
    return (actions(select, block_id="rows"),)


def _show(frozen: FrozenCall, data: Json) -> str | None:
    """The text that shows an object by itself; None where its id doesn't tell what it is."""
    identity = dig(data, "id")
    if not isinstance(identity, str) or not _FILLED.fullmatch(identity):
        return None
    known = prefixes.is_id(identity) and prefixes.kind_of(identity) == dig(data, "object")
    return _on(frozen, f"show {identity}") if known else None


def how_found(frozen: FrozenCall) -> str | None:
    """Which way something was looked for, where that says what may be missing."""
    if frozen.call.operation.response.kind == "search":
        return "By Stripe's search: what was changed within the last minute may be missing."
    if is_filter(frozen.shaping):
        return "Stripe's search can't find this: the newest 100 were listed, and looked through here."
    return None


def _fits(step: Step, data: Json) -> bool:
    return all(dig(data, path) in values for path, values in step.when.items())


def _filled(text: str, data: Json) -> str | None:
    """The text with its names filled in; None where one leads to nothing that can stand there."""
    values = {name: _value(name, data) for name in _NAME.findall(text)}
    if values.get(_LEFT, "") is None:
        # A form can do without what it would propose.
        text, values = text.replace(f":<{_LEFT}>", ""), {name: each for name, each in values.items() if name != _LEFT}
    if not all(isinstance(value, str) and _FILLED.fullmatch(value) for value in values.values()):
        return None
    return _NAME.sub(lambda match: str(values[match[1]]), text)


def _value(name: str, data: Json) -> str | None:
    if name == _LEFT:
        left, currency = left_of(data), dig(data, "currency")
        try:
            return typed_money.typed(left, currency) if left and isinstance(currency, str) else None
        except ValueError:
            return None
    value = dig(data, name)
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else None


def _buttons(frozen: FrozenCall, texts: Iterable[tuple[str, str | None]]) -> list[Element]:
    made = (run_button(label, _on(frozen, text), number) for number, (label, text) in enumerate(texts) if text)
    return [button for button in made if button is not None][:STEPS_SHOWN]


def _row(buttons: list[Element], block_id: str) -> tuple[Block, ...]:
    return (actions(*buttons, block_id=block_id),) if buttons else ()


def _on(frozen: FrozenCall, text: str) -> str:
    """The text on the account and in the mode of the result that the button stands on."""
    account, call = frozen.account, frozen.call
    tail = [] if account.alias == "default" else [f"--on {account.alias}"]
    tail += [f"--stripe-account {call.stripe_account}"] if call.stripe_account else []
    tail += [f"--stripe-context {call.stripe_context}"] if call.stripe_context else []
    return " ".join([text, *tail, *(["--live"] if account.livemode else [])])
