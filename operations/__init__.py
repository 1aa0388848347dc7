"""Stripe, with no word of Slack: the catalog of every operation, its grammar, its risk and its executor."""
