"""Roles: who has which, what somebody's own are, the form that grants one, and what is said of each step."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.blocks import Block, Element, Message, View, actions, confirm, context, fit, header, modal, section
from bot.cards import marks
from bot.cards.buttons import run_button
from bot.cards.forms import INPUT_ACTION
from bot.domain import Account, Person, Place
from bot.granting.words import said
from bot.inputs import (
    Option,
    channel_select,
    checkboxes,
    input_block,
    multi_select,
    multi_users_select,
    radio_buttons,
    static_select,
    text_input,
)
from bot.roles import ROLES, Grant, Holders, Role
from bot.slack_groups import UserGroup
from bot.text import Mrkdwn, Style, bold, channel, code, date, escape, group, join, mention, template
from bot.workspaces import Lacking, WorkspaceSettings

ROLES_ROOM: Final = "roles"
WHOAMI_ROOM: Final = "whoami"
ASK_FOR_A_ROLE: Final = "Ask for a role…"
GRANT_VIEW: Final = "grant_role"
GRANT_WHO: Final = "who"
GRANT_PEOPLE: Final = "people"
GRANT_GROUPS: Final = "groups"
GRANT_CHANNEL: Final = "channel"
GRANT_EVERYONE: Final = "everyone"
GRANT_ROLE: Final = "role"
GRANT_WHERE: Final = "where"
"""The callback id of the form, and the block ids of its inputs: ``who`` in the plain style, the next four in the
rich."""
EVERYWHERE: Final = "everywhere"
ON_ACCOUNT: Final = "account:"
"""Values of :data:`GRANT_WHERE`, beside the modes; the second is followed by the account's id."""
EVERYONE_VALUE: Final = "everyone"
MOST_GRANTED: Final = 25
GROUPS_OFFERED: Final = 100
GRANTS_SHOWN: Final = 30
ACCOUNTS_SHOWN: Final = 10
NAMED: Final = 5

_MEANS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        "viewer": "Looks things up at Stripe.",
        "operator": "Also changes things, and asks for approvals.",
        "approver": "Also decides on what others ask for.",
        "admin": "Also connects accounts, grants roles and sets this bot up.",
    }
)


def a_role(role: Role) -> Mrkdwn:
    """A role with its article: ``an *operator*``."""
    return join(" ", (escape("a" if role == "viewer" else "an"), bold(role)))


def who_may(holders: Holders) -> Mrkdwn | None:
    """Who has a role, for a sentence; None where there is nobody."""
    if holders.everyone:
        return escape("every full member")
    named = [
        *map(mention, holders.people),
        *map(group, holders.groups),
        *(template("whoever is in {}", channel(each)) for each in holders.channels),
    ]
    if not named:
        return None
    rest = len(named) - NAMED
    return join(", ", [*named[:NAMED], *([escape(f"{rest} more")] if rest > 0 else [])])


def lacks_role(lacking: Lacking) -> Message:
    """Somebody's role doesn't allow what they want: which would, what they have, and how to come by it."""
    mode = marks.mode_mark(livemode=lacking.account.livemode)
    needs = template("Not run: this takes {} on {} {}.", a_role(lacking.needed), mode, code(lacking.account.alias))
    has = template("You are {} there.", a_role(lacking.has)) if lacking.has else escape("You have no role there.")
    here = f"{ROLES_ROOM} ask on {lacking.account.alias} {'live' if lacking.account.livemode else 'test'}"
    return _alone(
        f"Not run: this takes the role {lacking.needed}.",
        template(":no_entry: {} {} An admin can grant you one.", needs, has),
        run_button(ASK_FOR_A_ROLE, here),
    )


