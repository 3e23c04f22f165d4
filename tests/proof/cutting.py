"""Breaks what workers hold to their database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engines.postgres import Postgres

if TYPE_CHECKING:
    from tests.engines.valkey import Valkey


def cut_connections(server: Postgres | Valkey) -> None:
    """Breaks every connection that somebody has to the server."""
    if isinstance(server, Postgres):
        with server.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
    else:
        with server.connect() as client:
            client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
