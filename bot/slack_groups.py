"""Slack's user groups, as ``usergroups.list`` tells of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.slack_errors import SlackUncertainError


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group that is not disabled, with the people in it. Names and handles are somebody's words."""

    id: str
    name: str
    handle: str
    members: frozenset[str]


class _Group(BaseModel):
    id: str
    name: str = ""
    handle: str = ""
    users: list[str] = []
    date_delete: int = 0


class _Groups(BaseModel):
    usergroups: list[_Group]


def read_groups(answer: Mapping[str, Any]) -> tuple[UserGroup, ...]:
    """The groups of an answer. Raises SlackUncertainError where it isn't one."""
    try:
        told = _Groups.model_validate(dict(answer))
    except ValidationError:
        raise SlackUncertainError("Slack's answer lacks usergroups.") from None
    return tuple(
        UserGroup(each.id, each.name, each.handle, frozenset(each.users))
        for each in told.usergroups
        if not each.date_delete
    )
