"""Saved commands: the list of them, what became of one, and the modal that edits one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.blocks import Block, Element, Message, View, actions, confirm, context, header, modal, section
from bot.cards import marks
from bot.cards.buttons import run_button
from bot.cards.forms import INPUT_ACTION
from bot.domain import SavedCommand
from bot.inputs import Option, input_block, static_select, text_input
from bot.text import Mrkdwn, bold, clip, code, escape, join, mention, template
from operations.grammar import Command, blanks
from operations.problem import Problem, ProblemError
from operations.risk import Risk, Tier, assess

EDIT_VIEW: Final = "edit_saved"
EDIT_TEXT: Final = "text"
EDIT_SCOPE: Final = "scope"
"""The callback id of the edit modal, and the block ids of its inputs."""
SCOPE_MINE: Final = "mine"
SCOPE_WORKSPACE: Final = "workspace"
"""The values of the scope."""

SAVED_SHOWN: Final = 6
"""How many a list shows at once: with their buttons a message has no room for more."""
TEXT_SHOWN: Final = 200
PROBLEM_SHOWN: Final = 100

_UNREADABLE: Final = "It can't be read any more. Remove it, and save it again."
_RISKS: Final[Mapping[Tier, str]] = MappingProxyType(
    {"read": "reads", "write": "changes", "money": "moves money", "destructive": "deletes or ends"}
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A saved command, and what it says: a command, why it is none any more, or None where it can't be read."""

    saved: SavedCommand
    draft: Command | Problem | None


