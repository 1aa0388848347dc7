"""A form that somebody is filling in, as it is kept on our side, and what each step makes of it.

Slack's clients hold what is typed until it is submitted, and hand it over with every step; each step writes it into the
draft. So nothing that was handed over is lost with a modal, a process or a role.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.domain import Place
from operations.forms import CURRENCY, EXTRA, Answer, Field, Fields, Filled, fields_of, numbered, numbers, template
from operations.secrets import find_secret
from operations.spec import Operation

MOST_SHOWN: Final = 30
"""Fields on one form: with their headings and currencies they stay under the hundred blocks of a modal."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One person's form. Values are texts as they were given; nothing is checked before it is submitted."""

    team_id: str
    id: str
    user_id: str
    place: Place
    """Where the answer goes."""
    operation: Operation
    shown: tuple[str, ...]
    """The names of the fields that the form shows, in their order."""
    answers: Mapping[str, Answer] = field(repr=False)
    """By the name of the field; of the extra arguments under :data:`operations.forms.EXTRA`."""
    account: str | None = None
    live: bool = False
    within: str = ""
    """The object whose parts are offered to be added; empty for all that there is."""
    page: int = 0
    """Which part of a long offer is shown."""
    supersedes: str | None = None
    """The approval whose place it is to take."""
    version: int = 1
    """Grows with each step."""

    @property
    def fields(self) -> Fields:
        """All the fields that there are for its operation."""
        return fields_of(self.operation)

    @property
    def visible(self) -> tuple[Field, ...]:
        """The fields that it shows in their order, those of one object together where its first one stands."""
        found = [each for each in map(self.fields.get, self.shown) if each is not None]
        first = {each.heading: index for index, each in reversed(list(enumerate(found)))}
        placed = [(first[each.heading] if each.heading else index, each) for index, each in enumerate(found)]
        return tuple(each for _, each in sorted(placed, key=lambda each: each[0]))

    @property
    def further(self) -> bool:
        """Whether it shows the field for extra arguments."""
        return EXTRA in self.answers or EXTRA in self.shown

    @property
    def is_full(self) -> bool:
        """Whether no field more fits on it."""
        return len(self.visible) >= MOST_SHOWN

    @property
    def files(self) -> tuple[tuple[Field, str], ...]:
        """The fields that hold files, with what names each: Slack's id of one, or a link to it."""
        answered = ((self.fields.get(name), answer) for name, answer in self.answers.items())
        return tuple(
            (each, answer.strip())
            for each, answer in answered
            if each is not None and each.control == "file" and isinstance(answer, str)
        )

    @property
    def purpose(self) -> str:
        """What an upload is for, in Stripe's words; empty where it doesn't say."""
        purpose = self.answers.get("purpose", "")
        return purpose if isinstance(purpose, str) else ""

    @property
    def filled(self) -> Filled:
        """What it says, to be made into a command."""
        return Filled(self.operation, self.answers, self.account, self.live)

    def with_answers(self, answers: Mapping[str, Answer]) -> "Draft":
        """With these answers in place of those before; an empty one takes the one before away.

        One that holds a secret is not kept: whoever submits it is told, and the draft is stored.
        """
        merged = {**self.answers, **{name: "" if _is_secret(answer) else answer for name, answer in answers.items()}}
        return replace(self, answers={name: answer for name, answer in merged.items() if answer})

    def with_field(self, name: str) -> "Draft":
        """With one more field; of a list, in its first item. Unchanged where there is no such field, or no room."""
        if name == EXTRA:
            return replace(self, shown=(*self.shown, EXTRA)) if not self.further else self
        whole = numbered(name, ())
        if self.fields.get(whole) is None or whole in self.shown or self.is_full:
            return self
        return replace(self, shown=(*self.shown, whole))

    def with_item(self, group: str) -> "Draft":
        """With one more item of a list, ``items``: the fields that its first item shows. Unchanged without room."""
        if group not in self.lists:
            return self
        start = f"{group}["
        first = [name for name in self.shown if name.startswith(start)]
        here = len(numbers(f"{group}[0]")) - 1
        at = [numbers(name)[here] for name in first]
        number = max(at) + 1
        added = []
        for name, index in zip(first, at, strict=True):
            if index == min(at):
                counted = list(numbers(name))
                counted[here] = number
                added.append(numbered(template(name), counted))
        return replace(self, shown=(*self.shown, *added)) if len(added) <= MOST_SHOWN - len(self.visible) else self

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists of which the form shows an item: ``items``; those to which another can be added."""
        found: dict[str, None] = {}
        for name in self.shown:
            for index, character in enumerate(name):
                if character == "[" and name[index + 1 : index + 2].isdigit():
                    found[name[:index]] = None
        return tuple(found)


def _is_secret(answer: Answer) -> bool:
    return find_secret(answer if isinstance(answer, str) else "\n".join(answer)) is not None


def begun(
    *,
    team_id: str,
    id: str,  # noqa: A002
    user_id: str,
    place: Place,
    filled: Filled,
    supersedes: str | None = None,
) -> Draft:
    """A new draft that shows what the operation's form begins with, and what is answered already."""
    fields = fields_of(filled.operation)
    answered = [name for name in filled.answers if fields.get(name) is not None]
    answered += [name.removesuffix(CURRENCY) for name in filled.answers if name.endswith(CURRENCY)]
    first = [each.name for each in fields.all if each.in_path]
    needed = [name for name in fields.first if (found := fields.get(name)) is not None and found.required]
    shown = tuple(dict.fromkeys((*first, *needed, *answered, *fields.first)))
    return Draft(
        team_id=team_id,
        id=id,
        user_id=user_id,
        place=place,
        operation=filled.operation,
        shown=shown[: max(MOST_SHOWN, len({*first, *needed, *answered}))],
        answers=filled.answers,
        account=filled.account,
        live=filled.live,
        supersedes=supersedes,
    )
