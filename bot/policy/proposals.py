"""Asking the admins about a change of the policy: a message to each, rewritten when it is decided."""

from collections.abc import Sequence

from bot import cards
from bot.domain import Place
from bot.outbox import Outbox
from bot.policy import shelf
from bot.policy.changes import Changes, changes
from bot.policy.document import digest
from bot.policy.presets import rules_of
from bot.policy.shelf import Changed, Version
from bot.store.engine import Transaction
from bot.text import Style
from bot.tokens import Tokens

PURPOSE = "policy proposal"


class Proposals:
    """Writes the messages about changes that wait."""

    def __init__(self, *, outbox: Outbox, tokens: Tokens, style: Style) -> None:
        self._outbox = outbox
        self._tokens = tokens
        self._style: Style = style

    def wake(self) -> None:
        """Have what was put delivered now."""
        self._outbox.wake()

    def token(self, version: Version) -> str:
        """What the buttons of a change hand back: which one it is, and what it says."""
        said = digest(version.document) if version.document is not None else ""
        return self._tokens.sign(PURPOSE, {"version": str(version.version), "digest": said})

    def read(self, token: str) -> tuple[int, str] | None:
        """The version and the digest of a token of ours."""
        marked = self._tokens.read(PURPOSE, token)
        return (int(marked["version"]), marked["digest"]) if marked is not None else None

    def waiting(self, tx: Transaction, team_id: str) -> tuple[Version, Changes, str] | None:
        """The change that waits, what it changes, and the token of its buttons."""
        stands = shelf.waiting(tx, team_id)
        if stands is None:
            return None
        held = shelf.current(tx, team_id)
        both = held.document is not None and stands.document is not None
        changed = changes(rules_of(held.document), rules_of(stands.document)) if both else Changes()  # type: ignore[arg-type]
        return stands, changed, self.token(stands)

    def tell_overtaken(self, tx: Transaction, team_id: str, changed: Changed, admins: Sequence[str]) -> None:
        """Tell every admin of the change that waited and was overtaken by this one, if any."""
        overtaken = shelf.find(tx, team_id, changed.superseded) if changed.superseded is not None else None
        if overtaken is not None:
            self.tell(tx, team_id, Changed(overtaken, Changes()), admins)

    def tell(self, tx: Transaction, team_id: str, changed: Changed, admins: Sequence[str]) -> None:
        """Tell every admin of a change as it stands: who is asked, or what became of it."""
        version = changed.version
        for user_id in dict.fromkeys((*admins, version.proposed_by)):
            self._outbox.put(
                tx,
                team_id=team_id,
                about=f"policy:{version.version}:{user_id}",
                place=Place(user_id),
                user_id=user_id,
                content=cards.proposal_message(
                    version,
                    changed.changes,
                    self.token(version),
                    own=version.proposed_by == user_id,
                    style=self._style,
                ),
                thread_of=None,
            )
