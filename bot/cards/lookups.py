"""What the asker alone is told where something could not be looked up for their command."""

from bot.blocks import Message
from bot.cards.errors import failure
from bot.cards.problems import denied
from bot.domain import Run
from operations.outcome import Failed, Outcome


def looked_up_later() -> Message:
    """Stripe doesn't answer the look-up yet; the command isn't lost."""
    return denied("Stripe doesn't answer yet. It is asked again, and your command goes on by itself when it answers.")


def not_looked_up(run: Run, outcome: Outcome) -> Message:
    """The look-up came to nothing, so nothing was asked for or run."""
    if isinstance(outcome, Failed):
        return failure(run, outcome)
    return denied("Not run: Stripe could not be asked what it is about. Type the command again later.")
