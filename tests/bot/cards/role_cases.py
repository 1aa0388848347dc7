"""What is said of roles, to be shown as golden files."""

from collections.abc import Callable, Mapping
from typing import Any

from bot import cards
from bot.domain import Place
from bot.roles import Grant
from bot.text import Style, mention
from tests.bot.cards import samples as made
from tests.bot.cards.home_cases import GROUPS, NEW, SETTLED, person

ACCOUNTS = (made.TEST, made.LIVE)
WANTED = Grant("approver", "person", "U05VIEW", account_id=made.LIVE.id)
FINANCE = person("U07FAY", groups=frozenset({"S09FINANCE"}))


def _list(*, admin: bool, style: Style = "rich") -> Any:
    return cards.roles_list(SETTLED, ACCOUNTS, admin=admin, style=style)


ROLE_CASES: Mapping[str, Callable[[], Any]] = {
    "roles-admin": lambda: _list(admin=True),
    "roles-member": lambda: _list(admin=False),
    "roles-new": lambda: cards.roles_list(NEW, (), admin=True, style="rich"),
    "whoami-group": lambda: cards.whoami(FINANCE, SETTLED, ACCOUNTS, Place("C1"), style="rich"),
    "whoami-nobody": lambda: cards.whoami(person("U05VIEW"), NEW, (), Place("C1"), style="plain"),
    "grant-view": lambda: cards.grant_view("token", ACCOUNTS, GROUPS, style="rich"),
    "grant-view-plain": lambda: cards.grant_view("token", ACCOUNTS, None, style="plain"),
    "ask-which-role": lambda: cards.ask_which(" on eu-store live", ("viewer", "operator", "approver")),
    "role-request": lambda: cards.role_request(WANTED, ACCOUNTS),
    "role-request-granted": lambda: cards.role_request_answered(WANTED, ACCOUNTS, made.BOB, granted=True),
    "role-told-declined": lambda: cards.role_told(WANTED, ACCOUNTS, made.BOB, granted=False),
    "asked-for-role": lambda: cards.asked_for_role((WANTED,), ACCOUNTS, mention(made.BOB), again=False),
    "roles-changed": lambda: cards.roles_changed((WANTED,), ACCOUNTS, granted=True),
    "first-admin": lambda: cards.first_admin(made.ALICE),
    "role-by-form": lambda: cards.by_form("Who that is can't be told."),
}
