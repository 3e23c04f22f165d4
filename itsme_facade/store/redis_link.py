"""How a Redis or Valkey server is reached: by which URL, within which limits, and what its failures mean.

Nothing is sent twice by the library below: a write that may have happened is decided anew from what is there then.
"""

from __future__ import annotations

from typing import Any

from itsme_facade.errors import InvalidArguments, MissingExtra, Problem, StoreUnavailable

try:
    import redis
    from redis import asyncio as async_redis
    from redis import exceptions
    from redis.asyncio.retry import Retry as AsyncRetry
    from redis.backoff import NoBackoff
    from redis.retry import Retry
except ModuleNotFoundError:
    raise MissingExtra("A Redis store needs more packages: pip install 'itsme-facade[redis]'") from None

__all__ = ["async_redis", "connection_arguments", "exceptions", "place_of", "redis", "unavailable"]

LIMIT = 5.0
"""Seconds that connecting, each answer, and waiting for a free connection may take."""
CONNECTIONS = 50
"""The most connections of one store, in a process or an event loop."""

_SCHEMES = {"valkey": "redis", "valkeys": "rediss"}
_SETTABLE = {"host", "port", "path", "db", "username", "password"}


def connection_arguments(url: str, *, waits: bool) -> dict[str, Any]:
    """What one of the library's pools needs to connect to a URL.

    Args:
        url: may hold a secret.
        waits: by `await`.

    Raises:
        InvalidArguments: it is no such URL, or asks for something that would break the store.
    """
    scheme, _, rest = url.partition("://")
    scheme = scheme.lower()
    library: Any = redis
    plain = _SCHEMES.get(scheme, scheme)
    if plain not in ("redis", "rediss", "unix") or not rest:
        raise _wrong("it must begin with redis://, rediss://, valkey://, valkeys:// or unix://")
    try:
        asked: dict[str, Any] = library.connection.parse_url(f"{plain}://{rest}")
    except ValueError:
        raise _wrong("it cannot be read; percent-encode what is special in the user's name and password") from None
    asked.pop("connection_class", None)
    if strange := sorted(name for name in asked if name not in _SETTABLE and not name.startswith("ssl_")):
        raise _wrong(f"it sets {', '.join(strange)}; only db, and for rediss:// the ssl_… options, may follow `?`")
    if plain == "unix" and "path" not in asked:
        raise _wrong("unix:// must be followed by the absolute path of a socket")
    library = async_redis if waits else redis
    kinds = {"redis": library.Connection, "rediss": library.SSLConnection, "unix": library.UnixDomainSocketConnection}
    return asked | {
        "connection_class": kinds[plain],
        "retry": (AsyncRetry if waits else Retry)(NoBackoff(), 0),
        "socket_connect_timeout": LIMIT,
        "socket_timeout": LIMIT,
        "protocol": 2,  # the same plain answers from every version of the library
        "max_connections": CONNECTIONS,
        "timeout": LIMIT,
    }


def place_of(arguments: dict[str, Any]) -> str:
    """Where the server is, without user and password."""
    if "path" in arguments:
        return str(arguments["path"])
    return f"{arguments.get('host', 'localhost')}:{arguments.get('port', 6379)}"


def unavailable(error: Exception, place: str) -> StoreUnavailable:
    """What a failure means, in words that hold neither password nor data."""
    if isinstance(error.__cause__, exceptions.RedisError):
        error = error.__cause__  # the async side says of every failed greeting that there is no connection
    what, advice = f"The Redis server at {place} failed.", None
    match error:
        case exceptions.AuthenticationError() | exceptions.AuthorizationError():
            what = f"The Redis server at {place} refused the user's name or password."
            advice = "Correct them in the store's URL."
        case exceptions.NoPermissionError():
            what = f"The Redis server at {place} does not let this user do what a store does."
            advice = "Let the user run EVAL, EVALSHA, TIME and the commands of hashes and sorted sets on its keys."
        case exceptions.OutOfMemoryError():
            what = f"The Redis server at {place} is full (maxmemory), and wrote nothing."
            advice = "Give it more memory, or sweep."
        case exceptions.ReadOnlyError():
            what = f"The server at {place} is a replica, which takes no writes."
            advice = "Give the URL of the primary."
        case exceptions.BusyLoadingError():
            what = f"The Redis server at {place} is still reading its data after a start."
        case exceptions.TimeoutError():
            what = f"The Redis server at {place} did not answer within {LIMIT:g} seconds."
        case exceptions.ConnectionError() | OSError():
            what = f"The Redis server at {place} was not reached, or broke the connection off."
        case exceptions.ResponseError():
            word = str(error).partition(" ")[0]
            what = f"The Redis server at {place} refused a command ({word if word.isalpha() else 'ERR'})."
            advice = "Look at the server's log."
        case _:
            pass
    return StoreUnavailable(what, retry_safe=True, advice=advice)


def _wrong(reason: str) -> InvalidArguments:
    return InvalidArguments((Problem("url", reason),))
