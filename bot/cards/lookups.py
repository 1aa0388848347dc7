"""What the asker alone is told where something could not be looked up for their command."""

from collections.abc import Sequence

from bot.blocks import Message
from bot.cards.errors import failure
from bot.cards.problems import Offer, denied, offered
from bot.domain import Run
from operations.outcome import Failed, Outcome


def not_looked_up(run: Run, outcome: Outcome, offers: Sequence[Offer] = ()) -> Message:
    """The look-up came to nothing, so nothing was asked for or run."""
    if isinstance(outcome, Failed):
        told = failure(run, outcome)
    else:
        told = denied("Not run: it isn't known what Stripe would have said of it. Type the command again.")
    return told.followed_by(*offered(offers))
