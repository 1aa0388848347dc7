"""Recording uploads below the forms: a file from Slack becomes a call, and the call a run or an approval."""

from bot.app import Countersign, new_id
from bot.approval import Approval, Item
from bot.calls import Calls
from bot.domain import FrozenCall, Place, Run
from bot.keys.envelope import Envelope
from bot.keys.ring import KeyRing
from bot.policy import Plan
from bot.store import accounts
from bot.store.engine import Transaction
from operations.call import FileContent, bind
from operations.registry import registry
from operations.risk import assess
from tests.world import SUPPORT

EVIDENCE = "dispute_evidence"
UPLOAD = "POST /v1/files"


def pdf_of(size: int) -> bytes:
    """Bytes that begin as a PDF does, and that no compression or encoding makes short."""
    unit = bytes(range(256)) + b"\r\n--countersign-"
    return (b"%PDF-1.7\n" + unit * (size // len(unit) + 1))[:size]


def frozen(bot: Countersign, tx: Transaction, file: FileContent, *, link: bool = False) -> FrozenCall:
    """The upload as evidence on the test account, written down for good."""
    operation = registry().by_key(UPLOAD)
    assert operation is not None
    parameters = {"file": file, "purpose": EVIDENCE} | ({"file_link_data": {"create": True}} if link else {})
    call = bind(operation, {}, parameters)
    envelope = Envelope(KeyRing.load(bot.settings.master_key_file, None))
    calls = Calls(envelope=envelope, registry=registry(), ids=new_id)
    account = next(each for each in accounts.active(tx, bot.team_id) if not each.livemode)
    return calls.freeze(tx, call, account, assess(call))


def record(bot: Countersign, tx: Transaction, file: FileContent) -> Run:
    """A run of the upload, and its head in the support channel."""
    run = bot.runs.record(
        tx, frozen=frozen(bot, tx, file), actor_id="U0ALICE", place=Place(SUPPORT), rule="writes run at once"
    )
    bot.announcer.run(tx, run)
    return run


def ask(bot: Countersign, tx: Transaction, file: FileContent) -> Approval:
    """An approval of the upload with a link that needs no key, and its card in the support channel."""
    approval = bot.approvals.request(
        tx,
        items=(Item(frozen(bot, tx, file, link=True)),),
        requester_id="U0ALICE",
        place=Place(SUPPORT),
        rule="links need a second person",
        plan=Plan(),
    )
    bot.announcer.approval(tx, approval)
    return approval
