"""What the steps of an approval leave behind: their line on the audit trail, and what counts for limits no more."""

from collections.abc import Mapping

from bot import audit, movements
from bot.approval import Approval
from bot.store.engine import Transaction


def note(
    tx: Transaction, approval: Approval, actor_id: str, event: str, facts: Mapping[str, object] | None = None
) -> None:
    """Write a step down; ``actor_id`` is empty for the bot itself."""
    audit.append(
        tx,
        team_id=approval.team_id,
        actor_id=actor_id,
        event=event,
        subject=f"approval:{approval.id}",
        facts={
            "operation": approval.frozen.call.operation.key,
            "account": approval.account.stripe_account_id,
            "livemode": approval.account.livemode,
            "digest": approval.digest,
            "rule": approval.rule,
            **(facts or {}),
        },
    )


def release(tx: Transaction, approval: Approval) -> None:
    """What is not going to be sent counts for no limit any more."""
    for item in approval.items:
        movements.release(tx, approval.team_id, item.frozen.id)
