"""The policies that come with the bot. A workspace that chose none has the standard one.

Each of their rules can be met where only two people are there to sign: the one who asks, and the other.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from bot.policy.document import Document, PolicyName, Preset, Rules
from bot.policy.judging import Policy

_A_SECOND_PERSON: Final = {"approvals": 1}

_ALWAYS: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "kept out of chat",
        "why": "its answer or its input (card data, app secrets, session keys) has no place in a chat",
        "when": {"flags": ["off"]},
        "then": "deny",
    },
    {
        "name": "test helpers stay in test mode",
        "why": "test helpers work with a test key only",
        "when": {"mode": "live", "flags": ["test"]},
        "then": "deny",
    },
    {
        # A second signature would lock out a workspace of two, so what is asked for is the reason.
        "name": "many live refunds need a reason, too",
        "why": "it gives money back, and is the 20th refund of the same person in a day or a later one",
        "when": {
            "mode": "live",
            "flags": ["refund"],
            "exceeds": {"per": "person", "of": "refund", "hours": 24, "count": 19},
        },
        "then": {"approvals": 1, "reason": "required"},
    },
    {
        "name": "refunds need a second person",
        "why": "it gives money back",
        "when": {"flags": ["refund"]},
        "then": _A_SECOND_PERSON,
    },
    {
        "name": "deletions and endings need a second person",
        "why": "it deletes or ends something",
        "when": {"tiers": ["destructive"]},
        "then": _A_SECOND_PERSON,
    },
    {
        "name": "live money needs a second person",
        "why": "it moves live money",
        "when": {"mode": "live", "tiers": ["money"]},
        "then": _A_SECOND_PERSON,
    },
    {
        "name": "live data leaving needs a second person",
        "why": "it sends live data or access elsewhere",
        "when": {"mode": "live", "tiers": ["write"], "flags": ["exfil"]},
        "then": _A_SECOND_PERSON,
    },
)
_LIVE_CHANGES_CONFIRMED: Final = {
    "name": "live changes are confirmed first",
    "why": "it changes something live",
    "when": {"mode": "live", "tiers": ["write"]},
    "then": "confirm",
}
_LIVE_CHANGES_SIGNED: Final = {
    "name": "every live change needs a second person",
    "why": "it changes something live",
    "when": {"mode": "live", "tiers": ["write", "money", "destructive"]},
    "then": _A_SECOND_PERSON,
}
_REST: Final = {"name": "everything else runs", "why": "nothing holds it back", "then": "run"}

RULES: Final[Mapping[PolicyName, Rules]] = MappingProxyType(
    {
        "standard": Rules.model_validate({"version": 1, "rules": [*_ALWAYS, _LIVE_CHANGES_CONFIRMED, _REST]}),
        "strict": Rules.model_validate({"version": 1, "rules": [*_ALWAYS, _LIVE_CHANGES_SIGNED, _REST]}),
    }
)
"""What each of them says, to be read and begun from."""
POLICIES: Final[Mapping[PolicyName, Policy]] = MappingProxyType(
    {name: replace(Policy.of(rules), document=Preset(preset=name)) for name, rules in RULES.items()}
)
DEFAULT_POLICY: Final = POLICIES["standard"]
STRICT_POLICY: Final = POLICIES["strict"]


def rules_of(document: Document) -> Rules:
    """The rules that a document says, or names."""
    return RULES[document.preset] if isinstance(document, Preset) else document


def policy_of(document: Document) -> Policy:
    """The policy that a document says, or names."""
    return POLICIES[document.preset] if isinstance(document, Preset) else Policy.of(document)
