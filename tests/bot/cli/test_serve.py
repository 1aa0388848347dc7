"""`countersign serve`: what it does to its own process before a key enters it."""

import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, resource
from bot.cli.serve import keep_memory_private
keep_memory_private()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="core files and dumpable processes are read as Linux tells them")
def test_the_process_leaves_no_core_and_can_not_be_read() -> None:
    """A crash or a neighbour must not give the keys away."""
    shown = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "(0, 0) 0"
