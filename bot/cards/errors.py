"""What went wrong at Stripe, why, and what to do next; and what to say where nobody knows yet what happened.

Stripe's sentences are text from outside: its errors repeat what the caller sent. They arrive here free of keys.
"""

import re
from typing import Final

from bot.blocks import Block, Element, Message, actions, field, fields, section
from bot.cards import marks
from bot.cards.advice import Advice, advise, needs
from bot.cards.buttons import run_button
from bot.domain import Run
from bot.text import Mrkdwn, bold, clip, code, escape, join, link, may_link, template
from operations.grammar import Command, render
from operations.outcome import Failed, StripeError, Unknown
from operations.stripe_errors import named_mode

MESSAGE_SHOWN: Final = 600
SUMMARY_SHOWN: Final = 120
_REQUEST_ID: Final = re.compile(r"req_[A-Za-z0-9]{1,60}")


def summary(error: StripeError) -> Mrkdwn:
    """What happened in a few words, for a line that has other things to say."""
    said = advise(error).headline
    return escape(clip(said[:1].lower() + said[1:], SUMMARY_SHOWN))


def failure(run: Run, outcome: Failed) -> Message:
    """Stripe refused the call, or it never got there: nothing has happened."""
    error = outcome.error
    advice = advise(error)
    said = error.message.strip()
    lines = [_lead(run, marks.BAD, advice.headline)]
    if said and said.rstrip(".").lower() != advice.headline.lower() and not needs(error):
        lines.append(escape(clip(said, MESSAGE_SHOWN)))
    lines.append(template("*What to do:* {}", escape(advice.next)))
    return Message(
        text=_notice(run, f"Failed: {advice.headline}"),
        blocks=(
            section(join("\n", lines)),
            *fields(_particulars(error)),
            *_ways_on(run, error, advice),
            marks.footer(
                run.frozen, escape("nothing was changed"), _keys(run, error), _request(run, outcome.request_id, error)
            ),
        ),
    )


def unknown(run: Run, outcome: Unknown) -> Message:
    """The call may have had its effect. Says so, and what happens next."""
    if outcome.waiting_at_stripe is not None:
        return _waiting(run, outcome.waiting_at_stripe, outcome)
    if outcome.retry:
        happens = (
            "It is sent again with the same idempotency key, so it can't happen twice. "
            "This message changes when the outcome is known."
        )
    else:
        happens = (
            "It won't be sent again. I look at Stripe and then ask below whether it happened. "
            "Until that is known, nobody should type the command anew: that could do it twice."
        )
    lines = (
        _lead(run, marks.UNKNOWN, "It isn't known whether this happened"),
        escape(clip(outcome.reason, MESSAGE_SHOWN)),
        template("*What happens next:* {}", escape(happens)),
    )
    return Message(
        text=_notice(run, "The outcome is unknown"),
        blocks=(
            section(join("\n", lines)),
            *fields(_particulars(outcome.error) if outcome.error else ()),
            marks.footer(run.frozen, _request(run, outcome.request_id, outcome.error)),
        ),
    )


def _waiting(run: Run, url: str, outcome: Unknown) -> Message:
    where = link(url, "Open the approval at Stripe") if may_link(url) else escape("Open the Dashboard to decide on it.")
    lines = (
        _lead(run, marks.WAITING, "Stripe itself asks for an approval first"),
        escape(
            "The account has an approval rule at Stripe. Stripe carries the call out when somebody approves it there."
        ),
        where,
    )
    return Message(
        text=_notice(run, "Stripe itself asks for an approval first"),
        blocks=(section(join("\n", lines)), marks.footer(run.frozen, _request(run, outcome.request_id, outcome.error))),
    )


def _notice(run: Run, said: str) -> Mrkdwn:
    """The words of a notification: mode first."""
    return join(" · ", (escape(marks.mode_word(livemode=run.frozen.account.livemode)), escape(said)))


def _lead(run: Run, mark: Mrkdwn, headline: str) -> Mrkdwn:
    return marks.lead(run.frozen, join(" ", (mark, bold(headline))))


def _particulars(error: StripeError) -> tuple[Mrkdwn, ...]:
    named = (("Parameter", error.param), ("Code", error.code), ("Decline code", error.decline_code))
    return tuple(field(label, code(clip(value, 200))) for label, value in named if value)


def _ways_on(run: Run, error: StripeError, advice: Advice) -> tuple[Block, ...]:
    """The buttons for what may help: the same once more, or in the mode where Stripe says that the object is.

    Each stands for a command, so it goes the way of any command. A file has no text form, so it is chosen anew.
    """
    frozen = run.frozen
    if frozen.call.operation.encoding == "multipart":
        return ()
    mode = named_mode(error)
    buttons: list[Element | None] = []
    if mode is not None:
        label = "Run it in live mode" if mode == "live" else "Run it in test mode"
        alias = None if frozen.account.alias == "default" else frozen.account.alias
        command = Command(frozen.call, account=alias, live=mode == "live", shaping=frozen.shaping)
        buttons.append(run_button(label, render(command)))
    elif advice.passes:
        buttons.append(run_button("Try again", marks.typed_on(frozen).removeprefix("/stripe ")))
    shown = [button for button in buttons if button is not None]
    return (actions(*shown, block_id="again"),) if shown else ()


def _keys(run: Run, error: StripeError) -> Mrkdwn | None:
    """Where the keys of the account are, for an error that is about one."""
    if error.status not in (401, 403):
        return None
    return marks.dashboard_link(run.frozen, "apikeys", "API keys")


def _request(run: Run, request_id: str | None, error: StripeError | None) -> Mrkdwn | None:
    """The request id with a link to its log."""
    if request_id is None or not _REQUEST_ID.fullmatch(request_id):
        return None
    url = error.request_log_url if error else None
    if url is not None and may_link(url):
        return template("{} {}", request_id, link(url, "request log"))
    log = marks.dashboard_link(run.frozen, f"logs/{request_id}", "request log")
    return template("{} {}", request_id, log) if log else code(request_id)
