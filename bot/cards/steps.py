"""What can be done next, as buttons: the steps of an object, of a list, of a row, where they fit.

A step is typed for whoever presses it, so it goes the way of any command: through the policy, and with blanks through a
form.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from bot import limits
from bot.blocks import Block, Element, actions
from bot.cards import marks
from bot.cards.buttons import RUN, run_button
from bot.cards.follow_ups import AS_JSON, FOLLOW_UPS, LEFT, NONE_FOUND
from bot.cards.values import dig, holds
from bot.domain import FrozenCall
from bot.inputs import Option, overflow, static_select
from operations import prefixes, typed_money
from operations.call import Json
from operations.refundable import left_of
from operations.shaping import Output
from operations.shortcuts import is_filter

STEPS_SHOWN: Final = 5
"""Buttons in a row; further steps are behind three dots."""
ROWS_WITH_BUTTON: Final = 5
ALL: Final = 0
"""The number of the button for all pages, in a row with those of :func:`exports`."""
SHOW: Final = "show"
"""What tells the menu of rows from the buttons that stand for texts."""
EXPORTS: Final[tuple[Output, ...]] = ("csv", "json")
MENU: Final = f"{RUN}:menu"

_READS: Final = re.compile(r"^(show|find)\b|^[a-z0-9_ ]+ (list\w*|retrieve\w*)( |$)", re.ASCII)
"""Steps that change nothing."""
_NAME: Final = re.compile(r"<([a-z0-9_.]+)>")
_PROPOSAL: Final = re.compile(r":<([a-z0-9_.]+)>")
_FILLED: Final = re.compile(r"[A-Za-z0-9_.:@+-]{1,255}", re.ASCII)
"""What a name may be filled with: no blank, no quote, no option, so that a step stays the text that it is."""
_PROPOSED: Final = re.compile(r"[A-Za-z0-9_.,-]{1,60}", re.ASCII)
"""The same for what a form proposes."""


def next_steps(frozen: FrozenCall, data: Json) -> tuple[Block, ...]:
    """The buttons for what can be done with an object in the state that it is in; no block where there are none."""
    kind = dig(data, "object")
    if not isinstance(kind, str) or dig(data, "deleted") is True:
        return ()
    fitting = [step for step in FOLLOW_UPS.get(kind, ()) if holds(step.when, data)]

    steps = [*fitting, AS_JSON] if _shown_by_id(data) else fitting
    texts = [(step.label, text) for step in steps if (text := _filled(step.text, data)) is not None]
    return _row([(label, _on(frozen, text)) for label, text in texts])


def after_nothing(frozen: FrozenCall) -> tuple[Block, ...]:
    """The button for what to try where nothing was found."""
    step = NONE_FOUND.get(frozen.call.operation.key)
    asked: Json = {name: value for name, value in frozen.call.parameters.items() if isinstance(value, str)}
    text = _filled(step.text, asked) if step else None
    return _row([(step.label, _on(frozen, text))]) if step and text else ()


def all_pages(frozen: FrozenCall) -> Element | None:
    """The button that gets all pages of a list; None where they were asked for already, or it is too long for one."""
    if frozen.shaping.everything:
        return None
    asked = replace(frozen, shaping=replace(frozen.shaping, everything=True))
    return run_button("All pages", marks.typed_on(asked).removeprefix("/stripe "), ALL)


def exports(frozen: FrozenCall) -> list[Element]:
    """The buttons that get a list as files, by the same command with another form of output."""
    made = []
    for number, output in enumerate(EXPORTS, ALL + 1):
        asked = replace(frozen, shaping=replace(frozen.shaping, output=output))
        made.append(run_button(output.upper(), marks.typed_on(asked).removeprefix("/stripe "), number))
    return [button for button in made if button is not None]


def show_button(frozen: FrozenCall, data: Json, row: int) -> Element | None:
    """The button that shows a row of a list by itself: for the first few, whose ids tell what they are."""
    text = _show(frozen, data) if row < ROWS_WITH_BUTTON else None
    return run_button("Show", text, row) if text else None


def show_select(frozen: FrozenCall, rows: Iterable[tuple[str, Json]], *, placeholder: str) -> tuple[Block, ...]:
    """A menu that shows one of the rows by itself, each under a name; no block where there is none to choose."""
    options: dict[str, Option] = {}
    for name, data in rows:
        text = _show(frozen, data)
        if text and len(text) <= limits.OPTION_VALUE:
            options.setdefault(text, Option(name, text))
    if not options:
        return ()
    select = static_select(f"{RUN}:{SHOW}", list(options.values())[: limits.OPTIONS], placeholder=placeholder)
    return (actions(select, block_id="rows"),)


def _show(frozen: FrozenCall, data: Json) -> str | None:
    """The text that shows an object by itself; None where its id doesn't tell what it is."""
    return _on(frozen, f"show {dig(data, 'id')}") if _shown_by_id(data) else None


