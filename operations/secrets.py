"""Stripe keys as values that don't leak, and the finding and masking of secrets in text.

:class:`SecretKey` is the only form in which a key travels. :func:`find_secret` says whether something a person typed
holds a credential or a card number, so that it is refused before it is stored or logged; :func:`scrub` masks them in
texts that come from elsewhere, such as Stripe's error messages and log lines. Nothing here depends on the rest.
"""

import hmac
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NoReturn, TypeAlias

KeyKind: TypeAlias = Literal["sk", "rk"]

_STRIPE_KEY = re.compile(r"(sk|rk)_(?:org_)?(live|test)_[A-Za-z0-9_]{8,247}", re.ASCII)


class SecretKey:
    """A Stripe secret or restricted key. Only :meth:`reveal` gives its text; nothing else does, by accident or not.

    It can't be formatted, pickled, copied or turned into a dict, and its ``repr`` names the kind and the mode only.
    """

    __slots__ = ("__value", "kind", "livemode", "tail4")

    kind: KeyKind
    livemode: bool
    tail4: str
    """The last four characters, the only ones that may be shown besides the prefix."""

    def __init__(self, value: str) -> None:
        match = _STRIPE_KEY.fullmatch(value)
        if match is None:
            raise ValueError(
                "That is not a Stripe secret or restricted key: it starts with sk_test_, sk_live_, rk_test_ or"
                " rk_live_, and letters and digits follow."
            )
        self.__value = value
        self.kind = "sk" if match[1] == "sk" else "rk"
        self.livemode = match[2] == "live"
        self.tail4 = value[-4:]

    @classmethod
    def parse(cls, text: str) -> "SecretKey":
        """The key that ``text`` is, blanks around it aside.

        Raises ValueError where it is none, with a sentence that doesn't repeat it.
        """
        return cls(text.strip())

    def reveal(self) -> str:
        """The key itself: for the Authorization header and for encryption, and for nothing else."""
        return self.__value

    def __repr__(self) -> str:
        return f"<SecretKey {self.kind} {'live' if self.livemode else 'test'}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretKey):
            return NotImplemented
        return hmac.compare_digest(self.__value, other.reveal())

    def __hash__(self) -> int:
        return hash(self.__value)

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("a SecretKey can't be copied or pickled")

    __reduce__ = __reduce_ex__ = __copy__ = __deepcopy__ = __getstate__ = _refuse


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a text holds a secret, and of what kind; never the secret."""

    kind: str
    """As in "this looks like …": ``a Stripe secret key``, ``a card number``, …"""
    start: int
    end: int


# A key is also caught when it is masked (Stripe's error texts print sk_live_***abcd) or when a phone has raised its
# first letter. A short one must stand alone, so that a word such as task_test_x is no key; a long one needn't.
_KEY_BODY = r"[A-Za-z0-9*•…._]"
_TOKENS: tuple[tuple[str, str, str], ...] = tuple(
    (kind, f"t{number}", pattern)
    for number, (kind, pattern) in enumerate(
        (
            (
                "a Stripe secret key",
                rf"(?<![A-Za-z0-9])sk_(?:org_)?(?:live|test)_{_KEY_BODY}+|sk_(?:org_)?(?:live|test)_[A-Za-z0-9]{{20,}}",
            ),
            (
                "a Stripe restricted key",
                rf"(?<![A-Za-z0-9])rk_(?:org_)?(?:live|test)_{_KEY_BODY}+|rk_(?:org_)?(?:live|test)_[A-Za-z0-9]{{20,}}",
            ),
            ("a Stripe publishable key", rf"(?<![A-Za-z0-9])pk_(?:live|test)_{_KEY_BODY}+"),
            ("a Stripe ephemeral key", rf"(?<![A-Za-z0-9])ek_(?:live|test)_{_KEY_BODY}+"),
            ("a Stripe terminal token", rf"(?<![A-Za-z0-9])pst_(?:live|test)_{_KEY_BODY}+"),
            ("a webhook signing secret", r"whsec_[A-Za-z0-9+/=*._-]{3,}"),
            (
                "a client secret",
                r"(?<![A-Za-z0-9])(?:pi|seti|src|cs|vs|as|in|cuss|accs|fcsess)_[A-Za-z0-9_]{1,255}_secret_[A-Za-z0-9*]+",
            ),
            ("a Slack token", r"(?<![A-Za-z0-9])(?:xox[a-z](?:\.xox[a-z])?|xapp)-[A-Za-z0-9*.-]{3,}"),
            ("a private key", r"BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY[\s\S]*"),
            ("an AWS access key", r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,}"),
            ("a GitHub token", r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"),
            ("a Google API key", r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{30,}"),
            ("a signed token", r"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
        )
    )
)
_KINDS = {name: kind for kind, name, _ in _TOKENS}
_ANY_TOKEN = re.compile("|".join(f"(?P<{name}>{pattern})" for _, name, pattern in _TOKENS), re.IGNORECASE)

# What each of them has in it, in small letters. Looking for these first spares nearly every text the patterns, which
# take a second for a megabyte.
_MARKS = (
    "_live_",
    "_test_",
    "whsec_",
    "_secret_",
    "xox",
    "xapp-",
    "private key",
    "akia",
    "asia",
    *(f"gh{letter}_" for letter in "pousr"),
    "github_pat_",
    "aiza",
    "eyj",
)

# Groups of digits that may make up one card number, with the blanks, hyphens and dots that people write between them.
# Not after a letter, an underscore or a plus: those are ids, IBANs and telephone numbers.
_DIGIT_RUN = re.compile(r"(?<![A-Za-z0-9_+.])[0-9]+(?:[\s.\u2010-\u2015\u2212-]{1,3}[0-9]+)*(?![A-Za-z0-9_])", re.ASCII)
_DIGITS = re.compile(r"[0-9]+")
_CARD_LENGTHS = range(13, 20)
# No card scheme issues numbers that start with 0, 1 (airlines aside) or 7 (fuel cards); times in milliseconds do.
_CARD_STARTS = frozenset("2345689")
_CARD = "a card number"


def _luhn(digits: str) -> bool:
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = ord(digit) - 48
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def _is_card(groups: list[str]) -> bool:
    digits = "".join(groups)
    return (
        len(digits) in _CARD_LENGTHS
        and digits[0] in _CARD_STARTS
        and len(set(digits)) > 1
        and (len(groups) == 1 or all(len(group) >= 3 for group in groups))
        and _luhn(digits)
    )


def _cards(text: str) -> Iterator[Secret]:
    for run in _DIGIT_RUN.finditer(text):
        groups = list(_DIGITS.finditer(text, run.start(), run.end()))
        first = 0
        while first < len(groups):
            # A card number has at most six groups; the run may hold other numbers before and after it.
            for last in range(min(first + 6, len(groups)), first, -1):
                if _is_card([group[0] for group in groups[first:last]]):
                    yield Secret(_CARD, groups[first].start(), groups[last - 1].end())
                    first = last - 1
                    break
            first += 1


def _visible(text: str) -> str:
    """The text as it reads: full-width letters and digits made plain, invisible characters gone."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(character for character in plain if unicodedata.category(character) != "Cf")


