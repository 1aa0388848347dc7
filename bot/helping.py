"""The rooms for `help …` and `search …`, and what is offered beside a refusal."""

from typing import Final

from bot import cards
from bot.asking import Asking, form_of
from bot.blocks import Message
from bot.cards import Offer
from bot.policy import Policy
from bot.replies import Asker, Replies
from bot.store import accounts
from bot.store.engine import Store
from bot.workspaces import Workspaces
from operations.grammar import blanks, corrections, with_blanks
from operations.manual import Field, Manual, Resource
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.secrets import find_secret
from operations.spec import Operation
from operations.when import NOBODY_KNOWS, When

FOUND: Final = 10
"""Operations that a search shows."""
FOUND_BESIDE: Final = 5
MOST_WORDS: Final = 8
WORDS_SHOWN: Final = 120
EVERYDAY_SEARCH: Final = "charge back"
_UNSAFE: Final = frozenset({"secret", "too_long"})


class Helping:
    """Tells one person what there is to type."""

    def __init__(
        self, *, store: Store, registry: Registry, workspaces: Workspaces, replies: Replies, asking: Asking
    ) -> None:
        self._store = store
        self._registry = registry
        self._manual = Manual(registry)
        self._workspaces = workspaces
        self._replies = replies
        self._asking = asking

    async def help(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``help``, ``help customers``, ``help refunds create``, ``help refunds create reason``."""
        if not rest:
            connected = await self._store.read(lambda tx: accounts.active(tx, asker.team_id))
            await self._replies.tell(asker, cards.help_overview(connected))
        elif find_secret(rest) is not None:
            return False
        else:
            await self._replies.tell(asker, self._about(rest, await self._policy(asker)))
        return True

    async def search(self, asker: Asker, rest: str, trigger_id: str | None) -> bool:
        """``search charge back``; with options it is a Stripe command whose words were turned round."""
        words = rest.split()
        if any(word.startswith("-") or "=" in word for word in words) or find_secret(rest) is not None:
            return False
        if words:
            found = self._registry.search(rest, FOUND)
            await self._replies.tell(asker, cards.search_results(rest, found, await self._policy(asker)))
            return True
        form = form_of(cards.SEARCH, self._registry, {"search"})
        if form is None or not trigger_id or not await self._asking.open(asker, trigger_id, form, NOBODY_KNOWS):
            found = self._registry.search(EVERYDAY_SEARCH, FOUND_BESIDE)
            await self._replies.tell(asker, cards.search_results(EVERYDAY_SEARCH, found, await self._policy(asker)))
        return True

    async def _policy(self, asker: Asker) -> Policy:
        return (await self._workspaces.now(asker.team_id)).policy

    def _about(self, asked: str, policy: Policy) -> Message:
        words = asked.removeprefix("/stripe ").removeprefix("stripe ").split()
        match self._manual.topic(words[:MOST_WORDS]):
            case Operation() as operation:
                return cards.help_operation(self._manual.entry(operation), policy)
            case Field() as field:
                return cards.help_field(field, policy)
            case Resource() as resource:
                return cards.help_resource(resource, policy)
        plain = " ".join(words)[:WORDS_SHOWN]
        near = self._manual.nearest_topics(plain)
        return cards.not_found(plain, near, self._registry.search(plain, FOUND_BESIDE), policy)


def offers(text: str, problem: Problem, manual: Manual, when: When) -> tuple[Offer, ...]:
    """What a refusal offers: the text put right, the form for what it lacks, help on what it names, or a search.

    A text that holds a secret is offered nothing, so that none gets into a button.
    """
    if problem.code in _UNSAFE or find_secret(text) is not None:
        return ()
    if is_whole(problem):
        return whole_offers(problem)
    registry = manual.registry
    if with_blanks(text, registry, when) is not None:
        return (Offer(cards.FILL_IN, f"form {text}"),)
    right = [
        Offer(each.change, each.text)
        for each in corrections(text, problem, registry, when)
        if not _has_blanks(each.text)
    ]
    nearest = _nearest_help(text, manual)
    about_words = problem.code == "unknown_operation" and nearest.text.startswith("help ")
    return (*right, nearest) if about_words or not right else tuple(right)


def is_whole(problem: Problem) -> bool:
    """Whether a problem's suggestions are whole texts, as those of shortcuts are: they stand in nothing's place."""
    return problem.position is None and problem.parameter is None and bool(problem.suggestions)


def whole_offers(problem: Problem) -> tuple[Offer, ...]:
    """The buttons for suggestions that are whole texts."""
    if not is_whole(problem):
        return ()
    return tuple(Offer(each, each) for each in problem.suggestions if not _has_blanks(each))


def _nearest_help(text: str, manual: Manual) -> Offer:
    words = text.split()
    while words and words[0].lower() in ("stripe", "/stripe"):
        del words[0]
    named = manual.registry.longest_words(words)
    if named is not None:
        return Offer(f"Help for {named[0].name}", f"help {named[0].name}")
    plain = []
    for word in words[:MOST_WORDS]:
        if word.startswith("-") or "=" in word:
            break
        plain.append(word)
    asked = " ".join(plain)
    if not asked or len(asked) > WORDS_SHOWN or _has_blanks(asked):
        return Offer("Help", "help")
    resource = manual.resource(asked) or manual.resource(plain[0])
    if resource is not None:
        return Offer(f"Help for {resource.words}", f"help {resource.words}")
    return Offer(f"Search for {asked}", f"search {asked}")


def _has_blanks(text: str) -> bool:
    try:
        return bool(blanks(text))
    except ProblemError:
        return True
