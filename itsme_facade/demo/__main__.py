"""The demo until Ctrl-C: `python -m itsme_facade.demo`, or `make demo`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from typing import TYPE_CHECKING, Final

from itsme_facade import MissingExtra
from itsme_facade.demo.logs import show_logins

if TYPE_CHECKING:
    from types import FrameType

    from itsme_facade.demo.demo import Demo

PORT: Final = 8484
_MISSING: Final = "this needs more packages: pip install 'itsme-facade[demo]'"

_TEXT: Final = """\
A demo of itsme on this machine: not the real itsme, and nobody here is real.

  Shop     {shop_url}
  Bank     {bank_url}
  Sandbox  {itsme_url}   people, phones, cards, the enrolment desk

Three steps to try, in any browser on this machine:
  1. Open the shop, sign up with itsme, and give the number of {name}: {number}.
  2. Open that phone in a second window, {phone_url}, and approve there
     with the icon that the login page highlights.
  3. Open the bank, activate itsme with card and reader, and log in with the phone.

The two sites log each login below, under the reference that their pages show.
Ctrl-C ends it."""


def main(arguments: list[str]) -> int:
    """Returns the exit code: 0 when it was ended, 1 with a line that says why when it cannot run."""
    parser = argparse.ArgumentParser("python -m itsme_facade.demo", description="A shop and a bank with a local itsme.")
    parser.add_argument(
        "--port",
        type=int,
        default=PORT,
        help="the sandbox's; the shop and the bank have the next two (default %(default)s); 0 takes free ones",
    )
    port: int = parser.parse_args(arguments).port
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        from itsme_facade.demo.bank_process import BankDidNotStart
        from itsme_facade.demo.demo import Demo
        from itsme_facade.sandbox import SandboxError
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "itsme_facade":
            raise  # not a package that is missing, but a fault of ours
        return _failed(_MISSING)
    show_logins("shop")
    try:
        with Demo(port=port, show_logins=True) as demo:
            _tell(demo)
            # In slices, because on Windows a signal does not interrupt a wait without end.
            while not ended.wait(0.5):
                pass
    except MissingExtra:
        return _failed(_MISSING)
    except (BankDidNotStart, SandboxError) as error:
        return _failed(str(error))
    return 0


def _failed(why: str) -> int:
    print(f"demo: {why}", file=sys.stderr)
    return 1


def _tell(demo: Demo) -> None:
    lucas = demo.sandbox.person("lucas")
    text = _TEXT.format(
        shop_url=demo.shop_url,
        bank_url=demo.bank_url,
        itsme_url=demo.itsme_url,
        name=lucas.details.name,
        number=lucas.phone.number,
        phone_url=f"{demo.itsme_url}/phone/{demo.sandbox.world.devices.of(lucas.id)[0].id}",
    )
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
