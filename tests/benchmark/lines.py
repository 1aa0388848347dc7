"""Texts as people type them, right and wrong, and what they look for."""

from tests.operations.phrases import EVERYDAY

RIGHT = (
    "customers list --limit 3",
    "customers retrieve cus_9Benchmark{n}",
    "refunds create --charge ch_3Benchmark{n} --amount {n} --reason requested_by_customer",
    "customers create --email person{n}@example.com --name 'Person Number {n}' -d metadata[ticket]=T{n}",
    "payment_intents create --amount {n} --currency usd -d automatic_payment_methods[enabled]=true",
    "subscriptions update sub_1Benchmark{n} -d items[0][price]=price_1Club -d items[0][quantity]=2",
    "invoices list --customer cus_9Benchmark{n} --status open --limit 10",
    "get /v1/charges -d limit=3 -d created[gte]=1767225600",
    "customers delete cus_9Benchmark{n}",
    'v2 core accounts create display_name="Harbor {n}" contact_email=harbor{n}@example.com',
    "balance retrieve --live",
    "test_helpers test_clocks advance clock_1Benchmark{n} --frozen-time 1767225600",
)
WRONG = (
    "refund create --charge ch_3Benchmark{n} --amont 500",
    "custmers lst",
    "customers list --limit many",
    "subscriptions cancel",
)
_ASKED = (
    "refund",
    "advance test clock",
    "dispute evidence",
    "/v1/payment_intents",
    "issuing card",
    "tax",
    "invocie finalize",
    "custmers lst",
    "webhok endpoints",
    "cancle subscription",
)


def searches() -> tuple[str, ...]:
    """Everyday phrases, single words, slips, and each phrase as it is while it is being typed."""
    phrases = [each.text for each in EVERYDAY]
    return (*phrases, *_ASKED, *(text[:end] for text in phrases for end in (3, 7)))


def typed(count: int) -> list[str]:
    """So many lines, an eighth of them wrong, no two the same where a line names an id."""
    return [
        (WRONG[(n // 8) % len(WRONG)] if n % 8 == 7 else RIGHT[n % len(RIGHT)]).format(n=1000 + n) for n in range(count)
    ]
