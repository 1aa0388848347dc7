"""The Home tab: what waits for a person, what they asked for and ran, and for admins the set-up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.approval import Approval
from bot.blocks import Block, ButtonStyle, Element, View, actions, button, context, divider, header, home, section
from bot.cards import marks, requests
from bot.cards.answers import ANSWERS_ROOM, answers_in_short
from bot.cards.approvals import approval_line
from bot.cards.bulks import approval_entry
from bot.cards.buttons import run_button
from bot.cards.help import SEARCH
from bot.cards.policies import proposal
from bot.cards.problems import ask_them
from bot.cards.reviews import review_entry
from bot.cards.roles import ASK_FOR_A_ROLE, ROLES_ROOM, WHOAMI_ROOM, a_role
from bot.cards.saved import Listed, saved_entry
from bot.cards.setup import checklist, next_step, step_button, step_title
from bot.domain import Account, Person, Run, RunState
from bot.policy.changes import Changes
from bot.policy.shelf import Version
from bot.roles import Role
from bot.text import Mrkdwn, Style, bold, clip, code, date, escape, join, template
from bot.workspaces import WorkspaceSettings

REFRESH: Final = "home_refresh"
"""The action id of the button that has it all read anew."""
ACCOUNTS_SHOWN: Final = 10
WAITING_SHOWN: Final = 5
ASKED_SHOWN: Final = 5
REVIEWS_SHOWN: Final = 3
RECENT_SHOWN: Final = 5
SAVED_IN_HOME: Final = 5
COMMAND_SHOWN: Final = 200

_STATES: Final[dict[RunState, Mrkdwn]] = {
    "recorded": template("{} about to run", marks.WAITING),
    "executing": template("{} running", marks.WAITING),
    "succeeded": template("{} succeeded", marks.GOOD),
    "failed": template("{} failed", marks.BAD),
    "unknown": template("{} outcome unknown", marks.UNKNOWN),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pending approval that the person may decide; ``token`` is what its buttons hand back."""

    approval: Approval
    token: str
    command: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What a person's Home tab tells, as of one moment."""

    person: Person
    settings: WorkspaceSettings
    accounts: Sequence[Account] = ()
    waiting: Sequence[Waiting] = ()
    waiting_total: int = 0
    asked: Sequence[Approval] = ()
    recent: Sequence[Run] = ()
    saved: Sequence[Listed] = field(default=())
    saved_total: int = 0
    proposal: tuple[Version, Changes, str] | None = None
    """For admins, the change of the policy that waits, with the token of its buttons."""
    reviews: Sequence[tuple[Approval, str]] = ()
    """For admins, what the glass was broken for and nobody has reviewed, with the tokens of the buttons."""

    @property
    def admin(self) -> bool:
        return self.role == "admin"

    @property
    def role(self) -> Role | None:
        """The widest role that they have on any account, wherever they are."""
        return self.settings.role_of(self.person, None, None)

    @property
    def may_claim(self) -> bool:
        """Whether nobody is an admin of the bot yet and they can become one."""
        return self.person.leads and not self.settings.admins


def home_view(seen: Overview, *, style: Style) -> View:
    """A person's Home tab."""
    if (barred := seen.person.barred) is not None:
        return home(
            (
                header("Stripe, from Slack"),
                section(f"{barred[:1].upper()}{barred[1:]} run Stripe commands here."),
            )
        )
    blocks: list[Block] = [header("Stripe, from Slack"), section(_lead(seen)), _start(seen)]
    for part in (
        _waiting(seen, style),
        _reviews(seen),
        _proposal(seen, style),
        _asked(seen, style),
        _recent(seen, style),
        _saved(seen),
        _accounts(seen),
        checklist(seen.settings, seen.accounts) if seen.admin else (),
        _role(seen),
    ):
        if part:
            blocks += (divider(), *part)
    return home(blocks)


def _lead(seen: Overview) -> Mrkdwn:
    """The one thing to do first."""
    following = next_step(seen.settings, seen.accounts) if seen.admin else None
    if following == "connect":
        return template(
            "{} Connect a Stripe account, and this team can begin. Four more questions, each with a default "
            "that will do, finish the set-up.",
            bold("Welcome."),
        )
    if seen.may_claim:
        return template(
            "{} Nobody is an admin of this bot here yet. You own or administer this workspace, so you can become the "
            "first; it goes on record.",
            bold("Welcome."),
        )
    if not seen.accounts:
        return join(" ", (escape("No Stripe account is connected here yet."), *ask_them(seen.settings.admins)))
    if seen.waiting_total:
        one = seen.waiting_total == 1
        return bold("One approval waits for you." if one else f"{seen.waiting_total} approvals wait for you.")
    if any(each.requester_id != seen.person.user_id for each, _ in seen.reviews):
        return bold("The glass was broken, and a review of that waits for you.")
    if following is not None:
        return template("Next in the set-up: {}", bold(step_title(following)))
    if seen.role is None:
        words = escape("You can look around; running commands takes a role.")
        return join(" ", (words, *ask_them(seen.settings.admins)))
    return escape("Nothing waits for you.")


