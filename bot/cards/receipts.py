"""The receipt of an approval or a run, as a message in short and as a file in full. Secrets are masked in both."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from bot.approval import Approval, Bulk
from bot.blocks import Block, FileMessage, Message, actions, context, field, fields, fit, header, measure, section
from bot.cards import bulk_words, marks, requests
from bot.cards.approval_ends import became
from bot.cards.approval_plans import quoted
from bot.cards.buttons import run_button
from bot.cards.files import json_file, pretty
from bot.cards.finding_out import said_line
from bot.cards.redaction import redact
from bot.cards.values import Manner
from bot.domain import Decision, FrozenCall
from bot.receipt import Attempt, Event, Receipt
from bot.text import Mrkdwn, Style, bold, channel, clip, code, date, escape, join, mention, template
from operations.call import FileContent, Frozen, Json, thaw
from operations.looks import Snapshot, read
from operations.secrets import scrub

CALLS_SHOWN: Final = 3
PARAMETERS_SHOWN: Final = 12
FACTS_SHOWN: Final = 6
ATTEMPTS_SHOWN: Final = 3
EVENTS_SHOWN: Final = 12
REMARKS_SHOWN: Final = 4
WORDS_SHOWN: Final = 200
VALUE_SHOWN: Final = 120
DIGEST_SHOWN: Final = 12

COVERS: Final = (
    "SHA-256 over every byte of the request (method, host, path, query, headers, body, API version), this workspace, "
    "the account, its mode and its key; of a list, over all of them. It is computed anew before anything is sent."
)
_EARLIER: Final = "that of an earlier release, which the digest covers"
_VERDICTS: Final = {"approve": "approved", "deny": "denied", "override": "broke the glass"}


def receipt(found: Receipt, style: Style) -> Message:
    """The receipt in one message, for one person alone; what has no room in it stands in the file."""
    manner = Manner(style)
    blocks: list[Block] = [header(f"Receipt · {marks.mode_word(livemode=found.account.livemode)}")]
    blocks += _asked(found, manner)
    if found.approval is not None:
        blocks += _decided(found.approval, manner)
    for attempt in found.attempts[:ATTEMPTS_SHOWN]:
        blocks += _ran(attempt, manner, alone=len(found.calls) == 1)
    below: list[Block] = [*_proof(found)]
    as_file = run_button("Get it as a file", f"receipt {found.id} file")
    if as_file is not None:
        below.append(actions(as_file, block_id="receipt-file"))
    kept, _ = fit(blocks, below=below)
    what = _what(found)
    return Message(text=template("Receipt: {}", escape(what)), blocks=(*kept, *below))


def receipt_file(found: Receipt) -> FileMessage:
    """All of it, as JSON."""
    return json_file(pretty(_whole(found)), f"receipt-{found.id}", f"Receipt {found.id}")


def receipt_sent() -> Message:
    """Told where the file was asked for."""
    return Message(text=escape("The receipt comes to you by direct message."))


def with_receipt(content: Message, approval_id: str) -> Message:
    """The same with the button that gives the receipt, where there is room for it."""
    pressed = run_button("Receipt", f"receipt {approval_id}")
    more = content.followed_by(*([actions(pressed, block_id="receipt")] if pressed is not None else []))
    return more if measure(more.blocks).fits() else content


def _asked(found: Receipt, manner: Manner) -> Iterator[Block]:
    """Who asked for what, where and why, and what was seen at Stripe then."""
    approval, calls = found.approval, found.calls
    first = found.attempts[0].run if found.attempts else None
    asker = approval.requester_id if approval is not None else (first.actor_id if first is not None else "")
    at = approval.created_at if approval is not None else (first.created_at if first is not None else None)
    rule = approval.rule if approval is not None else (first.rule if first is not None else "")
    snapshot = approval.snapshot if approval is not None else None
    lines = [
        bold(clip(_what(found), WORDS_SHOWN)),
        template("Asked for by {} in {}", mention(asker), channel(found.place.channel_id)),
    ]
    if at is not None:
        lines[-1] = template("{}, {}", lines[-1], date(at, manner.style))
    if calls[0].because.strip():
        lines.append(template("*Why:* {}", quoted(scrub(calls[0].because), WORDS_SHOWN)))
    yield section(join("\n", lines))
    for call in calls[:CALLS_SHOWN]:
        yield section(join("\n", _request(call)))
    if len(calls) > CALLS_SHOWN:
        yield context(escape(f"and {len(calls) - CALLS_SHOWN} more calls, which the file holds."))
    yield from fields(
        [
            field("Account", marks.account_mark(found.account)),
            field("Mode", marks.mode_mark(livemode=found.account.livemode)),
            field("Rule", escape(clip(rule, VALUE_SHOWN))),
            field("Stripe-Version", code(found.api_version) if found.api_version else escape(_EARLIER)),
        ]
    )
    yield from _seen(snapshot)


def _what(found: Receipt) -> str:
    """What was asked for, in a sentence."""
    manner = Manner("plain")
    if found.approval is not None:
        return bulk_words.summary(found.approval, manner)
    return requests.summary(found.calls[0], manner)


def _request(call: FrozenCall) -> Iterator[Mrkdwn]:
    yield code(clip(requests.endpoint(call.call), VALUE_SHOWN))
    named = list(_flat("", _parameters(call)))
    for name, value in named[:PARAMETERS_SHOWN]:
        yield code(clip(f"{name} = {value}", VALUE_SHOWN))
    if len(named) > PARAMETERS_SHOWN:
        yield escape(f"and {len(named) - PARAMETERS_SHOWN} more parameters")


def _seen(snapshot: Snapshot | None) -> Iterator[Block]:
    if snapshot is None or not snapshot.facts:
        return
    lines = [escape("Seen at Stripe when it was asked for:")]
    for name, value in list(_facts(snapshot).items())[:FACTS_SHOWN]:
        lines.append(template("{}: {}", escape(name), escape(clip(str(value), VALUE_SHOWN))))
    yield section(join("\n", lines))


def _decided(approval: Approval, manner: Manner) -> Iterator[Block]:
    if approval.overridden is not None:
        yield section(template(":rotating_light: *The glass was broken for it: nobody else signed it.*"))
    lines = [_decision(each, manner) for each in approval.decisions]
    lines += [
        template(
            ":speech_balloon: {}, {}: {}",
            mention(each.user_id),
            date(each.said_at, manner.style),
            quoted(scrub(each.text), WORDS_SHOWN),
        )
        for each in approval.remarks[-REMARKS_SHOWN:]
    ]
    if lines:
        yield section(join("\n", lines))
    if approval.state == "pending":
        yield section(template("{} *Pending* until {}", marks.WAITING, date(approval.expires_at, manner.style)))
    else:
        yield section(join("\n", became(approval, None, None, manner)))


def _decision(decision: Decision, manner: Manner) -> Mrkdwn:
    said = template(
        "{} {}, {}",
        mention(decision.user_id),
        escape(_VERDICTS[decision.verdict]),
        date(decision.decided_at, manner.style),
    )
    if decision.verdict != "override":
        said = template("{} (stage {})", said, escape(str(decision.stage + 1)))
    return join(": ", (said, quoted(scrub(decision.comment), WORDS_SHOWN))) if decision.comment.strip() else said


def _ran(attempt: Attempt, manner: Manner, *, alone: bool) -> Iterator[Block]:
    run = attempt.run
    shown = [
        field("Result" if alone else f"Result of call {run.position + 1}", _state(attempt)),
        field("Idempotency key", code(run.idempotency_key)),
        field("Sends begun", escape(str(run.attempts))),
    ]
    if run.first_sent_at is not None:
        shown.append(field("First sent", date(run.first_sent_at, manner.style)))
    if attempt.request_id:
        log = marks.dashboard_link(run.frozen, f"logs/{attempt.request_id}", "request log")
        shown.append(field("Stripe request", join(" ", [each for each in (code(attempt.request_id), log) if each])))
    reported = attempt.reported
    if reported is not None and reported.object_id:
        shown.append(field("Stripe object", code(reported.object_id)))
    yield from fields(shown)
    if reported is not None and reported.why:
        yield section(escape(clip(scrub(reported.why), WORDS_SHOWN)))
    outcome = attempt.outcome
    if outcome is None:
        return
    said = said_line(outcome.said, manner.style) if outcome.said is not None else escape("Nobody has said it yet.")
    seen = _spoke_for_it(attempt)
    shown_then = template("Stripe had shown {}.", join(", ", map(code, seen))) if seen else escape("")
    yield context(join(" ", (escape("Its outcome could not be found out by sending again."), said, shown_then)))


def _spoke_for_it(attempt: Attempt) -> list[str]:
    """The ids of what Stripe showed that speaks for it."""
    evidence = attempt.outcome.evidence if attempt.outcome is not None else None
    return [each.object_id for each in evidence.found] if evidence is not None else []


def _state(attempt: Attempt) -> Mrkdwn:
    parts = [attempt.run.state, *([f"HTTP {attempt.http_status}"] if attempt.http_status else []), attempt.error_code]
    return escape(", ".join(each for each in parts if each))


def _proof(found: Receipt) -> Iterator[Block]:
    """By what it can be proven: the digest, and the places of its events in the audit trail's chain."""
    digest = found.approval.digest if found.approval is not None else found.calls[0].digest
    yield section(join("\n", (template("*Digest*"), code(digest))))
    yield context(escape(COVERS))
    lines = [
        template("{} {} {}", escape(f"#{each.number}"), escape(each.event), code(each.digest[:DIGEST_SHOWN]))
        for each in found.events[-EVENTS_SHOWN:]
    ]
    rest = len(found.events) - len(lines)
    earlier = [escape(f"and {rest} earlier, which the file holds")] if rest else []
    if lines:
        yield section(join("\n", (template("*In the audit trail*"), *lines, *earlier)))
    yield context(template("{} proves the whole chain.", code("countersign audit verify")))


