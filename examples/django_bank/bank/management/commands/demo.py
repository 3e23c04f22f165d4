import os
from contextlib import ExitStack, suppress
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from itsme_facade.sandbox import Sandbox
from itsme_facade.store import new_key

from ...customers import CUSTOMERS, open_accounts  # noqa: TID252 - a project is not on the path by its full name


class Command(BaseCommand):
    help = "Starts the bank with a local sandbox, unless ITSME_BASE_URL or ITSME_ENVIRONMENT says which itsme to ask."

    requires_system_checks = ()  # they come later, when there is an itsme

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8002, help="0 takes a free one (default %(default)s)")

    def handle(self, *_: Any, **options: Any) -> None:
        with ExitStack() as running:
            site = ThreadedWSGIServer(("127.0.0.1", options["port"]), WSGIRequestHandler)
            running.callback(site.server_close)
            url = f"http://bank.localhost:{site.server_port}"
            card, (name, pin) = next(iter(CUSTOMERS.items()))
            self.stdout.write(f"Bank   {url}  (card {card} of {name}, PIN {pin})")
            if "ITSME_BASE_URL" not in os.environ and "ITSME_ENVIRONMENT" not in os.environ:
                self._start_sandbox(running, f"{url}/itsme/back")
            self.check()
            call_command("migrate", verbosity=0)
            open_accounts()
            site.set_app(get_wsgi_application())
            self.stdout.write("Ctrl-C ends it.")
            self.stdout.flush()
            with suppress(KeyboardInterrupt):
                site.serve_forever()

    def _start_sandbox(self, running: ExitStack, redirect_url: str) -> None:
        """Starts an itsme of our own, and says what the bank has to know of it in the environment."""
        sandbox = running.enter_context(Sandbox())
        # To a browser every name under .localhost is a site of its own on this machine.
        itsme_url = sandbox.url.replace("127.0.0.1", "itsme.localhost")
        sandbox.app.state.url = itsme_url
        lucas = sandbox.person("lucas")
        self.stdout.write(f"itsme  {itsme_url}  (a local sandbox: not the real itsme, and nobody there is real)")
        self.stdout.write(
            f"       {lucas.details.name} has the number {lucas.phone.number} and approves on {itsme_url}/phone/lucas"
        )
        os.environ |= {
            "ITSME_TOKEN": sandbox.token,
            "ITSME_BASE_URL": sandbox.api_url,
            "ITSME_KEYS": new_key(),
            "ITSME_REDIRECT_URL": redirect_url,
        }
