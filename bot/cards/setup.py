"""The set-up: the checklist of its steps, and the modal of each but the first, which is the connect modal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.blocks import Block, ButtonStyle, Element, Message, View, actions, button, context, header, modal, section
from bot.cards import marks
from bot.cards.buttons import run_button
from bot.cards.forms import INPUT_ACTION
from bot.cards.roles import EVERYONE_VALUE, group_input, who_may
from bot.domain import Account
from bot.inputs import (
    Option,
    channel_select,
    checkboxes,
    input_block,
    multi_users_select,
    radio_buttons,
    text_input,
)
from bot.policy import Policy, PolicyName, rules_of
from bot.roles import Role
from bot.slack_groups import UserGroup
from bot.text import Mrkdwn, Style, bold, channel, clip, code, escape, join, mention, template
from bot.workspaces import STEPS, Step, WorkspaceSettings

SETUP_VIEW: Final = "setup"
SETUP: Final = "setup"
"""The callback id of the modals; the action id of the buttons that open them, followed by a colon and the step."""
APPROVERS: Final = "approvers"
APPROVER_GROUPS: Final = "approver_groups"
EVERYONE_APPROVES: Final = "everyone_approves"
OPERATORS: Final = "operators"
OPERATOR_GROUPS: Final = "operator_groups"
EVERYONE_OPERATES: Final = "everyone_operates"
ADMINS: Final = "admins"
POLICY: Final = "policy"
CHANNEL: Final = "channel"
"""The block ids of the inputs."""
INPUTS: Final[Mapping[Step, tuple[str, ...]]] = MappingProxyType(
    {
        "approvers": (APPROVERS, APPROVER_GROUPS, EVERYONE_APPROVES),
        "roles": (OPERATORS, OPERATOR_GROUPS, EVERYONE_OPERATES, ADMINS),
        "policy": (POLICY,),
        "channel": (CHANNEL,),
    }
)
"""The inputs of each step's modal. Those of user groups are left out where Slack tells of none, and in the plain style
the first of a role's takes everything."""


@dataclass(frozen=True, slots=True)
class RoleInputs:
    """The inputs that say who has a role; admins are people alone."""

    people: str
    groups: str = ""
    everyone: str = ""


ROLE_INPUTS: Final[Mapping[Role, RoleInputs]] = MappingProxyType(
    {
        "approver": RoleInputs(APPROVERS, APPROVER_GROUPS, EVERYONE_APPROVES),
        "operator": RoleInputs(OPERATORS, OPERATOR_GROUPS, EVERYONE_OPERATES),
        "admin": RoleInputs(ADMINS),
    }
)
MOST_NAMED: Final = 25
"""How many people a list may name."""
OWN_POLICY: Final = "own"
"""The value of the choice to keep the rules of one's own."""
NOBODY: Final = "nobody"
"""What stands in the plain style for an empty list, or for no channel: there an empty field means no change."""
EVERYONE: Final = "everyone"
"""What is typed in the plain style for every full member."""

_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class _Told:
    """A step in words: what is to be done, and what its button says before and after."""

    title: str
    to_do: str
    change: str


_TOLD: Final[Mapping[Step, _Told]] = MappingProxyType(
    {
        "connect": _Told("Stripe account", "Connect Stripe", "Connect another…"),
        "approvers": _Told("Who may approve", "Choose approvers…", "Change…"),
        "roles": _Told("Who runs commands, who is an admin", "Choose roles…", "Change…"),
        "policy": _Told("Policy", "Choose a policy…", "Change…"),
        "channel": _Told("Approvals channel", "Choose a channel…", "Change…"),
    }
)
_POLICIES: Final[Mapping[PolicyName, Option]] = MappingProxyType(
    {
        "standard": Option("Standard", "standard", "Refunds, deletions and live money wait for a second person."),
        "strict": Option("Strict", "strict", "As standard, and every other live change waits, too; reads run."),
    }
)

_ALWAYS: Final = "Reads run at once. Card data and app secrets are kept out of chat. The rest is for you to choose."


def next_step(settings: WorkspaceSettings, accounts: Sequence[Account]) -> Step | None:
    """The first step of the set-up that is not done; None where all are."""
    done = settings.done(connected=bool(accounts))
    return next((step for step in STEPS if step not in done), None)


def step_title(step: Step) -> str:
    """What a step settles."""
    return _TOLD[step].title


