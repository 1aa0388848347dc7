"""The picker's modals: choosing what to do, by a search or, where the Slack in front has none, by two lists."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from bot import inputs, limits
from bot.blocks import Block, View, context, modal, section
from bot.forms.names import INPUT, OPERATION, PICK, PICKER_VIEW
from bot.forms.options import Group, operation
from bot.inputs import Option, input_block, static_select, text_input
from bot.policy import Policy
from bot.text import Style, clip, code, escape, template
from operations.forms.labels import words
from operations.registry import Registry
from operations.spec import Operation

LIST_VIEW: Final = "picker:list"
RUN_VIEW: Final = "picker:run"
"""The callback ids of what may follow: a list of operations, and the question whether to run a saved text."""
SEARCH: Final = "search"
TOPIC: Final = "topic"
OWN: Final = "own"
"""The block ids of the plain style: a text to search for, what it is about, and what is a person's own."""

_TITLE: Final = "Stripe"
_QUESTION: Final = "What do you want to do?"
_PLACEHOLDER: Final = "refund, customer by e-mail, payout…"
_NOTHING_YET: Final = "Nothing is sent before you have seen a preview. Test is the default."


def picker_view(token: str, registry: Registry, style: Style, own: Sequence[Group] = ()) -> View:
    """The modal that asks what to do. ``token`` is opaque and comes back; ``own`` is what is the person's own."""
    blocks = _rich() if style == "rich" else _plain(registry, own)
    return modal(_TITLE, blocks, callback_id=PICKER_VIEW, submit="Next", close="Cancel", private_metadata=token)


def _rich() -> tuple[Block, ...]:
    search = inputs.external_select(PICK, placeholder=f"Search: {_PLACEHOLDER}")
    return (
        input_block(_QUESTION, search, block_id=OPERATION, dispatch=True),
        context(escape(_NOTHING_YET)),
    )


def _plain(registry: Registry, own: Sequence[Group]) -> tuple[Block, ...]:
    options = [_in_line(group.label, option) for group in own for option in group.options][: limits.OPTIONS]
    return (
        input_block(_QUESTION, text_input(INPUT, placeholder=_PLACEHOLDER), block_id=SEARCH, optional=True),
        input_block(
            "Or choose what it is about", static_select(INPUT, topics(registry)), block_id=TOPIC, optional=True
        ),
        *(
            [input_block("Or go on with", static_select(INPUT, options), block_id=OWN, optional=True)]
            if options
            else []
        ),
        context(escape(_NOTHING_YET)),
    )


def _in_line(label: str, option: Option) -> Option:
    """The option in one line with what its group is called, for a Slack that shows neither groups nor descriptions."""
    said = " · ".join(each for each in (label, option.text, option.description) if each)
    return Option(clip(said, limits.OPTION_TEXT), option.value)


def topics(registry: Registry) -> list[Option]:
    """The first words of all names, in plain words, with how many operations each has."""
    counted = Counter(each.name.split()[0] for each in registry.operations)
    return [
        Option(f"{words(name)} ({count})", name)
        for name, count in sorted(counted.items(), key=lambda each: words(each[0]).lower())
    ]


def of_topic(topic: str, registry: Registry) -> tuple[Operation, ...]:
    """The operations whose names begin with a word, those on nothing below it first."""
    found = (each for each in registry.operations if each.name.split()[0] == topic)
    return tuple(sorted(found, key=lambda each: len(each.name.split())))


def list_view(found: Sequence[Operation], about: str, token: str, policy: Policy) -> View:
    """The modal that lists operations to choose from. Raises ValueError for none."""
    shown = [operation(each, policy) for each in found[: limits.OPTIONS]]
    options = [Option(_with_risk(each), each.value) for each in shown]
    return modal(
        _TITLE,
        (
            input_block(
                clip(f"{about}: choose one of {len(options)}", limits.GROUP_LABEL),
                static_select(INPUT, options),
                block_id=OPERATION,
            ),
            context(escape(_NOTHING_YET)),
        ),
        callback_id=LIST_VIEW,
        submit="Next",
        close="Cancel",
        private_metadata=token,
    )


def _with_risk(option: Option) -> str:
    """The option in one line, for a Slack that shows no descriptions."""
    risk = (option.description or "").rpartition(" · ")[2]
    return f"{clip(option.text, limits.OPTION_TEXT - len(risk) - 3)} · {risk}"


def run_view(name: str, text: str, token: str) -> View:
    """The question whether a saved text, which is no single operation, is to be run as it is."""
    said = clip(text, limits.SECTION_TEXT // 2)
    return modal(
        _TITLE,
        (
            section(template("Run your saved command {}?", name)),
            section(code(f"/stripe {said}")),
            context(escape("What it leaves open is asked for next. The answer stands where you typed /stripe.")),
        ),
        callback_id=RUN_VIEW,
        submit="Run",
        close="Cancel",
        private_metadata=token,
    )
