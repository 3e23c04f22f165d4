"""Web servers for the demo's sites: a socket first, so that the address is known, then a thread that serves it."""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Literal

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOPBACK: Final = "127.0.0.1"


def take_port(wanted: int) -> socket.socket:
    """A socket that listens on this machine only, so that a browser's request waits for the server instead of failing.

    Args:
        wanted: the port. One that is taken gives way to a free one, and 0 takes a free one.
    """
    # asyncio switches Nagle's algorithm off only if the protocol is spelled out; else answers lose 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, wanted))
        listener.listen()
    except (OSError, OverflowError):
        listener.close()
        if not wanted:
            raise
        return take_port(0)
    return listener


def serve(app: Any, listener: socket.socket, *, lifespan: Literal["on", "off"]) -> Callable[[], None]:
    """Serves an ASGI application in a thread of its own; what comes back ends it.

    Raises:
        RuntimeError: the application did not start.
    """
    # No access log: the way back has a secret in its address.
    config = uvicorn.Config(app, lifespan=lifespan, ws="none", log_config=None, access_log=False, proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)

    def end() -> None:
        server.should_exit = True
        thread.join()

    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("a site of the demo did not start; its server has said why")
        time.sleep(0.005)
    return end