def _whole(found: Receipt) -> Json:
    approval = found.approval
    snapshots = [each.snapshot for each in approval.items] if approval is not None else [None] * len(found.calls)
    bulk = approval.bulk if approval is not None else None
    lines = bulk.lines if bulk is not None else [None] * len(found.calls)
    each_call = zip(found.calls, snapshots, lines, strict=True)
    return {
        "receipt": found.id,
        "account": _account(found),
        "stripe_version": found.api_version,
        "digest": approval.digest if approval is not None else found.calls[0].digest,
        "digest_covers": COVERS,
        "digest_agrees": found.api_version is not None,
        "approval": _approval(approval) if approval is not None else None,
        "list": _list(bulk) if bulk is not None else None,
        "calls": [_call(call, seen, line) for call, seen, line in each_call],
        "runs": [_attempt(each) for each in found.attempts],
        "audit_trail": [_event(each) for each in found.events],
    }


def _account(found: Receipt) -> Json:
    account = found.account
    return {
        "alias": account.alias,
        "name": account.name,
        "stripe_account": account.stripe_account_id,
        "livemode": account.livemode,
        "key_version": account.version,
        "key_fingerprint": account.fingerprint,
    }


def _approval(approval: Approval) -> Json:
    return {
        "id": approval.id,
        "state": approval.state,
        "requester": approval.requester_id,
        "channel": approval.place.channel_id,
        "thread": approval.place.thread_ts,
        "rule": approval.rule,
        "needed": approval.plan.needed,
        "asked_at": _moment(approval.created_at),
        "expires_at": _moment(approval.expires_at),
        "escalated_at": _moment(approval.escalated_at),
        "glass_broken": approval.overridden is not None,
        "supersedes": approval.supersedes,
        "superseded_by": approval.superseded_by,
        "why_not": approval.why_not,
        "differences": [
            {"label": each.label, "before": each.before, "after": each.after} for each in approval.differences
        ],
        "decisions": [
            {
                "user": each.user_id,
                "verdict": each.verdict,
                "stage": each.stage + 1,
                "at": _moment(each.decided_at),
                "comment": scrub(each.comment),
            }
            for each in approval.decisions
        ],
        "remarks": [
            {"user": each.user_id, "at": _moment(each.said_at), "text": scrub(each.text)} for each in approval.remarks
        ],
    }


