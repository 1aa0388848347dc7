"""A policy as people write and keep it: rules in order, each with what it is about and what follows.

These models are the border: a document comes from YAML, from the database or from the presets, and nothing that they
let through is without meaning. What the rules then say of a call is in :mod:`bot.policy.judging`.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)

from bot.policy.rulings import Of, Per
from bot.policy.values import (
    LISTED,
    AccountName,
    Amounts,
    Channel,
    Currency,
    Duration,
    Group,
    Name,
    Pattern,
    Person,
    Why,
    expected_values,
    named_parameters,
    wrong,
)
from bot.roles import Role
from operations.risk import Flag, Tier

RULES: Final = 100
STAGES: Final = 5
SIGNATURES: Final = 10
LONGEST_HOURS: Final = 31 * 24
MOST_COUNTED: Final = 100_000
PolicyName: TypeAlias = Literal["standard", "strict"]
PRESETS: Final[tuple[PolicyName, ...]] = get_args(PolicyName)
Signer: TypeAlias = Literal["approver", "admin"]
Word: TypeAlias = Literal["run", "confirm", "deny"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Present(_Model):
    """That a parameter is given, with whatever value, or is not."""

    present: bool


def _kind_of_expected(value: object) -> str:
    return "=present" if isinstance(value, dict | Present) else "=values"


Expected: TypeAlias = Annotated[
    Annotated[
        tuple[str, ...],
        Tag("=values"),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": ["string", "number", "boolean"]},
                    {"type": "array", "items": {"type": ["string", "number", "boolean"]}, "minItems": 1},
                ]
            }
        ),
    ]
    | Annotated[Present, Tag("=present")],
    Discriminator(_kind_of_expected),
    BeforeValidator(expected_values),
]


class Amount(_Model):
    """Bounds of the money that a call moves. An amount that isn't known, or is in a currency that isn't named, may
    meet them or not: whatever holds back most then counts.
    """

    over: Amounts | None = None
    at_most: Amounts | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Amount":
        if self.over is None and self.at_most is None:
            raise wrong("must say over or at_most")
        return self


class Exceeds(_Model):
    """A limit on how often, or on how much in any one currency: met where this call goes above it.

    Only calls of the kind that it counts can meet it.
    """

    per: Per
    of: Of
    hours: Annotated[int, Field(ge=1, le=LONGEST_HOURS)]
    count: Annotated[int, Field(ge=0, le=MOST_COUNTED)] | None = None
    amounts: Amounts | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Exceeds":
        if self.count is None and self.amounts is None:
            raise wrong("must say count or amounts")
        return self


_Listed: Final = Field(min_length=1, max_length=LISTED)


class When(_Model):
    """What a rule is about: all that is given must be so. Nothing given: every call."""

    tiers: Annotated[tuple[Tier, ...], _Listed] | None = None
    flags: Annotated[tuple[Flag, ...], _Listed] | None = None
    """Has any of them."""
    without_flags: Annotated[tuple[Flag, ...], _Listed] | None = None
    """Has none of them."""
    operations: Annotated[tuple[Pattern, ...], _Listed] | None = None
    """Command words, or a method and a path as the registry writes it; ``*`` stands for any characters."""
    accounts: Annotated[tuple[AccountName, ...], _Listed] | None = None
    """Aliases, or ids at Stripe, of the account or of the connected one that a call acts for."""
    mode: Literal["live", "test"] | None = None
    amount: Amount | None = None
    currencies: Annotated[tuple[Currency, ...], _Listed] | None = None
    """Of the money that it moves."""
    parameters: (
        Annotated[dict[str, Expected], Field(min_length=1, max_length=LISTED), BeforeValidator(named_parameters)] | None
    ) = None
    """By their names as they are sent, ``*`` for any one part in brackets: a value, a list of which any will do, or
    ``{present: true}`` or ``{present: false}``."""
    requester_roles: Annotated[tuple[Role, ...], _Listed] | None = None
    channels: Annotated[tuple[Channel, ...], _Listed] | None = None
    exceeds: Exceeds | None = None

    @property
    def everything(self) -> bool:
        """Whether it is about every call."""
        return self == When()


class Signers(_Model):
    """Whoever fits any of these; where none is given, approvers."""

    role: Signer | None = None
    groups: Annotated[tuple[Group, ...], _Listed] | None = None
    people: Annotated[tuple[Person, ...], _Listed] | None = None


class StageOf(Signers):
    """Signatures that are asked for together."""

    count: Annotated[int, Field(ge=1, le=SIGNATURES)] = 1

    @model_validator(mode="after")
    def _can_be_had(self) -> "StageOf":
        named = self.role is None and self.groups is None and self.people is not None
        if named and len(set(self.people or ())) < self.count:
            raise wrong(f"asks for {self.count} signatures and names fewer people", "count")
        return self


class Escalate(_Model):
    """Who may sign, too, and is told so, when nobody has after a while."""

    after: Duration
    to: Signers


class Approvals(_Model):
    """That others must sign: so many approvers, or stages one after the other."""

    approvals: Annotated[int, Field(ge=1, le=SIGNATURES)] | None = None
    stages: Annotated[tuple[StageOf, ...], Field(min_length=1, max_length=STAGES)] | None = None
    reason: Literal["required"] | None = None
    expires: Duration | None = None
    remind: Duration | None = None
    escalate: Escalate | None = None

    @model_validator(mode="after")
    def _is_one_plan(self) -> "Approvals":
        if (self.approvals is None) == (self.stages is None):
            raise wrong("must say either approvals: 2 or stages: […], and not both")
        if sum(stage.count for stage in self.stages or ()) > SIGNATURES:
            raise wrong(f"asks for more than {SIGNATURES} signatures in all", "stages")
        if self.expires is not None:
            if self.remind is not None and self.remind >= self.expires:
                raise wrong("must be shorter than expires", "remind")
            if self.escalate is not None and self.escalate.after >= self.expires:
                raise wrong("must be shorter than expires", "escalate", "after")
        return self


def _kind_of_then(value: object) -> str:
    return "=approvals" if isinstance(value, dict | Approvals) else "=word"


Then: TypeAlias = Annotated[
    Annotated[Word, Tag("=word")] | Annotated[Approvals, Tag("=approvals")], Discriminator(_kind_of_then)
]


class RuleOf(_Model):
    """A rule: the first one that is met decides."""

    name: Name
    why: Why
    """A clause that completes "… because", for cards and refusals."""
    when: When = When()
    then: Then


class BreakGlass(_Model):
    """Who may run alone, with a reason, what otherwise waits for others."""

    roles: Annotated[tuple[Role, ...], _Listed]


class Defaults(_Model):
    """What holds for approvals whose rule doesn't say it."""

    expires: Duration | None = None
    remind: Duration | None = None


