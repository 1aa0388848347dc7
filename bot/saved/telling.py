"""What people are told of saved commands where it is no card of its own."""

from typing import Final

from bot.blocks import EphemeralMessage, Message
from bot.domain import SavedCommand
from bot.outbox import Outbox
from bot.replies import Asker
from bot.saved.shelf import MOST
from bot.store.engine import Transaction
from operations.problem import Problem
from operations.scalars import nearest

RACED: Final = Problem("raced", "Somebody else changed it at the same moment. Look at it with saved, and try again.")
NO_PAGE: Final = Problem(
    "invalid_value", "Behind saved stands nothing, or the number of a page.", suggestions=("saved",)
)


def say(
    outbox: Outbox, tx: Transaction, asker: Asker, saved: SavedCommand, message: Message, *, what: str = ""
) -> None:
    """Tell the asker alone what was recorded: with the record, so that it reaches them whatever happens."""
    outbox.put(
        tx,
        team_id=asker.team_id,
        about=f"saved:{saved.id}:{what or saved.version}",
        place=asker.place.alone,
        user_id=asker.user_id,
        content=EphemeralMessage(message),
        thread_of=None,
    )


def full(*, shared: bool) -> Problem:
    whose = "This workspace has" if shared else "You have"
    return Problem("full", f"{whose} {MOST} saved commands, and no more fit. Remove one first.", suggestions=("saved",))


def not_saved(name: str, names: tuple[str, ...]) -> Problem:
    near = tuple(f"run {each}" for each in nearest(name, names))
    return Problem("not_saved", f"There is no saved command {name}.", suggestions=(*near, "saved"))


def unreadable(saved: SavedCommand) -> Problem:
    message = f"{saved.name} can't be read any more: tell whoever runs the bot, then save it again."
    return Problem("unreadable", message, suggestions=(f"unsave {saved.words}",))


def not_opened(saved: SavedCommand) -> Problem:
    message = "Slack opened no form for this. Press Edit… in the list, or type it again."
    return Problem("not_opened", message, suggestions=("saved", f"edit {saved.words}"))
