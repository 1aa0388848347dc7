"""The sandbox's keys. They open nothing at Stripe; put together here so that no scanner takes them for real ones."""

from dataclasses import dataclass
from typing import Literal

from operations.spec import Operation

_WORDS = "CountersignSandboxNotARealKey"

TEST_KEY = "sk_" + "test_" + _WORDS
LIVE_KEY = "sk_" + "live_" + _WORDS
READ_ONLY_TEST_KEY = "rk_" + "test_" + _WORDS + "ReadOnly"
"""May read everything and write nothing."""
REFUNDS_ONLY_TEST_KEY = "rk_" + "test_" + _WORDS + "Refunds"
"""May read and write charges and refunds, and nothing else; not even the account."""
RESTRICTED_LIVE_KEY = "rk_" + "live_" + _WORDS + "Full"
"""A restricted key with every permission."""
EXPIRED_TEST_KEY = "sk_" + "test_" + _WORDS + "Expired"
EXPIRED_LIVE_KEY = "sk_" + "live_" + _WORDS + "Expired"
OTHER_TEST_KEY = "sk_" + "test_" + _WORDS + "OtherShop"
"""A key of another, unrelated account."""
OTHER_LIVE_KEY = "sk_" + "live_" + _WORDS + "OtherShop"

ACCOUNT = "acct_1SandboxLanternfish"
"""The seeded business: Lanternfish Coffee Roasters."""
OTHER_ACCOUNT = "acct_1SandboxQuayBooks"
"""The unrelated business: Quay Street Books."""
CONNECTED_ACCOUNTS = ("acct_1SandboxHarborCafe", "acct_1SandboxMillBakery")
"""Accounts connected to the seeded business; reached with ``Stripe-Account``."""

Access = Literal["full", "read", "refunds"]


@dataclass(frozen=True, slots=True)
class Credential:
    """What a key opens: one account in one mode, fully or partly."""

    key: str
    account: str
    livemode: bool
    access: Access = "full"
    expired: bool = False

    @property
    def masked(self) -> str:
        """The key as Stripe's messages show it: kind, mode and the last letters."""
        kind, mode, _ = self.key.split("_", 2)
        return f"{kind}_{mode}_{'*' * 12}{self.key[-6:]}"

    def permission_missing(self, operation: Operation) -> str | None:
        """The name of the permission that this key lacks for the operation, such as ``rak_customer_write``, or None."""
        resource, write = _permission(operation)
        if self.access == "full" or (self.access == "read" and not write):
            return None
        if self.access == "refunds" and resource == "charge":
            return None
        return f"rak_{resource}_{'write' if write else 'read'}"


def _permission(operation: Operation) -> tuple[str, bool]:
    parts = operation.path.split("/")[2:]
    resource = "_".join(parts[:2]) if operation.api == "v2" else parts[0]
    if resource in {"charges", "refunds"}:
        return "charge", operation.method != "GET"
    return resource.removesuffix("s"), operation.method != "GET"


CREDENTIALS: dict[str, Credential] = {
    credential.key: credential
    for credential in (
        Credential(TEST_KEY, ACCOUNT, livemode=False),
        Credential(LIVE_KEY, ACCOUNT, livemode=True),
        Credential(READ_ONLY_TEST_KEY, ACCOUNT, livemode=False, access="read"),
        Credential(REFUNDS_ONLY_TEST_KEY, ACCOUNT, livemode=False, access="refunds"),
        Credential(RESTRICTED_LIVE_KEY, ACCOUNT, livemode=True),
        Credential(EXPIRED_TEST_KEY, ACCOUNT, livemode=False, expired=True),
        Credential(EXPIRED_LIVE_KEY, ACCOUNT, livemode=True, expired=True),
        Credential(OTHER_TEST_KEY, OTHER_ACCOUNT, livemode=False),
        Credential(OTHER_LIVE_KEY, OTHER_ACCOUNT, livemode=True),
    )
}
