"""Modals: connecting a Stripe account, and asking for what a text still needs."""

from dataclasses import dataclass
from typing import Final

from bot import limits
from bot.blocks import Block, Option, View, context, input_block, modal, section, static_select, text_input
from bot.cards import marks
from bot.text import bold, clip, code, escape, join, template
from operations.grammar import shape_at
from operations.spec import Operation, Shape

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


@dataclass(frozen=True, slots=True)
class Question:
    """A field of a form: what fills the blank ``name`` of its text."""

    name: str
    parameter: str
    """The parameter that it is the value of, as Stripe writes it; empty for a part of one or an id."""
    label: str
    hint: str | None = None
    optional: bool = False
    choices: tuple[str, ...] = ()
    """The only answers there are; empty for a free text."""
    initial: str = ""

    @classmethod
    def about(cls, name: str, parameter: str, operation: Operation, *, optional: bool = False) -> "Question":
        """The question for a parameter of an operation, with what its shape tells as a hint."""
        shape = shape_at(operation, parameter)
        choices = shape.values if shape is not None and shape.kind == "enum" and not shape.open else ()
        return cls(
            name=name,
            parameter=parameter,
            label=clip(parameter, LABEL_SHOWN),
            hint=_hint(shape),
            optional=optional,
            choices=choices if len(choices) <= limits.OPTIONS else (),
        )


@dataclass(frozen=True, slots=True)
class Form:
    """A text with blanks, and the questions whose answers fill them."""

    operation: str
    """What it completes, in the words that one would type."""
    text: str
    questions: tuple[Question, ...]
    live: bool


def ask_block(index: int) -> str:
    """The block id of the field for the ``index``-th question, from 0."""
    return f"missing-{index}"


def ask_view(form: Form, draft: str) -> View:
    """The modal of a form. ``draft`` is an opaque token that comes back with the answers."""
    lead = template("{} needs a little more.", code(f"/stripe {clip(form.operation, LABEL_SHOWN)}"))
    return modal(
        "Complete the command",
        (
            section(join("  ", (marks.mode_mark(livemode=form.live), lead))),
            *(_asked(question, ask_block(index)) for index, question in enumerate(form.questions)),
        ),
        callback_id=ASK_VIEW,
        submit="Run",
        close="Cancel",
        private_metadata=draft,
    )


def _asked(question: Question, block_id: str) -> Block:
    element = (
        static_select(
            INPUT_ACTION, [Option(each, each) for each in question.choices], initial=_option(question.initial)
        )
        if question.choices
        else text_input(INPUT_ACTION, initial=question.initial or None)
    )
    return input_block(question.label, element, block_id=block_id, hint=question.hint, optional=question.optional)


def _option(value: str) -> Option | None:
    return Option(value, value) if value else None


def _hint(shape: Shape | None) -> str | None:
    """What to type, as far as the parameter's shape tells."""
    if shape is None:
        return None
    if shape.values:
        more = ", …" if shape.open or len(shape.values) > VALUES_SHOWN else ""
        return f"One of: {', '.join(shape.values[:VALUES_SHOWN])}{more}"
    if shape.meaning == "money_minor":
        return "Such as 5.00 usd; a bare 500 is in minor units, and 5.00 where the currency has cents."
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
