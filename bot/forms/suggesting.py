"""Answers to what people type into the selects of a form: operations, fields, values, currencies, objects.

Slack waits for three seconds and takes no later answer, so everything comes from memory but for what is a person's own
and what is at Stripe, and these have ceilings of their own. Whoever may not act is told nothing, and nothing here
raises: what can't be answered is an empty list.
"""

import asyncio
import logging
from typing import Final

from bot.forms import options
from bot.forms.at_hand import AtHand
from bot.forms.names import ACCOUNT, FIND_CURRENCY, FIND_FIELD, FIND_OBJECT, FIND_VALUE, PICK
from bot.forms.objects import Objects, Wanted
from bot.forms.options import Group
from bot.inbound import Suggestion
from bot.people import People
from bot.policy import Policy
from bot.store.engine import Store
from bot.tasks import describe
from operations.forms import Field, fields_of
from operations.registry import Registry
from operations.secrets import find_secret
from operations.shortcuts import look

logger = logging.getLogger(__name__)

OWN_SECONDS: Final = 1.0
"""How long the database may take to tell what is a person's own."""
PERSON_SECONDS: Final = 1.0
"""How long Slack may take to tell who somebody is, where it has not told within the last minute."""
ANSWER_SECONDS: Final = 2.0
"""How long an answer may take in all, inside Slack's three seconds."""
LONGEST_QUERY: Final = 200


def warm(registry: Registry) -> None:
    """Build what searches are answered from, so that the first one doesn't wait for it. It takes a while."""
    options.find_operations("refund", registry)
    options.currencies("")
    look("customer", "", registry)


class Suggesting:
    """Answers searches."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        policy: Policy,
        people: People,
        at_hand: AtHand,
        objects: Objects,
        own_seconds: float = OWN_SECONDS,
        person_seconds: float = PERSON_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._store = store
        self._registry = registry
        self._policy = policy
        self._people = people
        self._at_hand = at_hand
        self._objects = objects
        self._own_seconds = own_seconds
        self._person_seconds = person_seconds
        self._answer_seconds = answer_seconds

    async def answer(self, asked: Suggestion) -> tuple[Group, ...]:
        """What is offered; :func:`bot.forms.options.payload` makes Slack's answer of it. Never raises."""
        until = asyncio.get_running_loop().time() + self._answer_seconds
        try:
            if find_secret(asked.query) is not None or not await self._may_ask(asked):
                return ()
            return await self._found(asked, asked.query[:LONGEST_QUERY], until)
        except Exception as error:  # Slack shows whoever types an error of its own, and nothing would be the better
            logger.warning("a search was not answered: %s", describe(error))
            return ()

    async def _may_ask(self, asked: Suggestion) -> bool:
        async with asyncio.timeout(self._person_seconds):
            return await self._people.why_not(asked.team_id, asked.user_id) is None

    async def _found(self, asked: Suggestion, query: str, until: float) -> tuple[Group, ...]:
        action, _, key = asked.action_id.partition("|")
        if action == PICK:
            return await self._operations(asked, query)
        if action == FIND_CURRENCY:
            return (Group(options.currencies(query)),)
        operation = self._registry.by_key(key)
        if operation is None:
            return ()
        fields = fields_of(operation)
        if action == FIND_FIELD:
            return (Group(options.fields(fields, query)),)
        field = fields.get(asked.block_id)
        if field is None:
            return ()
        if action == FIND_VALUE:
            return (Group(options.values(field, query)),)
        return await self._of_kind(asked, field, query, until) if action == FIND_OBJECT else ()

    async def _operations(self, asked: Suggestion, query: str) -> tuple[Group, ...]:
        if query.strip():
            found = options.find_operations(query, self._registry)
            return (Group(tuple(options.operation(each, self._policy) for each in found)),)
        return (*await self._own(asked), options.everyday(self._registry, self._policy))

    async def _own(self, asked: Suggestion) -> tuple[Group, ...]:
        try:
            async with asyncio.timeout(self._own_seconds):
                return await self._store.read(lambda tx: self._at_hand.groups(tx, asked.team_id, asked.user_id))
        except Exception as error:  # what everybody does is still worth showing
            logger.warning("what is a person's own was not found: %s", describe(error))
            return ()

    async def _of_kind(self, asked: Suggestion, field: Field, query: str, until: float) -> tuple[Group, ...]:
        typed = Group(tuple(options.typed_id(field.kind, query)), "As typed")
        wanted = Wanted(
            team_id=asked.team_id,
            user_id=asked.user_id,
            kind=field.kind,
            text=query.strip(),
            draft_id=asked.private_metadata,
            chosen=_chosen(asked),
        )
        try:
            found = await self._objects.find(wanted, until)
        except Exception as error:  # an id can be typed without Stripe and without the database
            logger.warning("objects were not looked for: %s", describe(error))
            found = None
        if found is None:
            return (typed,)
        return Group(found.options, found.where), typed


def _chosen(asked: Suggestion) -> str:
    """The account that is chosen in the form; empty where none is, or Slack doesn't say."""
    held = next(iter(asked.values.get(ACCOUNT, {}).values()), None)
    return held if isinstance(held, str) else ""
