"""What the policy is asked of a call: gathered in the transaction that acts on its answer."""

from bot import movements
from bot.domain import Account, Person, Place
from bot.policy.rulings import Facts
from bot.store.engine import Transaction
from bot.workspaces import WorkspaceSettings
from operations.call import Call
from operations.looks import Money
from operations.risk import Risk, assess


def facts_of(
    tx: Transaction,
    settings: WorkspaceSettings,
    call: Call,
    account: Account,
    *,
    person: Person,
    place: Place,
    moves: Money | None,
    looked: bool = False,
    risk: Risk | None = None,
    before: str | None = None,
    hold: bool = True,
) -> Facts:
    """What there is to judge a call by that somebody asks for at a place.

    ``before`` is the id of the call where it is recorded already. Without ``hold``, as for what is only shown, others
    may record in the meantime what counts towards a limit.
    """
    return Facts(
        call=call,
        risk=risk or assess(call),
        account=account,
        requester_role=settings.role_of(person, account, place),
        channel_id=place.channel_id,
        moves=moves,
        looked=looked,
        spent=movements.spent(tx, settings.policy.windows, account, person.user_id, before=before, hold=hold),
    )
