"""Modals: connecting a Stripe account, and asking for the required parameters that a command lacks."""

from typing import Final

from bot.blocks import View, context, input_block, modal, section, text_input
from bot.cards import marks
from bot.text import bold, clip, code, escape, join, template
from operations.grammar import Command
from operations.spec import Parameter

CONNECT_VIEW: Final = "connect"
CONNECT_ALIAS: Final = "alias"
CONNECT_KEY: Final = "key"
CONNECT_LINKED: Final = "linked"
"""The callback id of the connect modal, and the block ids of its inputs."""

ASK_VIEW: Final = "ask"
INPUT_ACTION: Final = "value"
VALUES_SHOWN: Final = 8
LABEL_SHOWN: Final = 150


def connect_view() -> View:
    """The modal that takes a Stripe key. What is typed as the key is never shown again, here or elsewhere."""
    promise = template(
        "{} The key is encrypted before it is stored and leaves only for Stripe. "
        "Here it is known by its first and last few characters alone.",
        template(":lock:"),
    )
    advice = template(
        "Use a {} with only the permissions that your team needs: Dashboard, Developers, API keys. "
        "Whether it is a test or a live key is read from the key.",
        bold("restricted key"),
    )
    return modal(
        "Connect Stripe",
        (
            section(join("\n\n", (promise, advice))),
            input_block(
                "Secret or restricted key",
                text_input(INPUT_ACTION, placeholder="rk_test_…"),
                block_id=CONNECT_KEY,
                hint="Stripe is asked which account it belongs to before it is used.",
            ),
            input_block(
                "Alias",
                text_input(INPUT_ACTION, placeholder="default"),
                block_id=CONNECT_ALIAS,
                hint="What people type after --on. The account called default needs no --on.",
                optional=True,
            ),
            input_block(
                "Connected accounts that may be named",
                text_input(INPUT_ACTION, placeholder="acct_… acct_…"),
                block_id=CONNECT_LINKED,
                hint="For platforms: ids that commands may pass as the Stripe account to act for.",
                optional=True,
            ),
            context(escape("A key that was typed into a command or a message is not safe any more: roll it first.")),
        ),
        callback_id=CONNECT_VIEW,
        submit="Connect",
        close="Cancel",
    )


def ask_block(index: int) -> str:
    """The block id of the field for the ``index``-th missing parameter, from 0."""
    return f"missing-{index}"


def ask_view(command: Command, draft: str) -> View:
    """The modal that asks for what a command lacks. ``draft`` is an opaque token that comes back with the answers."""
    operation = command.call.operation
    lead = template("{} needs a little more.", code(f"/stripe {clip(operation.name, LABEL_SHOWN)}"))
    return modal(
        "Complete the command",
        (
            section(join("  ", (marks.mode_mark(livemode=command.live), lead))),
            *(
                input_block(
                    clip(name, LABEL_SHOWN),
                    text_input(INPUT_ACTION),
                    block_id=ask_block(index),
                    hint=_hint(operation.parameter(name)),
                )
                for index, name in enumerate(command.missing)
            ),
        ),
        callback_id=ASK_VIEW,
        submit="Run",
        close="Cancel",
        private_metadata=draft,
    )


def _hint(parameter: Parameter | None) -> str | None:
    """What to type, as far as the parameter's shape tells."""
    if parameter is None:
        return None
    shape = parameter.shape
    if shape.values:
        more = ", …" if shape.open or len(shape.values) > VALUES_SHOWN else ""
        return f"One of: {', '.join(shape.values[:VALUES_SHOWN])}{more}"
    if shape.meaning == "money_minor":
        return "In minor units: 500 is 5.00 where the currency has cents."
    if shape.meaning == "currency":
        return "Three letters, such as usd."
    if shape.meaning == "id" and shape.refers:
        return f"The id of a {shape.refers.replace('_', ' ')}."
    return {
        "integer": "A whole number.",
        "boolean": "true or false.",
        "object": "As JSON, or type the command again with name[key]=value.",
        "array": 'As JSON, such as ["one", "two"].',
    }.get(shape.kind)
