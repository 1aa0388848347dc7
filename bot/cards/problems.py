"""What one person is told alone: why nothing was run, and the nearest thing that would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.approval import Approval
from bot.approvals import Refusal, Refused
from bot.blocks import Block, Message, actions, context, section
from bot.cards import marks
from bot.cards.buttons import run_button
from bot.cards.forms import Form
from bot.cards.roles import ASK_FOR_A_ROLE, ROLES_ROOM, who_may
from bot.domain import Account, Verdict
from bot.text import Mrkdwn, clip, code, escape, join, mention, template
from operations.grammar import Command, render
from operations.problem import Problem

MESSAGE_SHOWN: Final = 700
SUGGESTION_SHOWN: Final = 150
SUGGESTIONS_SHOWN: Final = 5
MISSING_SHOWN: Final = 10
PEOPLE_SHOWN: Final = 5
FILL_IN: Final = "Fill in the rest…"
FILL_IN_AGAIN: Final = "Put it right in the form…"
"""What a button says that opens a form."""

_NOTHING_RUN: Final = "Nothing was run."
_SEE_HELP: Final = template("{} {} shows examples.", escape(_NOTHING_RUN), code("/stripe help"))


@dataclass(frozen=True, slots=True)
class Offer:
    """Something right that is near: what a button says, and the text that it stands for."""

    label: str
    text: str


def problem(found: Problem, offers: Sequence[Offer] = ()) -> Message:
    """Why a text is no command, and what would work in its place, to be pressed where it can be offered whole."""
    lines = [template("{} {}", marks.ATTENTION, escape(clip(found.message, MESSAGE_SHOWN)))]
    if found.suggestions:
        lead = "Did you mean" if found.parameter is None else "Nearest that would work"
        near = [_suggestion(each, found) for each in found.suggestions[:SUGGESTIONS_SHOWN]]
        lines.append(template("{}: {}", escape(lead), join("  ", near)))
    return _alone(found.message, section(join("\n", lines)), *offered(offers), context(_SEE_HELP))


def offered(offers: Sequence[Offer]) -> tuple[Block, ...]:
    """A row of buttons for what is offered; none where there is nothing, or nothing that a button can hold."""
    buttons = [run_button(each.label, each.text, number) for number, each in enumerate(offers)]
    made = [each for each in buttons if each is not None]
    return (actions(*made, block_id="offers"),) if made else ()


def denied(why: str) -> Message:
    """A refusal, said in a whole sentence of ours. Ids in it are shown as text."""
    return _alone(why, section(template("{} {}", template(":no_entry:"), escape(clip(why, MESSAGE_SHOWN)))))


def missing(command: Command) -> Message:
    """Which required parameters a command still needs, with the command to complete.

    A button opens the form: pressing it brings the trigger that a mention hasn't.
    """
    names = command.missing[:MISSING_SHOWN]
    rest = len(command.missing) - len(names)
    needed = join(", ", [*map(code, names), *([escape(f"and {rest} more")] if rest else [])])
    completed = " ".join([render(command), *(f"{name}=…" for name in names)])
    lines = (
        template("{} {} also needs {}.", marks.ATTENTION, code(command.call.operation.name), needed),
        template("Complete this: {}", marks.command_mark(completed)),
    )
    said = f"{command.call.operation.name} also needs {', '.join(names)}."
    return _alone(said, section(join("\n", lines)), *_form_of(command), context(_SEE_HELP))


def nothing_given(command: Command) -> Message:
    """A creation was typed without a word on what to create, and no form could be shown."""
    said = f"{command.call.operation.name} says nothing of what to create yet."
    shown = section(template("{} {}", marks.ATTENTION, escape(said)))
    return _alone(said, shown, *_form_of(command), context(_SEE_HELP))


def _form_of(command: Command) -> tuple[Block, ...]:
    return offered((Offer(FILL_IN, f"form {render(command)}"),))


def form_by_button(text: str) -> Message:
    """A form was asked for where nothing opens one, as in a message; pressing the button brings what is needed."""
    said = "A message can't open a form. Press this to open it here."
    return _alone(said, section(escape(said)), *offered((Offer("Open the form…", text),)))


def form_not_opened(form: Form) -> Message:
    """The form for a text's blanks could not be shown; the text to complete by hand."""
    said = "Slack did not open the form in time. Press again, or type it."
    lines = (template("{} {}", marks.ATTENTION, escape(said)), marks.command_mark(form.text))
    return _alone(said, section(join("\n", lines)), *offered((Offer(FILL_IN, form.text),)))


def no_account(alias: str | None, *, live: bool, connected: Sequence[Account]) -> Message:
    """Which account a command means can't be told, and which there are to choose from."""
    mode = "live" if live else "test"
    if not connected:
        said = "No Stripe account is connected here yet."
        steps = template("An admin connects one with {}.", code("/stripe connect"))
    elif alias is not None:
        said = f"No {mode} account called {clip(alias, SUGGESTION_SHOWN)} is connected here."
        steps = _choices(connected)
    elif any(account.livemode == live for account in connected):
        said = f"More than one {mode} account is connected here; say which."
        steps = _choices([account for account in connected if account.livemode == live])
    else:
        said = f"No {mode} account is connected here."
        steps = _choices(connected)
    return _alone(said, section(join("\n", (template("{} {}", marks.ATTENTION, escape(said)), steps))), _nothing_run())


