"""Agreeing to a preview: the command that it showed is handed on, once, and its form is let go of.

What is handed on is what was previewed: a preview names the version of its draft, and that version is the delivery that
counts once. Nothing is recorded before the command is, so whatever dies before that leaves the form as it was.
"""

from dataclasses import dataclass, replace

from bot.files import Files
from bot.forms import names
from bot.forms.answers import CHANGED, GONE, NOT_YOURS, Answer, instead, secrets_in, wrong
from bot.forms.draft import Draft
from bot.forms.drafts import Drafts
from bot.forms.views import trouble_view
from bot.inbound import Submission
from bot.people import People
from bot.replies import Asker
from bot.store.engine import Store, Transaction
from bot.tokens import Tokens
from operations.call import FileContent
from operations.forms import compose
from operations.grammar import Command
from operations.grammar.arguments import LONGEST_REASON
from operations.registry import Registry

PREVIEW = "preview"
"""What the tokens of previews are signed for."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """Somebody agreed to what a draft says."""

    asker: Asker
    draft: Draft
    because: str = ""
    """Why it is wanted, where the preview was told so."""


class Agreeing:
    """Takes the submissions of previews."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        drafts: Drafts,
        people: People,
        files: Files,
        tokens: Tokens,
    ) -> None:
        self._store = store
        self._registry = registry
        self._drafts = drafts
        self._people = people
        self._files = files
        self._tokens = tokens

    async def read(self, submission: Submission) -> Agreed | Answer:
        """Who agreed to what; else what the submission is answered with. Raises StoreError."""
        token = self._tokens.read(PREVIEW, submission.private_metadata)
        if token is None:
            return instead(trouble_view(GONE))
        draft = await self._store.read(lambda tx: self._drafts.load(tx, submission.team_id, token["draft"]))
        if draft is None:
            return instead(trouble_view(GONE))
        if draft.user_id != submission.user_id:
            return instead(trouble_view(NOT_YOURS))
        if str(draft.version) != token["version"]:
            return instead(trouble_view(CHANGED))
        if secrets := dict(secrets_in(submission.values)):
            return {"response_action": "errors", "errors": secrets}
        because = _because(submission)
        if (wrong_with := _wrong_reason(because, needed=token.get("why") == "needed")) is not None:
            return wrong(names.BECAUSE, wrong_with)
        why_not = await self._people.why_not(submission.team_id, submission.user_id, fresh=True)
        if why_not is not None:
            return instead(trouble_view(why_not))
        asker = Asker(
            team_id=submission.team_id,
            user_id=submission.user_id,
            place=draft.place,
            response_url=None,
            key=f"draft:{draft.id}:{draft.version}",
        )
        return Agreed(asker, draft, because)

    async def command(self, agreed: Agreed) -> Command | str:
        """The command that was agreed to, with the contents of its files; why there is none, as a sentence.

        Fetching a large file may take a minute.
        """
        draft = agreed.draft
        files: dict[str, FileContent] = {}
        for field, named in draft.files:
            fetched = await self._files.fetch(draft.team_id, draft.user_id, named, purpose=draft.purpose)
            if isinstance(fetched, str):
                return f"{field.label}: {fetched}"
            files[named] = fetched
        when = await self._people.when(draft.team_id, draft.user_id)
        command = compose(draft.filled, self._registry, when, files)
        if not isinstance(command, Command):
            return command[0].message
        # In the plain style a field that nobody touched comes back empty, whatever stood in it.
        return replace(command, because=agreed.because or command.because)

    async def finish(self, agreed: Agreed, *, recorded: bool) -> None:
        """Let go of a draft whose command is on record; keep another, which then needs a new preview."""

        def work(tx: Transaction) -> None:
            if recorded:
                self._drafts.forget(tx, agreed.draft.team_id, agreed.draft.id)
            else:
                self._drafts.keep(tx, agreed.draft)

        await self._store.transaction(work)


def _because(submission: Submission) -> str:
    """What was said why it is wanted."""
    held = next(iter(submission.values.get(names.BECAUSE, {}).values()), None)
    return held.strip() if isinstance(held, str) else ""


def _wrong_reason(because: str, *, needed: bool) -> str | None:
    """What is wrong with a reason, as a sentence; None where nothing is."""
    if needed and not because:
        return "Say why it is wanted: whoever signs it reads this."
    if len(because) > LONGEST_REASON:
        return f"A reason has at most {LONGEST_REASON} characters; this has {len(because)}."
    return None
