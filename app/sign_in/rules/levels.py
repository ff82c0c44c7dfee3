"""Levels of assurance in their order: each provider lists its own, the lowest first (R9, R13)."""

from collections.abc import Sequence


def from_on(level: str, levels: Sequence[str]) -> tuple[str, ...]:
    """Those that will do where `level` is asked for: all when none is, none when the provider has it not."""
    if not level:
        return tuple(levels)
    return tuple(levels[levels.index(level) :]) if level in levels else ()


def is_enough(has: str, *, asked: str, levels: Sequence[str]) -> bool:
    """`levels` are those of the provider that says `has`; what it does not list is compared to nothing."""
    return has in from_on(asked, levels)
