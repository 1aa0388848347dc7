"""Policies as YAML: what is read, what is refused and how, and that writing loses nothing."""

import json

import pytest
from hypothesis import given, settings

from bot.policy import POLICIES, Preset, rules_of
from bot.policy.document import Rules, digest, plain, schema, validated
from bot.policy.reading import LARGEST, PolicyError, read, write
from operations.registry import registry
from tests.bot.policy import made
from tests.examples import examples

REST = "  - {name: the rest, why: nothing holds it back, then: run}\n"


def document(when: str, then: str = "deny") -> str:
    """A policy whose first rule stands on lines 3 to 6."""
    return f"version: 1\nrules:\n  - name: first\n    why: it says so\n    when: {when}\n    then: {then}\n{REST}"


def problems(text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        read(text, registry())
    return [str(each) for each in caught.value.problems]


WRONG = (
    ("", "It is empty. Begin with version: 1 and rules:, or preset: standard."),
    ("- 1", "line 1: It must be a mapping that begins with version: 1 and rules:, or preset: strict."),
    ("version: 1", 'line 1: "rules" is missing.'),
    ("version: 1\nrules: 5", 'rules, line 2: "5" must be a list: put it in [brackets].'),
    ("version: 2\nrules:\n" + REST, 'version, line 1: "2" must be 1.'),
    ("preset: strickt", 'preset, line 1: "strickt" must be standard or strict; perhaps strict.'),
    ("preset: strict\nrules: []", 'rules, line 2: "rules" is unknown here; '),
    (document("{tier: [money]}"), 'rules[0].when.tier, line 5: "tier" is unknown here; perhaps tiers.'),
    (
        document("{tiers: [monye]}"),
        'rules[0].when.tiers[0], line 5: "monye" must be read, write, money or destructive; perhaps money.',
    ),
    (document("{tiers: []}"), "rules[0].when.tiers, line 5: This list must have 1 or more entries."),
    (document("{flags: off}"), 'rules[0].when.flags, line 5: "off" must be a list: put it in [brackets].'),
    (document("live"), 'rules[0].when, line 5: "live" must be a mapping, '),
    (
        document("{amount: {over: {eur: abc}}}"),
        'rules[0].when.amount.over.eur, line 5: "abc" must be an amount of EUR in whole units, such as 100 or "100.00"',
    ),
    (document("{amount: {over: {eur: -1}}}"), 'rules[0].when.amount.over.eur, line 5: "-1" must be an amount'),
    (document("{amount: {over: {eur: true}}}"), 'rules[0].when.amount.over.eur, line 5: "True" must be an amount'),
    (document("{amount: {over: {eur: 1e999999999}}}"), "rules[0].when.amount.over.eur, line 5: "),
    (
        document("{amount: {over: {eur: 1, euro: 2}}}"),
        'rules[0].when.amount.over.euro, line 5: "euro" is the code of no currency that Stripe charges in; perhaps eur',
    ),
    (
        document("{amount: {over: {jpy: 1.50}}}"),
        'rules[0].when.amount.over.jpy, line 5: "1.50" is too fine: JPY has no decimals; write it as 100.',
    ),
    (document("{amount: {}}"), "rules[0].when.amount, line 5: This must say over or at_most."),
    (
        document("{operations: [refunds *, refund create]}"),
        'rules[0].when.operations[1], line 5: "refund create" names no operation of Stripe\'s; perhaps refunds create',
    ),
    (document("{channels: ['#support']}"), "is not of the form of a channel's id, such as C012AB3CD."),
    (document("{parameters: {'a b': 1}}"), '"a b" is not the name of a parameter, such as reason,'),
    (document("{parameters: {reason: {present: true, presen: true}}}"), '"presen" is unknown here; perhaps present.'),
    (document("{exceeds: {per: person, of: refund, hours: 24}}"), "This must say count or amounts."),
    (document("{exceeds: {per: person, of: refund, hours: 0, count: 1}}"), '"0" must be 1 or more.'),
    (document("{mode: live}", "runn"), 'rules[0].then, line 6: "runn" must be run, confirm or deny; perhaps run.'),
    (document("{mode: live}", "{approvals: many}"), '"many" must be a whole number.'),
    (document("{mode: live}", "{approvals: 99}"), '"99" must be 10 or less.'),
    (document("{mode: live}", "{approvals: 1, stages: [{}]}"), "either approvals: 2 or stages: […], and not both."),
    (document("{mode: live}", "{approvals: 1, expires: 2 days}"), '"2 days" must be a time such as 30m, 4h or 2d.'),
    (
        document("{mode: live}", "{approvals: 1, expires: 1h, remind: 2h}"),
        'rules[0].then.remind, line 6: "2h" must be shorter than expires.',
    ),
    (
        document("{mode: live}", "{stages: [{people: [U012], count: 2}]}"),
        'rules[0].then.stages[0].count, line 6: "2" asks for 2 signatures and names fewer people.',
    ),
    (document("{mode: live}", "{stages: [{role: boss}]}"), '"boss" must be approver or admin.'),
    (document("{}"), "rules[0], line 3: This is met by every call, so no rule below it is ever reached; put it last."),
    (
        "version: 1\nrules:\n  - {name: a, why: b, when: {mode: live}, then: run}",
        "rules[0], line 3: This must be met by every call, so that no call is without an answer: leave out its when.",
    ),
    (
        f"version: 1\nrules:\n  - {{name: The Rest, why: b, when: {{mode: live}}, then: run}}\n{REST}",
        'rules[1].name, line 4: "the rest" is the name of rules[0], too.',
    ),
    (document("{mode: live}").replace("first", "x" * 81), "must be one line of 1 to 80 characters"),
    (document("{mode: live}").replace("first", "5"), 'rules[0].name, line 3: "5" must be a text; put it in quotes.'),
    (document("{mode: live, mode: test}"), 'rules[0].when, line 5: "mode" is here twice.'),
    (document("{mode: *x}"), "rules[0].when.mode, line 5: It uses an anchor (&) or an alias (*);"),
    (document("&all {mode: live}"), "rules[0].when, line 5: It uses an anchor (&) or an alias (*);"),
    (document("!!python/object:os.system {mode: live}"), "rules[0].when, line 5: It has a tag, "),
    (document("{? [a] : b}"), "rules[0].when, line 5: The name of a member must be a word."),
    (document("{mode: live}").replace("    why", "\twhy"), "line 4: It isn't YAML here: "),
    (document("{mode: live}") + "---\na: b", "line 8: A second document begins here; a policy is one."),
    ("[" * 500, "line 1: There is too much here for a policy."),
    ("- 1\n" * 15_000 + "- 2\n" * 6_000, "It has 84,000 characters; 65,536 are the most."),
    ("a: \x00", "It holds characters that YAML doesn't take."),
    ("rules: sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc", "It holds what looks like a secret key: roll that now"),
)


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[each[1][:60] for each in WRONG])
def test_what_is_wrong_is_said_with_its_place_its_line_and_what_would_do(text: str, said: str) -> None:
    """One problem, one sentence."""
    assert said in problems(text)[0]


