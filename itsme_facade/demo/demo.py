"""The sandbox, a shop and a bank, side by side on addresses that a browser takes for three different sites."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Self

import uvicorn

from itsme_facade import AsyncItsme
from itsme_facade.demo.bank import make_bank
from itsme_facade.demo.shop import make_shop
from itsme_facade.sandbox import CannotStart, Sandbox
from itsme_facade.sandbox.server import listen
from itsme_facade.sandbox.world import BANKS

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from starlette.applications import Starlette

BANK: Final = "kbc"
"""Which of the sandbox's banks the demo's bank is."""

_LOOPBACK: Final = "127.0.0.1"


class Demo:
    """Runs from `start` to `stop`, or in a `with` block.

    Every name under `.localhost` leads a browser to this machine, and each is a site of its own to it: one gets none
    of another's cookies, as on the web. The servers themselves listen on 127.0.0.1.

    Args:
        port: the sandbox's; the shop and the bank have the next two. One that is taken gives way to a free one, and 0
            takes free ones.

    Raises:
        CannotStart: When started: nothing can listen here at all.

    >>> with Demo() as demo:
    ...     demo.shop_url.startswith("http://shop.localhost:")
    True
    """

    def __init__(self, *, port: int = 0) -> None:
        self._port = port
        self._running = ExitStack()

    def start(self) -> Self:
        """Returns when the sandbox answers and the two sites listen."""
        with ExitStack() as running:
            self.sandbox = _sandbox(self._port)
            running.callback(self.sandbox.stop)
            self._api_url = self.sandbox.api_url  # by number: not every resolver knows names under .localhost
            self.itsme_url = f"http://itsme.localhost:{self._api_url.split(':')[2].partition('/')[0]}"
            self.sandbox.app.state.url = self.itsme_url
            shop, bank = (_listener(self._port and self._port + offset) for offset in (1, 2))
            self.shop_url = f"http://shop.localhost:{shop.getsockname()[1]}"
            self.bank_url = f"http://bank.localhost:{bank.getsockname()[1]}"
            sites = [
                make_shop(self._itsme(), url=self.shop_url, itsme_url=self.itsme_url),
                make_bank(
                    self._itsme(),
                    url=self.bank_url,
                    itsme_url=self.itsme_url,
                    called=BANKS[BANK],
                    activation_url=f"{self.itsme_url}/bank/{BANK}",
                    activated=self._is_active,
                ),
            ]
            for site, listener in zip(sites, (shop, bank), strict=True):
                running.callback(_serve(site, listener))
            self._running = running.pop_all()
        return self

    def stop(self) -> None:
        """Ends all three. Harmless when repeated."""
        self._running.close()

    def _itsme(self) -> AsyncItsme:
        return AsyncItsme(self.sandbox.token, base_url=self._api_url)

    def _is_active(self, user_id: str) -> bool:
        """What a bank has in its own books: which customers have linked their account with itsme."""
        world, token = self.sandbox.world, self.sandbox.token
        accounts = map(world.accounts.of, world.people)
        return any(BANK in account.banks and account.user_id(token) == user_id for account in accounts)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _sandbox(port: int) -> Sandbox:
    """A sandbox that listens."""
    try:
        return Sandbox(port=port).start()
    except CannotStart:
        return Sandbox().start()


def _listener(port: int) -> socket.socket:
    try:
        listener = listen(_LOOPBACK, port)
    except CannotStart:
        listener = listen(_LOOPBACK, 0)
    listener.listen()  # from now on a browser's request waits for the server instead of failing
    return listener


def _serve(app: Starlette, listener: socket.socket) -> Callable[[], None]:
    """Serves an application in a thread of its own; what comes back ends it."""
    # No access log: the way back has a secret in its address.
    config = uvicorn.Config(app, lifespan="on", ws="none", log_config=None, access_log=False, proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()

    def end() -> None:
        server.should_exit = True
        thread.join()

    return end