class Rules(_Model):
    """A policy of one's own."""

    version: Literal[1]
    defaults: Defaults = Defaults()
    break_glass: BreakGlass | None = None
    rules: Annotated[tuple[RuleOf, ...], Field(min_length=1, max_length=RULES)]

    @model_validator(mode="after")
    def _reaches_every_call(self) -> "Rules":
        seen: dict[str, int] = {}
        for place, rule in enumerate(self.rules):
            if rule.name.casefold() in seen:
                raise wrong(f"is the name of rules[{seen[rule.name.casefold()]}], too", "rules", place, "name")
            seen[rule.name.casefold()] = place
            if place < len(self.rules) - 1 and rule.when.everything:
                raise wrong("is met by every call, so no rule below it is ever reached; put it last", "rules", place)
        if not self.rules[-1].when.everything:
            raise wrong("must be met by every call, so that no call is without an answer: leave out its when",
                        "rules", len(self.rules) - 1)  # fmt: skip
        return self


class Preset(_Model):
    """One of the policies that come with the bot, by its name."""

    preset: PolicyName


def _kind_of_document(value: object) -> str:
    return "=preset" if isinstance(value, Preset) or (isinstance(value, dict) and "preset" in value) else "=rules"


_KINDS: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(
    {
        "": Rules,
        "rules": RuleOf,
        "when": When,
        "amount": Amount,
        "parameters": Present,
        "exceeds": Exceeds,
        "then": Approvals,
        "stages": StageOf,
        "escalate": Escalate,
        "to": Signers,
        "defaults": Defaults,
        "break_glass": BreakGlass,
    }
)
MEMBERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {kind: tuple(model.model_fields) for kind, model in _KINDS.items()}
)
"""What may stand in each kind of mapping, by the name that it is under; that of the document is empty."""
Document: TypeAlias = Rules | Preset
_Document: TypeAlias = Annotated[
    Annotated[Rules, Tag("=rules")] | Annotated[Preset, Tag("=preset")], Discriminator(_kind_of_document)
]
_ADAPTER: Final[TypeAdapter[Document]] = TypeAdapter(_Document)


def validated(value: object) -> Document:
    """The document that plain values say. Raises pydantic's ValidationError."""
    return _ADAPTER.validate_python(value)


def plain(document: Document) -> dict[str, Any]:
    """The document as plain JSON values, what is as by default left out."""
    values: dict[str, Any] = document.model_dump(mode="json", exclude_defaults=True)
    return values


def digest(document: Document) -> str:
    """SHA-256, hex, of what a document says: the same for the same rules, however they were written."""
    return sha256(json.dumps(plain(document), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def schema() -> dict[str, Any]:
    """The JSON schema of documents."""
    return _ADAPTER.json_schema()