def step_button(step: Step, *, done: bool = False, primary: bool = False) -> Element:
    """The button that opens a step's modal."""
    told = _TOLD[step]
    label = told.change if done else told.to_do
    style: ButtonStyle | None = "primary" if primary else None
    if step == "connect" and (connect := run_button(label, "connect", style=style)) is not None:
        return connect
    return button(label, action_id=f"{SETUP}:{step}", value=step, style=style, label=f"{told.title}: {label}")


def checklist(
    settings: WorkspaceSettings, accounts: Sequence[Account], *, primary: Step | None = None
) -> tuple[Block, ...]:
    """The steps, what each is set to, and how far the set-up has come; the button of ``primary`` stands out."""
    done = settings.done(connected=bool(accounts))
    blocks: list[Block] = [
        header("Set-up"),
        context(escape(f"{len(done)} of {len(STEPS)} done. Only admins see this.")),
    ]
    for step in STEPS:
        mark = marks.GOOD if step in done else marks.NEUTRAL
        lines = (template("{} {}", mark, bold(_TOLD[step].title)), *_set_to(step, settings, accounts))
        blocks.append(
            section(join("\n", lines), accessory=step_button(step, done=step in done, primary=step == primary))
        )
        if step == "policy" and (edit := run_button("Edit as YAML…", "policy import")) is not None:
            blocks.append(actions(edit, block_id="setup-policy-text"))
    return tuple(blocks)


def setup_overview(settings: WorkspaceSettings, accounts: Sequence[Account]) -> Message:
    """The checklist as an answer to one admin."""
    done = settings.done(connected=bool(accounts))
    return Message(
        text=f"Set-up: {len(done)} of {len(STEPS)} done.",
        blocks=checklist(settings, accounts, primary=next_step(settings, accounts)),
    )


def _set_to(step: Step, settings: WorkspaceSettings, accounts: Sequence[Account]) -> tuple[Mrkdwn, ...]:
    match step:
        case "connect":
            connected = [
                join("  ", (marks.mode_mark(livemode=each.livemode), clip(escape(each.name or each.alias), 40)))
                for each in accounts[:_SHOWN]
            ]
            return (join("  ·  ", connected),) if connected else (escape("None yet."),)
        case "approvers":
            approvers = settings.holders("approver", None)
            if approvers.everyone:
                return (escape("Every full member but whoever asks."),)
            return (who_may(approvers) or escape("Nobody yet."),)
        case "roles":
            operators = who_may(settings.holders("operator", None)) or escape("nobody yet")
            return (template("Commands: {}", operators), template("Admins: {}", _people(settings.admins)))
        case "policy":
            return (_meaning(_chosen(settings.policy)),)
        case "channel":
            where = settings.approvals_channel_id
            if where is None:
                return (escape("None: what needs approval can't be asked for in direct messages or here."),)
            return (template("{}, for what is asked for in direct messages or here.", channel(where)),)


def _chosen(policy: Policy) -> Option:
    """The policy that holds, as one of the choices."""
    if policy.preset is not None:
        return _POLICIES[policy.preset]
    count = len(rules_of(policy.document).rules)
    return Option("Your own", OWN_POLICY, f"{count} {'rule' if count == 1 else 'rules'}, as they are now.")


def _meaning(policy: Option) -> Mrkdwn:
    """A policy in words. The local Slack doesn't show an option's description."""
    return template("{}: {}", escape(policy.text), escape(policy.description or ""))


def _people(user_ids: Sequence[str]) -> Mrkdwn:
    rest = len(user_ids) - _SHOWN
    shown = [mention(each) for each in user_ids[:_SHOWN]]
    return join(", ", [*shown, *([escape(f"{rest} more")] if rest > 0 else [])] or [escape("nobody")])


def setup_view(
    step: Step,
    shown: WorkspaceSettings,
    token: str,
    *,
    style: Style,
    groups: Sequence[UserGroup] | None = None,
    note: str = "",
    now: WorkspaceSettings | None = None,
) -> View:
    """The modal of a step, with what ``shown`` says filled in; who has a role on every account, that is.

    ``groups`` are the user groups to choose from; None where Slack doesn't tell. ``token`` is opaque and comes back.
    Where somebody else was quicker, ``note`` says so, ``shown`` is what was chosen here and ``now`` what holds.
    """
    above: list[Block] = []
    if note:
        above.append(section(template("{} {}", marks.ATTENTION, escape(note))))
    if now is not None:
        above.append(section(join("\n", (bold("Set now"), *_set_to(step, now, ())))))
    return modal(
        _TITLES[step],
        (*above, *_form(step, shown, groups, style)),
        callback_id=SETUP_VIEW,
        submit="Save",
        close="Cancel",
        private_metadata=token,
    )


