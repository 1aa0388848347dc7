"""Fills a state with the seeded business: the same each time, but for the dates, which count back from now."""

import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from operations.call import FileContent
from operations.registry import Registry
from operations.sandbox import keys
from operations.sandbox import seed_data as data
from operations.sandbox.behaviours import (
    accounts,
    balance,
    cards,
    charges,
    credit_notes,
    customers,
    files,
    intents,
    invoices,
    ledger,
    methods,
    products,
    quotes,
    refunds,
)
from operations.sandbox.behaviours import subscriptions as subs
from operations.sandbox.errors import RefusalError
from operations.sandbox.ids import Ids
from operations.sandbox.pdf import NOT_STRIPE, pdf
from operations.sandbox.state import Book, State, StripeObject
from operations.sandbox.work import Work
from operations.spec import Operation

DAY = 86_400

Happening = tuple[float, Callable[[Work], Any]]
"""Days before now, and what happens then."""


def fill(state: State, registry: Registry, *, now: int) -> None:
    """Puts the business, its connected accounts and an unrelated business in both modes."""
    operation = registry.operations[0]
    for livemode in (False, True):
        _Seeder(state, state.book(keys.ACCOUNT, livemode=livemode), operation, now).lanternfish()
        for account, name in zip(keys.CONNECTED_ACCOUNTS, ("Harbor Café", "Mill Bakery"), strict=True):
            _Seeder(state, state.book(account, livemode=livemode), operation, now).small(account, name)
        other = state.book(keys.OTHER_ACCOUNT, livemode=livemode)
        _Seeder(state, other, operation, now).small(keys.OTHER_ACCOUNT, "Quay Street Books")


def highlights(*, livemode: bool = False) -> dict[str, str]:
    """Well-known ids by what they are good for: ``refundable_charge``, ``customer_to_delete``, ``subscription`` …"""
    return {name: _in_mode(template, livemode=livemode) for name, template in data.HIGHLIGHTS.items()}


def _in_mode(template: str, *, livemode: bool) -> str:
    return template.replace("@", "Live" if livemode else "Sandbox")


HIGHLIGHTS = highlights()
"""The well-known ids of test mode."""


