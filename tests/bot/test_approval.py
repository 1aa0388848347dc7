"""What is signed of several calls at once."""

from hypothesis import given
from hypothesis import strategies as st

from bot.approval import digest_of

DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(st.lists(DIGESTS, min_size=1, max_size=8, unique=True), st.data())
def test_the_digest_of_a_list_changes_with_any_line_of_it(digests: list[str], data: st.DataObject) -> None:
    """With another call in any place, another order, one more, or one less."""
    at = data.draw(st.integers(0, len(digests) - 1))
    other = data.draw(DIGESTS.filter(lambda each: each not in digests))
    changed = [
        [*digests[:at], other, *digests[at + 1 :]],
        [*digests, other],
        digests[:-1] or [other],
    ]
    if len(digests) > 1:
        changed.append([*digests[1:], digests[0]])
    assert all(digest_of(each) != digest_of(digests) for each in changed)


def test_the_digest_of_one_call_is_its_own() -> None:
    """So that a call and an approval of it show the same."""
    assert digest_of(["ab" * 32]) == "ab" * 32
