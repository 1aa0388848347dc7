"""Grants as they are typed: ``@bob approver on eu-store live``; and the same text for a grant that stands.

Slack hands over ``@bob`` in a command as these four letters, which anybody may be called: only ids name somebody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain import Account
from bot.roles import MODES, ROLES, Grant, Mode, Role, Subject

USAGE: Final = "Such as: roles grant U012AB3CD approver on eu-store live."
BY_ID: Final = (
    "Slack hands me a typed @name or #name as mere letters, so I can't tell who is meant. Use the id, such as "
    "U012AB3CD of a person, S012AB3CD of a group or C012AB3CD of a channel (a profile and a channel's details show "
    "theirs), or choose in the form."
)

_TOKEN: Final = re.compile(r"<[^<>]*>|\S+")
_SUBJECTS: Final[tuple[tuple[re.Pattern[str], Subject], ...]] = (
    (re.compile(r"(?:<@|@)?([UW][A-Z0-9]{2,31})(?:\|[^<>]*)?>?"), "person"),
    (re.compile(r"(?:<!subteam\^|@)?(S[A-Z0-9]{2,31})(?:\|[^<>]*)?>?"), "group"),
    (re.compile(r"(?:<#|#)?([CG][A-Z0-9]{2,31})(?:\|[^<>]*)?>?"), "channel"),
)
_EVERYONE: Final = frozenset({"everyone", "everybody", "@everyone", "<!everyone>"})


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a grant counts: on these accounts, or on every one in this mode, or everywhere."""

    account_ids: tuple[str, ...] = ()
    mode: Mode | None = None

    def of(self, role: Role, subject: Subject, subject_id: str) -> tuple[Grant, ...]:
        """The grants that give the role there."""
        if not self.account_ids:
            return (Grant(role, subject, subject_id, mode=self.mode),)
        return tuple(Grant(role, subject, subject_id, account_id=each) for each in self.account_ids)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed. ``role`` and ``subject`` are None where nothing said one."""

    subject: Subject | None
    subject_id: str
    role: Role | None
    scope: Scope

    def grants(self) -> tuple[Grant, ...]:
        """The grants that it names; none where it lacks a role or whom it is for."""
        if self.subject is None or self.role is None:
            return ()
        return self.scope.of(self.role, self.subject, self.subject_id)


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why a text names no grant, in a sentence; ``by_name`` where it names somebody as only people can read it."""

    why: str
    by_name: bool = False


def subject_of(token: str) -> tuple[Subject, str] | None:
    """Whom a word, an id or a mention names; None for anything else."""
    if token.lower() in _EVERYONE:
        return "everyone", ""
    for form, subject in _SUBJECTS:
        if (match := form.fullmatch(token)) is not None:
            return subject, match[1]
    return None


def read(text: str, accounts: Sequence[Account], known: Sequence[Grant] = (), *, whom: bool) -> Typed | Unclear:
    """What was typed: whom (where ``whom``), a role, and where it counts, in that order.

    ``known`` are the grants that stand: one of an account that is gone can still be named by the account's id.
    """
    words = _TOKEN.findall(text)
    subject: Subject | None = None
    subject_id = ""
    if whom:
        if not words:
            return Unclear(f"Say whom. {USAGE}")
        named = subject_of(words[0])
        if named is None:
            by_name = words[0][0] in "@#<"
            return Unclear(BY_ID if by_name else f"{words[0]} names nobody. {USAGE}", by_name)
        subject, subject_id = named
        words = words[1:]
    role = next((each for each in ROLES if words and words[0].lower() == each), None)
    scope = _scope(words[1:] if role is not None else words, accounts, known)
    return scope if isinstance(scope, Unclear) else Typed(subject, subject_id, role, scope)


def _scope(words: Sequence[str], accounts: Sequence[Account], known: Sequence[Grant]) -> Scope | Unclear:
    alias: str | None = None
    mode: Mode | None = None
    rest = [each.lower().removeprefix("--") for each in words]
    while rest:
        word = rest.pop(0)
        if word == "on" and rest and alias is None:
            alias = rest.pop(0)
        elif word in MODES and mode is None:
            mode = "live" if word == "live" else "test"
        else:
            roles = ", ".join(ROLES)
            return Unclear(f"{word} is neither a role ({roles}) nor a place where one counts. {USAGE}")
    if alias is None:
        return Scope(mode=mode)
    fitting = [each.id for each in accounts if each.alias == alias and mode in (None, _mode(each))]
    gone = [each.account_id for each in known if each.account_id == alias]
    if not fitting and not gone:
        there = ", ".join(dict.fromkeys(each.alias for each in accounts)) or "none yet"
        return Unclear(f"No {mode or ''} account is called {alias} here; there are: {there}.".replace("No  ", "No "))
    return Scope(account_ids=tuple(fitting or [alias]))


def said(grant: Grant, accounts: Sequence[Account]) -> str:
    """What :func:`read` reads this grant from."""
    return f"{grant.subject_id or 'everyone'} {grant.role}{where(grant, accounts)}"


def where(grant: Grant, accounts: Sequence[Account]) -> str:
    """Where it counts, as it is typed, with a space before it; empty for everywhere."""
    if grant.account_id is None:
        return f" {grant.mode}" if grant.mode else ""
    account = next((each for each in accounts if each.id == grant.account_id), None)
    return f" on {grant.account_id}" if account is None else f" on {account.alias} {_mode(account)}"


def _mode(account: Account) -> Mode:
    return "live" if account.livemode else "test"
