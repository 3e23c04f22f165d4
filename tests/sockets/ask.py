"""A program that makes one create and two status calls, and prints what came of each.

python -m tests.sockets.ask <sync|asyncio|trio> <base URL>: in a process of its own, so that what the environment says
of certificates and proxies is read anew.
"""

import json
import sys
from contextlib import ExitStack
from functools import partial
from typing import Any

from anyio.from_thread import start_blocking_portal

from itsme_facade import AsyncItsme, Itsme, ItsmeError
from tests.sockets.caller import Caller
from tests.sockets.people import TOKEN


def main(kind: str, base_url: str) -> None:
    with ExitStack() as open_things:
        if kind == "sync":
            caller = Caller(Itsme(TOKEN, base_url=base_url), None)
        else:
            portal = open_things.enter_context(start_blocking_portal(kind))
            caller = Caller(AsyncItsme(TOKEN, base_url=base_url), portal)
        open_things.callback(caller.close)
        caller.hurry()
        for call in (caller.login, partial(caller.status, timeout=5), caller.status):
            print(json.dumps(told(call)))  # noqa: T201 - what the test reads


def told(call: Any) -> dict[str, Any]:
    try:
        result = call()
    except ItsmeError as error:
        return {"kind": type(error).__name__, "text": str(error), "retry_safe": error.retry_safe}
    return {"kind": type(result).__name__}


if __name__ == "__main__":
    main(*sys.argv[1:])