def _start(seen: Overview) -> Block:
    following = next_step(seen.settings, seen.accounts) if seen.admin else None
    elements: list[Element | None] = []
    if following is not None:
        elements.append(step_button(following, primary=not seen.waiting_total))
    if seen.may_claim:
        elements.append(run_button("Become the first admin", "setup", 4, style="primary"))
    if seen.accounts and seen.role is not None:
        style: ButtonStyle | None = "primary" if following is None else None
        elements.append(run_button("Run a Stripe operation…", "", 1, style=style))
        elements.append(run_button("Search operations…", SEARCH, 2))
    elements += [run_button("Help", "help", 3), button("Refresh", action_id=REFRESH)]
    return actions(*(each for each in elements if each is not None), block_id="home-start")


def _waiting(seen: Overview, style: Style) -> tuple[Block, ...]:
    if not seen.waiting:
        return ()
    blocks: list[Block] = [header("Waits for you")]
    for each in seen.waiting[:WAITING_SHOWN]:
        blocks += approval_entry(each.approval, token=each.token, command=each.command, style=style)
    return (*blocks, *_more(seen.waiting_total - min(len(seen.waiting), WAITING_SHOWN), "Decide these first"))


def _reviews(seen: Overview) -> tuple[Block, ...]:
    if not seen.reviews:
        return ()
    own = seen.person.user_id
    entries = (review_entry(each, token, own=each.requester_id == own) for each, token in seen.reviews[:REVIEWS_SHOWN])
    return (header("Glass broken, to be reviewed"), *entries)


def _proposal(seen: Overview, style: Style) -> tuple[Block, ...]:
    if seen.proposal is None or not seen.admin:
        return ()
    version, changed, token = seen.proposal
    return proposal(version, changed, token, own=version.proposed_by == seen.person.user_id, style=style)


def _asked(seen: Overview, style: Style) -> tuple[Block, ...]:
    if not seen.asked:
        return ()
    return (header("You asked for"), *(approval_line(each, style) for each in seen.asked[:ASKED_SHOWN]))


def _recent(seen: Overview, style: Style) -> tuple[Block, ...]:
    if not seen.recent:
        return ()
    return (
        header("You ran lately"),
        *(_run(each, number, style) for number, each in enumerate(seen.recent[:RECENT_SHOWN])),
    )


def _run(run: Run, number: int, style: Style) -> Block:
    text = marks.typed_on(run.frozen).removeprefix("/stripe ")
    parts = (
        marks.mode_mark(livemode=run.frozen.account.livemode),
        bold(clip(run.frozen.call.operation.name, COMMAND_SHOWN)),
        _STATES[run.state],
        date(run.created_at, style),
    )
    lines = (join("  ·  ", parts), code(clip(f"/stripe {text}", COMMAND_SHOWN)))
    return section(
        join("\n", lines), accessory=None if requests.has_file(run.frozen.call) else _again(run, text, number)
    )


def _again(run: Run, text: str, number: int) -> Element | None:
    """What reads runs at once; of anything else it is shown first what would be sent."""
    if run.frozen.risk.tier == "read":
        return run_button("Run again", text, number)
    return run_button("Run again…", f"{text} --dry-run", number)


def _saved(seen: Overview) -> tuple[Block, ...]:
    if not seen.saved:
        return ()
    rest = seen.saved_total - min(len(seen.saved), SAVED_IN_HOME)
    every = run_button(f"All {seen.saved_total}…" if rest > 0 else "Edit…", "saved")
    return (
        header("Saved commands"),
        *map(saved_entry, seen.saved[:SAVED_IN_HOME]),
        *([actions(every, block_id="home-saved")] if every else []),
    )


def _accounts(seen: Overview) -> tuple[Block, ...]:
    if not seen.accounts:
        return ()
    lines = [
        join("  ·  ", (marks.mode_mark(livemode=each.livemode), marks.account_mark(each)))
        for each in seen.accounts[:ACCOUNTS_SHOWN]
    ]
    more = _more(len(seen.accounts) - len(lines), "")
    hint = template(
        "Test is the default; {} chooses a live account, {} one by its alias.", code("--live"), code("--on")
    )
    return (header("Connected accounts"), section(join("\n", lines)), *more, context(hint))


def _role(seen: Overview) -> tuple[Block, ...]:
    """What somebody may do here, and for admins who else may do what."""
    if seen.admin:
        given = len(seen.settings.grants)
        said = template("{} You are an admin. {}", bold("Roles"), escape(f"{given} grant{'' if given == 1 else 's'}."))
        answers = template("{} {}", bold("Answers"), escape(answers_in_short(seen.settings.answers)))
        return (
            section(said, accessory=run_button("Roles…", ROLES_ROOM)),
            section(answers, accessory=run_button("Answers…", ANSWERS_ROOM)),
        )
    if seen.role is None:
        said = template("{} You have none here.", bold("Roles"))
        return (section(said, accessory=run_button(ASK_FOR_A_ROLE, f"{ROLES_ROOM} ask")),)
    said = template("{} You are {}.", bold("Roles"), a_role(seen.role))
    return (section(said, accessory=run_button("Who am I?", WHOAMI_ROOM)),)


def _more(rest: int, then: str) -> tuple[Block, ...]:
    if rest <= 0:
        return ()
    return (context(escape(f"and {rest} more. {then}".strip(" ."))),)
