"""Policies and facts to judge by, made up."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from bot.domain import Account
from bot.policy import Facts, Policy, Spent, Window
from bot.policy.document import Rules, validated
from bot.roles import ROLES
from operations.call import bind
from operations.looks import Money
from operations.registry import registry
from operations.risk import assess

TEST = Account("T1", "a1", 1, "default", False, "acct_1", "Cedar", "rk", "x7Qm")
LIVE = Account("T1", "a2", 1, "eu-store", True, "acct_1", "Cedar", "rk", "x7Qm")
REST = {"name": "the rest", "why": "nothing holds it back", "then": "run"}
REFUND = "POST /v1/refunds"


def rules(*written: Mapping[str, Any], **more: Any) -> Rules:
    """A document of rules, the last one of which is met by every call; names are given where they lack."""
    named = [{"name": f"rule {number}", "why": "it says so", **each} for number, each in enumerate(written)]
    document = validated({"version": 1, "rules": [*named, REST], **more})
    assert isinstance(document, Rules)
    return document


def policy(*written: Mapping[str, Any], **more: Any) -> Policy:
    return Policy.of(rules(*written, **more))


def facts(
    key: str = REFUND,
    parameters: Mapping[str, object] | None = None,
    *,
    account: Account = LIVE,
    moves: Money | None = None,
    spent: Mapping[Window, Spent] | None = None,
    **more: Any,
) -> Facts:
    operation = registry().by_key(key)
    assert operation is not None, key
    call = bind(operation, {}, {"charge": "ch_1"} if parameters is None and key == REFUND else parameters or {})
    told = {"requester_role": "operator", "channel_id": "C0SUPPORT", **more}
    return Facts(call=call, risk=assess(call), account=account, moves=moves, spent=spent or {}, **told)


CURRENCIES = st.sampled_from(("eur", "usd", "jpy"))
CALLS = st.sampled_from(
    (REFUND, "POST /v1/payouts", "DELETE /v1/customers/{customer}", "POST /v1/customers", "GET /v1/customers")
)
amounts = st.dictionaries(CURRENCIES, st.integers(0, 1000).map(str), min_size=1)
windows = st.builds(
    Window,
    per=st.sampled_from(("person", "account", "workspace")),
    of=st.sampled_from(("refund", "money", "destructive", "any")),
    hours=st.integers(1, 48),
)


def _exceeds(window: Window, count: int | None, money: dict[str, str] | None) -> dict[str, Any]:
    limits = {"count": 1 if count is None and money is None else count, "amounts": money}
    return {"per": window.per, "of": window.of, "hours": window.hours} | {
        name: value for name, value in limits.items() if value is not None
    }


def _some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, unique=True)


texts = st.text(st.characters(codec="utf-8"), max_size=12)
whens = st.fixed_dictionaries(
    {},
    optional={
        "tiers": _some(("read", "write", "money", "destructive")),
        "flags": _some(("refund", "off", "exfil", "test")),
        "without_flags": _some(("irreversible", "secret")),
        "operations": _some(("refunds *", "POST /v1/*", "customers delete")),
        "accounts": _some(("default", "acct_1", "no", "1")),
        "mode": st.sampled_from(("live", "test")),
        "amount": st.fixed_dictionaries({"over": amounts}, optional={"at_most": amounts}),
        "currencies": st.lists(CURRENCIES, min_size=1, unique=True),
        "parameters": st.dictionaries(
            st.sampled_from(("charge", "metadata[team]", "items[*][price]")),
            st.lists(texts, min_size=1, max_size=3) | st.booleans().map(lambda there: {"present": there}),
            min_size=1,
        ),
        "requester_roles": _some(ROLES),
        "channels": _some(("C0SUPPORT", "C0OTHER")),
        "exceeds": st.builds(_exceeds, windows, st.none() | st.integers(0, 5), st.none() | amounts),
    },
).filter(bool)
_durations = st.sampled_from(("30m", "4h", "1d"))
_stages = st.lists(
    st.fixed_dictionaries(
        {"count": st.integers(1, 2)},
        optional={"role": st.sampled_from(("approver", "admin")), "groups": st.just(["S012"])},
    ),
    min_size=1,
    max_size=2,
)
_asking = st.fixed_dictionaries(
    {}, optional={"reason": st.just("required"), "remind": _durations, "expires": st.just("2d")}
)
thens = (
    st.sampled_from(("run", "confirm", "deny"))
    | st.builds(lambda count, more: {"approvals": count, **more}, st.integers(1, 4), _asking)
    | st.builds(lambda stages, more: {"stages": stages, **more}, _stages, _asking)
)
_names = st.text(st.characters(categories=("L", "N", "S", "P")), min_size=1, max_size=20)
written = st.fixed_dictionaries({"name": _names, "why": _names, "when": whens, "then": thens})


@st.composite
def documents(draw: st.DrawFn) -> Rules:
    """Any policy of one's own."""
    made = draw(st.lists(written, max_size=5, unique_by=lambda rule: str(rule["name"]).casefold()))
    kept = [rule for rule in made if str(rule["name"]).casefold() != REST["name"]]
    more = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "break_glass": st.just({"roles": ["admin"]}),
                "defaults": st.fixed_dictionaries({}, optional={"expires": _durations, "remind": _durations}),
            },
        )
    )
    return rules(*kept, **more)


@st.composite
def asked(draw: st.DrawFn, judged: Policy) -> Facts:
    """Anything that this policy can be asked."""
    spent = st.builds(
        Spent, count=st.integers(0, 6), amounts=st.dictionaries(CURRENCIES, st.integers(0, 100_000), max_size=2)
    )
    return facts(
        draw(CALLS),
        account=draw(st.sampled_from((TEST, LIVE))),
        moves=draw(
            st.none() | st.builds(Money, st.integers(0, 200_000), st.sampled_from(("eur", "usd", "jpy", "chf")))
        ),
        looked=draw(st.booleans()),
        requester_role=draw(st.sampled_from(ROLES)),
        channel_id=draw(st.sampled_from(("C0SUPPORT", "C0ELSE"))),
        spent={window: draw(spent) for window in judged.windows},
    )
