"""Why a run must not be sent, or not again: asked of the record right before a request leaves.

Whatever was so when the run was recorded may have changed since: the key, who may do what, the policy. Only what is
still allowed, and signed by people who still may, goes out.
"""

from collections.abc import Mapping
from datetime import timedelta

from bot import movements
from bot.approval import Mandate
from bot.calls import Calls, digest_of
from bot.domain import Account, Person, Place, Run
from bot.keys.store import KeyStore
from bot.policy import Plan, Stage, Undecided
from bot.policy.asking import facts_of
from bot.quorum import fits, satisfied
from bot.store.engine import Transaction
from bot.workspaces import Workspaces, WorkspaceSettings, lacks_role
from operations.outcome import Failed, Outcome, StripeError, Unknown
from operations.risk import TIERS, assess

WINDOW = timedelta(hours=20)
"""Stripe forgets idempotency keys after 24 hours at the earliest; nothing is sent again this long after its start."""
ATTEMPTS = 60
CONNECT_RULE = "connecting an account"
"""The rule of the run that checks a newly typed key: an admin's act, not a command."""
NOT_SENT = "not_sent"
"""The type of the error of what was stopped before a byte of it left."""

_LATE = (
    "It waited for more than 20 hours. If the database has come back from a backup since, it may have been sent "
    "before, so it is not sent now."
)


def not_sent(why: str) -> Failed:
    """The outcome of what was stopped here."""
    return Failed(StripeError(type=NOT_SENT, message=why, status=0))


class Clearance:
    """Gives leave to send, or says why not."""

    def __init__(self, *, calls: Calls, keys: KeyStore, workspaces: Workspaces) -> None:
        self._calls = calls
        self._keys = keys
        self._workspaces = workspaces

    def refusal(
        self, tx: Transaction, run: Run, people: Mapping[str, Person], mandate: Mandate | None
    ) -> Outcome | None:
        """Why the run must not be sent (again), as its outcome; None when all is as it was signed.

        ``people`` are those whom the run involves, as Slack says now; ``mandate`` is what was signed of it, where it
        is an approval's, as read in this transaction.
        """
        why = self._not_as_recorded(tx, run, people, mandate)
        if run.first_sent_at is None:
            if run.created_at + WINDOW <= tx.now:
                return Unknown(reason=_LATE, retry=False)
            return not_sent(why) if why else None
        if run.first_sent_at + WINDOW <= tx.now:
            why = "Stripe may have forgotten the first send by now, so it is not repeated."
        elif run.attempts > ATTEMPTS:
            why = "It was tried too often without an answer."
        return Unknown(reason=why, retry=False) if why else None

    def _not_as_recorded(
        self, tx: Transaction, run: Run, people: Mapping[str, Person], mandate: Mandate | None
    ) -> str | None:
        frozen = run.frozen
        if digest_of(self._calls.request(frozen.call), frozen.account) != frozen.digest:
            return "The recorded call no longer matches what was signed, so it was not sent."
        if not self._keys.is_current(tx, frozen.account, checking=run.rule == CONNECT_RULE):
            return f"The key of account {frozen.account.alias} was replaced or removed, so it was not sent."
        if run.rule == CONNECT_RULE:
            return None
        if TIERS.index(assess(frozen.call).tier) > TIERS.index(frozen.risk.tier):
            return "The call is now rated riskier than when it was asked, so it was not sent. Ask again."
        return self._not_allowed(tx, run, people, mandate)

    def _not_allowed(
        self, tx: Transaction, run: Run, people: Mapping[str, Person], mandate: Mandate | None
    ) -> str | None:
        settings = self._workspaces.read(tx, run.team_id)
        actor, account, risk = people[run.actor_id], run.frozen.account, assess(run.frozen.call)
        if lacks_role(settings, actor, risk, account, run.place) is not None:
            return "Who asked for it may not run commands here any more, so it was not sent."
        moves, looked = movements.known(tx, run.team_id, run.frozen.id)
        ruling = settings.policy.judge(
            facts_of(
                tx,
                settings,
                run.frozen.call,
                account,
                person=actor,
                place=run.place,
                moves=moves,
                looked=looked or run.approval_id is not None,
                risk=risk,
                before=run.frozen.id,
                hold=movements.counts(risk),
            )
        )
        if isinstance(ruling, Undecided):
            return f"The policy has changed: the rule “{ruling.rule}” asks for an amount that nobody has looked up."
        if ruling.verdict == "deny":
            return f"The policy does not allow it: {ruling.why}."
        plan = ruling.plan if ruling.verdict == "approval" else None
        if mandate is None:
            return f"It needs somebody else's approval, because {ruling.why}." if plan is not None else None
        return self._unsigned(mandate, run, plan, settings, people)

    def _unsigned(
        self,
        mandate: Mandate,
        run: Run,
        plan: Plan | None,
        settings: WorkspaceSettings,
        people: Mapping[str, Person],
    ) -> str | None:
        """Why the signatures on an approval are not enough now; None where they are."""
        account = run.frozen.account
        if not mandate.released or mandate.call_id != run.frozen.id:
            return "It was not approved, so it was not sent."
        if mandate.overridden is not None:
            return _no_override(settings, people[mandate.requester_id], account, mandate.place)
        signers = [people[each.user_id] for each in mandate.signed if each.user_id != mandate.requester_id]

        def may(stage: Stage, person: Person) -> bool:
            return fits(stage, person, settings, account, mandate.place)

        escalated = mandate.escalated_at is not None
        if not satisfied(mandate.plan, signers, may, escalated=escalated):
            return "Who approved it may not approve here any more, so it was not sent. Ask again."
        if plan is not None and not satisfied(plan, signers, may, escalated=escalated):
            return "The policy now asks for more signatures than it has, so it was not sent. Ask again."
        return None


def _no_override(settings: WorkspaceSettings, requester: Person, account: Account, place: Place) -> str | None:
    role = settings.role_of(requester, account, place)
    if role in settings.policy.break_glass_roles:
        return None
    return "Breaking the glass is no longer allowed here, so it was not sent."
