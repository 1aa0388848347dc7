"""The form for a list of calls, and what is wrong with a list that was pasted into it."""

from collections.abc import Sequence
from typing import Final

from bot.blocks import View, context, modal, section
from bot.cards import marks
from bot.cards.bulks import flaw_blocks
from bot.cards.forms import INPUT_ACTION
from bot.domain import Account
from bot.inputs import Option, file_input, input_block, radio_buttons, static_select, text_input
from bot.text import Style, clip, code, template

LIST_VIEW: Final = "list"
FLAWS_VIEW: Final = "list_flaws"
LIST_ACCOUNT: Final = "account"
LIST_TEXT: Final = "text"
LIST_FILE: Final = "file"
LIST_AFTER: Final = "after"
LIST_BECAUSE: Final = "because"
GO_ON: Final = "go_on"
STOP: Final = "stop"
"""The callback ids, the block ids of the inputs, and the values of what is done after a failure."""
ACCOUNTS_OFFERED: Final = 90


def list_view(
    token: str,
    accounts: Sequence[Account],
    *,
    operation: str,
    example: str,
    chosen: Account | None,
    go_on: bool,
    because: str,
    style: Style,
) -> View:
    """The form. ``chosen``: the account that was said already; ``token`` comes back."""
    options = [
        Option(f"{marks.mode_word(livemode=each.livemode)} · {each.alias} · {each.name}", each.id)
        for each in accounts[:ACCOUNTS_OFFERED]
    ]
    initial = next((each for each in options if chosen is not None and each.value == chosen.id), options[0])
    after = [Option("Stop: the rest is not sent", STOP), Option("Go on with the rest", GO_ON)]
    file = (
        input_block(
            "Or a CSV file",
            file_input(INPUT_ACTION),
            block_id=LIST_FILE,
            optional=True,
        )
        if style == "rich"
        else input_block(
            "Or the link to a CSV file in Slack",
            text_input(INPUT_ACTION),
            block_id=LIST_FILE,
            hint="Upload it first, and take its link or its id (F…).",
            optional=True,
        )
    )
    return modal(
        "Ask for a list",
        (
            section(
                template("A list for {}: one line for each call, all of it in one approval.", code(clip(operation, 80)))
            ),
            context(
                template(
                    "The first line names the columns, such as {}. Amounts beside a currency are written in full, as "
                    "in 12.50; without one they are minor units.",
                    code(clip(example, 120)),
                )
            ),
            input_block("Account", static_select(INPUT_ACTION, options, initial=initial), block_id=LIST_ACCOUNT),
            input_block(
                "Lines",
                text_input(INPUT_ACTION, multiline=True),
                block_id=LIST_TEXT,
                hint="Where all of it stands on one line, | parts the lines.",
                optional=True,
            ),
            file,
            input_block(
                "After a failure",
                radio_buttons(INPUT_ACTION, after, initial=after[1 if go_on else 0]),
                block_id=LIST_AFTER,
                optional=True,
            ),
            input_block(
                "Why it is wanted",
                text_input(INPUT_ACTION, initial=because or None),
                block_id=LIST_BECAUSE,
                hint="For whoever is to sign it.",
                optional=True,
            ),
        ),
        callback_id=LIST_VIEW,
        submit="Go on",
        close="Cancel",
        private_metadata=token,
    )


def flaws_view(flaws: Sequence[str]) -> View:
    """What is wrong with a pasted list, over the form, which keeps what was pasted."""
    return modal(
        "Not asked for yet",
        (section("Nothing was asked for. Go back and correct these:"), *flaw_blocks(flaws)),
        callback_id=FLAWS_VIEW,
        close="Back",
    )
