"""A file for the bytes of a status answer, which may be the only copy of somebody's data."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Self

from itsme_facade.commands.saying import Failed, Stop

if TYPE_CHECKING:
    from itsme_facade.raw import RawAnswer

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class AnswerFile:
    """A new file that this user alone can read. Made before anything is asked, so that its failing costs nothing.

    Args:
        path: the file, which must not exist; None makes one in the current folder, named after the time.

    Raises:
        Stop: it cannot be made.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path, self._file = _made(path) if path is not None else _made_here()
        self._kept = False

    def keep(self, raw: RawAnswer) -> bool:
        """Puts an answer's bytes on the disk, and says whether there were any.

        Raises:
            Failed: the disk did not take them.
        """
        if not raw.body:
            return False
        try:
            left = memoryview(raw.body)
            while left:
                left = left[os.write(self._file, left) :]
            self._kept = True
            os.fsync(self._file)
            _settle(self.path.parent)
        except OSError as error:
            raise Failed(
                f"The disk did not take the answer ({error.strerror}); {self.path} holds it in part at most.",
                "It was given out once. Make room on the disk, and let the person go through itsme again.",
            ) from None
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
        if not self._kept:
            with suppress(OSError):
                self.path.unlink()


def _made_here() -> tuple[Path, int]:
    stem = time.strftime("itsme-answer-%Y%m%d-%H%M%S")
    for number in count(1):
        path = Path(f"{stem}.json" if number == 1 else f"{stem}-{number}.json")
        try:
            return path, os.open(path, _FLAGS, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise _refused(path, error) from None
    raise AssertionError("counting does not end")


def _made(path: Path) -> tuple[Path, int]:
    try:
        return path, os.open(path, _FLAGS, 0o600)
    except OSError as error:
        raise _refused(path, error) from None


def _refused(path: Path, error: OSError) -> Stop:
    return Stop(
        f"The file for the answer cannot be made: {path} ({error.strerror}).",
        "Nothing was read. Name a new file in a folder that you may write to: --raw FILE.",
    )


def _settle(folder: Path) -> None:
    """Puts the folder's list of names on disk, where folders can be opened."""
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