def shown_alone(frozen: FrozenCall, data: Json) -> str | None:
    """The text that shows an object by itself, to whoever types it alone."""
    text = _show(replace(frozen, shaping=replace(frozen.shaping, private=False)), data)
    return f"{text} --private" if text else None


def how_found(frozen: FrozenCall) -> str | None:
    """Which way something was looked for, where that says what may be missing."""
    if frozen.call.operation.response.kind == "search":
        return "By Stripe's search: what was changed within the last minute may be missing."
    if is_filter(frozen.shaping):
        return "Stripe's search can't find this: the newest 100 were listed, and looked through here."
    return None


def _shown_by_id(data: Json) -> bool:
    """Whether ``show`` finds an object by its id alone."""
    identity = dig(data, "id")
    if not isinstance(identity, str) or not _FILLED.fullmatch(identity) or not prefixes.is_id(identity):
        return False
    return prefixes.kind_of(identity) == dig(data, "object")


def _filled(text: str, data: Json) -> str | None:
    """The text with its names filled in; None where one leads to nothing that can stand there."""
    text = _PROPOSAL.sub(lambda match: _proposed(_value(match[1], data)), text)
    values = {name: _value(name, data) for name in _NAME.findall(text)}
    if not all(isinstance(value, str) and _FILLED.fullmatch(value) for value in values.values()):
        return None
    return _NAME.sub(lambda match: str(values[match[1]]), text)


def _proposed(value: str | None) -> str:
    """What a form proposes, with the mark before it; it can do without."""
    return f":{value}" if value is not None and _PROPOSED.fullmatch(value) else ""


def _value(name: str, data: Json) -> str | None:
    if name == LEFT:
        left, currency = left_of(data), dig(data, "currency")
        try:
            return typed_money.typed(left, currency) if left and isinstance(currency, str) else None
        except ValueError:
            return None
    value = dig(data, name)
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else None


def _row(texts: Iterable[tuple[str, str]]) -> tuple[Block, ...]:
    """Buttons for the first texts, a menu for the rest."""
    labelled = iter(texts)
    shown = list(_buttons(labelled))
    options = [Option(label, text) for label, text in labelled if len(text) <= limits.OPTION_VALUE]
    menu = [overflow(MENU, options[: limits.OVERFLOW_OPTIONS])] if options else []
    return (actions(*shown, *menu, block_id="steps"),) if shown or menu else ()


def _buttons(texts: Iterator[tuple[str, str]]) -> Iterator[Element]:
    """As many as fit in a row, taken from the texts."""
    for number in range(STEPS_SHOWN):
        label, text = next(texts, ("", ""))
        button = run_button(label, text, number) if label else None
        if button is not None:
            yield button


def _on(frozen: FrozenCall, text: str) -> str:
    """The text on the account and in the mode of the result that the button stands on.

    What is read from an answer that one person alone sees is answered to them alone, too.
    """
    account, call = frozen.account, frozen.call
    text = f"{text} --private" if frozen.shaping.private and _READS.search(text) else text
    tail = [] if account.alias == "default" else [f"--on {account.alias}"]
    if call.stripe_account and "--stripe-account" not in text:
        tail.append(f"--stripe-account {call.stripe_account}")
    tail += [f"--stripe-context {call.stripe_context}"] if call.stripe_context else []
    return " ".join([text, *tail, *(["--live"] if account.livemode else [])])