def _choices(accounts: Sequence[Account]) -> Mrkdwn:
    lines = [
        template(
            "{} {} with {}",
            marks.mode_mark(livemode=account.livemode),
            escape(clip(account.name or account.alias, marks.NAME_SHOWN)),
            code(f"--on {account.alias}{' --live' if account.livemode else ''}"),
        )
        for account in accounts[:MISSING_SHOWN]
    ]
    return join("\n", lines)


def not_an_admin(user_id: str, admins: Sequence[str] = (), *, to: str = "connect Stripe accounts") -> Message:
    """Only an admin of the bot may do this; whom to ask, and how one becomes an admin."""
    said = f"Only an admin of this bot may {to}."
    how = (
        template("An admin makes you one, too, with {}.", code(f"/stripe roles grant {user_id} admin"))
        if admins
        else template(
            "Nobody is one yet: an owner or admin of this Slack workspace becomes the first with {}, or whoever runs "
            "the bot names one in {}. Your id is {}.",
            code("/stripe setup"),
            code("COUNTERSIGN_ADMINS"),
            code(user_id),
        )
    )
    lines = (template(":no_entry: {}", escape(said)), *ask_them(admins), how)
    return _alone(said, section(join("\n", lines)))


def ask_them(people: Sequence[str]) -> tuple[Mrkdwn, ...]:
    """Whom to ask, by name: one line, or none where there is nobody."""
    if not people:
        return ()
    rest = len(people) - PEOPLE_SHOWN
    shown = [*map(mention, people[:PEOPLE_SHOWN]), *([escape(f"{rest} more")] if rest > 0 else [])]
    return (template("Ask {}.", join(", ", shown)),)


def internal_error(reference: str) -> Message:
    """Something broke on our side; the reference finds it in the log."""
    said = "Something went wrong on this side, and it has been logged."
    lines = (
        template("{} {}", marks.BAD, escape(said)),
        template("Whoever runs the bot finds it by {}. What was recorded is carried on by itself.", code(reference)),
    )
    return _alone(said, section(join("\n", lines)))


def unreadable(*, sent: bool) -> Message:
    """In place of a head or a card whose call can't be read any more. ``sent``: Stripe may have carried it out."""
    said = "What is on record of this call was changed or can't be read."
    so = (
        "It may have been sent before: look in the Dashboard whether it happened."
        if sent
        else "Nothing was sent to Stripe. Type the command again if it is still wanted."
    )
    lines = (template("{} *{}*", marks.ATTENTION, said), escape(f"{so} Tell whoever runs the bot."))
    return Message(text=escape(said), blocks=(section(join("\n", lines)),))


_REFUSALS: Mapping[Refusal, str] = MappingProxyType(
    {
        "unknown": "This approval doesn't exist in this workspace.",
        "forged": "This card doesn't show what is recorded, so nothing was decided. Tell an admin.",
        "own": "You asked for this yourself; somebody else has to decide.",
        "theirs": "Only who asked for this may do that.",
        "expired": "This approval has expired; nothing was sent. Type the command again if it is still wanted.",
        "decided": "This was decided before your click.",
        "role": "You are not among those who may decide this, so nothing was decided.",
        "signed": "You have signed it already; it still waits for others.",
        "viewer": "You have no role here that lets you see this.",
        "talked out": "It has as many comments as are kept. Write in the thread of its card.",
        "glass off": "Nothing runs without approval here: the policy doesn't allow it.",
        "glass role": "Your role doesn't let you run this without approval.",
    }
)


def decision_refused(refused: Refused) -> Message:
    """Why a click decided nothing, and, where somebody else was first, who."""
    said = _REFUSALS[refused.reason]
    shown = template(":no_entry: {}", escape(said))
    approval = refused.approval
    if refused.reason == "decided" and approval is not None:
        shown = join(" ", (shown, *_became(approval)))
    if refused.reason != "role":
        return _alone(said, section(shown))
    others = who_may(refused.approvers) if refused.approvers else None
    may = (template("{} may decide.", others),) if others else ()
    where = ""
    if approval is not None:
        account = approval.frozen.account
        where = f" on {account.alias} {'live' if account.livemode else 'test'}"
    ask = Offer(ASK_FOR_A_ROLE, f"{ROLES_ROOM} ask approver{where}")
    return _alone(said, section(join("\n", (shown, *may))), *offered((ask,)))


def _became(approval: Approval) -> tuple[Mrkdwn, ...]:
    """Who ended it, in a sentence."""
    asker = mention(approval.requester_id)
    last = approval.decisions[-1] if approval.decisions else None
    match approval.state:
        case "withdrawn":
            return (template("{} withdrew it.", asker),)
        case "superseded":
            return (template("{} asks for a changed one in its place.", asker),)
        case "expired":
            return (escape("It expired."),)
    return (template("{} {} it.", mention(last.user_id), escape(_PAST[last.verdict])),) if last else ()


_PAST: Mapping[Verdict, str] = MappingProxyType({"approve": "approved", "deny": "denied", "override": "ran"})


def _suggestion(text: str, found: Problem) -> Mrkdwn:
    words = clip(text, SUGGESTION_SHOWN)
    return code(words if found.parameter is not None or words.startswith("/") else f"/stripe {words}")


def _nothing_run() -> Block:
    return context(escape(_NOTHING_RUN))


def _alone(said: str, *blocks: Block) -> Message:
    return Message(text=escape(said), blocks=blocks)
