"""Lists of saved commands, at their worst."""

import pytest

from bot import cards
from bot.blocks import measure
from bot.domain import SavedCommand
from operations.problem import Problem
from tests.block_rules import message_violations


@pytest.mark.parametrize("text", ["&" * 1500, "`*_~<!channel>" * 100, "日" * 1500])
def test_a_full_page_of_the_longest_texts_fits_into_a_message(text: str) -> None:
    """Whatever the texts hold, Slack takes it, and nothing in them is read."""
    name = "n" * 40
    saved = SavedCommand(team_id="T1", id="s", owner_id="", name=name, text=text, version=1, created_by="U1234567890")
    listed = [cards.Listed(saved, Problem("x", "<" * 500)) for _ in range(cards.SAVED_SHOWN)]
    message = cards.saved_list(listed, page=2, total=200)
    assert message_violations({"text": message.text, "blocks": list(message.blocks)}) == []
    assert measure(message.blocks).fits()
    assert "<!channel>" not in str(message.blocks)
    for other in (cards.saved_taken(saved, text), cards.saved_raced(saved.words, text), cards.saved_removed(saved)):
        assert message_violations({"text": other.text, "blocks": list(other.blocks)}) == []
        assert measure(other.blocks).fits()
