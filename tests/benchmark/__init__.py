"""What Countersign costs, measured beside named peers in one run. ``python -m tests.benchmark`` prints it."""

SECRET = "a-signing-secret-for-benchmarks"
TEAM = "T0CASA"
SUPPORT = "C0SUPPORT"
