"""The card of a list of calls that is asked for as one, its files, and what keeps a list from being asked for.

The card has the totals and the largest amounts; the whole list stands as a file in its thread, and what is signed is
the digest over every call of it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.approval import Approval, Item, Part, Reported, totals
from bot.blocks import (
    Block,
    Element,
    FileMessage,
    Message,
    actions,
    button,
    confirm,
    context,
    divider,
    field,
    fields,
    header,
    section,
)
from bot.cards import approvals, bulk_words, marks, requests
from bot.cards.approval_ends import became
from bot.cards.deciding import buttons
from bot.cards.files import named_file
from bot.cards.shaped import as_csv
from bot.cards.values import Manner
from bot.domain import Run
from bot.text import Mrkdwn, Style, bold, channel, clip, code, date, escape, join, mention, template
from operations import money
from operations.call import Json
from operations.flattening import flat
from operations.outcome import Outcome

STOP_LIST: Final = "stop_list"
REST_OF_LIST: Final = "rest_of_list"
LARGEST_SHOWN: Final = 5
FLAWS_SHOWN: Final = 25
_WHY_SHOWN: Final = 500
_FLAW_SHOWN: Final = 300
_STATES: Final[Mapping[Part, str]] = {
    "waiting": "waiting",
    "running": "running",
    "finding out": "outcome not known yet",
    "succeeded": "done",
    "failed": "failed",
    "unknown": "outcome unknown",
    "stopped": "not sent",
}


def approval_card(
    approval: Approval,
    *,
    token: str,
    command: str,
    run: Run | None = None,
    outcome: Outcome | None = None,
    style: Style,
    glass: bool = False,
) -> Message:
    """The card of an approval as it stands, be it of one call or of a list; see :mod:`bot.cards.approvals`."""
    if approval.bulk is None:
        return approvals.approval_card(
            approval, token=token, command=command, run=run, outcome=outcome, style=style, glass=glass
        )
    manner = Manner(style)
    asked = bulk_words.asked(approval, manner)
    mode = marks.mode_word(livemode=approval.account.livemode)
    title = " · ".join(part for part in (mode, asked.verb, asked.headline) if part)
    blocks = (header(title), *_body(approval, manner), *_below(approval, token, manner, glass=glass))
    return Message(text=_notice(approval, title, manner), blocks=blocks, broadcast=True)


def approval_entry(approval: Approval, *, token: str, command: str, style: Style) -> tuple[Block, ...]:
    """A pending approval among others, to be decided right there, be it of one call or of a list."""
    if approval.bulk is None:
        return approvals.approval_entry(approval, token=token, command=command, style=style)
    manner = Manner(style)
    asked = bulk_words.asked(approval, manner)
    mode = marks.mode_mark(livemode=approval.account.livemode)
    title = join("  ·  ", [mode, *(bold(part) for part in (asked.verb, asked.headline) if part)])
    return (section(title), *_body(approval, manner), *_below(approval, token, manner))


def list_file(approval: Approval) -> FileMessage:
    """Every call of a list, as it was asked for."""
    records = [
        {
            **_call(item, line),
            "request": requests.endpoint(item.frozen.call),
            **_sent(item),
            "digest": item.frozen.digest,
        }
        for line, item in _numbered(approval)
    ]
    title = f"The whole list · digest {approval.digest}"
    return named_file(f"list-{approval.id[:8]}", "csv", title, _bytes(records))


def list_report(approval: Approval, rows: Sequence[Reported]) -> FileMessage:
    """What became of every call of a list."""
    records: list[dict[str, Json]] = [
        {
            **_call(item, line),
            "state": _STATES[row.part],
            "stripe_id": row.object_id,
            "request_id": row.request_id,
            "error": row.why,
        }
        for (line, item), row in zip(_numbered(approval), rows, strict=True)
    ]
    return named_file(f"report-{approval.id[:8]}", "csv", "What became of each line", _bytes(records))


def list_looked_at(done: int, total: int, approval: Approval | None = None) -> Message:
    """How many calls of a list were looked at, told to whoever asked; with what is asked for in the end."""
    if approval is not None:
        where = channel(approval.place.channel_id)
        return Message(template("{} They wait in {}.", escape(f"Looked at all {total} lines."), where))
    if done < total:
        said = f"Looking at Stripe before anybody is asked: {done} of {total} lines so far."
        return Message(template("{} {}", marks.WAITING, escape(said)))
    return Message(f"Looked at all {total} lines. Nobody is asked for them: where you asked it says why.")


def list_barred(barred: Sequence[tuple[int, str]], total: int) -> Message:
    """Which lines of a list nobody is asked to sign, each with the reason."""
    said = f"Not asked for: {len(barred)} of {total} lines can't be carried out. Correct the list, and send it again."
    return _flawed(said, [f"Line {line}: {why}" for line, why in barred])


def list_flawed(flaws: Sequence[str]) -> Message:
    """What is wrong with a list, all of it."""
    return _flawed("Nothing was asked for. Correct the list, and send it again.", flaws)


def flaw_blocks(flaws: Sequence[str]) -> tuple[Block, ...]:
    """What is wrong with a list, in as many words as there is room for."""
    lines = [escape(f"• {clip(each, _FLAW_SHOWN)}") for each in flaws[:FLAWS_SHOWN]]
    if len(flaws) > FLAWS_SHOWN:
        lines.append(escape(f"… and {len(flaws) - FLAWS_SHOWN} more."))
    step = 5
    return tuple(section(join("\n", lines[at : at + step])) for at in range(0, len(lines), step))


def _flawed(said: str, flaws: Sequence[str]) -> Message:
    return Message(said, (section(template(":no_entry: {}", escape(said))), *flaw_blocks(flaws)))


def _body(approval: Approval, manner: Manner) -> tuple[Block, ...]:
    bulk, account = approval.bulk, approval.account
    asks = template("{} asks in {} for approval", mention(approval.requester_id), channel(approval.place.channel_id))
    why = [template("*Why:* {}", escape(clip(approval.reason, _WHY_SHOWN)))] if approval.reason.strip() else []
    on = join("\n", (marks.mode_mark(livemode=account.livemode), marks.account_mark(account)))
    goes_on = bulk is not None and bulk.go_on
    unknown = sum(item.moves is None for item in approval.items)
    facts: list[tuple[str, str]] = []
    amount = bulk_words.in_all(approval.items, manner)
    facts += [("In all", amount)] if amount else []
    facts += [("Without a known amount", f"{unknown} of {len(approval.items)}")] if amount and unknown else []
    facts += [
        ("Calls", f"{len(approval.items)} × {approval.frozen.call.operation.name}, one after the other"),
        ("After a failure", "the rest is carried out all the same" if goes_on else "the rest is not sent"),
        ("Account", on),
        ("Rule", approval.rule),
        ("Approvals", f"{len(approval.signed)} of {approval.plan.needed}"),
    ]
    facts += [("Expires", date(approval.expires_at, manner.style))] if approval.state == "pending" else []
    facts += [("The rest of", code(bulk.rest_of[:8]))] if bulk is not None and bulk.rest_of else []
    undoable = any("irreversible" in item.frozen.risk.flags for item in approval.items)
    irreversible = section(template("{} *Irreversible:* Stripe can't undo this.", marks.ATTENTION))
    return (
        section(join("\n", (asks, *why))),
        *fields([field(label, value) for label, value in facts]),
        section(_largest(approval, manner)),
        *((irreversible,) if undoable else ()),
        context(
            template(
                "Every line stands in the file in this thread, with the whole digest.  ·  digest {}  ·  approval {}",
                approval.digest[: approvals.DIGEST_SHOWN],
                approval.id,
            )
        ),
    )


def _largest(approval: Approval, manner: Manner) -> Mrkdwn:
    """The calls that move most, by their share of their currency's total: no rate between currencies is known."""
    sums = {each.currency: each.amount for each in totals(approval.items)}

    def share(numbered: tuple[int, Item]) -> float:
        moves = numbered[1].moves
        return moves.amount / sums[moves.currency] if moves is not None and sums[moves.currency] else 0.0

    numbered = sorted(_numbered(approval), key=share, reverse=True)[:LARGEST_SHOWN]
    title = "The largest" if len(approval.items) > LARGEST_SHOWN else "All of it"
    lines = [_line(line, item, manner) for line, item in numbered]
    return join("\n", (bold(title), *lines))


