"""Plain words for parameters, made by rule from their names: ``tax_id_data[0][type]`` is "Type" of "Tax ID data 1"."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from operations.spec import Operation
from operations.words import singular

ITEM: Final = "#"
"""What stands in a field's name for the number of an item: ``items[#][price]``."""

_SPELLED: Final[Mapping[str, str]] = MappingProxyType(
    {
        each.lower(): each
        for each in (
            "ACH", "ACSS", "AFT", "API", "AU", "BACS", "BECS", "BIC", "BLIK", "BSB", "CA", "CLABE", "CVC", "DOB",
            "EIN", "EPS", "EU", "FPX", "FX", "GB", "GST", "IBAN", "ID", "IP", "JSON", "KYC", "MCC", "MOTO", "NZ",
            "OXXO", "P24", "PDF", "POS", "QR", "SEPA", "SKU", "SMS", "SSN", "TIN", "TOS", "UPI", "URL", "US", "VAT",
        )
    }
    | {"ids": "IDs", "urls": "URLs", "ideal": "iDEAL", "wechat": "WeChat", "paypal": "PayPal", "klarna": "Klarna"}
    | {"stripe": "Stripe", "link": "Link", "paynow": "PayNow", "postal": "postal", "zip": "postal"}
)  # fmt: skip
_BOUNDS: Final[Mapping[str, str]] = MappingProxyType({"gte": "from", "gt": "after", "lte": "until", "lt": "before"})


def words(name: str) -> str:
    """One name as words: ``receipt_email`` is "Receipt email", ``tax_ids`` is "Tax IDs"."""
    plain = name.replace("-", "_").replace(".", "_").strip("_")
    parts = [_SPELLED.get(each.lower(), each) for each in plain.split("_") if each]
    spoken = " ".join(parts)
    return spoken[:1].upper() + spoken[1:] if spoken and not spoken.startswith("iDEAL") else spoken


def segments(name: str) -> tuple[str, ...]:
    """The parts of a full name: ``items[0][price]`` is ``items``, ``0`` and ``price``."""
    return tuple(name.replace("]", "").split("["))


def label(name: str) -> str:
    """The label of the field of that full name: its last word; of a bound, with what it bounds ("Created from")."""
    parts = segments(name)
    if parts[-1] in _BOUNDS and len(parts) > 1:
        return f"{words(parts[-2])} {_BOUNDS[parts[-1]]}"
    named = [each for each in parts if each != ITEM and not each.isdigit()]
    return words(named[-1])


def heading(parents: Sequence[str]) -> str:
    """What a field belongs to, outermost first: "Shipping › Address", "Items 1"; empty for what stands alone.

    Items are counted from 1, as people do.
    """
    said: list[str] = []
    before = ""
    for each in parents:
        if each.isdigit() and said:
            said[-1] = f"{said[-1]} {int(each) + 1}"
        elif each != ITEM:
            said.append(each.upper() if before.endswith("country_options") and len(each) == 2 else words(each))
        before = each
    return " › ".join(said)


def path(name: str) -> str:
    """The whole of a name in words, for a search: "Shipping › Address › City"."""
    parts = segments(name)
    above = heading(parts[:-1])
    return f"{above} › {label(name)}" if above and parts[-1] not in _BOUNDS else label(name)


def phrase(operation: Operation) -> str:
    """What an operation does, as people say it: "Create refund", "List customers", "Apply discount (invoice)"."""
    *named, verb = operation.name.split()
    said = words(verb)
    last = len(named) - 1
    many = operation.response.kind in ("list", "search")
    nouns = [_noun(each, plural=many and index == last) for index, each in enumerate(named)]
    if nouns and said.lower().endswith(f" {nouns[-1]}"):
        # Finalize invoice, not Finalize invoice (invoice).
        del nouns[-1]
    noun = " ".join(nouns)
    if not noun:
        return said
    return f"{said} ({noun})" if " " in said else f"{said} {noun}"


def _noun(name: str, *, plural: bool) -> str:
    said = words(name).split(" ")
    if not plural:
        said[-1] = singular(said[-1])
    first = said[0] if said[0] in _SPELLED.values() else said[0][:1].lower() + said[0][1:]
    return " ".join((first, *said[1:]))
