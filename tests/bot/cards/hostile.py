"""Strategies for answers that Stripe would not give, and for what people might write into its objects."""

from typing import Any

from hypothesis import strategies as st

from tests.bot.cards.samples import OBJECTS

NASTY = [
    "<!channel> pay now",
    "<@U01ALICE>",
    "<https://evil.example|Approve refund>",
    "*Approved by CFO* :white_check_mark:",
    "`code` ~struck~ _sly_",
    "&lt;!here&gt;",
    "\u202egnp.exe",
    "a\u200bb",
    "line\nline\r\nline",
    "x" * 5_000,
    "",
    " ",
    "\ud800",
]

SECRETS = ("kq81Zt0OpenSesame", "Xy7" * 9)

texts = st.sampled_from(NASTY) | st.text(max_size=30)
numbers = st.integers() | st.integers(min_value=1_700_000_000, max_value=2_000_000_000) | st.floats()
leaves = st.none() | st.booleans() | numbers | texts

MEMBERS = sorted(
    {
        "object",
        "id",
        "data",
        "has_more",
        "next_page",
        "next_page_url",
        "url",
        "deleted",
        "total_count",
        "value",
        "currency",
    }
    | {name for each in OBJECTS.values() for name in each}
)
names = st.sampled_from(MEMBERS) | texts
kinds = st.sampled_from([*OBJECTS, "list", "search_result", "", "unheard.of"])


def _objects(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    members = st.dictionaries(names, children, max_size=8)
    stated = st.fixed_dictionaries(
        {"object": kinds, "id": texts | leaves}, optional={"currency": st.just("usd") | texts}
    )
    return st.lists(children, max_size=5) | members | st.builds(lambda one, other: {**one, **other}, members, stated)


json_values: st.SearchStrategy[Any] = st.recursive(leaves, _objects, max_leaves=25)


def _spoiled(kind: str, spoil: dict[str, Any]) -> dict[str, Any]:
    return {**OBJECTS[kind], **spoil}


known_objects: st.SearchStrategy[Any] = st.builds(
    _spoiled,
    st.sampled_from(sorted(OBJECTS)),
    st.dictionaries(st.sampled_from(MEMBERS), leaves | json_values, max_size=4),
)
"""An object that a table knows, with some of its members replaced by anything."""

answers: st.SearchStrategy[Any] = (
    json_values
    | known_objects
    | st.builds(
        lambda items, more: {"object": "list", "data": items, "has_more": more},
        st.lists(known_objects | json_values, max_size=12),
        st.booleans(),
    )
)
