"""Looking at what a call is about before anybody signs it, and again right before it is sent.

:func:`reads` says what to ask Stripe, :func:`snapshot` makes of the answers what people and the policy need to know,
and :func:`differences` says what has changed between two of them. :func:`moves` tells the money that a call itself
names, where nothing is read.

:func:`traces` says what to ask Stripe where nobody knows whether a call was carried out, and :func:`evidence` what the
answers speak for.
"""

from operations.looks.amounts import moves
from operations.looks.judging import MOST_FACTS, snapshot
from operations.looks.parts import read
from operations.looks.reading import MOST_READS, reads
from operations.looks.snapshot import Answer, Difference, Fact, Money, Read, Snapshot, differences, whole
from operations.looks.traces import Evidence, Found, evidence, traces

__all__ = [
    "MOST_FACTS",
    "MOST_READS",
    "Answer",
    "Difference",
    "Evidence",
    "Fact",
    "Found",
    "Money",
    "Read",
    "Snapshot",
    "differences",
    "evidence",
    "moves",
    "read",
    "reads",
    "snapshot",
    "traces",
    "whole",
]
