"""`python -m itsme_facade.sandbox` is `itsme sandbox`."""

from .command import sandbox_command

sandbox_command(prog_name="python -m itsme_facade.sandbox")