_TITLES: Final[Mapping[Step, str]] = MappingProxyType(
    {
        "approvers": "Who may approve",
        "roles": "Roles",
        "policy": "Policy",
        "channel": "Approvals channel",
    }
)


def _form(step: Step, shown: WorkspaceSettings, groups: Sequence[UserGroup] | None, style: Style) -> tuple[Block, ...]:
    match step:
        case "approvers":
            return (*_role_inputs("approver", shown, groups, style), *_how(style))
        case "roles":
            return (
                *_role_inputs("operator", shown, groups, style),
                *_role_inputs("admin", shown, groups, style),
                *_fixed(shown),
                *_how(style),
            )
        case "policy":
            holds = _chosen(shown.policy)
            choices = list(dict.fromkeys((*_POLICIES.values(), holds)))
            return (
                section(join("\n", (escape(_ALWAYS), *(_meaning(each) for each in choices if style == "plain")))),
                input_block(
                    "Policy",
                    radio_buttons(INPUT_ACTION, choices, initial=holds),
                    block_id=POLICY,
                    # The local Slack doesn't show what is chosen already.
                    optional=style == "plain",
                ),
            )
        case "channel":
            return (_channel_input(shown, style), *_how(style))
        case "connect":
            raise ValueError("a Stripe account is connected by the connect modal")


_HINTS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        "approver": "Admins always may. Nobody approves what they asked for themselves.",
        "operator": "They run commands. Approvers and admins always may.",
        "admin": "They connect accounts, grant roles and change this set-up.",
    }
)


def _role_inputs(
    role: Role, shown: WorkspaceSettings, groups: Sequence[UserGroup] | None, style: Style
) -> tuple[Block, ...]:
    """Who has a role on every account: people, user groups, or every full member."""
    inputs = ROLE_INPUTS[role]
    label, hint = f"{role.capitalize()}s", _HINTS[role]
    chosen = shown.granted(role, "person")
    everyone = bool(shown.granted(role, "everyone"))
    if style == "plain":
        ids = [*chosen, *shown.granted(role, "group"), *([EVERYONE] if everyone else [])]
        element = text_input(INPUT_ACTION, initial=" ".join(ids) or None, placeholder="U012AB3CD U045EF6GH")
        return (input_block(label, element, block_id=inputs.people, hint=hint, optional=True),)
    people = multi_users_select(INPUT_ACTION, initial=chosen[:MOST_NAMED], most=MOST_NAMED, placeholder="Choose people")
    first = input_block(label, people, block_id=inputs.people, hint=hint, optional=True)
    if not inputs.everyone:
        return (first,)
    # Where nothing was ever chosen, what suits most teams is offered, to be saved or not.
    step: Step = "approvers" if role == "approver" else "roles"
    offered = step not in shown.confirmed and not any(each.role == role for each in shown.grants)
    every = Option("Every full member", EVERYONE_VALUE)
    return (
        first,
        *group_input(f"{label} by user group", inputs.groups, groups, shown.granted(role, "group")),
        input_block(
            f"{label}: everyone",
            checkboxes(INPUT_ACTION, [every], initial=[every] if everyone or offered else []),
            block_id=inputs.everyone,
            optional=True,
        ),
    )


def _channel_input(shown: WorkspaceSettings, style: Style) -> Block:
    where = shown.approvals_channel_id
    element = (
        channel_select(INPUT_ACTION, initial=where, placeholder="Choose a channel")
        if style == "rich"
        else text_input(INPUT_ACTION, initial=where, placeholder="C012AB3CD")
    )
    hint = "Approvals asked for in direct messages or App Home wait there. Invite me to it first."
    return input_block("Channel", element, block_id=CHANNEL, hint=hint, optional=True)


def _how(style: Style) -> tuple[Block, ...]:
    """How the plain style's fields are filled in."""
    if style == "rich":
        return ()
    said = template(
        "Ids with spaces between, or {} for every full member. Left empty, it stays as it is; {} empties it.",
        code(EVERYONE),
        code(NOBODY),
    )
    return (context(said),)


def _fixed(shown: WorkspaceSettings) -> tuple[Block, ...]:
    if not shown.fixed_admins:
        return ()
    return (context(template("Always admins, named by whoever runs the bot: {}", _people(shown.fixed_admins))),)


def approvals_wait_here(user_id: str) -> Message:
    """Told in a channel that an admin has chosen for approvals."""
    said = template("{} chose this channel for approvals asked for in direct messages and App Home.", mention(user_id))
    return Message(text=said, blocks=(section(said),))
