"""A no to an approval as Slack delivers it once it was said why: without opening the modal that asks for it."""

from pathlib import Path
from typing import Any

from bot import cards
from bot.deciding.modals import PURPOSE
from bot.keys.ring import KeyRing
from bot.tokens import Tokens
from tests.fakes import slack_payloads
from tests.fakes.slack import Message

REASON = "not this one"
FAR = str(2**40)
"""A moment, in seconds, up to which such a modal is as good as new."""


def denial(keys: Path, card: Message, *, user: str, trigger: str) -> dict[str, Any]:
    """The payload; ``keys`` is the file of the bot's master keys, ``card`` what the person saw."""
    tokens = Tokens(KeyRing.load(keys, None).derive_all("tokens"))
    seen = tokens.read("approval", card.button(cards.DENY)["value"])
    assert seen is not None
    token = tokens.sign(PURPOSE, {**seen, "do": "deny", "team": "T0CASA", "user": user, "home": "", "until": FAR})
    view = {"id": "V0DENY", "callback_id": cards.SAYING_VIEW, "private_metadata": token}
    values = {cards.SAYING: {"said": {"type": "plain_text_input", "value": REASON}}}
    return slack_payloads.submission(view, values, user=user, trigger=trigger)