def roles_list(settings: WorkspaceSettings, accounts: Sequence[Account], *, admin: bool, style: Style) -> Message:
    """Every grant, who gave it and when; for an admin with the buttons that change it."""
    named = "{} {}, named by whoever runs the bot"
    lines = [section(template(named, mention(each), bold("admin"))) for each in settings.fixed_admins]
    for number, grant in enumerate(settings.grants[:GRANTS_SHOWN]):
        line = join("\n", (_given(grant, accounts), _by(grant, style)))
        lines.append(section(line, accessory=_revoke(grant, accounts, number) if admin else None))
    kept, left = fit(lines, reserve=5)
    blocks: list[Block] = [header("Roles"), *kept]
    rest = left + max(0, len(settings.grants) - GRANTS_SHOWN)
    if rest > 0:
        blocks.append(context(escape(f"and {rest} more")))
    if not settings.grants:
        nobody = escape("No role is granted yet.") if settings.admins else _nobody()
        blocks.append(section(nobody))
    buttons = [
        run_button("Grant a role…", f"{ROLES_ROOM} grant", 0, style="primary") if admin else None,
        run_button("Who am I?", WHOAMI_ROOM, 1),
        None if admin else run_button(ASK_FOR_A_ROLE, f"{ROLES_ROOM} ask", 2),
    ]
    blocks.append(actions(*(each for each in buttons if each is not None), block_id="roles"))
    blocks.append(context(join("\n", _meanings())))
    count = len(settings.grants)
    return Message(text=f"{count} grant{'' if count == 1 else 's'} of roles", blocks=tuple(blocks))


def whoami(
    person: Person, settings: WorkspaceSettings, accounts: Sequence[Account], place: Place, *, style: Style
) -> Message:
    """What somebody may do on each account, and through which grant."""
    lines = [
        template("You are {}, {}.", mention(person.user_id), code(person.user_id)),
        *(_role_on(person, settings, each, place, style) for each in accounts[:ACCOUNTS_SHOWN]),
    ]
    rest = len(accounts) - ACCOUNTS_SHOWN
    if rest > 0:
        lines.append(escape(f"and {rest} more accounts"))
    if not accounts:
        lines.append(template("{}; no account is connected yet.", _through(person, settings, None, place, style)))
    if person.groups:
        lines.append(template("Your user groups that count here: {}", join(", ", map(group, sorted(person.groups)))))
    ask = run_button(ASK_FOR_A_ROLE, f"{ROLES_ROOM} ask")
    widest_ = settings.role_of(person, None, place)
    blocks: list[Block] = [section(join("\n", lines))]
    if widest_ != "admin" and ask is not None:
        blocks.append(actions(ask, block_id="whoami"))
    elif not settings.admins:
        blocks.append(context(_nobody()))
    return Message(text=f"Your role: {widest_ or 'none'}", blocks=tuple(blocks))


def ask_which(scope: str, roles: Sequence[Role]) -> Message:
    """Which role somebody wants to ask for; ``scope`` is where, as it is typed."""
    buttons = [
        run_button(each.capitalize(), f"{ROLES_ROOM} ask {each}{scope}", number) for number, each in enumerate(roles)
    ]
    lines = [bold("Which role do you want to ask for?"), *_meanings()]
    blocks: list[Block] = [section(join("\n", lines))]
    if made := [each for each in buttons if each is not None]:
        blocks.append(actions(*made, block_id="ask-role"))
    return Message(text="Which role do you want to ask for?", blocks=tuple(blocks))


def asked_for_role(grants: Sequence[Grant], accounts: Sequence[Account], asked_of: Mrkdwn, *, again: bool) -> Message:
    """Told to whoever asked: whom the request went to."""
    places = join(",", [_scope(each, accounts) for each in grants])
    what = join("", (a_role(grants[0].role), places))
    asked = template("{} You asked to be {}. It went to {}.", marks.WAITING, what, asked_of)
    waits = template("{} You asked to be {} before, and nobody has answered yet: {}.", marks.WAITING, what, asked_of)
    return role_note(waits if again else asked)


def role_note(text: str) -> Message:
    """Something told about roles that is no refusal."""
    return Message(text=escape(text), blocks=(section(escape(text)),))


def role_request(grant: Grant, accounts: Sequence[Account]) -> Message:
    """Told to the admins: who asks for which role, with the answers."""
    shown = template(
        "{} {} asks to be {}{}.", marks.WAITING, mention(grant.subject_id), a_role(grant.role), _scope(grant, accounts)
    )
    text = said(grant, accounts)
    yes = run_button("Grant", f"{ROLES_ROOM} grant {text}", 0, style="primary", ask=_sure_grant(grant, accounts))
    no = run_button("No", f"{ROLES_ROOM} decline {text}", 1, style="danger")
    buttons = [each for each in (yes, no) if each is not None]
    return Message(text=shown, blocks=(section(shown), actions(*buttons, block_id="role-request")))


