"""Where a sealed answer goes when the store fails after the answer has arrived: a file on this machine, on its disk."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path

from attrs import field, frozen

from itsme_facade.errors import InvalidArguments, Problem, StoreUnavailable

_LOGIN_ID = re.compile(r"[0-9a-z]{1,64}")
_NAME = re.compile(r"\.?(?P<login_id>[0-9a-z]{1,64})-[0-9a-f]{16}-[0-9a-f]{8}(?P<part>\.part)?")
_HEAD = re.compile(rb"itsme-spool 1 (?P<bound>[01]) (?P<digest>[0-9a-f]{64})\n")
_HEAD_SIZE = len(b"itsme-spool 1 0 \n") + 64
_LARGEST = 16 * 1024 * 1024
_MINUTE, _DAY = 60, 86_400
_CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@frozen
class Spooled:
    """A sealed answer that waits for the store to come back.

    Args:
        login_id: whose it is.
        sealed: the answer, sealed.
        bound: whether the browser that started the login had proved that it was back.
        file: the name of its file.
    """

    login_id: str
    sealed: bytes = field(repr=False)
    bound: bool
    file: str = field(default="", repr=False)


class Spool:
    """A folder of sealed answers, safe for several threads and processes of one user.

    An answer that `put` has returned from survives a crash of the process and of the machine. On a container's own
    disk it dies with the container: give a folder on a volume. All calls block for as long as the disk does.

    Args:
        folder: made, for this user alone, if it is not there.

    Raises:
        InvalidArguments: it cannot be made, is no folder, or others may write to it.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = self._folder.lstat()
        except OSError as error:
            raise _unusable(f"the folder cannot be made ({_name(error)})") from None
        if not stat.S_ISDIR(found.st_mode):
            raise _unusable("it must be a folder itself, not a link to one")
        if os.name == "posix" and (found.st_mode & 0o022 or found.st_uid != os.geteuid()):
            raise _unusable("others may write to the folder; give one inside it that does not exist yet")

    def put(self, login_id: str, sealed: bytes, bound: bool) -> None:  # noqa: FBT001 - as a record says it
        """Keeps an answer. It is on disk when this returns; a second one for the same login is kept beside it.

        Raises:
            StoreUnavailable: the disk did not take it.
            InvalidArguments: what is given cannot be the id of a login.
        """
        if not _LOGIN_ID.fullmatch(login_id):
            raise InvalidArguments((Problem("login_id", "small letters and digits make one"),))
        name = f"{login_id}-{time.time_ns() // 1_000:016x}-{secrets.token_hex(4)}"
        part = self._folder / f".{name}.part"
        try:
            _write(part, b"itsme-spool 1 %d %s\n" % (bound, hashlib.sha256(sealed).hexdigest().encode()) + sealed)
            part.replace(self._folder / name)
            self._settle()
        except OSError as error:
            raise StoreUnavailable(
                f"The spool did not take the answer of login {login_id} ({_name(error)}).",
                advice="Make room on the disk of the spool's folder, and let this user write there.",
            ) from None
        finally:
            with suppress(OSError):
                part.unlink()

    def entries(self) -> list[Spooled]:
        """The answers that are whole, the oldest first. What else lies in the folder is left alone.

        An answer whose writer was killed before it had given it its name counts a minute later, if it is whole.

        Raises:
            StoreUnavailable: the folder cannot be read.
        """
        found: list[tuple[str, Spooled]] = []
        try:
            names = [each.name for each in self._folder.iterdir()]
        except OSError as error:
            raise StoreUnavailable(
                f"The spool's folder cannot be read ({_name(error)}).",
                retry_safe=True,
                advice="Let this user read it; what is in it waits.",
            ) from None
        for name in names:
            told = _NAME.fullmatch(name)
            if told is None or (told["part"] and self._age(name) < _MINUTE):
                continue  # not ours, or being written
            entry = _read(self._folder / name, told["login_id"])
            if entry is not None:
                found.append((name.lstrip(".").removeprefix(told["login_id"]), entry))
            elif told["part"] and self._age(name) > _DAY:
                with suppress(OSError):
                    (self._folder / name).unlink()  # what a killed writer left, and nobody can read
        return [entry for _, entry in sorted(found, key=lambda each: each[0])]

    def remove(self, which: str | Spooled) -> None:
        """Removes an answer that the store has taken, or all of a login's.

        Args:
            which: an entry, or the id of a login. An answer that arrives meanwhile is safe only from the former.

        Raises:
            StoreUnavailable: it cannot be removed.
        """
        entries = [which] if isinstance(which, Spooled) else [each for each in self.entries() if each.login_id == which]
        try:
            for entry in entries:
                if _NAME.fullmatch(entry.file):
                    (self._folder / entry.file).unlink(missing_ok=True)
            self._settle()
        except OSError as error:
            raise StoreUnavailable(f"The spool does not let go of an answer ({_name(error)}).") from None

    def _settle(self) -> None:
        """Puts the folder's own list of names on disk."""
        if os.name == "nt":
            return  # a folder cannot be opened there, and NTFS keeps a journal of names
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _age(self, name: str) -> float:
        """Seconds since a file was last written to."""
        try:
            return time.time() - (self._folder / name).lstat().st_mtime
        except OSError:
            return 0.0  # its writer has just renamed it

    def __repr__(self) -> str:
        return f"Spool({str(self._folder)!r})"


def _write(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _CAREFUL, 0o600)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    finally:
        os.close(file)


def _read(path: Path, login_id: str) -> Spooled | None:
    """What a file holds, if it is one of ours and whole. Follows no link and waits for no pipe."""
    try:
        file = os.open(path, os.O_RDONLY | _CAREFUL)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return None
        content = b""
        while len(content) < _LARGEST and (more := os.read(file, 1 << 20)):
            content += more
    except OSError:
        return None
    finally:
        os.close(file)
    head, sealed = _HEAD.fullmatch(content[:_HEAD_SIZE]), content[_HEAD_SIZE:]
    if head is None or hashlib.sha256(sealed).hexdigest().encode() != head["digest"]:
        return None
    return Spooled(login_id, sealed, head["bound"] == b"1", path.name)


def _name(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, type(error).__name__)


def _unusable(reason: str) -> InvalidArguments:
    return InvalidArguments((Problem("spool_dir", reason),))
