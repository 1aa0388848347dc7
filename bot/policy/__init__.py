"""The policy: whether a call may run at once, waits for signatures, or not at all; and which rule says so."""

from bot.policy.document import PRESETS, Document, PolicyName, Preset, Rules
from bot.policy.judging import Policy, Rule, Tried, caution
from bot.policy.presets import DEFAULT_POLICY, POLICIES, STRICT_POLICY, policy_of, rules_of
from bot.policy.rulings import Facts, Plan, Ruling, Spent, Stage, Undecided, Verdict, Window

__all__ = [
    "DEFAULT_POLICY",
    "POLICIES",
    "PRESETS",
    "STRICT_POLICY",
    "Document",
    "Facts",
    "Plan",
    "Policy",
    "PolicyName",
    "Preset",
    "Rule",
    "Rules",
    "Ruling",
    "Spent",
    "Stage",
    "Tried",
    "Undecided",
    "Verdict",
    "Window",
    "caution",
    "policy_of",
    "rules_of",
]
