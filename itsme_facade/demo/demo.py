"""The sandbox, a shop and a bank, side by side on addresses that a browser takes for three different sites."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

from itsme_facade import AsyncItsme
from itsme_facade.demo.bank_process import BankProcess
from itsme_facade.demo.serving import serve, take_port
from itsme_facade.demo.shop import make_shop
from itsme_facade.sandbox import CannotStart, Sandbox

BANK: Final = "kbc"
"""Which of the sandbox's banks the demo's bank is."""


class Demo:
    """Runs from `start` to `stop`, or in a `with` block.

    Every name under `.localhost` leads a browser to this machine, and each is a site of its own to it: one gets none
    of another's cookies, as on the web. The servers themselves listen on 127.0.0.1. The sandbox and the shop are
    threads of this process; the bank is a process of its own, since Django's settings belong to a whole process.

    Args:
        port: the sandbox's; the shop and the bank have the next two. One that is taken gives way to a free one, and 0
            takes free ones.
        show_logins: let the bank print what it logs about logins, as `show_logins` does for this process.

    Raises:
        CannotStart: When started: nothing can listen here at all.
        BankDidNotStart: When started: the bank's process ended.

    >>> with Demo() as demo:
    ...     demo.shop_url.startswith("http://shop.localhost:")
    True
    """

    def __init__(self, *, port: int = 0, show_logins: bool = False) -> None:
        self._port = port
        self._show_logins = show_logins
        self._running = ExitStack()

    def start(self) -> Self:
        """Returns when all three answer."""
        with ExitStack() as running:
            self.sandbox = _sandbox(self._port)
            running.callback(self.sandbox.stop)
            api_url = self.sandbox.api_url  # by number: not every resolver knows names under .localhost
            self.itsme_url = f"http://itsme.localhost:{api_url.split(':')[2].partition('/')[0]}"
            self.sandbox.app.state.url = self.itsme_url
            folder = running.enter_context(TemporaryDirectory(prefix="itsme-demo-"))
            bank = BankProcess(
                {
                    "folder": folder,
                    "port": self._port and self._port + 2,
                    "token": self.sandbox.token,
                    "api_url": api_url,
                    "itsme_url": self.itsme_url,
                    "show_logins": self._show_logins,
                },
                self._is_active,
            ).start()
            running.callback(bank.stop)
            listener = running.enter_context(take_port(self._port and self._port + 1))
            self.shop_url = f"http://shop.localhost:{listener.getsockname()[1]}"
            itsme = AsyncItsme(self.sandbox.token, base_url=api_url)
            shop = make_shop(itsme, url=self.shop_url, itsme_url=self.itsme_url, folder=Path(folder))
            running.callback(serve(shop, listener, lifespan="on"))
            self.bank_url = bank.wait_until_ready()
            self._running = running.pop_all()
        return self

    def stop(self) -> None:
        """Ends all three. Harmless when repeated."""
        self._running.close()

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
