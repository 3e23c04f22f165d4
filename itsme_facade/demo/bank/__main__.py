"""The bank's process: `Demo` starts it, tells it on its input what it has to know, and ends it by closing that.

So it ends by itself, too, when the process that has started it is killed.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import IO, Any

from itsme_facade.demo.bank.books import books
from itsme_facade.demo.logs import show_logins
from itsme_facade.demo.serving import serve, take_port
from itsme_facade.store.sealing import new_key

SWEEP_EVERY = 60.0
"""Seconds. In production this is `python manage.py itsme_sweep --every 60`, a process of its own."""


def main() -> None:
    """Runs the bank until nobody is left who wants it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started us
    out, sys.stdout = sys.stdout, sys.stderr  # so that nothing else that is printed gets between the lines
    told = json.loads(sys.stdin.readline() or "null")
    if told is None:
        return
    if told["show_logins"]:
        show_logins("bank")
    try:
        _run(told, out)
    finally:
        shutil.rmtree(told["folder"], ignore_errors=True)


def _run(told: dict[str, Any], out: IO[str]) -> None:
    with take_port(told["port"]) as listener:
        url = f"http://bank.localhost:{listener.getsockname()[1]}"
        _prepare(told, url)
        from django.core.asgi import get_asgi_application

        from itsme_facade.web.django.flows import forget_flow, get_flow

        end = serve(get_asgi_application(), listener, lifespan="off")
        books.open(out)
        print(json.dumps({"url": url}), file=out, flush=True)
        ended = threading.Event()
        sweeper = threading.Thread(target=_sweep, args=(ended,), daemon=True)
        sweeper.start()
        get_flow()  # before the first customer comes
        for line in sys.stdin:
            books.take(line)
        ended.set()
        sweeper.join()
        end()
        forget_flow()
        _close_database()


def _prepare(told: dict[str, Any], url: str) -> None:
    """Settings, and tables."""
    for name in [name for name in os.environ if name.startswith("ITSME_")]:
        del os.environ[name]  # somebody's real itsme is not for the demo
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "itsme_facade.demo.bank.settings",
        "DEMO_BANK_DATABASE": str(Path(told["folder"]) / "bank.db"),
        "DEMO_ITSME_URL": told["itsme_url"],
        "ITSME_TOKEN": told["token"],
        "ITSME_BASE_URL": told["api_url"],
        "ITSME_KEYS": new_key(),
        "ITSME_REDIRECT_URL": f"{url}/itsme/back",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    _close_database()


def _sweep(ended: threading.Event) -> None:
    from itsme_facade import ItsmeError
    from itsme_facade.web.django.flows import get_flow

    while not ended.wait(SWEEP_EVERY):
        try:
            get_flow().sweep()
        except ItsmeError as error:
            logging.getLogger("itsme_facade.web").warning("a sweep failed: %s", error)
        _close_database()


def _close_database() -> None:
    """This thread's connection."""
    from django.db import connections

    connections.close_all()


if __name__ == "__main__":
    main()
