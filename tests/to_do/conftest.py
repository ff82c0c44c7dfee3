"""The clinic with times that summonses are about."""

from tests.summons.conftest import times, visits, ward

__all__ = ["times", "visits", "ward"]
