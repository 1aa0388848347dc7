"""What Slack has delivered already. Slack redelivers, and anybody can replay a request for a few minutes."""

from datetime import timedelta

from sqlalchemy import delete

from bot.store.engine import Transaction
from bot.store.tables import deliveries


def first_time(tx: Transaction, team_id: str, key: str) -> bool:
    """Remember a delivery by what makes it unique, in 128 characters at most; False where it was seen before."""
    return tx.insert_once(deliveries, {"team_id": team_id, "key": key, "seen_at": tx.now})


def forget_old(tx: Transaction, team_id: str, older_than: timedelta) -> int:
    """Forget a workspace's deliveries of longer ago than that; how many there were."""
    return tx.connection.execute(
        delete(deliveries).where(deliveries.c.team_id == team_id, deliveries.c.seen_at < tx.now - older_than)
    ).rowcount
