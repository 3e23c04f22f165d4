"""A program that forks while it has a client: python -m tests.sockets.forked <sync|async> <base URL>."""

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable

from itsme_facade import AsyncItsme, Itsme
from tests.sockets.people import TOKEN, person_of


def main(kind: str, base_url: str) -> None:
    status = blocking(base_url) if kind == "sync" else awaiting(base_url)
    correct = [status("before")]
    child = os.fork()
    if child == 0:
        os._exit(0 if status("child-one") and status("child-two") else 1)
    correct.append(status("parent-one"))
    _, ended = os.waitpid(child, 0)
    correct += [os.waitstatus_to_exitcode(ended) == 0, status("parent-two")]
    print(json.dumps(correct))  # noqa: T201 - what the test reads


def blocking(base_url: str) -> Callable[[str], bool]:
    """A client with one thread in the middle of a call, which never ends."""
    itsme = Itsme(TOKEN, base_url=base_url, timeout=20)
    threading.Thread(target=itsme.status, args=["hangs"], daemon=True).start()

    def status(token: str) -> bool:
        identity = itsme.status(token).identity
        return identity is not None and identity.user_id == person_of(token)

    return status


def awaiting(base_url: str) -> Callable[[str], bool]:
    itsme = AsyncItsme(TOKEN, base_url=base_url, timeout=20)

    async def ask(token: str) -> bool:
        async with itsme:
            identity = (await itsme.status(token)).identity
            return identity is not None and identity.user_id == person_of(token)

    return lambda token: asyncio.run(ask(token))


if __name__ == "__main__":
    main(*sys.argv[1:])