def _line(line: int, item: Item, manner: Manner) -> Mrkdwn:
    amount = bulk_words.said(item.moves, manner) if item.moves is not None else ""
    parts = [escape(f"Line {line}"), bold(amount) if amount else None, code(clip(_object(item), 80)), *_whose(item)]
    return join("  ·  ", [part for part in parts if part])


def _whose(item: Item) -> tuple[Mrkdwn, ...]:
    """Who paid, or whose it is, where the look has told."""
    facts = item.snapshot.facts if item.snapshot is not None else ()
    named = next((each for each in facts if each.label in ("Paid by", "Customer's name")), None)
    return (escape(clip(named.value, 80)),) if named is not None and named.value else ()


def _below(approval: Approval, token: str, manner: Manner, *, glass: bool = False) -> tuple[Block, ...]:
    if approval.state == "pending":
        what = bulk_words.summary(approval, manner)
        return (buttons(approval, token, what, style=manner.style, glass=glass),)
    lines = list(became(approval, None, None, manner))
    bulk = approval.bulk
    if bulk is not None and bulk.stopped_by:
        lines.append(template("{} had it stopped.", mention(bulk.stopped_by)))
    if bulk is not None and bulk.rest_in:
        lines.append(template("What was not sent is asked for anew: {}", code(bulk.rest_in[:8])))
    pressed = _pressed(approval, token)
    return (
        divider(),
        section(join("\n", lines)),
        *((actions(pressed, block_id=f"list-{approval.id}"),) if pressed is not None else ()),
    )


