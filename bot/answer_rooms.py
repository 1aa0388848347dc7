"""The room for ``answers …``: where answers go, told to anybody and changed by admins."""

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, cast

from bot import cards
from bot.blocks import Message
from bot.domain import Place
from bot.placing import WAYS, Answers, Way
from bot.replies import Asker, Replies
from bot.store.engine import Store, Transaction
from bot.workspaces import Workspaces

TO: Final = "say where answers go"
TRIES: Final = 5
USAGE: Final = (
    f"Behind answers stands where they go: {', '.join(WAYS[:-1])} or {WAYS[-1]}; the same behind here or a channel's "
    "id, or usual to have it as elsewhere; or reads private, or reads open."
)
RACED: Final = "Somebody else is changing the settings right now, so this changed nothing. Try again."
_CHANNEL: Final = re.compile(r"(?:<#|#)?([CG][A-Z0-9]{2,31})(?:\|[^<>|]*)?>?")
_USUAL: Final = "usual"

Change: TypeAlias = Callable[[Answers], Answers]


class AnswerRooms:
    """Takes what is typed and pressed about where answers go."""

    def __init__(self, *, store: Store, workspaces: Workspaces, replies: Replies) -> None:
        self._store = store
        self._workspaces = workspaces
        self._replies = replies

    async def room(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``answers``, ``answers dm``, ``answers here ephemeral``, ``answers reads private``."""
        if not rest:
            settings = await self._workspaces.now(asker.team_id)
            admin = settings.is_admin(asker.user_id)
            await self._replies.tell(asker, cards.answers_shown(settings.answers, asker.place, admin=admin))
            return True
        change = read(rest, asker.place)
        told = cards.denied(change) if isinstance(change, str) else await self._change(asker, change)
        await self._replies.tell(asker, told)
        return True

    async def _change(self, asker: Asker, change: Change) -> Message:
        for _ in range(TRIES):
            told = await self._store.transaction(lambda tx: self._changed(tx, asker, change))
            if told is not None:
                return told
        return cards.denied(RACED)

    def _changed(self, tx: Transaction, asker: Asker, change: Change) -> Message | None:
        """What came of a change; None where the settings were changed by somebody else at the same moment."""
        before = self._workspaces.read(tx, asker.team_id)
        if not before.is_admin(asker.user_id):
            return cards.not_an_admin(asker.user_id, before.admins, to=TO)
        try:
            answers = change(before.answers)
        except ValueError as error:
            return cards.denied(f"Not changed: {error}.")
        if answers == before.answers:
            return cards.answers_shown(before.answers, asker.place, admin=True, changed="It is like that already.")
        after = self._workspaces.change(tx, before, before.answering(answers), user_id=asker.user_id)
        return (
            None if after is None else cards.answers_shown(after.answers, asker.place, admin=True, changed="Changed.")
        )


def read(text: str, place: Place) -> Change | str:
    """What a text changes, or why it changes nothing."""
    words = text.split()
    match text.lower().split():
        case [way] if way in WAYS:
            return lambda answers: answers.usually(cast("Way", way))
        case ["reads", "private" | "open" as word]:
            return lambda answers: answers.reading(quietly=word == "private")
        case [_, way] if way in (*WAYS, _USUAL):
            return _in_channel(words[0], None if way == _USUAL else cast("Way", way), place)
    return _unclear(words)


def _in_channel(where: str, way: Way | None, place: Place) -> Change | str:
    named = _CHANNEL.fullmatch(where)
    if where.lower() == "here":
        if place.private:
            return "Nobody else reads along here, so answers stay here. Type it in the channel that it is for."
        channel_id = place.channel_id
    elif named is not None:
        channel_id = named[1]
    else:
        return f"{where} names no channel: type it there with here, or take the channel's id (C…). {USAGE}"
    return lambda answers: answers.in_channel(channel_id, way)


def _unclear(words: Sequence[str]) -> str:
    return f"{' '.join(words)[:60]} is none of what can be said of answers. {USAGE}"
