"""What a person sees: pure functions from the domain's values to messages, files and modals."""

from bot.cards.approvals import APPROVE, DENY, approval_card
from bot.cards.buttons import RUN, run_button
from bot.cards.connections import connected, connection_failed
from bot.cards.forms import (
    ASK_VIEW,
    CONNECT_ALIAS,
    CONNECT_KEY,
    CONNECT_LINKED,
    CONNECT_VIEW,
    Form,
    Question,
    ask_block,
    ask_view,
    connect_view,
)
from bot.cards.help import help_overview
from bot.cards.marks import typed_on
from bot.cards.previews import preview
from bot.cards.problems import (
    decision_refused,
    denied,
    form_not_opened,
    internal_error,
    missing,
    no_account,
    not_an_admin,
    problem,
    unreadable,
)
from bot.cards.redaction import redact
from bot.cards.results import result
from bot.cards.run_heads import run_head
from bot.cards.saved import (
    EDIT_SCOPE,
    EDIT_TEXT,
    EDIT_VIEW,
    SAVED_SHOWN,
    SCOPE_WORKSPACE,
    Listed,
    edit_view,
    saved_done,
    saved_list,
    saved_others,
    saved_raced,
    saved_removed,
    saved_taken,
)

__all__ = [
    "APPROVE",
    "ASK_VIEW",
    "CONNECT_ALIAS",
    "CONNECT_KEY",
    "CONNECT_LINKED",
    "CONNECT_VIEW",
    "DENY",
    "EDIT_SCOPE",
    "EDIT_TEXT",
    "EDIT_VIEW",
    "RUN",
    "SAVED_SHOWN",
    "SCOPE_WORKSPACE",
    "Form",
    "Listed",
    "Question",
    "approval_card",
    "ask_block",
    "ask_view",
    "connect_view",
    "connected",
    "connection_failed",
    "decision_refused",
    "denied",
    "edit_view",
    "form_not_opened",
    "help_overview",
    "internal_error",
    "missing",
    "no_account",
    "not_an_admin",
    "preview",
    "problem",
    "redact",
    "result",
    "run_button",
    "run_head",
    "saved_done",
    "saved_list",
    "saved_others",
    "saved_raced",
    "saved_removed",
    "saved_taken",
    "typed_on",
    "unreadable",
]