def saved_list(listed: Sequence[Listed], *, page: int, total: int) -> Message:
    """One page of what a person can run, counted from 1, with what can be done with each."""
    if not listed:
        return _none_saved()
    pages = -(-total // SAVED_SHOWN)
    said = f"{total} saved command{'s' if total != 1 else ''}"
    blocks: list[Block] = [header("Saved commands")]
    for number, each in enumerate(listed):
        blocks += (section(_line(each)), actions(*_buttons(each), block_id=f"saved-{number}"))
    turns = [
        run_button(label, f"saved {to}", number)
        for number, (label, to) in enumerate((("Previous", page - 1), ("Next", page + 1)))
        if 1 <= to <= pages
    ]
    if turns:
        blocks.append(actions(*(each for each in turns if each is not None), block_id="saved-pages"))
    where = f"{said}, page {page} of {pages}" if pages > 1 else said
    blocks.append(context(join("  ·  ", (escape(where), _how())), escape("Each runs as if you had typed it.")))
    return Message(text=where, blocks=tuple(blocks))


def saved_done(listed: Listed, *, changed: bool) -> Message:
    """It is kept, and how to run it."""
    saved = listed.saved
    verb = "Changed" if changed else "Saved"
    whose = "for everyone in this workspace" if saved.shared else "for you"
    said = template("{} {} {} {}.", marks.GOOD, escape(verb), bold(saved.name), escape(whose))
    run = template("Run it with {}", code(f"/stripe {saved.name}{_values(saved)}"))
    return Message(
        text=f"{verb} {saved.name} {whose}.",
        blocks=(
            section(join("\n", (said, _shown(saved)))),
            actions(*_buttons(listed), block_id="saved"),
            context(run),
        ),
    )


def saved_removed(saved: SavedCommand) -> Message:
    """It is gone, and the way back."""
    lines = [template("{} Removed {}.", template(":wastebasket:"), bold(saved.name))]
    blocks: list[Block] = []
    if saved.text is not None:
        lines.append(_shown(saved))
        again = run_button("Save again", f"save {saved.words} {saved.text}")
        blocks += [actions(again, block_id="saved")] if again else []
    return Message(text=f"Removed {saved.name}.", blocks=(section(join("\n", lines)), *blocks))


def saved_taken(standing: SavedCommand, text: str) -> Message:
    """The name is in use; the way to put the new text in its place."""
    whose = "everyone has" if standing.shared else "you have"
    said = f"There is a {standing.name} that {whose} already. Nothing was changed."
    replace = run_button("Replace", f"save --replace {standing.words} {text}", style="danger")
    return Message(
        text=said,
        blocks=(
            section(template("{} {}", marks.ATTENTION, escape(said))),
            section(join("\n", (bold("Now"), _shown(standing), bold("With this"), code(text)))),
            *([actions(replace, block_id="saved")] if replace else []),
        ),
    )


def saved_raced(named: str, text: str | None) -> Message:
    """Somebody else changed it meanwhile; what was typed, so that it isn't lost, and the way to insist.

    ``named`` is what named it, as in ``SavedCommand.words``.
    """
    name = named.rsplit(maxsplit=1)[-1]
    said = f"{name} was changed or removed by somebody else in the meantime. Your change was not saved."
    blocks: list[Block] = [section(template("{} {}", marks.ATTENTION, escape(said)))]
    if text is not None:
        blocks.append(section(join("\n", (bold("What you typed"), code(text)))))
    buttons = (
        run_button("Look again", f"edit {named}", 0),
        run_button("Save mine all the same", f"save --replace {named} {text}", 1) if text is not None else None,
    )
    blocks.append(actions(*(each for each in buttons if each is not None), block_id="saved"))
    return Message(text=said, blocks=tuple(blocks))


def saved_others(saved: SavedCommand, admins: Sequence[str]) -> Message:
    """Whoever asks may not change it; who may."""
    said = f"Nothing was changed: {saved.name} is everyone's, and only who saved it or an admin may change it."
    may = join(", ", map(mention, dict.fromkeys((saved.created_by, *admins[:5]))))
    copy = template("To have one of your own, save it under the same name without {}.", code("--workspace"))
    lines = (template(":no_entry: {}", escape(said)), template("Ask {}.", may))
    return Message(text=said, blocks=(section(join("\n", lines)), context(copy)))


def saved_entry(listed: Listed) -> Block:
    """One among others, with the button that runs it."""
    buttons = _buttons(listed)
    run = buttons[0] if listed.saved.text is not None and buttons else None
    return section(_line(listed), accessory=run)


def edit_view(saved: SavedCommand, draft: str) -> View:
    """The modal that edits one. ``draft`` is an opaque token that comes back with it."""
    scopes = {SCOPE_MINE: Option("Only me", SCOPE_MINE), SCOPE_WORKSPACE: Option("Everyone here", SCOPE_WORKSPACE)}
    return modal(
        "Edit a saved command",
        (
            section(template("{} is run with {}.", bold(saved.name), code(f"/stripe {saved.name}{_values(saved)}"))),
            input_block(
                "Command",
                text_input(INPUT_ACTION, initial=saved.text, multiline=True),
                block_id=EDIT_TEXT,
                hint="A name in braces is asked for when it is run: {amount}, or {amount?} where it may stay empty.",
                # The local Slack submits nothing for a field that nobody touched.
                optional=True,
            ),
            input_block(
                "Who can run it",
                static_select(
                    INPUT_ACTION,
                    list(scopes.values()),
                    initial=scopes[SCOPE_WORKSPACE if saved.shared else SCOPE_MINE],
                ),
                block_id=EDIT_SCOPE,
                optional=True,
            ),
            context(escape("What is left empty stays as it is.")),
        ),
        callback_id=EDIT_VIEW,
        submit="Save",
        close="Cancel",
        private_metadata=draft,
    )


def _none_saved() -> Message:
    said = "Nothing is saved here yet."
    example = code("/stripe save goodwill refunds create --charge {charge} --amount {amount}")
    lines = (escape(said), template("Save a command under a name: {}", example), _how())
    return Message(text=said, blocks=(section(join("\n", lines)),))


def _how() -> Mrkdwn:
    return template("{} saves for everyone.", code("/stripe save --workspace …"))


def _line(listed: Listed) -> Mrkdwn:
    """The name, whose it is, and how harmful; then the text."""
    saved, draft = listed.saved, listed.draft
    parts = [bold(saved.name)]
    if saved.shared:
        parts.append(template("for everyone, by {}", mention(saved.created_by)))
    if isinstance(draft, Command):
        parts += (marks.mode_mark(livemode=draft.live), _risk_mark(assess(draft.call)))
    lines = [join("  ·  ", parts), _shown(saved)]
    if isinstance(draft, Problem):
        lines.append(template("{} {}", marks.ATTENTION, clip(escape(draft.message), PROBLEM_SHOWN)))
    return join("\n", lines)


def _risk_mark(risk: Risk) -> Mrkdwn:
    words = "gives money back" if "refund" in risk.flags else _RISKS[risk.tier]
    return template("{} {}", marks.ATTENTION, escape(words)) if risk.tier in ("money", "destructive") else escape(words)


def _shown(saved: SavedCommand) -> Mrkdwn:
    return escape(_UNREADABLE) if saved.text is None else clip(code(saved.text), TEXT_SHOWN)


def _values(saved: SavedCommand) -> str:
    """The blanks as one fills them when typing."""
    return "".join(f" {name}=…" for name in _blanks(saved))


def _blanks(saved: SavedCommand) -> tuple[str, ...]:
    try:
        return tuple(each.name for each in blanks(saved.text or ""))
    except ProblemError:
        return ()


def _buttons(listed: Listed) -> list[Element]:
    saved = listed.saved
    sure = confirm(
        f"Remove {saved.name}?",
        "Nobody in this workspace can run it any more." if saved.shared else "You can't run it by its name any more.",
        yes="Remove",
        no="Keep",
        style="danger",
    )
    wanted = (
        run_button("Run…" if _blanks(saved) else "Run", f"run {saved.words}", 0) if saved.text is not None else None,
        run_button("Edit…", f"edit {saved.words}", 1) if saved.text is not None else None,
        run_button("Remove", f"unsave {saved.words}", 2, ask=sure),
    )
    return [each for each in wanted if each is not None]
