"""The policy as people read it, the modals that change it, and the message that asks a second admin to agree."""

from collections.abc import Sequence
from typing import Final

from bot.blocks import (
    Block,
    Message,
    View,
    actions,
    button,
    confirm,
    context,
    divider,
    fit,
    header,
    modal,
    section,
)
from bot.cards import marks
from bot.cards.buttons import run_button
from bot.cards.forms import INPUT_ACTION
from bot.cards.roles import a_role
from bot.domain import Account
from bot.inputs import input_block, text_input
from bot.policy import Policy, Rule, Ruling, Stage, Tried, Undecided, policy_of
from bot.policy.changes import Changes
from bot.policy.rehearsal import Rehearsal, outcome
from bot.policy.shelf import Version
from bot.policy.values import duration_words
from bot.roles import Role
from bot.text import Mrkdwn, Style, bold, clip, code, date, escape, join, mention, template
from operations.grammar import Command, render

POLICY_VIEW: Final = "policy_text"
POLICY_PREVIEW: Final = "policy_preview"
POLICY_AGREE: Final = "policy_agree"
POLICY_REJECT: Final = "policy_reject"
POLICY_TEXTS: Final = ("policy-0", "policy-1", "policy-2")
"""The blocks of the fields whose texts make one policy: a field takes no more than 3,000 characters."""
POLICY_PART: Final = 2_900
NAMED: Final = 12
SHOWN: Final = 1_000

_STATES: Final = {
    "proposed": template("{} *Waits* for a second admin", marks.WAITING),
    "active": template("{} *Agreed*, and in force", marks.GOOD),
    "replaced": template("{} *Agreed*; replaced since", marks.GOOD),
    "rejected": template("{} *Not made*", marks.BAD),
    "superseded": template("{} *Overtaken* by another change", marks.BAD),
}


def policy_shown(held: Version, policy: Policy, waiting: tuple[Version, Changes, str] | None, *, admin: bool,
                 user_id: str, style: Style) -> Message:  # fmt: skip
    """The rules in their order, who set them and when, and for admins what is to be done about them.

    ``waiting`` is the change that waits for a second admin, with the token of its buttons.
    """
    name = f"the {policy.preset} policy" if policy.preset else "a policy of your own"
    buttons = [run_button("Export as YAML", "policy export", 0)]
    if admin:
        buttons.append(run_button("Edit as YAML…", "policy import", 1))
    above = (header("Policy"), section(template("The first rule that is met decides. This is {}.", escape(name))))
    below: tuple[Block, ...] = (
        *_break_glass(policy),
        context(_since(held, style)),
        actions(*(each for each in buttons if each), block_id="policy-do"),
    )
    if waiting is not None and admin:
        version, changed, token = waiting
        own, beside = version.proposed_by == user_id, (*above, *below)
        below += (divider(), *proposal(version, changed, token, own=own, style=style, beside=beside))
    rules = [section(_rule(number, rule)) for number, rule in enumerate(policy.rules, 1)]
    kept, left = fit(rules, reserve=1, below=(*above, *below))
    more = (context(escape(f"and {left} more rules; the export has them all.")),) if left else ()
    return Message(text=f"The policy here is {name}.", blocks=(*above, *kept, *more, *below))


def _break_glass(policy: Policy) -> tuple[Block, ...]:
    """Who may run alone what waits for others; nothing where nobody may."""
    who = " or ".join(sorted(policy.break_glass_roles))
    said = template("Whoever is {} may {}: run alone, with a reason, what waits for others.", bold(who),
                    bold("break the glass"))  # fmt: skip
    return (section(said),) if who else ()


def _since(held: Version, style: Style) -> Mrkdwn:
    if held.proposed_at is None or not held.proposed_by:
        return escape("It came with the bot; nobody has changed it.")
    agreed = template(", agreed to by {}", mention(held.decided_by)) if held.decided_by else escape("")
    return template("Set by {} {}{}.", mention(held.proposed_by), date(held.proposed_at, style), agreed)


def _rule(number: int, rule: Rule) -> Mrkdwn:
    when = clip(", and ".join(each.said for each in rule.conditions), SHOWN)
    about = template("Where {}, it", escape(when)) if when else escape("Every other call")
    then = template("{} {}.", about, bold(_follows(rule.ruling)))
    return join("\n", (template("{}. {}", escape(str(number)), bold(rule.ruling.rule)), then))


