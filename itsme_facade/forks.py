"""What has to begin anew in a forked child: connections that are the parent's, and locks that somebody held."""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Anew(Protocol):
    """Something that does not survive a fork as it is."""

    def begin_anew(self) -> None:
        """Called in the child, before anything else runs there."""
        ...


_kept: WeakSet[Anew] = WeakSet()


def anew_after_fork(kept: Anew) -> None:
    """Has `begin_anew` called in every child that is forked while this object lives."""
    _kept.add(kept)


def _begin_anew() -> None:
    for kept in tuple(_kept):
        kept.begin_anew()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_begin_anew)
