"""Which members of Stripe's objects tell who somebody is or how to reach them, as data.

An e-mail address is told by its looks, wherever it stands; everything else by the name of its member, or of the member
or the kind of object around it. What belongs to a business rather than to a person (a product's name, a statement
descriptor, a bank) is not here, nor the last four digits of a card, by which people know it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

How: TypeAlias = Literal["name", "phone", "hidden"]

BY_NAME: Final[Mapping[str, How]] = MappingProxyType(
    {
        "account_holder_name": "name",
        "business_vat_id": "hidden",
        "cardholder_name": "name",
        "customer_name": "name",
        "first_name": "name",
        "first_name_kana": "name",
        "first_name_kanji": "name",
        "full_name": "name",
        "given_name": "name",
        "individual_name": "name",
        "last_name": "name",
        "last_name_kana": "name",
        "last_name_kanji": "name",
        "maiden_name": "name",
        "sender_name": "name",
        "surname": "name",
        "verified_name": "name",
        "customer_phone": "phone",
        "phone": "phone",
        "phone_number": "phone",
        "verified_phone": "phone",
        "address_city": "hidden",
        "address_line1": "hidden",
        "address_line2": "hidden",
        "address_zip": "hidden",
        "billing_address": "hidden",
        "city": "hidden",
        "client_ip": "hidden",
        "customer_purchase_ip": "hidden",
        "customer_tax_ids": "hidden",
        "date_of_birth": "hidden",
        "device_fingerprint": "hidden",
        "dob": "hidden",
        "id_number": "hidden",
        "ip": "hidden",
        "ip_address": "hidden",
        "line1": "hidden",
        "line2": "hidden",
        "personal_id_number": "hidden",
        "postal_code": "hidden",
        "shipping_address": "hidden",
        "ssn_last_4": "hidden",
        "ssn_last4": "hidden",
        "tax_ids": "hidden",
        "town": "hidden",
        "user_agent": "hidden",
    }
)
"""Members that are personal in whatever they stand. Of one that holds others, all are masked."""

NAMED_KINDS: Final = frozenset(
    {
        "card",
        "customer",
        "issuing.cardholder",
        "person",
        "source",
        "v2.core.account_person",
    }
)
"""Kinds of objects whose ``name`` is that of a person."""

NAMED_PARTS: Final = frozenset(
    {
        "billing",
        "billing_details",
        "collected_information",
        "customer_details",
        "customer_shipping",
        "individual",
        "owner",
        "recipient",
        "shipping",
        "shipping_details",
    }
)
"""Members in which ``name`` is that of a person."""

VALUED_KINDS: Final = frozenset({"tax_id"})
"""Kinds of objects whose ``value`` is a number that tells who somebody is."""