def _follows(ruling: Ruling) -> str:
    plan = ruling.plan
    if plan is None:
        return outcome(ruling)
    by = ", then ".join(_signers(stage) for stage in plan.stages)
    later = ""
    if plan.escalate is not None and plan.fallback is not None:
        later = f"; after {duration_words(plan.escalate)} {_signers(plan.fallback)} may sign, too"
    return f"{outcome(ruling)}: {by}{later}"


def _signers(stage: Stage) -> str:
    who = [*([f"{stage.role}"] if stage.role else []), *stage.groups, *stage.people]
    return f"{stage.count} of {' or '.join(who)}" if len(who) > 1 or not stage.role else f"{stage.count} {who[0]}"


def policy_explained(
    command: Command, account: Account, tried: Sequence[Tried], answer: Ruling | Undecided, *, lacking: Role | None
) -> Message:
    """Which rule answers a command, and why none before it does. Nothing was sent.

    ``lacking``: the role that whoever asks has not, and that the command takes before the policy is asked.
    """
    asked = clip(f"/stripe {render(command)}", marks.COMMAND_SHOWN)
    rule = answer.rule
    lines = [_tried(each, rule) for each in tried]
    kept, left = fit([section(each) for each in lines], reserve=8)
    if isinstance(answer, Undecided):
        said = template("How much it moves, only Stripe can tell: that is looked up before {} is asked.", bold(rule))
    else:
        said = template("It {}, because {}.", bold(_follows(answer)), escape(answer.why))
    return Message(
        text=f"Policy: {rule}",
        blocks=(
            section(join("\n", (marks.mode_mark(livemode=account.livemode), code(asked)))),
            *kept,
            *([context(escape(f"and {left} more rules."))] if left else []),
            divider(),
            section(said),
            *(
                [section(template("{} You would be refused before: it takes {} there.", marks.BAD, a_role(lacking)))]
                if lacking
                else []
            ),
            context(escape("Nothing was sent. Limits are counted as of now.")),
        ),
    )


def _tried(each: Tried, rule: str) -> Mrkdwn:
    name = each.rule.ruling.rule
    if each.met is False and each.condition is not None:
        return template("{} {}: not so: {}", marks.NEUTRAL, escape(name), escape(clip(each.condition.said, SHOWN)))
    if each.met is None and each.condition is not None:
        unknown = escape(clip(each.condition.said, SHOWN))
        return template("{} {}: not known whether {}", marks.UNKNOWN, bold(name), unknown)
    mark = marks.GOOD if name == rule else marks.NEUTRAL
    return template("{} {}: all of it is so", mark, bold(name))


# --- changing it ------------------------------------------------------------------------------------------------------


def policy_view(parts: Sequence[str], token: str, *, note: str = "") -> View:
    """The modal that takes a policy as YAML; ``parts`` are what stands in its fields."""
    fields = [
        input_block(
            "Policy" if not number else "Continued",
            text_input(INPUT_ACTION, initial=part or None, multiline=True),
            block_id=block_id,
            hint="Where one field is full, go on in the next." if not number else None,
            optional=bool(number),
        )
        for number, (block_id, part) in enumerate(zip(POLICY_TEXTS, parts, strict=True))
    ]
    above = [section(template("{} {}", marks.ATTENTION, escape(note)))] if note else []
    return modal(
        "Policy",
        (*above, *fields),
        callback_id=POLICY_VIEW,
        submit="Preview",
        close="Cancel",
        private_metadata=token,
    )


def policy_preview(changed: Changes, rehearsal: Rehearsal | None, token: str, *, live: bool) -> View:
    """What a change would do, before it is saved."""
    after = "A live account is connected, so it waits for another admin's yes." if live else "Saved, it holds at once."
    return modal(
        "What would change",
        (
            *_changed(changed),
            divider(),
            *_rehearsed(rehearsal),
            context(escape(after)),
        ),
        callback_id=POLICY_PREVIEW,
        submit="Propose" if live else "Save",
        close="Back",
        private_metadata=token,
    )


def policy_not_saved(sentence: str) -> View:
    """The modal that says why nothing was changed."""
    return modal("Not saved", (section(template("{} {}", marks.ATTENTION, escape(sentence))),),
                 callback_id=POLICY_PREVIEW)  # fmt: skip


