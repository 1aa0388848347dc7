"""Modals: connecting a Stripe account, and asking for what a text still needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot import limits
from bot.blocks import Block, View, context, modal, section
from bot.cards import marks
from bot.cards.values import words
from bot.inputs import Option, input_block, static_select, text_input
from bot.text import Mrkdwn, bold, clip, code, escape, join, template
from operations.grammar import shape_at
from operations.manual import takes, takes_id
from operations.spec import Operation, Shape

CONNECT_VIEW: Final = "connect"
CONNECT_ALIAS: Final = "alias"
CONNECT_KEY: Final = "key"
CONNECT_LINKED: Final = "linked"
"""The callback id of the connect modal, and the block ids of its inputs."""

ASK_VIEW: Final = "ask"
INPUT_ACTION: Final = "value"
GIVEN_SHOWN: Final = 10
GIVEN_VALUE_SHOWN: Final = 60
LABEL_SHOWN: Final = 150
_BOUNDS: Final = {"gte": "from", "gt": "after", "lte": "until", "lt": "before"}


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
        choices = _choices(shape) if shape is not None else ()
        return cls(
            name=name,
            parameter=parameter,
            label=clip(label(parameter), LABEL_SHOWN),
            hint=_sentence(takes(shape)) if shape is not None and not choices else None,
            optional=optional,
            choices=choices,
        )

    @classmethod
    def about_id(cls, name: str, kind: str) -> "Question":
        """The question for an id in the path, of this kind of object; of any where it is empty."""
        shown = label(kind.rpartition(".")[2] if kind and name == "id" else name)
        return cls(name=name, parameter="", label=shown, hint=_sentence(takes_id(kind)))


@dataclass(frozen=True, slots=True)
class Form:
    """A text with blanks, and the questions whose answers fill them."""

    operation: str
    """What it completes, in the words that one would type."""
    text: str
    questions: tuple[Question, ...]
    live: bool
    given: tuple[tuple[str, str], ...] = ()
    """What the text says already: names with values, as somebody typed them."""
    room: bool = False
    """Whether the filled-in text is no Stripe command, and so goes to a room of its own."""


def ask_block(index: int) -> str:
    """The block id of the field for the ``index``-th question, from 0."""
    return f"missing-{index}"


def ask_view(form: Form, draft: str) -> View:
    """The modal of a form. ``draft`` is an opaque token that comes back with the answers."""
    lead = join("  ", (marks.mode_mark(livemode=form.live), code(f"/stripe {clip(form.operation, LABEL_SHOWN)}")))
    return modal(
        "Complete the command",
        (
            section(join("\n", (lead, _given(form.given))) if form.given else lead),
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


def _given(given: Sequence[tuple[str, str]]) -> Mrkdwn:
    """What is filled in already, on one line."""
    pairs = [
        join(" ", (label(name).lower(), code(clip(value, GIVEN_VALUE_SHOWN)))) for name, value in given[:GIVEN_SHOWN]
    ]
    rest = len(given) - len(pairs)
    return template("with {}", join(", ", [*pairs, *([escape(f"and {rest} more")] if rest > 0 else [])]))


def label(name: str) -> str:
    """A parameter's name as words: ``items[0][price]`` is Items: price."""
    parts = [part for part in name.replace("-", "_").replace("]", "").replace(".", "[").split("[") if part]
    spoken = [_BOUNDS.get(part, part) for part in parts if not part.isdigit()]
    first, *others = [words(part) for part in spoken] or [""]
    bound = bool(parts) and parts[-1] in _BOUNDS
    return (" " if bound else ": ").join((first, *(other[:1].lower() + other[1:] for other in others)))


def _choices(shape: Shape) -> tuple[str, ...]:
    if shape.kind == "boolean":
        return ("true", "false")
    closed = shape.kind == "enum" and not shape.open and len(shape.values) <= limits.OPTIONS
    return shape.values if closed else ()


def _sentence(words_: str) -> str:
    return f"{words_[:1].upper()}{words_[1:]}."
