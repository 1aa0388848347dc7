"""The demo: a local Slack, a sandbox Stripe and the bot, on one machine."""
