"""Policies for tests: any document put into force, whatever is connected."""

from sqlalchemy import update

from bot.policy import Document, shelf
from bot.policy.document import plain
from bot.store.engine import Store, Transaction
from bot.store.tables import policies
from tests.world import TEAM, World


async def use_policy(world: World, document: Document) -> None:
    """Have a policy hold, as two admins would."""
    await put_policy(world.bot.store, document)


async def put_policy(store: Store, document: Document) -> None:
    """The same, where there is no world."""

    def put(tx: Transaction) -> None:
        held = shelf.current(tx, TEAM)
        shelf.keep_draft(tx, team_id=TEAM, document=document, based_on=held.version, user_id="U0TEST")
        mine = policies.c.team_id == TEAM
        tx.connection.execute(update(policies).where(mine, policies.c.state == "active").values(state="replaced"))
        tx.connection.execute(
            update(policies)
            .where(mine, policies.c.state == "draft")
            .values(state="active", document=plain(document), decided_by="U0SECOND")
        )

    await store.transaction(put)
