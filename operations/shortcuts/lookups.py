"""A read that a command needs first, and the helpers that every shortcut reads its words with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from operations.grammar import Command, parse
from operations.grammar.arguments import is_assignment
from operations.grammar.lexer import DASHES, Token
from operations.problem import Problem
from operations.registry import Registry
from operations.shaping import AS_IT_IS, Shaping
from operations.when import When

_CHOOSING = frozenset({"live", "on", "stripe-account", "stripe-context"})
_SWITCHES = frozenset({"live", "dry-run", "dry_run", "confirm", "c", "skip-confirmation", "skip_confirmation"})


@dataclass(frozen=True, slots=True)
class Lookup:
    """A command that can be told only from what Stripe answers to another, which is read first."""

    command: Command
    """The read."""
    then: str
    """The text to go on with, by :func:`operations.shortcuts.go_on`."""
    shaping: Shaping = AS_IT_IS
    """How what comes of it is to be shown, which has no place in the text."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text apart: its words up to wherever, and its options as one text."""

    words: tuple[str, ...]
    options: str
    chosen: str = ""
    """Those of the options that choose the account and the mode."""

    def with_options(self, text: str) -> str:
        """The text with the options behind it."""
        return f"{text} {self.options}".strip()

    def there(self, text: str) -> str:
        """Another text on the same account, in the same mode."""
        return f"{text} {self.chosen}".strip()


def apart(text: str, tokens: Sequence[Token]) -> Said:
    """The words and the options of a text; an option takes the word behind it with it, unless it is a switch."""
    words: list[str] = []
    options: list[str] = []
    chosen: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if not token.is_option and not is_assignment(token):
            words.append(token.text)
            continue
        end = token.end
        name = token.text.lstrip(DASHES).lower()
        takes = token.is_option and "=" not in token.text and name not in _SWITCHES
        if takes and at < len(tokens) and not tokens[at].is_option:
            end = tokens[at].end
            at += 1
        options.append(text[token.start : end])
        if name.partition("=")[0].replace("_", "-") in _CHOOSING:
            chosen.append(options[-1])
    return Said(tuple(words), " ".join(options), " ".join(chosen))


def parsed(text: str, registry: Registry, when: When) -> Command | Problem:
    """The command of a text that we made of what somebody typed: a problem points nowhere in theirs."""
    found = parse(text, registry, when)
    return replace(found, position=None) if isinstance(found, Problem) else found


def noun(kind: str) -> str:
    """What people call a kind of object: ``payment_intent`` → ``payment intent``."""
    return kind.rpartition(".")[2].replace("_", " ")


def an(kind: str) -> str:
    """The noun with its article."""
    name = noun(kind)
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"
