"""Which shortcut a text is, and how a text goes on once Stripe was asked."""

import re
from dataclasses import replace

from operations import prefixes
from operations.call import Json, bind
from operations.grammar import Command, draft, parse
from operations.grammar.blanks import BLANK
from operations.grammar.lexer import Token, split
from operations.grammar.parse import MAX_LENGTH
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.secrets import locate_secret
from operations.shaping import Shaping
from operations.shortcuts import objects
from operations.shortcuts.currencies import agreed
from operations.shortcuts.endings import read_cancel
from operations.shortcuts.finding import read_find
from operations.shortcuts.lookups import Lookup, Said, apart, parsed
from operations.shortcuts.refunds import REFUND, read_refund, refund_of
from operations.spec import Operation
from operations.when import NOBODY_KNOWS, When

SHOW, CANCEL, FIND, REFUNDING = "show", "cancel", "find", "refund"
_NAMES = frozenset({"stripe", "/stripe"})
# Slack writes an address or a link as <https://…|what it shows> or <mailto:…|…>.
_LINKED = re.compile(
    r"(\s*(?:(?:show|find|refund|cancel)\s+)?)<(?:mailto:)?([^|<>\s]{1,2000})(?:\|[^<>]*)?>", re.IGNORECASE
)


def read(text: str, registry: Registry, when: When = NOBODY_KNOWS) -> Command | Lookup | Problem:
    """What a text asks for, by whichever way of writing. Never raises."""
    short = read_shortcut(text, registry, when)
    return parse(text, registry, when) if short is None else short


def read_shortcut(text: str, registry: Registry, when: When) -> Command | Lookup | Problem | None:
    """The command that a shortcut is short for; None for a text that is none. Never raises.

    What the grammar would refuse whole, a secret or too long a text, is left to it.
    """
    if len(text) > MAX_LENGTH or locate_secret(text) is not None:
        return None
    text = _LINKED.sub(lambda match: f"{match[1]}{match[2]}", text, count=1) if _LINKED.match(text) else text
    try:
        tokens = list(split(text))
    except ProblemError:
        return None
    while tokens and tokens[0].text.lower() in _NAMES:
        del tokens[0]
    if not tokens or tokens[0].quoted or any(locate_secret(token.text) for token in tokens):
        return None
    if registry.longest_words(["-" if each.is_option else each.text for each in tokens]) is not None:
        return None
    return _shortcut(text, tokens, registry, when)


def go_on(then: str, found: Json, registry: Registry, shaping: Shaping) -> Command | Problem:
    """The command of a :class:`Lookup`, now that Stripe has answered with ``found``, or what that says against it."""
    tokens = split(then)
    if tokens and tokens[0].text == REFUNDING:
        command = refund_of(apart(then, tokens), found, registry, NOBODY_KNOWS)
    else:
        # The text of a command as it is rendered: every moment in it is written out, every amount with its currency.
        typed = parse(then, registry)
        command = typed if isinstance(typed, Problem) else agreed(typed, found)
    return command if isinstance(command, Problem) else replace(command, shaping=shaping)


def stands_for(text: str, registry: Registry) -> Operation | None:
    """The operation that a shortcut with blanks ends in, for the questions that a form asks about them."""
    return registry.by_name(REFUND) if text.split()[:1] == [REFUNDING] else None


def sketch(text: str, registry: Registry, when: When = NOBODY_KNOWS) -> Command | Problem:
    """What a text comes to, as far as can be told before its blanks are filled and before Stripe is asked anything.

    Of a shortcut that is the kind of command that it ends in; else see :func:`operations.grammar.draft`. Never raises.
    """
    words = text.split()
    ends_in = _ENDS_IN.get(words[0].lower()) if words and registry.longest_words(words) is None else None
    if BLANK.search(text) is None:
        found = read(text, registry, when)
        if not isinstance(found, Lookup):
            return found
    elif ends_in is None or locate_secret(BLANK.sub("", text)) is not None:
        return draft(text, registry, when)
    operation = registry.by_name(ends_in or REFUND)
    if operation is None:
        raise LookupError(f"the registry lacks {ends_in}")
    return Command(bind(operation), live="--live" in words)


_ENDS_IN = {REFUNDING: REFUND, CANCEL: "subscriptions cancel", FIND: "customers search", SHOW: "customers retrieve"}


def _shortcut(text: str, tokens: list[Token], registry: Registry, when: When) -> Command | Lookup | Problem | None:
    first = tokens[0].text
    verb = first.lower()
    said = apart(text, tokens)
    if not said.words or said.words[0] != first:
        return None
    if verb == REFUNDING:
        return read_refund(said, registry, when)
    if verb == CANCEL:
        return read_cancel(said, registry, when)
    if verb == FIND:
        return read_find(said, registry, when)
    if verb == SHOW:
        if len(said.words) == 1:
            return Problem("missing_id", "show takes what you have: an id, a link to the Dashboard, an e-mail address.")
        return _in_hand(said.words[1], said, said.words[2:], registry, when, shown=True)
    return _in_hand(first, said, said.words[1:], registry, when, shown=False)


def _in_hand(
    word: str, said: Said, others: tuple[str, ...], registry: Registry, when: When, *, shown: bool
) -> Command | Problem | None:
    """The object that one word names. ``shown``: it was asked for in so many words, so anything else is refused."""
    if objects.is_link(word):
        found = objects.by_link(word, said, registry, when)
    elif objects.is_email(word):
        found = objects.by_email(word, said, registry, when)
    elif prefixes.is_id(word) or prefixes.looks_like_id(word) or (shown and "_" in word):
        found = objects.by_id(word, said, registry, when)
    elif shown:
        message = "show takes an id, a link to the Dashboard or an e-mail address; find looks for anything else."
        return Problem("invalid_value", message, suggestions=(said.with_options(f"find {' '.join(said.words[1:])}"),))
    else:
        return None
    if others and isinstance(found, Command):
        # The grammar says what is wrong with words that don't belong here.
        return parsed(said.with_options(f"{found.call.operation.name} {' '.join((word, *others))}"), registry, when)
    return found
