"""From a text to its words: where they stand, and where quotes open in them.

The rules are a shell's, eased for chat and phones, where no shell is:

- blanks and line breaks part words; a backslash at the end of a line goes on with the next;
- a quote opens at the start of a word or of a value (behind ``=`` or ``-d``); elsewhere it is a character like any
  other, so that ``O'Brien`` needs no care. In a word in which one has opened, later ones open too (``'it'\\''s'``);
- a backslash takes its meaning from a character that means something to a shell (``items\\[0\\]``, ``"\\$5"``); before
  another it is a character itself (``C:\\new``);
- curly and angular quotes open and close like straight ones, an em or en dash starts an option like hyphens, and a
  no-break space parts words where an option or a quote opens behind it, among the command's words, and in an option's
  name. Within a value every character stays as it is;
- a value that starts with ``{`` and is JSON is one word, blanks and all.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from operations.problem import Problem, ProblemError

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
"""What may start an option: the hyphen, and what phones and word processors make of one or two of them."""

_CURLY_CLOSERS = {
    "\u201c": "\u201d\u201c",
    "\u201d": "\u201d",
    "\u201e": "\u201c\u201d",
    "\u201f": "\u201d\u201c",
    "\u00ab": "\u00bb",
    "\u2018": "\u2019",
    "\u2019": "\u2019",
    "\u201a": "\u2018\u2019",
}
_QUOTES = frozenset("\"'") | frozenset(_CURLY_CLOSERS)
_STRAIGHT_FOR = {quote: "'" if quote in "\u2018\u2019\u201a" else '"' for quote in _CURLY_CLOSERS}
_INVISIBLE = frozenset("\u200b\u2060\ufeff")
_NO_BREAK = frozenset("\u00a0\u202f\u2007")
_ESCAPABLE = frozenset("\"'\\ $`[]{}()<>|&;*?!#~^,")
_ESCAPABLE_IN_QUOTES = frozenset('"\\$`')
_JSON = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Token:
    """One word. ``start`` and ``end`` are its place in the text, quotes included."""

    text: str
    start: int
    end: int
    quotes: tuple[int, ...] = ()
    """The places in ``text`` where a quote opened."""
    places: tuple[int, ...] = field(default=(), compare=False, repr=False)
    """Where each character of ``text`` stands, quotes and backslashes being between them."""

    def place(self, at: int) -> int:
        """Where the character ``at`` of this word stands; behind the last one, where another would."""
        if not self.places:
            return self.start
        return self.places[at] if at < len(self.places) else self.places[-1] + 1

    @property
    def quoted(self) -> bool:
        """Whether the word starts with a quote: then it is neither an option nor a special word."""
        return 0 in self.quotes

    @property
    def is_option(self) -> bool:
        """Whether the word starts an option: two dashes or a long one and a name, or one and a letter."""
        if self.quoted or len(self.text) < 2 or self.text[0] not in DASHES:
            return False
        rest = self.text.lstrip(DASHES)
        return rest[:1].isalpha() or rest[:1] == "_"


def split(text: str) -> tuple[Token, ...]:
    """The words of a text. Raises ProblemError for a quote that nothing closes."""
    lexer = _Lexer(text)
    return tuple(lexer.words())


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._among_words = True
        """Still among the command's words: no option and no ``name=value`` has come yet."""

    def words(self) -> list[Token]:
        found: list[Token] = []
        while self._skip_blanks():
            token = self._word()
            found.append(token)
            if token.is_option or token.quoted or "=" in token.text:
                self._among_words = False
        return found

    def _skip_blanks(self) -> bool:
        """Go to the next word; False at the end of the text."""
        text = self._text
        while self._at < len(text):
            if text.startswith("\\\r\n", self._at):
                self._at += 3
            elif text.startswith("\\\n", self._at):
                self._at += 2
            elif text[self._at].isspace() or text[self._at] in _INVISIBLE:
                self._at += 1
            else:
                return True
        return False

    def _word(self) -> Token:
        text, start = self._text, self._at
        characters: list[str] = []
        places: list[int] = []
        quotes: list[int] = []
        opens = True
        depth = 0
        value_begun = in_data = False
        while self._at < len(text):
            character = text[self._at]
            behind_letter = len(characters) == 2 and characters[0] == "-" and characters[1].isalpha()
            if character in _QUOTES and (opens or behind_letter or (quotes and character in "\"'")):
                quotes.append(len(characters))
                for each, place in self._quoted(character):
                    characters.append(each)
                    places.append(place)
                opens = False
                continue
            if opens and character == "{" and (end := self._json_end()) is not None:
                characters.extend(text[self._at : end])
                places.extend(range(self._at, end))
                self._at = end
                break
            opens = False
            if character == "\\" and self._at + 1 < len(text) and text[self._at + 1] in _ESCAPABLE:
                characters.append(text[self._at + 1])
                places.append(self._at + 1)
                self._at += 2
                continue
            if character.isspace() and self._parts(character, characters, value_begun):
                break
            if text.startswith(("\\\n", "\\\r\n"), self._at):
                break
            depth += (character == "[") - (character == "]")
            if character == "=" and depth <= 0 and (not value_begun or in_data):
                # --data=name='…' has two.
                in_data = "".join(characters) in ("--data", "-d")
                value_begun = opens = True
            characters.append(character)
            places.append(self._at)
            self._at += 1
        return Token("".join(characters), start, self._at, tuple(quotes), tuple(places))

    def _parts(self, blank: str, before: list[str], value_begun: bool) -> bool:
        """Whether a blank ends the word. A no-break space may belong to a value."""
        if blank not in _NO_BREAK or (self._among_words and not value_begun):
            return True
        if before and before[0] in DASHES and not value_begun:
            return True
        rest = self._text[self._at :].lstrip()
        following = self._text[self._at + 1 : self._at + 2]
        return not rest or following.isspace() or rest[0] in DASHES or rest[0] in _QUOTES

    def _quoted(self, quote: str) -> Iterable[tuple[str, int]]:
        """The characters up to the closing quote, which is passed, and where each stands."""
        text, start = self._text, self._at
        if quote == '"':
            return self._double_quoted()
        end = text.find("'", start + 1) if quote == "'" else self._curly_end(quote)
        if end < 0:
            raise _unclosed(start)
        self._at = end + 1
        return zip(text[start + 1 : end], range(start + 1, end), strict=True)

    def _double_quoted(self) -> Iterable[tuple[str, int]]:
        text, start = self._text, self._at
        characters: list[tuple[str, int]] = []
        at = start + 1
        while at < len(text):
            if text[at] == "\\" and text[at + 1 : at + 2] in _ESCAPABLE_IN_QUOTES:
                characters.append((text[at + 1], at + 1))
                at += 2
                continue
            if text.startswith("\\\n", at):
                at += 2
                continue
            if text[at] == '"':
                self._at = at + 1
                return characters
            characters.append((text[at], at))
            at += 1
        raise _unclosed(start)

    def _curly_end(self, quote: str) -> int:
        """Where a curly quote is closed: by its partner, or by a straight quote where there is none.

        A closing single quote is also an apostrophe (``‘it’s’``), so it closes only where the word ends.
        """
        text, start = self._text, self._at + 1
        single = _STRAIGHT_FOR[quote] == "'"
        for at in range(start, len(text)):
            ends = at + 1 == len(text) or text[at + 1].isspace()
            if text[at] in _CURLY_CLOSERS[quote] and (ends or not single):
                return at
        return text.find(_STRAIGHT_FOR[quote], start)

    def _json_end(self) -> int | None:
        """Where the JSON object that starts here ends, if it is one and a word ends there."""
        try:
            _, end = _JSON.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return None
        return end if end == len(self._text) or self._text[end].isspace() else None


def _unclosed(start: int) -> ProblemError:
    return ProblemError(
        Problem("unclosed_quote", "The quote that opens here is never closed.", position=(start, start + 1))
    )
