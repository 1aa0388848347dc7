"""What a card tells of an object: headline, status, facts and its page in the Dashboard.

Objects of :data:`~bot.cards.objects.OBJECTS` are told as that table says; any other object by what its members look
like. Nothing here raises, whatever the object holds.
"""

import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from bot.cards import guessing
from bot.cards.objects import OBJECTS, TONES, Fact, ObjectCard, Tone
from bot.cards.values import Manner, dig, show, words
from bot.text import Mrkdwn, clip, escape, join
from operations.call import Json
from operations.prefixes import kind_of

HEADLINE_SHOWN: Final = 120
GENERIC_FACTS: Final = 10
GENERIC_ROW_FACTS: Final = 3
ROW_FACT_SHOWN: Final = 80
WORDS: Final = Manner("plain")
"""For tables and files, in which no markup is read."""
_PLAIN_IN_ROWS: Final = frozenset({"text", "words", "id", "method", "list", "period", "items"})

_LINKABLE_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,255}")


@dataclass(frozen=True, slots=True)
class Status:
    """What state an object is in, and whether that is good news."""

    words: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Told:
    """An object, told: everything a card shows of it. Texts are somebody's unless they are Mrkdwn."""

    title: str
    """Stripe's name of the kind of object: ``Charge``."""
    headline: str
    """What this one is: its amount, its name. Never empty, never Mrkdwn."""
    id: str | None
    status: Status | None
    facts: tuple[tuple[str, str], ...]
    """Labels of ours with values."""
    row: tuple[Mrkdwn, ...]
    """The few of them that a list shows, labelled where the value alone doesn't say what it is."""
    page: str | None
    """The path of its page in the Dashboard, without the mode."""
    known: bool
    """Whether the table says how to tell it."""
    paths: frozenset[str]
    """Where in the object stands what is told."""


def tell(data: Json, manner: Manner, expected: str = "") -> Told:
    """What a card shows of ``data``; ``expected`` is the kind of object that the operation promises."""
    stated = dig(data, "object")
    kind = stated if isinstance(stated, str) and stated else expected
    card = OBJECTS.get(kind)
    identity = dig(data, "id")
    identity = clip(identity, 255) if isinstance(identity, str) and identity else None
    if card is None:
        return _generic(data, kind, identity, manner)
    facts = _facts(card.facts, data, manner)
    headline = _headline(card, data, replace(manner, separator=", "))
    return Told(
        title=card.title,
        headline=headline or identity or card.title,
        id=identity,
        status=_status(card, data),
        facts=tuple((fact.label, value) for fact, value in facts if value != headline),
        row=tuple(_row_text(fact, value) for fact, value in _row(card.facts, data, manner) if value != headline),
        page=_page(card, data),
        known=True,
        paths=frozenset(fact.path for fact, _ in facts) | {card.status, *(state.path for state in card.states)},
    )


def status_of(data: Json, expected: str = "") -> Status | None:
    """The state of an object alone, for when there are many of them."""
    stated = dig(data, "object")
    card = OBJECTS.get(stated if isinstance(stated, str) and stated else expected)
    return _status(card, data) if card is not None else _stated(dig(data, "status"))


def kind_words(kind: str) -> str:
    """The name of a kind of object as a title: ``tax.registration`` → ``Tax registration``."""
    card = OBJECTS.get(kind)
    return card.title if card else words(kind.removeprefix("v2.")) or "Result"


def _headline(card: ObjectCard, data: Json, manner: Manner) -> str:
    amount = _first(card.amount, data, manner)
    name = _first(card.name, data, manner)
    return clip(" · ".join(" ".join(part.split()) for part in (amount, name) if part), HEADLINE_SHOWN)


def _first(facts: tuple[Fact, ...], data: Json, manner: Manner) -> str | None:
    return next((shown for fact in facts if (shown := show(fact, data, manner))), None)


def _facts(facts: tuple[Fact, ...], data: Json, manner: Manner) -> list[tuple[Fact, str]]:
    return [(fact, shown) for fact in facts if (shown := show(fact, data, manner))]


def _row_text(fact: Fact, value: str) -> Mrkdwn:
    """A fact on one line: labelled, unless its kind or its place says enough."""
    if not isinstance(value, Mrkdwn):
        value = escape(clip(" ".join(value.split()), ROW_FACT_SHOWN))
    if fact.kind in _PLAIN_IN_ROWS or fact.label == "Created":
        return value
    return join(" ", (fact.label, value))


def _row(facts: tuple[Fact, ...], data: Json, manner: Manner) -> list[tuple[Fact, str]]:
    return _facts(tuple(fact for fact in facts if fact.row), data, replace(manner, separator=", "))


def _status(card: ObjectCard, data: Json) -> Status | None:
    for state in card.states:
        value = dig(data, state.path)
        holds = bool(value) if state.value is True else value == state.value and value is not None
        if holds:
            return Status(state.words, state.tone)
    return _stated(dig(data, card.status))


def _stated(status: Json) -> Status | None:
    if not isinstance(status, str) or not status:
        return None
    return Status(words(status).lower(), TONES.get(status, "neutral"))


def _page(card: ObjectCard, data: Json) -> str | None:
    for pattern in card.dashboard:
        names = re.findall(r"\{(\w+)\}", pattern)
        values = {name: dig(data, name) for name in names}
        values |= {name: dig(value, "id") for name, value in values.items() if isinstance(value, dict)}
        if all(isinstance(value, str) and _LINKABLE_ID.fullmatch(value) for value in values.values()):
            return pattern.format(**{name: quote(str(value), safe="") for name, value in values.items()})
    return None


def page_of(object_id: str) -> str | None:
    """The path of an object's page in the Dashboard by its id alone; None where that takes more than the id."""
    card = OBJECTS.get(kind_of(object_id) or "")
    if card is None or not _LINKABLE_ID.fullmatch(object_id):
        return None
    own = (pattern for pattern in card.dashboard if pattern.endswith("/{id}"))
    return next((pattern.format(id=quote(object_id, safe="")) for pattern in own), None)


def _generic(data: Json, kind: str, identity: str | None, manner: Manner) -> Told:
    title = kind_words(kind)
    headline = guessing.headline(data, manner)
    found = [(fact, value) for fact, value in guessing.facts(data, manner) if value != headline]
    shown = found[:GENERIC_FACTS]
    return Told(
        title=title,
        headline=headline or identity or title,
        id=identity,
        status=_guessed_status(data),
        facts=tuple((fact.label, value) for fact, value in shown),
        row=tuple(_row_text(fact, value) for fact, value in found[:GENERIC_ROW_FACTS]),
        page=None,
        known=False,
        paths=frozenset(fact.path for fact, _ in shown),
    )


def _guessed_status(data: Json) -> Status | None:
    stated = _stated(dig(data, "status")) or _stated(dig(data, "state"))
    active = dig(data, "active")
    if stated is None and isinstance(active, bool):
        return Status("active", "good") if active else Status("inactive", "neutral")
    return stated
