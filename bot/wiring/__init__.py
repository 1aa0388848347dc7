"""What the bot is made of, put together once: each part is given what it needs, and nothing looks anything up.

In three layers, each of which knows those below it: what everything stands on (the database, Slack, Stripe, keys), the
domain (runs, approvals, what is said of them), and the rooms that payloads go to.
"""

from bot.wiring.domain import build_domain
from bot.wiring.foundation import lay_foundation
from bot.wiring.rooms import build_rooms

__all__ = ["build_domain", "build_rooms", "lay_foundation"]
