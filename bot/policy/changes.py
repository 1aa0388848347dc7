"""What one policy says otherwise than another, by the names of its rules."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import SequenceMatcher

from bot.policy.document import Rules


@dataclass(frozen=True, slots=True)
class Changes:
    """The names of rules that are not as they were. All empty: nothing changed."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    """Rules that stand elsewhere among those that both have."""
    beside: tuple[str, ...] = ()
    """What changed beside the rules: ``defaults``, ``break_glass``."""

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    def facts(self) -> Mapping[str, list[str]]:
        """The same for the audit trail."""
        told = {
            "rules added": self.added,
            "rules removed": self.removed,
            "rules changed": self.changed,
            "rules moved": self.moved,
            "also changed": self.beside,
        }
        return {words: list(each) for words, each in told.items() if each}


def changes(before: Rules, after: Rules) -> Changes:
    """What is otherwise in ``after``."""
    old, new = ({rule.name: rule for rule in rules.rules} for rules in (before, after))
    both = [name for name in new if name in old]
    was = [name for name in old if name in new]
    matches = SequenceMatcher(a=was, b=both, autojunk=False).get_matching_blocks()
    in_place = {name for each in matches for name in both[each.b : each.b + each.size]}
    return Changes(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changed=tuple(name for name in both if new[name] != old[name]),
        moved=tuple(name for name in both if name not in in_place),
        beside=tuple(name for name in ("defaults", "break_glass") if getattr(before, name) != getattr(after, name)),
    )
