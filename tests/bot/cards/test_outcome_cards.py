"""The question about an outcome that nobody knows: whatever Stripe shows, it is valid, and text is text."""

from hypothesis import given
from hypothesis import strategies as st

from bot import cards
from operations.looks import Difference, Evidence, Found, Money
from tests.bot.cards import outcome_cases as cases
from tests.bot.cards import samples as made
from tests.bot.cards.hostile import texts
from tests.bot.cards.test_hostile_answers import FAST, check

money = st.builds(Money, st.integers(0, 10**15), st.sampled_from(["eur", "jpy", "nope"]))
found = st.builds(Found, texts, st.none() | money, st.integers(1, 4_000_000_000), texts)
shown = st.builds(
    Evidence,
    st.sampled_from(["for", "against", "open"]),
    texts,
    st.lists(found, max_size=5).map(tuple),
    st.lists(st.builds(Difference, texts, texts, texts), max_size=12).map(tuple),
)


@FAST
@given(seen=st.none() | shown, page=texts, style=st.sampled_from(["rich", "plain"]))
def test_whatever_stripe_shows_the_question_is_valid_and_text_is_text(
    seen: Evidence | None, page: str, style: str
) -> None:
    """Before and after somebody has answered it."""
    for said in (None, cases.BOB, cases.NO):
        check((cases.question(made.LIVE, seen, at_stripe=page, style=style, said=said),), ours=40)  # type: ignore[arg-type]  # a style


def test_after_an_answer_nothing_can_be_pressed() -> None:
    """The evidence stays, with who said what."""
    asked, said = cases.question(made.LIVE, cases.FOUND), cases.question(made.LIVE, cases.FOUND, said=cases.BOB)
    assert [cards.HAPPENED in str(each.blocks) for each in (asked, said)] == [True, False]
    assert ["re_3PzJennyBack" in str(each.blocks) for each in (asked, said)] == [True, True]
    assert f"<@{made.BOB}>" in str(said.blocks)
