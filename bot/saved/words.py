"""The words around saved commands: which names there may be, and what is typed before and behind one.

save [--workspace] [--replace] <name> <text>
<name> [values for its blanks, in their order] [blank=value] [anything else]
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.asking import MOST_QUESTIONS
from operations.grammar import Command, blanks, fill
from operations.grammar.arguments import is_assignment
from operations.grammar.lexer import DASHES, Token, split
from operations.problem import Problem, ProblemError
from operations.registry import Registry
from operations.scalars import shown
from operations.secrets import find_secret
from operations.shortcuts import sketch
from operations.when import When

WORKSPACE: Final = "workspace"
"""The option that means what is everybody's in the workspace."""
REPLACE: Final = "replace"
LONGEST_TEXT: Final = 1_500
"""Characters of a saved text: it has to travel in buttons and, with the questions for its blanks, in a modal."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_PAIR = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)=", re.ASCII)
_SLASH = re.compile(r"(?:/?stripe\s+)+", re.IGNORECASE)
_FIRST_WORD = re.compile(r"\s*(\S+)\s*")
_OTHER_WORDS = frozenset({"get", "post", "delete", "stripe"})


@dataclass(frozen=True, slots=True)
class Named:
    """What was typed behind ``save``, ``run``, ``edit`` or ``unsave``."""

    name: str
    """Lower case, and of the form of a name."""
    options: frozenset[str]
    rest: str
    """What follows the name, as it was typed."""

    @property
    def shared(self) -> bool:
        return WORKSPACE in self.options


def read_named(text: str, *options: str) -> Named | Problem:
    """The name that a text begins with, any of ``options`` before it."""
    given: set[str] = set()
    while (match := _FIRST_WORD.match(text)) is not None:
        word, text = match[1], text[match.end() :]
        if word[0] not in DASHES:
            name = word.lower()
            return Named(name, frozenset(given), text.strip()) if is_name(name) else _no_name(word)
        option = word.strip(DASHES).lower()
        if option not in options:
            known = " or ".join(f"--{each}" for each in options)
            return Problem("invalid_option", f"Before the name stands {known} or nothing, not {shown(word)}.")
        given.add(option)
    return Problem("missing_value", "Say the name of a saved command; saved lists them all.", suggestions=("saved",))


def is_name(word: str) -> bool:
    """Whether a word has the form of a name, and holds no secret."""
    return _NAME.fullmatch(word) is not None and find_secret(word) is None


def _no_name(word: str) -> Problem:
    rule = "A name begins with a letter and has up to 40 lower-case letters, digits and hyphens"
    return Problem("invalid_name", f"{rule}; {shown(word)} doesn't." if find_secret(word) is None else f"{rule}.")


def taken(name: str, registry: Registry, rooms: frozenset[str]) -> Problem | None:
    """Why a name can't be saved under: it means something already. ``rooms`` are the words that begin no operation."""
    if name in rooms or name in _OTHER_WORDS:
        why = f"/stripe {name} means something already"
    elif _is_stripes(name, registry):
        why = f"{name} is a word of Stripe's commands"
    else:
        return None
    return Problem("invalid_name", f"{why}, so nothing can be saved under it. Choose another name, such as my-{name}.")


def _is_stripes(name: str, registry: Registry) -> bool:
    """Whether it is among the words of an operation's name, in whichever place or number people write it."""
    plain = name.replace("-", "_")
    forms = {plain, f"{plain}s", f"{plain}es", f"{plain.removesuffix('y')}ies", plain.removesuffix("s")}
    return any(
        word in forms
        for operation in registry.operations
        for spelled in (operation.name, *operation.aliases)
        for word in spelled.split()
    )


def text_to_save(typed: str) -> str:
    """The command in what was typed behind the name: without the slash command, and out of quotes around it all."""
    try:
        tokens = split(typed)
    except ProblemError:
        tokens = ()
    whole = tokens[0].text if len(tokens) == 1 and tokens[0].quoted else typed
    return _SLASH.sub("", whole.strip(), count=1) if _SLASH.match(whole.strip()) else whole.strip()


def checked(text: str, registry: Registry, when: When) -> Command | Problem:
    """What a text says, as far as can be told before its blanks are filled, or why it can't be saved."""
    if len(text) > LONGEST_TEXT:
        message = f"This text has {len(text):,} characters; a saved command may have {LONGEST_TEXT:,}."
        return Problem("too_long", message)
    drafted = sketch(text, registry, when)
    if isinstance(drafted, Command) and len(blanks(text)) > MOST_QUESTIONS:
        return Problem("too_long", f"A saved command may have {MOST_QUESTIONS} blanks, and this one has more.")
    return drafted


def with_typed(text: str, typed: str) -> str:
    """A saved text with what was typed behind its name: values go into its blanks, the rest is appended as it stands.

    The words before the first option or pair fill the blanks in their order; ``amount=500``, ``--amount=500`` and
    ``--amount 500`` fill the blank of that name. Raises ProblemError for a quote that nothing closes.
    """
    open_blanks = {each.name: each for each in blanks(text)}
    answers: dict[str, str] = {}
    appended: list[str] = []
    tokens = list(split(typed))
    leading = True
    while tokens:
        token = tokens.pop(0)
        named = _answer(token, tokens)
        leading = leading and not token.is_option and (token.quoted or not is_assignment(token))
        left = [name for name in open_blanks if name not in answers]
        if named is not None and named[0] in left:
            answers[named[0]] = named[1]
            del tokens[: named[2]]
        elif leading and left:
            answers[left[0]] = token.text
        else:
            appended.append(typed[token.start : token.end])
    # An empty value for what is needed is none: it is asked for.
    given = {name: value for name, value in answers.items() if value or open_blanks[name].optional}
    return " ".join([fill(text, given) if given else text, *appended])


def _answer(token: Token, following: list[Token]) -> tuple[str, str, int] | None:
    """The blank that a word may name, its value, and how many of the following words that took."""
    if token.quoted:
        return None
    text = token.text.lstrip(DASHES) if token.is_option else token.text
    if (pair := _PAIR.match(text)) is not None:
        return _blank(pair[1]), text[pair.end() :], 0
    if token.is_option and following and not following[0].is_option:
        return _blank(text), following[0].text, 1
    return None


def _blank(name: str) -> str:
    return name.lower().replace("-", "_")
