"""The seeded business, as tables: Lanternfish Coffee Roasters, a small shop for beans and a coffee club.

Ids are written with ``@`` where the mode stands: ``ch_3@Coffee01`` is ``ch_3SandboxCoffee01`` with the test key and
``ch_3LiveCoffee01`` with the live key. Times are days before now.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, with the test card that pays for it, if it has one."""

    id: str
    name: str
    email: str
    city: str
    country: str
    days: float
    card: str | None = "visa"
    currency: str = "usd"
    description: str | None = None
    phone: str | None = None


CUSTOMERS = (
    Customer("cus_@Jenny01", "Jenny Rosen", "jenny@example.com", "Portland", "US", 180,
    description="Coffee club since the start", phone="+15035550101"),
    Customer("cus_@Goodbye01", "Peter Goodbye", "peter.goodbye@example.com", "Denver", "US", 150,
    description="Asked for his data to be deleted"),
    Customer("cus_@Amara01", "Amara Okafor", "amara.okafor@example.com", "Lagos", "NG", 140, "mastercard"),
    Customer("cus_@Mateus01", "Mateus Silva", "mateus@example.org", "Porto", "PT", 120, "visa", "eur"),
    Customer("cus_@Sofie01", "Sofie Lindqvist", "sofie.lindqvist@example.se", "Malmö", "SE", 115, "mastercard", "eur"),
    Customer("cus_@Haruto01", "佐藤 陽翔", "haruto.sato@example.jp", "Kyoto", "JP", 100, "jcb", "jpy"),
    Customer("cus_@Priya01", "Priya Raman", "priya@example.co.uk", "Leeds", "GB", 96, "gb", "gbp"),
    Customer("cus_@Wilhelm01", "Wilhelm Café GmbH", "einkauf@wilhelm.example", "Berlin", "DE", 90, "de", "eur",
    "Buys for three cafés; pays by invoice"),
    Customer("cus_@Dolores01", "Dolores Vega", "dolores.vega@example.mx", "Mérida", "MX", 80, "visa_debit"),
    Customer("cus_@Noor01", "Noor Haddad", "noor@example.net", "Amman", "JO", 75, "amex"),
    Customer("cus_@Broke01", "Tom Overdrawn", "tom@example.com", "Austin", "US", 60,
    "chargeDeclinedInsufficientFunds", description="His card has no money on it"),
    Customer("cus_@Nocard01", "Lucy Nocard", "lucy@example.com", "Boise", "US", 45, None),
    Customer("cus_@Chan01", "Chan & Daughters <Wholesale>", "orders@chan.example", "Surrey", "CA", 105, "mastercard"),
    Customer(
        "cus_@Hostile01", "<!channel> *URGENT* <https://evil.example|Approve refund> `now` _ok_ :white_check_mark:",
        "bobby.tables@example.com", "R\u202etropyeK\u202c", "US", 110, "visa",
        description="*Approved by CFO* &lt;ok&gt; <@U0123456789> ~struck~ > quoted\nsecond line",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its prices: id, currency, minor units, and the interval where it recurs."""

    id: str
    name: str
    description: str
    prices: tuple[tuple[str, str, int, str | None], ...]


PRODUCTS = (
    Product("prod_@Club01", "Coffee club", "A bag of fresh beans every month", (
        ("price_1@Club01", "usd", 1800, "month"), ("price_1@ClubEur01", "eur", 1700, "month"),
        ("price_1@ClubGbp01", "gbp", 1500, "month"), ("price_1@ClubJpy01", "jpy", 2600, "month"),
        ("price_1@ClubYear01", "usd", 19_800, "year"),
    )),
    Product("prod_@Office01", "Office plan", "Five kilograms a month, and a grinder on loan", (
        ("price_1@Office01", "usd", 9900, "month"), ("price_1@OfficeEur01", "eur", 9500, "month"),
    )),
    Product("prod_@Beans01", "House blend, 1 kg", "Chocolate, hazelnut, and a long finish", (("price_1@Beans01",
    "usd", 2400, None),)),
    Product("prod_@Mug01", "Enamel mug", "Not for sale yet", ()),
    Product("prod_@Grinder01", "Hand grinder", "Steel burrs. " + "Grinds and grinds and grinds. " * 30,
    (("price_1@Grinder01", "usd", 8900, None),)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription: what became of it is said by ``fate``."""

    id: str
    customer: str
    price: str
    days: float
    quantity: int = 1
    fate: str = "active"
    """``active``, ``renewed``, ``ending`` (at period's end), ``canceled``, ``trialing``, ``paused`` or ``invoiced``."""


SUBSCRIPTIONS = (
    Subscription("sub_1@Club01", "cus_@Jenny01", "price_1@Club01", 55, fate="renewed"),
    Subscription("sub_1@Club02", "cus_@Goodbye01", "price_1@Club01", 20),
    Subscription("sub_1@Club03", "cus_@Amara01", "price_1@ClubYear01", 58),
    Subscription("sub_1@Club04", "cus_@Mateus01", "price_1@ClubEur01", 44, fate="renewed"),
    Subscription("sub_1@Club05", "cus_@Haruto01", "price_1@ClubJpy01", 18),
    Subscription("sub_1@Club06", "cus_@Priya01", "price_1@ClubGbp01", 12, fate="ending"),
    Subscription("sub_1@Club07", "cus_@Dolores01", "price_1@Club01", 35, fate="canceled"),
    Subscription("sub_1@Club08", "cus_@Noor01", "price_1@Club01", 4, fate="trialing"),
    Subscription("sub_1@Office01", "cus_@Wilhelm01", "price_1@OfficeEur01", 26, 3, fate="invoiced"),
    Subscription("sub_1@Office02", "cus_@Chan01", "price_1@Office01", 15, 2),
    Subscription("sub_1@Club09", "cus_@Broke01", "price_1@Club01", 9, fate="paused"),
)


@dataclass(frozen=True, slots=True)
class Sale:
    """A payment by card. ``fate`` says what became of it."""

    id: str
    customer: str
    amount: int
    currency: str
    days: float
    description: str
    fate: str = "paid"
    """``paid``, ``refunded``, ``partly:AMOUNT``, ``disputed``, ``lost``, ``held`` (authorized only),
    ``waiting`` (a pending refund), or ``asked`` (a refund for which the customer has to do something)."""
    card: str | None = None
    """Instead of the customer's own."""


SALES = (
    Sale("Coffee01", "cus_@Jenny01", 4200, "usd", 3, "2 × House blend, 1 kg"),
    Sale("Coffee02", "cus_@Jenny01", 8900, "usd", 20, "Hand grinder", "partly:2500"),
    Sale("Coffee03", "cus_@Amara01", 2400, "usd", 6, "House blend, 1 kg", "refunded"),
    Sale("Coffee04", "cus_@Dolores01", 6100, "usd", 8, "Gift box", "disputed"),
    Sale("Coffee05", "cus_@Broke01", 2400, "usd", 5, "House blend, 1 kg"),
    Sale("Coffee06", "cus_@Haruto01", 5200, "jpy", 7, "ハウスブレンド 2 袋"),
    Sale("Coffee07", "cus_@Mateus01", 3350, "eur", 2, "House blend and filters"),
    Sale("Coffee08", "cus_@Hostile01", 1999, "usd", 1, "<!here> *free money* <https://evil.example|click>"),
    Sale("Coffee09", "cus_@Chan01", 48_000, "usd", 10, "Wholesale order 20 kg"),
    Sale("Coffee10", "cus_@Priya01", 2750, "gbp", 4, "House blend, 1 kg", "held"),
    Sale("Coffee11", "cus_@Noor01", 8900, "usd", 9, "Hand grinder", "waiting", "pendingRefund"),
    Sale("Coffee12", "cus_@Sofie01", 4100, "eur", 14, "2 × House blend, 1 kg"),
    Sale("Coffee13", "cus_@Sofie01", 4100, "eur", 44, "2 × House blend, 1 kg", "refunded"),
    Sale("Coffee14", "cus_@Dolores01", 2400, "usd", 50, "House blend, 1 kg", "lost"),
    Sale("Coffee15", "cus_@Haruto01", 12_800, "jpy", 31, "手挽きミル"),
    Sale("Coffee16", "cus_@Chan01", 36_500, "usd", 41, "Wholesale order 15 kg", "asked"),
    Sale("Coffee17", "cus_@Chan01", 36_500, "usd", 27, "Wholesale order 15 kg", "partly:6000"),
    Sale("Coffee18", "cus_@Amara01", 2400, "usd", 33, "House blend, 1 kg"),
    Sale("Coffee19", "cus_@Amara01", 2400, "usd", 46, "House blend, 1 kg"),
    Sale("Coffee20", "cus_@Jenny01", 2400, "usd", 38, "House blend, 1 kg"),
    Sale("Coffee21", "cus_@Jenny01", 2400, "usd", 52, "House blend, 1 kg"),
    Sale("Coffee22", "cus_@Goodbye01", 2400, "usd", 29, "House blend, 1 kg"),
    Sale("Coffee23", "cus_@Goodbye01", 8900, "usd", 57, "Hand grinder"),
    Sale("Coffee24", "cus_@Noor01", 2400, "usd", 24, "House blend, 1 kg"),
    Sale("Coffee25", "cus_@Priya01", 2200, "gbp", 36, "House blend, 1 kg"),
    Sale("Coffee26", "cus_@Mateus01", 3350, "eur", 48, "House blend and filters"),
    Sale("Coffee27", "cus_@Broke01", 8900, "usd", 22, "Hand grinder"),
    Sale("Coffee28", "cus_@Dolores01", 2400, "usd", 17, "House blend, 1 kg", card="visa_chargeDeclinedLostCard"),
    Sale("Coffee29", "cus_@Sofie01", 4100, "eur", 59, "2 × House blend, 1 kg"),
    Sale("Coffee30", "cus_@Hostile01", 2400, "usd", 13, "House blend, 1 kg"),
)

COUPONS = (("WELCOME10@", {"percent_off": 10.0, "duration": "once", "name": "Welcome"}),
           ("LOYAL5@", {"amount_off": 500, "currency": "usd", "duration": "forever",
           "name": "Loyal customers"}))  # fmt: skip

PAYOUT_DAYS = (49, 42, 35, 28, 21, 14, 7, 1)

HIGHLIGHTS: dict[str, str] = {
    "customer": "cus_@Jenny01", "customer_to_delete": "cus_@Goodbye01", "hostile_customer": "cus_@Hostile01",
    "customer_without_card": "cus_@Nocard01", "customer_with_declined_card": "cus_@Broke01",
    "refundable_charge": "ch_3@Coffee01", "refundable_intent": "pi_3@Coffee01",
    "partly_refunded_charge": "ch_3@Coffee02",
    "refunded_charge": "ch_3@Coffee03", "disputed_charge": "ch_3@Coffee04", "failed_charge": "ch_3@Coffee05",
    "yen_charge": "ch_3@Coffee06", "euro_charge": "ch_3@Coffee07", "hostile_charge": "ch_3@Coffee08",
    "large_charge": "ch_3@Coffee09", "uncaptured_charge": "ch_3@Coffee10", "uncaptured_intent": "pi_3@Coffee10",
    "pending_refund": "re_3@Coffee11", "refund": "re_3@Coffee03", "dispute": "du_1@Coffee04",
    "lost_dispute": "du_1@Coffee14",
    "subscription": "sub_1@Club01", "subscription_to_cancel": "sub_1@Club02", "trial": "sub_1@Club08",
    "ending": "sub_1@Club06",
    "canceled_subscription": "sub_1@Club07", "product": "prod_@Club01", "price": "price_1@Club01",
    "coupon": "WELCOME10@",
    "open_invoice": "in_1@Open01", "draft_invoice": "in_1@Draft01", "payout": "po_1@Week01",
    "promotion_code": "promo_1@Lantern01",
    "pending_payout": "po_1@Week08", "transfer": "tr_1@Harbor01", "application_fee": "fee_1@Harbor01",
    "open_quote": "qt_1@Open01", "draft_quote": "qt_1@Draft01", "file": "file_1@Receipt01",
    "file_link": "link_1@Receipt01",
}  # fmt: skip
"""Well-known ids, as templates; :func:`operations.sandbox.seed.highlights` gives them for a mode."""
