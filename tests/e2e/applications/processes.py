"""The example applications, each a process of its own that a developer could have started, beside one sandbox."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from attrs import define, frozen

from itsme_facade.sandbox import Sandbox
from itsme_facade.store import new_key

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"
HERE = "tests.e2e.applications"
WORKERS = 2
PYTHON = (sys.executable, "-W", "error")


@frozen(kw_only=True)
class Application:
    """What a story has to know of an application.

    Attributes:
        name: The first part of its address.
        private: The page that is for people who are signed in.
        inside: What stands on that page for anybody who is.
        greeting: What the first page says to Lucas once he is signed in.
        card: What to type to sign in without itsme, by the ids of the fields; empty if there is no other way.
        other_card: The same for somebody else.
        link: What the button says that links an itsme.
        linked: What the page says once an itsme is linked.
        stopped_by: The signal that ends it as a developer or a service manager would.
    """

    name: str
    private: str
    inside: str
    greeting: str
    card: Mapping[str, str] = {}
    other_card: Mapping[str, str] = {}
    link: str = ""
    linked: str = ""
    stopped_by: signal.Signals = signal.SIGINT

    def environment(self, folder: Path) -> dict[str, str]:
        return {
            "shop": {"ITSME_STORE_URL": f"sqlite:///{folder / 'logins.db'}"},
            "library": {
                "ITSME_STORE_URL": f"sqlite:///{folder / 'logins.db'}",
                "LIBRARY_SECRET": "the same in every process",
                "LIBRARY_FOLDER": str(folder),
            },
            "bank": {"BANK_FOLDER": str(folder), "DJANGO_SETTINGS_MODULE": f"{HERE}.bank_with_codes"},
        }[self.name]

    def command(self, port: int) -> list[str]:
        workers = (
            f"{HERE}.library_on_workers:app -b 127.0.0.1:{port} --workers {WORKERS} --threads 4 --no-control-socket"
        )
        commands = {
            "shop": f"{EXAMPLES}/fastapi_shop/app.py --port {port}",
            "library": f"-m gunicorn {workers} --access-logfile -",
            "bank": f"{EXAMPLES}/django_bank/manage.py demo --port {port}",
        }
        return [*PYTHON, *commands[self.name].split(" ")]


SHOP = Application(name="shop", private="/beer", inside="one beer is on its way", greeting="You are signed in, Lucas.")
LIBRARY = Application(
    name="library",
    private="/loans",
    inside="The Sorrow of Belgium",
    greeting="You are signed in, Lucas, with card L-1001.",
    card={"card": "L-1001", "password": "old books"},
    other_card={"card": "L-1002", "password": "new books"},
    link="your itsme",
    linked="Your itsme is linked to this card.",
    stopped_by=signal.SIGTERM,
)
BANK = Application(
    name="bank",
    private="/account",
    inside="you have 1,234.56 euro",
    greeting="You are logged in, Lucas.",
    card={"card": "67034200", "pin": "2580"},
    other_card={"card": "67034201", "pin": "1379"},
    link="Activate",
    linked="itsme is activated for this card.",
)


@define
class Site:
    """An application that runs.

    Attributes:
        application: Which one.
        url: Where, under a name that a browser takes for a site of its own.
        log: Where everything goes that it and its server write.
    """

    application: Application
    url: str
    log: Path
    _process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, application: Application, sandbox: Sandbox, folder: Path) -> "Site":
        """Returns before it listens."""
        folder.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port: int = listener.getsockname()[1]
        url = f"http://{application.name}.localhost:{port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ITSME_", "DJANGO_"))}
        environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "ITSME_TOKEN": sandbox.token,
            "ITSME_BASE_URL": sandbox.api_url,
            "ITSME_KEYS": new_key(),
            "ITSME_REDIRECT_URL": f"{url}/itsme/back",
            **application.environment(folder),
        }
        log = folder / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                application.command(port), env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        return cls(application, url, log, process)

    def wait_until_it_listens(self) -> None:
        end = time.monotonic() + 60
        while True:
            assert self._process.poll() is None, self.written()
            assert time.monotonic() < end, self.written()
            try:
                socket.create_connection(("127.0.0.1", int(self.url.rpartition(":")[2]))).close()
            except ConnectionRefusedError:
                time.sleep(0.05)
            else:
                return

    def written(self) -> str:
        """The log so far."""
        return self.log.read_text("utf-8", "replace")

    def replace_workers(self) -> None:
        """Has gunicorn end its processes and start new ones, as for a new release; returns when that is done."""
        gone = "Worker exiting"
        before = self.written().count(gone)
        self._process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 60
        while self.written().count(gone) < before + WORKERS:
            assert time.monotonic() < end, self.written()
            time.sleep(0.05)

    def stop(self) -> None:
        self._process.send_signal(self.application.stopped_by)
        try:
            assert self._process.wait(30) == 0, self.written()
        finally:
            self._process.kill()
