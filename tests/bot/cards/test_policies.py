"""The policy as people read it: whole where it fits, and never more than Slack takes."""

from dataclasses import replace
from typing import Any

import pytest

from bot import cards
from bot.policy import Policy
from bot.policy.changes import Changes, changes
from bot.policy.document import Rules
from bot.policy.shelf import Version
from bot.roles import ROLES, Grant
from bot.text import unescape
from tests.block_rules import message_violations
from tests.bot.cards import samples as made
from tests.bot.cards.home_cases import BUSY, GRANTED, SETTLED
from tests.bot.policy.made import rules


def version(document: Rules) -> Version:
    return Version(4, "proposed", document, 3, made.ALICE, made.NOON)


def proposed(before: Rules, after: Rules) -> str:
    """What a second admin is asked to agree to."""
    shown = cards.proposal_message(version(after), changes(before, after), "token", own=False, style="rich")
    return unescape(str(shown.blocks))


@pytest.mark.parametrize("text", ["a", "<", "&", "ü", "\U0001f4b6"])
def test_the_longest_policy_with_the_longest_change_is_valid(text: str) -> None:
    """A hundred rules of the longest names and values, of which every one changes; what is left out is told."""
    rule: dict[str, Any] = {
        "why": text * 200,
        "when": {"parameters": {f"metadata[{'k' * 30}{number}]": [text * 200] * 5 for number in range(5)}},
        "then": {"approvals": 1},
    }
    full = rules(*({**rule, "name": f"{number:02}{text * 78}"} for number in range(99)))
    changed = Changes(changed=tuple(each.name for each in full.rules))
    waits = (version(full), changed, "t" * 400)
    held = replace(waits[0], state="active", decided_by=made.BOB)
    shown = cards.policy_shown(held, Policy.of(full), waits, admin=True, user_id=made.BOB, style="rich")
    for message in (shown, cards.proposal_message(*waits, own=False, style="rich")):
        assert message_violations({"text": message.text, "blocks": list(message.blocks)}) == []
        assert "export has them all" in str(message.blocks)
        assert cards.POLICY_AGREE in str(message.blocks)


def test_a_second_admin_reads_who_may_sign_later_and_who_may_break_the_glass() -> None:
    """Both loosen a rule that otherwise reads as it did."""
    live = {"mode": "live"}
    before = rules({"when": live, "then": {"approvals": 2}})
    later = {"escalate": {"after": "1m", "to": {"people": ["U0MALLORY"]}}}
    after = rules({"when": live, "then": {"approvals": 2, **later}}, break_glass={"roles": ["viewer"]})
    said = proposed(before, after)
    assert "waits for 2 approvals: 2 approver; after 1m 1 of U0MALLORY may sign, too" in said
    assert "Whoever is *viewer* may *break the glass*" in said
    assert "break the glass" not in proposed(after, before)


def test_many_admins_and_many_grants_are_a_valid_list() -> None:
    """Those who are left out are counted."""
    admins = tuple(f"U{number:09}" for number in range(45))
    grants = tuple(
        Grant(role, "person", f"W{number:09}", granted_by=made.ALICE, granted_at=GRANTED)
        for number in range(30)
        for role in ROLES[:2]
    )
    settings = replace(SETTLED, fixed_admins=admins, grants=grants)
    shown = cards.roles_list(settings, BUSY.accounts, admin=True, style="rich")
    assert message_violations({"text": shown.text, "blocks": list(shown.blocks)}) == []
    assert "more" in str(shown.blocks)