class _Seeder:
    """Lets things happen in one book, at their times, through the behaviours that requests go through."""

    def __init__(self, state: State, book: Book, operation: Operation, now: int) -> None:
        self._state = state
        self._book = book
        self._operation = operation
        self._now = now
        # The same ids each time: a generator of its own for each book.
        self._rng = random.Random(f"{book.account} {book.livemode}")  # noqa: S311 (repeatable, not secret)
        self._ids = Ids(self._rng)

    def _work(self, days: float, **parameters: Any) -> Work:
        return Work(
            operation=self._operation, path_ids=(), parameters=parameters, book=self._book, state=self._state,
            ids=self._ids,
            rng=self._rng, now=self._now - int(days * DAY),
        )  # fmt: skip

    def _id(self, template: str) -> str:
        return _in_mode(template, livemode=self._book.livemode)

    def lanternfish(self) -> None:
        """The whole business, in the order in which it happened."""
        work = self._work(200)
        bank = work.make(
            "bank_account", id=self._id("ba_1@Bank01"), account=keys.ACCOUNT, last4="6789",
            bank_name="STRIPE TEST BANK",
            currency="usd", country="US", customer=None, status="verified", default_for_currency=True,
        )  # fmt: skip
        own = accounts.describe(work, keys.ACCOUNT, "Lanternfish Coffee Roasters", "hello@lanternfish.example")
        own["external_accounts"]["data"] = [bank]
        for account, name in zip(keys.CONNECTED_ACCOUNTS, ("Harbor Café", "Mill Bakery"), strict=True):
            accounts.describe(work, account, name, f"hello@{account[-10:].lower()}.example", type="express")
        for days, happens in sorted(self._happenings(), key=lambda each: -each[0]):
            happens(self._work(days))

    def small(self, account: str, name: str) -> None:
        """A small business: itself, two customers, two methods."""
        accounts.describe(self._work(100), account, name, "hello@example.com")
        for index, (person, amount) in enumerate((("Ada Brook", 3100), ("Bo Field", 1250)), 1):
            customer = data.Customer(
                f"cus_@{account[-8:]}{index:02}", person, f"{person[:2].lower()}@example.com", "Boston", "US", 50
            )
            self._customer(customer, self._work(50))
            sale = data.Sale(f"{account[-8:]}{index:02}", customer.id, amount, "usd", 9 - index, f"Order {index}")
            self._sale(sale, self._work(9 - index))

    def _happenings(self) -> Iterator[Happening]:
        for product in data.PRODUCTS:
            yield 190, partial(self._product, product)
        for coupon, values in data.COUPONS:
            yield 185, partial(self._coupon, coupon, values)
        for customer in data.CUSTOMERS:
            yield customer.days, partial(self._customer, customer)
        for sale in data.SALES:
            yield sale.days, partial(self._sale, sale)
            if sale.fate != "paid":
                # A day after the sale, or an hour where the sale is younger.
                yield max(sale.days - 1, sale.days / 2), partial(self._aftermath, sale)
        for subscription in data.SUBSCRIPTIONS:
            yield subscription.days, partial(self._subscribe, subscription)
            if subscription.fate == "renewed":
                yield subscription.days - 30, partial(self._renew, subscription)
            elif subscription.fate in {"ending", "canceled", "paused"}:
                yield subscription.days / 2, partial(self._end, subscription)
        for number, days in enumerate(data.PAYOUT_DAYS, 1):
            yield days, partial(self._payout, number)
        yield 16, self._transfer
        yield 12, self._extras
        yield 11, self._open_invoice
        yield 2, self._draft_invoice
        yield 0.4, self._quotes
        yield 0.2, self._evidence

    # --- what happens ---

    def _product(self, product: data.Product, work: Work) -> None:
        made = work.make(
            "product", "product.created", id=self._id(product.id), name=product.name, description=product.description,
            created=work.now, updated=work.now, active=True, metadata={"roast": "medium"}, type="service",
        )  # fmt: skip
        for id_, currency, amount, interval in product.prices:
            given: dict[str, Any] = {"currency": currency, "unit_amount": amount}
            if interval:
                given["recurring"] = {"interval": interval}
            price = products.price_of(work, given, made["id"], id=self._id(id_))
            made["default_price"] = made["default_price"] or price["id"]

    def _coupon(self, template: str, values: dict[str, Any], work: Work) -> None:
        coupon = work.make(
            "coupon", "coupon.created", id=self._id(template), created=work.now, valid=True, times_redeemed=3, **values
        )  # fmt: skip
        if template.startswith("WELCOME"):
            work.make(
                "promotion_code", "promotion_code.created", id=self._id("promo_1@Lantern01"), code="LANTERN10",
                active=True,
                promotion={"type": "coupon", "coupon": coupon["id"]}, created=work.now, metadata={},
            )  # fmt: skip

    def _customer(self, customer: data.Customer, work: Work) -> None:
        work.parameters = {
            "name": customer.name, "email": customer.email, "description": customer.description,
            "phone": customer.phone,
            "address": {"city": customer.city, "country": customer.country, "line1": "1 Quay Street", "line2": None,
                        "postal_code": "97201", "state": None},
            "metadata": {"source": "shop"} if customer.card else {"note": "https://evil.example/x.png"},
        }  # fmt: skip
        made = customers.create(work, id=self._id(customer.id), currency=customer.currency)
        if customer.card:
            name = made["id"].rpartition("_")[2]
            method = methods.new_method(work, cards.CARDS[customer.card], id=f"pm_1{name}", customer=made["id"])
            method["billing_details"] = {**method["billing_details"], "name": customer.name, "email": customer.email}
            made["invoice_settings"]["default_payment_method"] = method["id"]

    def _sale(self, sale: data.Sale, work: Work) -> None:
        customer = work.find("customer", self._id(sale.customer))
        method = methods.default_method(work, customer)
        if sale.card or method is None:
            method = methods.new_method(work, cards.CARDS[sale.card or "visa"], customer=customer["id"])
        intent = work.make(
            "payment_intent", "payment_intent.created", id=self._id(f"pi_3@{sale.id}"), amount=sale.amount,
            amount_received=0,
            amount_capturable=0, currency=sale.currency, customer=customer["id"], payment_method=method["id"],
            created=work.now,
            status="requires_confirmation", description=sale.description, payment_method_types=["card"],
            latest_charge=None,
            capture_method="manual" if sale.fate == "held" else "automatic", confirmation_method="automatic",
            metadata={"order": sale.id}, receipt_email=customer["email"],
        )  # fmt: skip
        try:
            intents.confirm(work, intent, id=self._id(f"ch_3@{sale.id}"))
        except RefusalError:
            return  # a declined card leaves a failed charge behind, which is what the table wants

    def _aftermath(self, sale: data.Sale, work: Work) -> None:
        charge = work.find("charge", self._id(f"ch_3@{sale.id}"))
        refund = self._id(f"re_3@{sale.id}")
        fate, _, amount = sale.fate.partition(":")
        if fate in {"refunded", "waiting"}:
            refunds.give_back(work, charge, None, id=refund, reason="requested_by_customer")
        elif fate == "asked":
            refunds.give_back(work, charge, 1500, id=refund, status="requires_action", reason="requested_by_customer")
        elif fate == "partly":
            refunds.give_back(work, charge, int(amount), id=refund, reason="requested_by_customer")
        elif fate in {"disputed", "lost"}:
            reason = "product_not_received" if fate == "disputed" else "fraudulent"
            status = "needs_response" if fate == "disputed" else "lost"
            charges.dispute(work, charge, id=self._id(f"du_1@{sale.id}"), status=status, reason=reason)

    def _subscribe(self, each: data.Subscription, work: Work) -> None:
        work.parameters = {"items": [{"price": self._id(each.price), "quantity": each.quantity}]}
        if each.fate == "trialing":
            work.parameters["trial_period_days"] = 14
        if each.fate == "invoiced":
            work.parameters["collection_method"] = "send_invoice"
        customer = work.find("customer", self._id(each.customer))
        subs.start(work, customer, id=self._id(each.id), metadata={"plan": "club" if "Club" in each.id else "office"})

    def _renew(self, each: data.Subscription, work: Work) -> None:
        subscription = work.find("subscription", self._id(each.id))
        customer = work.find("customer", subscription["customer"])
        items = subscription["items"]["data"]
        lines = [(item["price"], item["quantity"]) for item in items]
        invoice = invoices.of_subscription(work, subscription, customer, lines, reason="subscription_cycle")
        method = methods.default_method(work, customer)
        if method is not None:
            invoices.collect(work, invoice, method)
        subscription["latest_invoice"] = invoice["id"]
        for item in items:
            item.update(current_period_start=work.now, current_period_end=work.now + 30 * DAY)

    def _end(self, each: data.Subscription, work: Work) -> None:
        work.path_ids = (self._id(each.id),)
        if each.fate == "canceled":
            subs.cancel(work)
        elif each.fate == "ending":
            work.parameters = {"cancel_at_period_end": True}
            subs.update(work)
        else:
            work.change(work.own("subscription"), "customer.subscription.paused", status="paused")

    def _payout(self, number: int, work: Work) -> None:
        available = ledger.balances(self._book, work.now)["available"].get("usd", 0)
        amount = available // 200 * 100
        if amount <= 0:
            return
        settled = self._now - work.now > 2 * DAY
        status = "paid" if settled else "pending"
        payout = balance.pay_out(
            work, amount, "usd", id=self._id(f"po_1@Week{number:02}"), status=status, automatic=True
        )
        payout["reconciliation_status"] = "completed" if settled else "in_progress"

    def _transfer(self, work: Work) -> None:
        account = keys.CONNECTED_ACCOUNTS[0]
        transfer = balance.send(
            work, 2500, "usd", account, id=self._id("tr_1@Harbor01"), description="Share of a tasting event"
        )
        work.path_ids, work.parameters = (transfer["id"],), {"amount": 500}
        balance.reverse_transfer(work)
        work.make(
            "application_fee", "application_fee.created", id=self._id("fee_1@Harbor01"), account=account, amount=310,
            currency="usd",
            amount_refunded=0, refunded=False, charge=self._id("ch_3@Coffee17"), created=work.now,
        )  # fmt: skip
        work.path_ids, work.parameters = (self._id("fee_1@Harbor01"),), {"amount": 100}
        balance.refund_fee(work)

    def _extras(self, work: Work) -> None:
        """A customer's discount, a second item of a subscription, an unpaid cart and a charge for the next invoice."""
        customer = work.find("customer", self._id("cus_@Chan01"))
        customer["discount"] = work.make(
            "discount", "customer.discount.created", id=self._id("di_1@Chan01"), customer=customer["id"],
            start=work.now, end=None,
            source={"type": "coupon", "coupon": self._id("LOYAL5@")},
        )  # fmt: skip
        subscription = work.find("subscription", self._id("sub_1@Office02"))
        price = work.find("price", self._id("price_1@Club01"))
        subs.add_item(work, subscription, price, 1, id=self._id("si_1@Office02"))
        work.parameters = {
            "amount": 4800, "currency": "usd", "customer": customer["id"], "payment_method": "pm_card_visa",
            "confirm": False,
        }  # fmt: skip
        intents.create_intent(work, id=self._id("pi_3@Cart01"), description="A cart that nobody paid")
        work.parameters = {
            "customer": self._id("cus_@Wilhelm01"),
            "amount": 2500,
            "currency": "eur",
            "description": "Express",
        }
        invoices.create_item(work, id=self._id("ii_1@Express01"))

    def _open_invoice(self, work: Work) -> None:
        self._invoice(work, "in_1@Open01", "cus_@Wilhelm01", 28_500, "Tasting for twelve")
        invoice = invoices.finalize(work, work.find("invoice", self._id("in_1@Open01")))
        work.parameters = {"invoice": invoice["id"], "amount": 1500, "memo": "A cup was cold"}
        credit_notes.credit(work, id=self._id("cn_1@Open01"))

    def _draft_invoice(self, work: Work) -> None:
        self._invoice(work, "in_1@Draft01", "cus_@Chan01", 12_000, "Grinder service")

    def _quotes(self, work: Work) -> None:
        for name, quantity in (("Open", 12), ("Draft", 3)):
            work.parameters = {
                "customer": self._id("cus_@Chan01"),
                "line_items": [{"price": self._id("price_1@Beans01"), "quantity": quantity}],
            }
            quotes.create(work, id=self._id(f"qt_1@{name}01"))
        work.path_ids = (self._id("qt_1@Open01"),)
        quotes.finalize(work)

    def _evidence(self, work: Work) -> None:
        receipt = FileContent("receipt.pdf", "application/pdf", pdf("Receipt", NOT_STRIPE))
        work.parameters = {"file": receipt, "purpose": "dispute_evidence"}
        file = files.create(work, id=self._id("file_1@Receipt01"))
        work.parameters = {"file": file["id"]}
        files.create_link(work, id=self._id("link_1@Receipt01"))

    def _invoice(self, work: Work, template: str, customer: str, amount: int, text: str) -> StripeObject:
        owner = work.find("customer", self._id(customer))
        made = invoices.new(work, owner, id=self._id(template), collection_method="send_invoice")
        invoices.add_line(work, made, amount, text)
        work.event("invoice.created", made)
        return made
