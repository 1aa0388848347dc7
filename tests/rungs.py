"""A message with all that is said in its place where Slack refuses it, each as Slack would judge it."""

from collections.abc import Iterator

from bot.blocks import Message
from tests.block_rules import message_violations


def rungs(message: Message) -> Iterator[Message]:
    """The message, what would be said where Slack refuses that, and so on down to words alone."""
    below: Message | None = message
    while below is not None:
        yield below
        below = below.rung_below()


def rung_violations(message: Message) -> list[str]:
    """What Slack would refuse of a message on any rung."""
    return [said for each in rungs(message) for said in message_violations(_payload(each))]


def _payload(message: Message) -> dict[str, object]:
    return {"text": message.text, "blocks": list(message.blocks)}
