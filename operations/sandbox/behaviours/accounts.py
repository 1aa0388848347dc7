"""Accounts: the key's own, and those connected to it; and the events of each."""

from typing import Any

from operations.sandbox.behaviours import generic
from operations.sandbox.listing import Many
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work


def describe(work: Work, id_: str, name: str, email: str, **values: Any) -> StripeObject:
    """A whole, working account."""
    given: dict[str, Any] = {
        "id": id_, "email": email, "country": "US", "default_currency": "usd", "charges_enabled": True,
        "payouts_enabled": True,
        "details_submitted": True, "created": work.now, "type": "standard", "business_type": "company", "metadata": {},
        "business_profile": {"name": name, "url": "https://shop.example", "mcc": "5499", "support_email": email,
                             "support_phone": None, "support_url": None, "product_description": None},
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "settings": {"dashboard": {"display_name": name, "timezone": "America/Los_Angeles"},
                     "payouts": {"debit_negative_balances": True, "schedule": {"delay_days": 2, "interval": "daily"},
                                 "statement_descriptor": None},
                     "payments": {"statement_descriptor": name.upper()[:22]}},
        "company": {"name": name}, "requirements": {"currently_due": [], "disabled_reason": None, "past_due": []},
        "future_requirements": {"currently_due": []}, "tos_acceptance": {"date": work.now},
    } | values  # fmt: skip
    url = f"/v1/accounts/{id_}/external_accounts"
    return work.make(
        "account", external_accounts={"object": "list", "data": [], "has_more": False, "url": url}, **given
    )


def own(work: Work) -> StripeObject:
    """``GET /v1/account``: the account of the key, or of the ``Stripe-Account`` header."""
    return work.find("account", work.book.account)


def update_own(work: Work) -> StripeObject:
    """``POST /v1/account``."""
    return work.change(work.take(own(work), "external_account"), "account.updated")


def create(work: Work) -> StripeObject:
    """``POST /v1/accounts``: a connected account, not yet ready for payments."""
    name = (work.parameters.get("business_profile") or {}).get("name") or "New connected account"
    made = describe(
        work, work.ids.new("account"), name, work.parameters.get("email") or "owner@example.com", charges_enabled=False,
        payouts_enabled=False, details_submitted=False, type=work.parameters.get("type", "none"),
    )  # fmt: skip
    work.take(made, "business_profile", "external_account", "settings", "capabilities", "company", "tos_acceptance")
    work.event("account.updated", made)
    return made


def connected(work: Work) -> Many:
    """``GET /v1/accounts``: the connected accounts, not the own one."""
    return Many([each for each in work.book.newest("account") if each["id"] != work.book.account])


def delete(work: Work) -> StripeObject:
    """``DELETE /v1/accounts/{account}``."""
    return work.remove(work.own("account"), "account.application.deauthorized")


def reject(work: Work) -> StripeObject:
    """``POST /v1/accounts/{account}/reject``: it can neither charge nor be paid any more."""
    account = work.own("account")
    account["requirements"] = {**account["requirements"], "disabled_reason": f"rejected.{work.parameters['reason']}"}
    return work.change(account, "account.updated", charges_enabled=False, payouts_enabled=False)


BEHAVIOURS: Behaviours = {
    "GET /v1/account": own,
    "POST /v1/account": update_own,
    "GET /v1/accounts": connected,
    "POST /v1/accounts": create,
    "GET /v1/accounts/{account}": generic.read("account"),
    "POST /v1/accounts/{account}": generic.change("account", "account.updated", "external_account"),
    "DELETE /v1/accounts/{account}": delete,
    "POST /v1/accounts/{account}/reject": reject,
    "GET /v1/events": generic.every("event"),
    "GET /v1/events/{id}": generic.read("event"),
}
