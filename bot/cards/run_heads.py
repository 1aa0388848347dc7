"""The one message that says who ran what on which account, and how it went. It is rewritten as the run goes on."""

from bot.approval import Said
from bot.blocks import Block, Message, context, section
from bot.cards import marks, requests
from bot.cards.errors import summary
from bot.cards.finding_out import said_line
from bot.cards.masking import mask_text
from bot.cards.values import Manner
from bot.domain import Run
from bot.text import Mrkdwn, escape, join, mention, template
from operations.outcome import Failed, Outcome, Succeeded, Unknown


def run_head(
    run: Run, command: str, outcome: Outcome | None = None, *, said: Said | None = None, so_far: int = 0
) -> Message:
    """The head of a run's thread. ``command`` is the canonical text of the call; ``outcome``, once there is one.

    ``said``: what somebody said became of it, where no outcome told. ``so_far``: how many objects it has got already.
    """
    mode = marks.mode_mark(livemode=run.frozen.account.livemode)
    shown = marks.command_mark(command if run.place.private else mask_text(command))
    state = said_line(said, "plain") if said is not None else _state(run, outcome, so_far)
    account = marks.account_mark(run.frozen.account)
    who = mention(run.actor_id)
    return Message(
        text=join(" ", (mode, template("{} ran {}: {}", who, shown, state))),
        blocks=(
            section(join("  ", (mode, template("{} ran {}", who, shown)))),
            context(
                join("  ·  ", [part for part in (state, _amount(run), account, marks.on_behalf(run.frozen)) if part])
            ),
        ),
    )


def only_you(run: Run) -> Block:
    """What stands above an answer that one person alone sees, in place of a head."""
    return context(join("  ·  ", (escape("Only you see this"), marks.command_mark(marks.typed_on(run.frozen)))))


def by_direct_message() -> Message:
    """Where the answer is that isn't where it was asked for."""
    return Message("The answer comes to you by direct message: that is where answers go here.")


def _amount(run: Run) -> Mrkdwn | None:
    """The money that the call is about, where it isn't to be read off the command."""
    shown = requests.describe(run.frozen, Manner("plain")).amount if run.frozen.stated else None
    return escape(shown) if shown else None


def _state(run: Run, outcome: Outcome | None, so_far: int) -> Mrkdwn:
    match outcome:
        case Succeeded(replayed=True):
            return template("{} succeeded (Stripe had already carried it out)", marks.GOOD)
        case Succeeded():
            return template("{} succeeded", marks.GOOD)
        case Failed(error=error):
            return template("{} failed: {}", marks.BAD, summary(error))
        case Unknown(waiting_at_stripe=str()):
            return template("{} waits for an approval at Stripe", marks.WAITING)
        case Unknown(retry=True):
            return template("{} outcome unknown; finding out…", marks.UNKNOWN)
        case Unknown():
            return template("{} outcome unknown; somebody has to look", marks.UNKNOWN)
    match run.state:
        case "succeeded":
            return template("{} succeeded", marks.GOOD)
        case "failed":
            return template("{} failed", marks.BAD)
        case "unknown":
            return template("{} outcome unknown", marks.UNKNOWN)
    running = f"running… {so_far:,} so far" if so_far else "running…"
    return join(" ", (marks.WAITING, escape(running)))