def _changed(changed: Changes) -> tuple[Block, ...]:
    lines = [
        template("{}: {}", bold(words.capitalize()), escape(", ".join(names[:NAMED]) + _more(len(names) - NAMED)))
        for words, names in changed.facts().items()
    ]
    return (section(clip(join("\n", lines or [escape("No rule changes.")]), 2_900)),)


def _more(rest: int) -> str:
    return f" and {rest} more" if rest > 0 else ""


def _rehearsed(rehearsal: Rehearsal | None) -> tuple[Block, ...]:
    if rehearsal is None:
        return (section("The runs of the last 24 hours could not be judged in time."),)
    runs = "one run" if rehearsal.judged == 1 else f"{rehearsal.judged} runs"
    of = f"the newest {runs}" if rehearsal.capped else runs
    if not rehearsal.counts:
        return (section(escape(f"Of {of} in the last 24 hours, none would have met anything else.")),)
    lines = [
        template("{} × {} → {}", escape(str(count)), escape(was), bold(would))
        for (was, would), count in rehearsal.counts.items()
    ]
    examples = [
        template("{} → {}", marks.command_mark(marks.typed_on(each.frozen)), escape(each.after.rule))
        for each in rehearsal.examples
    ]
    return (
        section(join("\n", (escape(f"Of {of} in the last 24 hours, these would have met something else:"), *lines))),
        section(clip(join("\n", (bold("Such as"), *examples)), 2_900)),
        context(escape("Amounts that only Stripe knows count as unknown.")),
    )


def proposal(
    version: Version, changed: Changes, token: str, *, own: bool, style: Style, beside: Sequence[Block] = ()
) -> tuple[Block, ...]:
    """A change of the policy that waits, or what became of it, for an admin. ``beside`` is what else it stands with."""
    asked = date(version.proposed_at, style) if version.proposed_at else escape("")
    head = join("  ·  ", (_STATES[version.state], template("by {} {}", mention(version.proposed_by), asked)))
    above = (section(join("\n", (bold("A change of the policy"), head))), *_changed(changed))
    below = _decision(version, token, own=own)
    return (*above, *_new_rules(version, changed, (*beside, *above, *below)), *below)


def _decision(version: Version, token: str, *, own: bool) -> tuple[Block, ...]:
    """Who decided, or the buttons to do so."""
    if version.state != "proposed":
        by = version.decided_by
        return (context(template("Decided by {}.", mention(by))),) if by else ()
    sure = confirm("Change the policy?", "It holds from then on, for everybody.", yes="Agree", no="Not now")
    agree = button("Agree", action_id=POLICY_AGREE, value=token, style="primary", ask=sure)
    reject = button("Take back" if own else "Reject", action_id=POLICY_REJECT, value=token, style="danger")
    return (actions(*([] if own else [agree]), reject, block_id=f"policy-{version.version}"),)


def _new_rules(version: Version, changed: Changes, beside: Sequence[Block]) -> tuple[Block, ...]:
    """The rules that are new or otherwise, as they are to be: what a second admin agrees to."""
    if version.document is None:
        return ()
    policy, names = policy_of(version.document), {*changed.added, *changed.changed}
    glass = _break_glass(policy) if "break_glass" in changed.beside else ()
    rules = [section(_rule(number, rule)) for number, rule in enumerate(policy.rules, 1) if rule.ruling.rule in names]
    kept, _ = fit(rules[:NAMED], reserve=1, below=(*beside, *glass))
    left = len(rules) - len(kept)
    more = [context(escape(f"and {left} more; /stripe policy export has them all."))] if left else []
    return (*kept, *more, *glass)


def proposal_message(version: Version, changed: Changes, token: str, *, own: bool, style: Style) -> Message:
    """The same as a message to one admin."""
    waits = "waits for a second admin" if version.state == "proposed" else "was decided"
    return Message(
        text=f"A change of the policy {waits}.", blocks=proposal(version, changed, token, own=own, style=style)
    )


def policy_saved() -> Message:
    """Told to whoever saved a change that holds at once."""
    said = "The policy is changed, and holds from now on."
    return Message(text=said, blocks=(section(template("{} {}", marks.GOOD, escape(said))),))