def _secrets(text: str) -> Iterator[Secret]:
    if _may_hold_token(text):
        for match in _ANY_TOKEN.finditer(text):
            yield Secret(_KINDS[match.lastgroup or ""], match.start(), match.end())
    yield from _cards(text)


def _may_hold_token(text: str) -> bool:
    """Whether it is worth looking. Letters outside of ASCII may count as others, whatever their case."""
    if not text.isascii():
        return True
    small = text.lower()
    return any(mark in small for mark in _MARKS)


def locate_secret(text: str) -> Secret | None:
    """The first secret in a text with its place, or None.

    Where it was hidden by odd characters the place is the whole text.
    """
    found = next(_secrets(text), None)
    if found is not None or text.isascii():
        return found
    hidden = next(_secrets(_visible(text)), None)
    return None if hidden is None else Secret(hidden.kind, 0, len(text))


def find_secret(text: str) -> str | None:
    """The kind of secret that a text holds (``a Stripe secret key``, ``a card number``), or None.

    Known are Stripe's keys, client and signing secrets, Slack's tokens, private keys, a few other services' tokens, and
    card numbers: 13 to 19 digits that pass the Luhn check, however they are grouped. Look-alike digits and invisible
    characters don't hide them.
    """
    found = locate_secret(text)
    return None if found is None else found.kind


def scrub(text: str, mark: Callable[[str], str] = lambda kind: f"[{kind} removed]") -> str:
    """The text with every secret replaced by a mark that says what kind it was; a text without one, unchanged."""
    found = sorted(_secrets(text), key=lambda secret: secret.start)
    if not found:
        if text.isascii() or locate_secret(text) is None:
            return text
        return scrub(_visible(text), mark)
    parts: list[str] = []
    done = 0
    for secret in found:
        if secret.start < done:
            continue
        parts += text[done : secret.start], mark(secret.kind)
        done = secret.end
    parts.append(text[done:])
    return "".join(parts)
