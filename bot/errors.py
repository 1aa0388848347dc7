"""What can go wrong, as a tree.

    CountersignError            any refusal or failure that has a sentence for a person
    ├── ConfigError             a setting, a key file or the machine is not as it must be; nothing has started
    ├── StoreError              the database can't be used now
    └── KeyProblemError         a Stripe key, a master key or a sealed value can't be used

The message of each is one or two plain sentences that say what to do next, and never holds a secret.
"""


class CountersignError(Exception):
    """Something went wrong that a person can be told in a sentence."""


class ConfigError(CountersignError):
    """A setting, a key file or the machine is not as it must be."""


class StoreError(CountersignError):
    """The database refused, timed out or is gone. Nothing of the transaction stands, unless a subclass says so."""


class KeyProblemError(CountersignError):
    """A Stripe key, a master key or a sealed value can't be used; subclasses say why."""