def _list(bulk: Bulk) -> Json:
    return {
        "goes_on_after_a_failure": bulk.go_on,
        "rest_of": bulk.rest_of,
        "stopped_by": bulk.stopped_by,
        "rest_in": bulk.rest_in,
    }


def _call(call: FrozenCall, seen: Snapshot | None, line: int | None) -> Json:
    return {
        "line": line,
        "operation": call.call.operation.name,
        "request": requests.endpoint(call.call),
        "stripe_account": call.call.stripe_account,
        "stripe_context": call.call.stripe_context,
        "parameters": _parameters(call),
        "digest": call.digest,
        "tier": call.risk.tier,
        "why": scrub(call.because),
        "seen_at_stripe": _facts(seen) if seen is not None else None,
    }


def _attempt(attempt: Attempt) -> Json:
    run, said = attempt.run, attempt.outcome.said if attempt.outcome is not None else None
    reported = attempt.reported
    return {
        "id": run.id,
        "call": run.position + 1,
        "state": run.state,
        "actor": run.actor_id,
        "channel": run.place.channel_id,
        "thread": run.place.thread_ts,
        "rule": run.rule,
        "idempotency_key": run.idempotency_key,
        "attempts": run.attempts,
        "recorded_at": _moment(run.created_at),
        "first_sent_at": _moment(run.first_sent_at),
        "finished_at": _moment(attempt.finished_at),
        "stripe_request": attempt.request_id,
        "http_status": attempt.http_status,
        "error": attempt.error_code,
        "stripe_object": reported.object_id or None if reported is not None else None,
        "came_to": scrub(reported.why) or None if reported is not None else None,
        "settled_by": said.user_id if said is not None else None,
        "settled_at": _moment(said.said_at) if said is not None else None,
        "seen_for_it": list(_spoke_for_it(attempt)),
    }


def _event(event: Event) -> Json:
    return {
        "event": event.number,
        "at": _moment(event.at),
        "what": event.event,
        "actor": event.actor_id,
        "subject": event.subject,
        "digest": event.digest,
    }


def _facts(snapshot: Snapshot) -> dict[str, Json]:
    return {fact.label: read(fact) for fact in snapshot.facts}


def _parameters(call: FrozenCall) -> Json:
    """What the call says, with secrets masked and files by what tells them from any other."""
    return redact(thaw({name: _described(value) for name, value in call.call.parameters.items()}))


def _described(value: Frozen) -> Frozen:
    match value:
        case FileContent():
            return f"{value.name} ({value.content_type}), SHA-256 {sha256(value.data).hexdigest()}"
        case Mapping():
            return {name: _described(item) for name, item in value.items()}
        case tuple():
            return tuple(_described(item) for item in value)
    return value


def _flat(name: str, value: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _flat(f"{name}[{key}]" if name else key, item)
    elif isinstance(value, list) and value:
        for place, item in enumerate(value):
            yield from _flat(f"{name}[{place}]", item)
    elif name:
        yield name, value


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at is not None else None
