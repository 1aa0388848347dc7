"""Who somebody is: user groups are asked for where they matter, and nobody is in one that Slack doesn't tell of."""

import logging

import pytest

from bot.errors import StoreError
from bot.people import People
from bot.slack_api import SlackApi
from bot.user_groups import UserGroups
from tests.fakes.clock import ManualClock
from tests.fakes.slack import TOKEN, FakeSlack, Fault

TEAM = "T0CASA"


class Named:
    """What the workspace's grants name."""

    def __init__(self, *groups: str) -> None:
        self.groups = frozenset(groups)

    async def __call__(self, team_id: str) -> frozenset[str]:
        return self.groups


async def _unreachable(team_id: str) -> frozenset[str]:
    raise StoreError("gone")


async def test_groups_are_remembered_a_minute_and_for_decisions_five_seconds() -> None:
    """And only those that something depends on; where nothing does, Slack isn't asked at all."""
    clock, named = ManualClock(), Named()
    async with FakeSlack().serve() as slack:
        workspace = slack.workspace(TEAM, TOKEN)
        workspace.groups |= {"S1": {"U0BOB"}, "S2": {"U0BOB"}}
        api = SlackApi(token=TOKEN, base_url=slack.api, clock=clock)
        groups = UserGroups(slack=api, clock=clock)
        people = People(slack=api, groups=groups, groups_named=named, clock=clock)

        async def of(*, fresh: bool = False) -> set[str]:
            return set((await people.person(TEAM, "U0BOB", fresh=fresh)).groups)

        assert await of() == set()
        assert slack.called("usergroups.list") == 0
        named.groups = frozenset({"S1"})
        assert await of() == {"S1"}
        assert people.recalled(TEAM, "U0BOB").groups == {"S1", "S2"}
        workspace.groups["S1"].clear()
        assert await of(fresh=True) == {"S1"}
        clock.advance(5)
        assert await of(fresh=True) == set()
        workspace.groups["S1"].add("U0BOB")
        clock.advance(30)
        assert await of() == set()
        clock.advance(30)
        assert people.recalled(TEAM, "U0BOB").groups == set()
        assert await of() == {"S1"}
        unsure = People(slack=api, groups=groups, groups_named=_unreachable, clock=clock)
        assert (await unsure.person(TEAM, "U0BOB")).groups == set()
        await api.aclose()


@pytest.mark.parametrize(
    "trouble", [Fault("code", "missing_scope"), Fault("code", "unknown_method"), Fault("status", 500)]
)
async def test_where_slack_does_not_tell_nobody_is_in_a_group(trouble: Fault, caplog: pytest.LogCaptureFixture) -> None:
    """Said once in the log, however often it is asked."""
    clock = ManualClock()
    async with FakeSlack().serve() as slack:
        slack.workspace(TEAM, TOKEN).groups["S1"] = {"U0BOB"}
        api = SlackApi(token=TOKEN, base_url=slack.api, clock=clock)
        groups = UserGroups(slack=api, clock=clock)
        slack.fail("usergroups.list", *[trouble] * 4)
        with caplog.at_level(logging.WARNING):
            for _ in range(2):
                assert await groups.of(TEAM, "U0BOB", fresh=True) == frozenset()
                clock.advance(5)
        assert len(caplog.records) == 1
        await api.aclose()