def role_request_answered(grant: Grant, accounts: Sequence[Account], by: str, *, granted: bool) -> Message:
    """What became of a request, in its place: no button is left."""
    asked = template("{} asked to be {}{}.", mention(grant.subject_id), a_role(grant.role), _scope(grant, accounts))
    mark = marks.GOOD if granted else marks.BAD
    shown = template("{} {} {} by {}.", mark, asked, bold("Granted" if granted else "Declined"), mention(by))
    return Message(text=shown, blocks=(section(shown),))


def role_told(grant: Grant, accounts: Sequence[Account], by: str, *, granted: bool) -> Message:
    """Told to the person whom a grant, or its refusal, is about."""
    what = join("", (a_role(grant.role), _scope(grant, accounts)))
    shown = (
        template("{} You are now {}. {} granted it.", marks.GOOD, what, mention(by))
        if granted
        else template("{} You asked to be {}; {} declined.", marks.BAD, what, mention(by))
    )
    return Message(text=shown, blocks=(section(shown),))


def roles_changed(
    grants: Sequence[Grant], accounts: Sequence[Account], *, granted: bool, already: bool = False
) -> Message:
    """Told to the admin: what was granted or revoked, or stood so before."""
    verb = "Granted" if granted else "Revoked"
    lead = "That stands already" if already else verb
    lines = [template("{} {}", marks.GOOD, bold(lead)), *(_given(each, accounts) for each in grants[:GRANTS_SHOWN])]
    blocks: list[Block] = [section(join("\n", lines))]
    if (button := run_button("All roles", ROLES_ROOM)) is not None:
        blocks.append(actions(button, block_id="roles"))
    return Message(text=f"{lead}.", blocks=tuple(blocks))


def first_admin(user_id: str) -> Message:
    """Told to whoever has become the first admin."""
    shown = template(
        "{} {}, you are the first admin of this bot here. It is on record. {} makes somebody else one, too.",
        marks.GOOD,
        mention(user_id),
        code("/stripe roles grant U012AB3CD admin"),
    )
    return Message(text=shown, blocks=(section(shown),))


def by_form(why: str) -> Message:
    """What was typed names nobody; the form lets one choose."""
    return _alone(
        why, template("{} {}", marks.ATTENTION, escape(why)), run_button("Grant a role…", f"{ROLES_ROOM} grant")
    )


def grant_view(
    token: str,
    accounts: Sequence[Account],
    groups: Sequence[UserGroup] | None,
    *,
    role: Role | None = None,
    style: Style,
) -> View:
    """The form that grants roles. ``groups`` is None where Slack doesn't tell of any; ``token`` comes back."""
    roles = [Option(each.capitalize(), each, _MEANS[each]) for each in ROLES]
    initial = next((each for each in roles if each.value == role), None)
    # The local Slack doesn't show an option's description.
    about = [context(join("\n", _meanings()))] if style == "plain" else []
    wheres = [
        Option("Every account", EVERYWHERE),
        Option("Every test account", "test"),
        Option("Every live account", "live"),
        *(
            Option(f"{marks.mode_word(livemode=each.livemode)} · {each.alias} · {each.name}", f"{ON_ACCOUNT}{each.id}")
            for each in accounts[:90]
        ),
    ]
    return modal(
        "Grant a role",
        (
            *_whom(groups, style),
            *about,
            input_block("Role", radio_buttons(INPUT_ACTION, roles, initial=initial), block_id=GRANT_ROLE),
            input_block(
                "Where",
                static_select(INPUT_ACTION, wheres, initial=wheres[0]),
                block_id=GRANT_WHERE,
                hint="Admins are admins everywhere.",
                optional=True,
            ),
        ),
        callback_id=GRANT_VIEW,
        submit="Grant",
        close="Cancel",
        private_metadata=token,
    )


def _whom(groups: Sequence[UserGroup] | None, style: Style) -> tuple[Block, ...]:
    if style == "plain":
        element = text_input(INPUT_ACTION, placeholder="U012AB3CD C045EF6GH everyone")
        hint = "Ids of people, user groups or channels, with spaces between; or everyone."
        return (input_block("Whom", element, block_id=GRANT_WHO, hint=hint),)
    people = multi_users_select(INPUT_ACTION, most=MOST_GRANTED, placeholder="Choose people")
    everyone = Option("Every full member", EVERYONE_VALUE)
    return (
        input_block("People", people, block_id=GRANT_PEOPLE, optional=True),
        *group_input("User groups", GRANT_GROUPS, groups, ()),
        input_block(
            "Whoever acts in a channel",
            channel_select(INPUT_ACTION, placeholder="Choose a channel"),
            block_id=GRANT_CHANNEL,
            optional=True,
        ),
        input_block("Everyone", checkboxes(INPUT_ACTION, [everyone]), block_id=GRANT_EVERYONE, optional=True),
    )


