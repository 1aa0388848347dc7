"""What `/stripe approvals` shows: what waits for somebody, what they asked for, and all that waits."""

from collections.abc import Sequence
from typing import Final

from bot.approval import Approval
from bot.blocks import Block, Message, actions, context, fit, header, section
from bot.cards.approvals import approval_line
from bot.cards.bulks import approval_entry
from bot.cards.buttons import run_button
from bot.cards.home import Waiting
from bot.text import Style, escape, mention, template

APPROVALS_ROOM: Final = "approvals"
WAITING_A_PAGE: Final = 3
ASKED_A_PAGE: Final = 5
ALL_A_PAGE: Final = 10


def approvals_list(
    waiting: Sequence[Waiting],
    asked: Sequence[Approval],
    *,
    total: int,
    page: int,
    more: bool,
    everyone: bool,
    style: Style,
) -> Message:
    """One page of what somebody may decide, with buttons, and of what they asked for.

    ``total`` is how many they may decide; ``more`` whether there is another page; ``everyone`` whether they may see
    all that waits.
    """
    one = total == 1
    said = "One approval waits for you." if one else f"{total or 'No'} approvals wait for you."
    blocks: list[Block] = [header(said)]
    for each in waiting:
        blocks += approval_entry(each.approval, token=each.token, command=each.command, style=style)
    if asked:
        blocks += [header("You asked for"), *(approval_line(each, style) for each in asked)]
    return _page(said, blocks, APPROVALS_ROOM, page, more=more, everyone=everyone)


def approvals_all(approvals: Sequence[Approval], *, total: int, page: int, more: bool, style: Style) -> Message:
    """One page of all that waits where somebody is an approver."""
    said = "One approval waits." if total == 1 else f"{total or 'No'} approvals wait."
    blocks: list[Block] = [header(said)]
    for each in approvals:
        signed = escape(f"{len(each.signed)} of {each.plan.needed}")
        asks = template("{} asks. Approvals: {}", mention(each.requester_id), signed)
        blocks += [approval_line(each, style), context(asks)]
    return _page(said, blocks, f"{APPROVALS_ROOM} all", page, more=more, everyone=False)


def _page(said: str, blocks: Sequence[Block], room: str, page: int, *, more: bool, everyone: bool) -> Message:
    buttons = (
        run_button("Previous", f"{room} {page - 1}", 0) if page > 1 else None,
        run_button("Next", f"{room} {page + 1}", 1) if more else None,
        run_button("All that waits", f"{APPROVALS_ROOM} all", 2) if everyone else None,
    )
    turns = [each for each in buttons if each is not None]
    below = (actions(*turns, block_id="approvals-pages"),) if turns else ()
    shown, left_out = fit(blocks, reserve=1, below=below)
    note = (section("More stands here than a message takes: App Home shows it."),) if left_out else ()
    return Message(text=said, blocks=(*shown, *note, *below))