def _pressed(approval: Approval, token: str) -> Element | None:
    """What can be done with a list that is carried out, or was stopped."""
    if not approval.released or approval.bulk is None:
        return None
    if "waiting" in approval.parts:
        ask = confirm("Stop this list?", "What was not begun is not sent.", yes="Stop", no="Back", style="danger")
        return button("Stop", action_id=STOP_LIST, value=token, style="danger", ask=ask)
    over = not set(approval.parts) & {"running", "finding out"}
    if over and "stopped" in approval.parts and approval.bulk.rest_in is None:
        return button("Ask for the rest", action_id=REST_OF_LIST, value=token)
    return None


def _notice(approval: Approval, title: str, manner: Manner) -> Mrkdwn:
    if approval.state == "pending":
        return template("{}: {} asks for approval", escape(title), mention(approval.requester_id))
    stands = bulk_words.stands(approval, manner) if approval.released else escape(approval.state)
    return template("{}: {}", escape(title), stands)


# --- files ------------------------------------------------------------------------------------------------------------


def _numbered(approval: Approval) -> list[tuple[int, Item]]:
    lines = approval.bulk.lines if approval.bulk is not None else ()
    return list(zip(lines, approval.items, strict=True))


def _call(item: Item, line: int) -> dict[str, Json]:
    moves = item.moves
    return {
        "line": line,
        "object": _object(item),
        "amount": _plain_amount(item),
        "currency": moves.currency if moves is not None else "",
    }


def _plain_amount(item: Item) -> str:
    """Major units with all decimals, without a sign, so that a spreadsheet can add them up."""
    moves = item.moves
    if moves is None:
        return ""
    exponent = money.exponent(moves.currency)
    units, rest = divmod(moves.amount, 10**exponent)
    return f"{units}.{rest:0{exponent}}" if exponent else str(units)


def _object(item: Item) -> str:
    """What a call is about."""
    call = item.frozen.call
    if call.path_values:
        return tuple(call.path_values.values())[-1]
    named = (call.parameters.get(each.name) for each in call.operation.parameters if each.shape.meaning == "id")
    return next((value for value in named if isinstance(value, str) and value), "")


def _sent(item: Item) -> dict[str, Json]:
    return {f"sent {name}": value for name, value in flat(item.frozen.call.parameters)}


def _bytes(records: Sequence[Mapping[str, Json]]) -> bytes:
    return as_csv([dict(each) for each in records]).encode("utf-8", errors="replace")
