"""Roles: what grants give, whatever there are of them."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Account, Person, Place
from bot.granting import words
from bot.granting.words import Typed, Unclear
from bot.roles import MODES, ROLES, SUBJECTS, Grant, Role, holds
from bot.workspaces import WorkspaceSettings

UTC = ZoneInfo("UTC")
TEST = Account("T1", "a-test", 1, "default", livemode=False, stripe_account_id="", name="", key_kind="sk", tail4="")
LIVE = replace(TEST, id="a-live", livemode=True)
OTHER = replace(TEST, id="b-test", alias="eu-store")
ACCOUNTS = (TEST, LIVE, OTHER)
IDS = {"person": ("U1AA", "U2AA"), "group": ("S1AA", "S2AA"), "channel": ("C1AA", "C2AA"), "everyone": ("",)}

subjects = st.sampled_from(SUBJECTS).flatmap(lambda subject: st.tuples(st.just(subject), st.sampled_from(IDS[subject])))
grants = st.builds(
    lambda role, subject, account_id, mode: Grant(role, subject[0], subject[1], account_id, mode),
    st.sampled_from(ROLES),
    subjects,
    st.sampled_from((None, "a-test", "a-live", "gone")),
    st.sampled_from((None, *MODES)),
)
many = st.lists(grants, max_size=6, unique=True).map(tuple)
people = st.builds(
    Person,
    st.just("T1"),
    st.sampled_from(("U1AA", "U2AA", "U3AA")),
    st.none(),
    st.just(UTC),
    st.frozensets(st.sampled_from(("S1AA", "S2AA"))),
)
accounts = st.none() | st.sampled_from(ACCOUNTS)
places = st.none() | st.sampled_from(("C1AA", "C3AA", "D1AA")).map(Place)


def settings(*given_: Grant, fixed: tuple[str, ...] = ()) -> WorkspaceSettings:
    return WorkspaceSettings("T1", fixed_admins=fixed, grants=given_)


def width(role: Role | None) -> int:
    return -1 if role is None else ROLES.index(role)


@given(many, grants, people, accounts, places)
def test_a_grant_more_takes_nothing_away(
    standing: tuple[Grant, ...], new: Grant, person: Person, account: Account | None, place: Place | None
) -> None:
    """And what it gives is at most its own role."""
    before = settings(*standing).role_of(person, account, place)
    after = settings(*standing, new).role_of(person, account, place)
    assert width(after) in {width(before), max(width(before), width(new.role))}


@given(many, people, accounts, places)
def test_a_role_comes_from_a_grant_that_names_who_and_where(
    standing: tuple[Grant, ...], person: Person, account: Account | None, place: Place | None
) -> None:
    """Written once more, the long way round."""
    fitting = [
        grant
        for grant in standing
        if (grant.subject, grant.subject_id)
        in {
            ("person", person.user_id),
            ("everyone", ""),
            ("channel", place.channel_id if place else None),
            *(("group", each) for each in person.groups),
        }
        and (account is None or grant.account_id in {None, account.id})
        and (account is None or grant.mode in {None, "live" if account.livemode else "test"})
        and (grant.role != "admin" or (grant.subject == "person" and grant.account_id is None and grant.mode is None))
    ]
    found = settings(*standing).role_of(person, account, place)
    assert width(found) == max((width(each.role) for each in fitting), default=-1)
    for role in ROLES:
        assert settings(*standing).may(person, role, account, place) == holds(found, role)


@given(many, people, st.sampled_from(ACCOUNTS), places)
def test_nobody_has_a_role_across_workspaces(
    standing: tuple[Grant, ...], person: Person, account: Account, place: Place | None
) -> None:
    """Neither people of another one, nor on another one's account, nor who is no full member; admins included."""
    here = settings(*standing, Grant("approver", "everyone"), fixed=("U1AA",))
    assert here.role_of(replace(person, team_id="T2"), account, place) is None
    assert here.role_of(person, replace(account, team_id="T2"), place) is None
    assert here.role_of(replace(person, barred="guests can't"), account, place) is None


@given(many, people, st.sampled_from(ROLES), accounts)
def test_whoever_may_is_among_those_who_are_named(
    standing: tuple[Grant, ...], person: Person, role: Role, account: Account | None
) -> None:
    """So a card that says who may approve leaves nobody out."""
    here = settings(*standing)
    named = here.holders(role, account)
    if here.may(person, role, account, Place("C1AA")):
        assert (
            named.everyone
            or person.user_id in named.people
            or person.groups & set(named.groups)
            or "C1AA" in named.channels
        )


@given(grants)
def test_a_grant_is_read_back_from_its_text(grant: Grant) -> None:
    """What the buttons of the list say names just the grant that they stand beside."""
    if grant.account_id is not None:
        grant = replace(grant, mode=None)
    read = words.read(words.said(grant, ACCOUNTS), ACCOUNTS, (grant,), whom=True)
    assert isinstance(read, Typed)
    assert read.grants() == (grant,)


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("<@U1AA> approver", ("person", "U1AA")),
        ("<@U1AA|Alice Moreau> approver", ("person", "U1AA")),
        ("@U1AA approver", ("person", "U1AA")),
        ("W1AA approver", ("person", "W1AA")),
        ("<!subteam^S1AA|@finance> approver", ("group", "S1AA")),
        ("<#C1AA|support> approver", ("channel", "C1AA")),
        ("Everyone approver", ("everyone", "")),
    ],
)
def test_ids_and_mentions_name_somebody(text: str, whom: tuple[str, str]) -> None:
    """In every form that Slack gives them."""
    read = words.read(text, ACCOUNTS, whom=True)
    assert isinstance(read, Typed)
    assert ((read.subject, read.subject_id), read.role) == (whom, "approver")


def test_what_names_nobody_or_nowhere_is_told_apart() -> None:
    """A name that only people can read is answered with the form; the others with what would do."""
    for text, by_name, says in (
        ("@alice approver", True, "mere letters"),
        ("#support approver", True, "mere letters"),
        ("alice approver", False, "names nobody"),
        ("", False, "Say whom"),
        ("U1AA boss", False, "neither a role"),
        ("U1AA approver on nowhere", False, "default, eu-store"),
        ("U1AA approver on eu-store live", False, "No live account"),
    ):
        read = words.read(text, ACCOUNTS, whom=True)
        assert isinstance(read, Unclear), text
        assert read.by_name == by_name, text
        assert says in read.why, text
    both = words.read("U1AA approver on default", ACCOUNTS, whom=True)
    assert isinstance(both, Typed)
    assert {each.account_id for each in both.grants()} == {"a-test", "a-live"}
