"""What an effect needed: who had signed, by the audit trail, and whether what held at that moment let it happen."""

from itertools import permutations

from sqlalchemy import Connection, select

from bot.store.tables import audit_events
from tests.faults.approval_model import Law, Moment


def signed(connection: Connection, approval_id: str) -> tuple[frozenset[str], bool]:
    """Who signed an approval, by the audit trail, and whether the glass was broken for it."""
    told = connection.execute(
        select(audit_events.c.event, audit_events.c.actor_id).where(audit_events.c.subject == f"approval:{approval_id}")
    ).all()
    by = frozenset(row.actor_id for row in told if row.event == "approval signed")
    return by, any(row.event == "glass broken" for row in told)


def allowed(moment: Moment, asker: str, signers: frozenset[str], *, glass: bool, alone: bool) -> bool:
    """Whether what held at the moment of an effect allowed it, with these signatures; ``alone``: none were asked for.

    What was asked for under a policy that wants signatures needs one still where a later one wants none.
    """
    good = (signers & moment.approvers) - {asker}
    needed: dict[Law, bool] = {
        "run": alone or len(good) >= 1,
        "one": len(good) >= 1 or (glass and asker == "U0ALICE"),
        "two": len(good) >= 2,
        "staged": any(a in good and b == "U0GINA" for a, b in permutations(signers - {asker}, 2)),
        "deny": False,
    }
    # Whoever broke the glass could do so only where there is one, so under the other policies it counts for nothing.
    return needed[moment.law] and (not signers or asker not in signers)


def is_of(moment: Moment, mark: str) -> bool:
    """Whether an effect is that of the call which holds this text."""
    effect = moment.effect
    return mark in effect.path or mark in str(effect.parameters)