def group_input(
    label: str, block_id: str, groups: Sequence[UserGroup] | None, chosen: Sequence[str]
) -> tuple[Block, ...]:
    """A choice of user groups; none where there are none, or Slack doesn't tell. Not for the plain style."""
    options = [Option(f"@{each.handle} · {each.name}", each.id) for each in (groups or ())[:GROUPS_OFFERED]]
    if not options:
        return ()
    initial = [each for each in options if each.value in chosen]
    element = multi_select(INPUT_ACTION, options, placeholder="Choose user groups", initial=initial)
    return (input_block(label, element, block_id=block_id, optional=True),)


def _given(grant: Grant, accounts: Sequence[Account]) -> Mrkdwn:
    return join("", (template("{} {}", _subject(grant), bold(grant.role)), _scope(grant, accounts)))


def _subject(grant: Grant) -> Mrkdwn:
    match grant.subject:
        case "person":
            return mention(grant.subject_id)
        case "group":
            return group(grant.subject_id)
        case "channel":
            return template("Whoever acts in {}", channel(grant.subject_id))
        case "everyone":
            return escape("Every full member")


def _scope(grant: Grant, accounts: Sequence[Account]) -> Mrkdwn:
    """Where a grant counts, with a space before it; empty for everywhere."""
    if grant.account_id is None:
        return template(" in {} mode", marks.mode_mark(livemode=grant.mode == "live")) if grant.mode else escape("")
    account = next((each for each in accounts if each.id == grant.account_id), None)
    if account is None:
        return escape(" on an account that is gone")
    return template(" on {} {}", marks.mode_mark(livemode=account.livemode), code(account.alias))


def _by(grant: Grant, style: Style) -> Mrkdwn:
    by = mention(grant.granted_by) if grant.granted_by else escape("the bot, which kept what held before")
    at = (date(grant.granted_at, style),) if grant.granted_at else ()
    return join(", ", (template("granted by {}", by), *at))


def _revoke(grant: Grant, accounts: Sequence[Account], number: int) -> Element | None:
    sure = confirm("Revoke this role?", _given(grant, accounts), yes="Revoke", no="Keep", style="danger")
    return run_button("Revoke", f"{ROLES_ROOM} revoke {said(grant, accounts)}", number, ask=sure)


def _sure_grant(grant: Grant, accounts: Sequence[Account]) -> Element:
    return confirm("Grant this role?", _given(grant, accounts), yes="Grant", no="Back")


def _role_on(person: Person, settings: WorkspaceSettings, account: Account, place: Place, style: Style) -> Mrkdwn:
    on = template("{} {}", marks.mode_mark(livemode=account.livemode), code(account.alias))
    return join("  ", (on, _through(person, settings, account, place, style)))


def _through(
    person: Person, settings: WorkspaceSettings, account: Account | None, place: Place, style: Style
) -> Mrkdwn:
    role = settings.role_of(person, account, place)
    if role is None:
        return escape("no role")
    if person.user_id in settings.fixed_admins:
        return template("{}, named by whoever runs the bot", bold(role))
    grant = next((each for each in settings.grants_of(person, account, place) if each.role == role), None)
    if grant is None:
        return bold(role)
    through = escape("your own grant") if grant.subject == "person" else _subject(grant)
    return template("{} through {}, {}", bold(role), through, _by(grant, style))


def _meanings() -> list[Mrkdwn]:
    return [template("{}: {}", bold(each), escape(_MEANS[each])) for each in ROLES]


def _nobody() -> Mrkdwn:
    return template(
        "Nobody is an admin here yet: an owner or admin of this Slack workspace becomes the first with {}.",
        code("/stripe setup"),
    )


def _alone(text: str, shown: Mrkdwn, button: Element | None) -> Message:
    blocks: list[Block] = [section(shown)]
    if button is not None:
        blocks.append(actions(button, block_id="role"))
    return Message(text=escape(text), blocks=tuple(blocks))
