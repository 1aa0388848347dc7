"""Slack and people: listeners, runs, policy, approvals, cards, the key store and the command line."""
