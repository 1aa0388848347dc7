"""What a press below an approval leads to: something done at once, a modal, or a sentence to the clicker alone."""

from typing import Final

from bot import cards
from bot.approvals import Refused
from bot.deciding.decisions import Decisions, Do, Wish
from bot.deciding.modals import Modals
from bot.inbound import Click
from bot.replies import Asker, Replies

AT_ONCE: Final[tuple[Do, ...]] = ("approve", "withdraw")
_NOT_OURS: Final = "That button is not one of ours. Nothing was decided."


class Deciding:
    """Takes presses from the listeners, wherever they were made, and sees them through."""

    def __init__(self, *, decisions: Decisions, modals: Modals, replies: Replies) -> None:
        self._decisions = decisions
        self._modals = modals
        self._replies = replies

    async def take(self, click: Click) -> None:
        """See a press through. Nothing of where it was made counts for anything but where its answer goes."""
        asker = Asker.of(click)
        wish = self._wish(click)
        if wish is None:
            await self._replies.tell(asker, cards.denied(_NOT_OURS))
        elif wish.do in AT_ONCE:
            await self._at_once(asker, wish)
        else:
            trouble = await self._modals.open(asker, wish, click.trigger_id, at_home=click.at_home)
            if trouble is not None:
                await self._replies.tell(asker, cards.denied(trouble))

    async def _at_once(self, asker: Asker, wish: Wish) -> None:
        done = await self._decisions.carry_out(wish)
        if done is None:
            return
        if isinstance(done, str):
            await self._replies.tell(asker, cards.denied(f"Nothing was decided. {done}"))
        elif isinstance(done, Refused):
            await self._replies.tell(asker, cards.decision_refused(done))
        elif done.run is not None:
            await self._decisions.see_through(done)
        elif done.approval.state == "pending":
            await self._replies.tell(asker, cards.signed_so_far(done.approval))

    def _wish(self, click: Click) -> Wish | None:
        """What is wanted of which approval; None for what no card of ours hands back."""
        pressed: tuple[Do, str] | None = None
        if click.action_id in (cards.APPROVE, cards.DENY):
            pressed = ("approve" if click.action_id == cards.APPROVE else "deny", click.value)
        elif click.value in cards.CHOICES:
            pressed = (next(each for each in cards.CHOICES if each == click.value), click.block_id)
        marked = self._decisions.marked(pressed[1]) if pressed is not None else None
        if pressed is None or marked is None:
            return None
        return Wish(
            do=pressed[0],
            team_id=click.team_id,
            user_id=click.user_id,
            user_team_id=click.user_team_id,
            approval_id=marked[0],
            digest=marked[1],
            key=click.key,
        )
