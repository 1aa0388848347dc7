"""Error codes of everything else: parameters, objects, billing, accounts, keys, limits."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.cards.advice.model import DASHBOARD, LATER, LOOK_FIRST, NEW_KEY, Advice

_GIVE = "Give it a value, or leave it out."
_CHECK = "Correct it and run the command again."
_INVOICE = "Void this invoice and make a new one, or credit it."
_LOOK_AT_READER = "Look at the reader, then try again."

REQUESTS: Final[Mapping[str, Advice]] = MappingProxyType(
    {
        "account_country_invalid_address": Advice("The address is in another country than the account", _CHECK),
        "account_invalid": Advice(
            "There is no such connected account, or it isn't connected to this one",
            "Check the acct_… id of --stripe-account, and that the account is still connected.",
        ),
        "account_number_invalid": Advice("The bank account number is wrong", _CHECK),
        "api_key_expired": Advice("The key has expired", NEW_KEY),
        "application_fees_not_allowed": Advice(
            "This charge can't have an application fee", "Leave the fee out, or charge on behalf of the account."
        ),
        "approval_required": Advice("The account has an approval rule at Stripe", "Have it approved in the Dashboard."),
        "capability_not_active": Advice("The account may not do this yet", DASHBOARD),
        "country_code_invalid": Advice("The country is no code that Stripe knows", "Give two letters, such as DE."),
        "country_unsupported": Advice("Stripe doesn't do this in that country", DASHBOARD),
        "coupon_expired": Advice("The coupon has expired", "Use or create another coupon."),
        "customer_max_payment_methods": Advice(
            "The customer has as many payment methods as there may be", "Detach some first."
        ),
        "customer_max_subscriptions": Advice(
            "The customer has as many subscriptions as there may be", "Cancel some first, or ask Stripe's support."
        ),
        "customer_tax_location_invalid": Advice(
            "Stripe can't tell where the customer is taxed", "Complete the customer's address."
        ),
        "email_invalid": Advice("The e-mail address is wrong", _CHECK),
        "idempotency_key_in_use": Advice(
            "Stripe is still working on the same request", "Wait a moment; the first attempt will tell.", passes=True
        ),
        "invalid_characters": Advice("A value has characters that aren't allowed", _CHECK),
        "invalid_tax_location": Advice("Stripe can't tell where this is taxed", "Complete the address."),
        "invoice_no_customer_line_items": Advice(
            "There is nothing to invoice", "Create invoice items for this customer first."
        ),
        "invoice_no_payment_method_types": Advice(
            "The invoice can be paid by nothing", "Turn a payment method on in the Dashboard."
        ),
        "invoice_no_subscription_line_items": Advice(
            "There is nothing of this subscription to invoice", "Wait for its next period, or add invoice items."
        ),
        "invoice_not_editable": Advice("A finalized invoice can't be changed", _INVOICE),
        "invoice_on_behalf_of_not_editable": Advice("The account of an invoice can't be changed now", _INVOICE),
        "invoice_payment_intent_requires_action": Advice(
            "The customer has to confirm this payment", "Send them the invoice's payment page."
        ),
        "invoice_upcoming_none": Advice(
            "No invoice is coming up", "Check that the customer has an active subscription."
        ),
        "livemode_mismatch": Advice(
            "Live and test were mixed", "Run it in the mode the object belongs to; --live chooses the live account."
        ),
        "lock_timeout": Advice("Somebody else is changing this object", "Try again in a few seconds.", passes=True),
        "missing": Advice("There is no such payment source", "Check the id, and that it belongs to this customer."),
        "no_account": Advice("The bank knows no such account", "Check the account number."),
        "not_allowed_on_standard_account": Advice(
            "A platform may not change this on a standard account", "Ask the account's owner to do it."
        ),
        "parameter_invalid_empty": Advice("A parameter is empty", _GIVE),
        "parameter_invalid_integer": Advice(
            "A parameter must be a whole number", "Amounts are in minor units: 1250 is 12.50."
        ),
        "parameter_invalid_string_blank": Advice("A parameter has nothing but blanks", _GIVE),
        "parameter_invalid_string_empty": Advice("A parameter is empty", _GIVE),
        "parameter_missing": Advice("A parameter is missing", "Add it and run the command again."),
        "parameter_unknown": Advice("Stripe doesn't know a parameter", "Check its name; /stripe help shows examples."),
        "parameters_exclusive": Advice("Two parameters exclude each other", "Leave one of them out."),
        "platform_account_required": Advice(
            "Only a Connect platform may do this", "Run it on the platform's account, or set Connect up first."
        ),
        "platform_api_key_expired": Advice("The platform's key has expired", NEW_KEY),
        "postal_code_invalid": Advice("The postal code is wrong", _CHECK),
        "product_inactive": Advice("The product is archived", "Activate it, or use another one."),
        "rate_limit": Advice("Stripe is getting too many requests", LATER, passes=True),
        "request_blocked": Advice("Stripe blocked the request", "Ask Stripe's support, with the request id."),
        "resource_already_exists": Advice("It exists already", "Choose another id, or update the one that exists."),
        "resource_missing": Advice(
            "There is no such object", "Check the id, the account, and whether it is a test or a live object."
        ),
        "routing_number_invalid": Advice("The routing number is wrong", _CHECK),
        "secret_key_required": Advice(
            "This needs a secret key", "An admin connects a secret or restricted key with /stripe connect."
        ),
        "shipping_address_invalid": Advice("The shipping address is wrong", _CHECK),
        "state_unsupported": Advice("Stripe doesn't do this in that state", DASHBOARD),
        "status_transition_invalid": Advice("It can't go from its status to that one", LOOK_FIRST),
        "stripe_tax_inactive": Advice(
            "Stripe Tax isn't set up", "Set Stripe Tax up in the Dashboard, or leave it out."
        ),
        "tax_id_invalid": Advice("The tax id is wrong", "Check its number and its type."),
        "taxes_calculation_failed": Advice("Stripe could not work the taxes out", LATER, passes=True),
        "terminal_reader_busy": Advice("The reader is busy", "Wait until it is done, then try again.", passes=True),
        "terminal_reader_hardware_fault": Advice("The reader has a fault", _LOOK_AT_READER),
        "terminal_reader_offline": Advice("The reader is offline", _LOOK_AT_READER, passes=True),
        "terminal_reader_timeout": Advice("The reader did not answer", _LOOK_AT_READER, passes=True),
        "testmode_charges_only": Advice(
            "This account can't take live payments yet", "Finish the account's activation in the Dashboard."
        ),
        "url_invalid": Advice("The address is wrong", "Give a whole one, beginning with https://."),
    }
)