def test_every_problem_is_told_at_once_in_the_order_of_the_lines() -> None:
    """Nobody goes from one to the next."""
    text = document("{tiers: [monye], modus: live}", "{approvals: 0, expires: soon}")
    assert [each.partition(",")[0] for each in problems(text)] == [
        "rules[0].when.tiers[0]",
        "rules[0].when.modus",
        "rules[0].then.approvals",
        "rules[0].then.expires",
    ]


@given(made.documents())
@settings(max_examples=examples(20))
def test_what_is_written_is_read_as_the_same(rules: Rules) -> None:
    """By YAML, by the database, and it has the same digest."""
    assert read(write(rules)) == rules
    assert validated(json.loads(json.dumps(plain(rules)))) == rules
    assert digest(read(write(rules))) == digest(rules)


def test_the_presets_are_policies_like_any_other() -> None:
    """One can begin with them, and name them."""
    for name, policy in POLICIES.items():
        rules = rules_of(policy.document)
        assert read(write(rules), registry()) == rules
        assert len(write(rules)) < LARGEST
        assert read(f"preset: {name}") == Preset(preset=name) == policy.document


def test_words_are_words() -> None:
    """What older YAML takes for a switch, a time or an octal number is none here."""
    read_ = read(document("{accounts: [no, on, 12:30, 0777, 0x1F, 1_000, 2026-01-01]}"))
    assert isinstance(read_, Rules)
    assert read_.rules[0].when.accounts == ("no", "on", "12:30", "0777", "0x1F", "1_000", "2026-01-01")


def test_the_schema_takes_what_a_policy_says() -> None:
    """It is JSON, and names every member of a rule."""
    told = json.loads(json.dumps(schema()))
    assert set(told["$defs"]["When"]["properties"]) >= {"tiers", "flags", "without_flags", "exceeds", "parameters"}
    assert told["$defs"]["RuleOf"]["required"] == ["name", "why", "then"]
