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
    label,
)
from bot.cards.help import SEARCH, help_field, help_operation, help_overview, help_resource, not_found, search_results
from bot.cards.lookups import not_looked_up
from bot.cards.marks import typed_on
from bot.cards.previews import preview
from bot.cards.problems import (
    FILL_IN,
    Offer,
    decision_refused,
    denied,
    form_not_opened,
    internal_error,
    missing,
    no_account,
    not_an_admin,
    nothing_given,
    problem,
    unreadable,
)
from bot.cards.redaction import redact
from bot.cards.results import result
from bot.cards.run_heads import run_head

__all__ = [
    "APPROVE",
    "ASK_VIEW",
    "CONNECT_ALIAS",
    "CONNECT_KEY",
    "CONNECT_LINKED",
    "CONNECT_VIEW",
    "DENY",
    "FILL_IN",
    "RUN",
    "SEARCH",
    "Form",
    "Offer",
    "Question",
    "approval_card",
    "ask_block",
    "ask_view",
    "connect_view",
    "connected",
    "connection_failed",
    "decision_refused",
    "denied",
    "form_not_opened",
    "help_field",
    "help_operation",
    "help_overview",
    "help_resource",
    "internal_error",
    "label",
    "missing",
    "no_account",
    "not_an_admin",
    "not_found",
    "not_looked_up",
    "nothing_given",
    "preview",
    "problem",
    "redact",
    "result",
    "run_button",
    "run_head",
    "search_results",
    "typed_on",
    "unreadable",
]
