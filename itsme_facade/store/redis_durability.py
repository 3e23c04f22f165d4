"""Whether a Redis or Valkey server keeps what it has acknowledged: what to ask it, and what its answers mean. Pure.

Only `appendfsync always` does: under `everysec` a server that is killed forgets up to two seconds, and WAITAOF, which
ought to wait for the disk, answers before it on Valkey 8.1 and 9.1 (measured).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsme_facade.errors import StoreNotDurable, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

WANTED = {
    "appendonly": ("yes", "with it off, a restart forgets everything since the last snapshot"),
    "appendfsync": ("always", "only then is what was acknowledged on disk"),
    "no-appendfsync-on-rewrite": ("no", "else nothing is forced to disk while the file is rewritten"),
    "maxmemory-policy": ("noeviction", "any other one throws logins away when memory runs short"),
}
"""The settings that make it durable: name, wanted value, why."""

QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("INFO", "server"),
    ("INFO", "replication"),
    ("INFO", "persistence"),
    ("INFO", "cluster"),
    *(("CONFIG", "GET", name) for name in WANTED),
)
"""What to ask a server on every new connection: it may have been restarted with other settings."""

OLDEST = 7
"""The oldest major version of Redis that the scripts run on. Valkey calls itself 7 or later here too."""


def judge(answers: Sequence[object], *, accept_loss: bool) -> None:
    """Judges a server by its answers.

    Args:
        answers: what it said to each of QUESTIONS; None where it refused to answer.
        accept_loss: whether losing what was acknowledged is accepted.

    Raises:
        StoreNotDurable: names the setting that must change and its present value, or says what could not be learnt.
        StoreUnavailable: it cannot be used as it is: too old, a part of a cluster, or failing to write.
    """
    told = [_pairs(answer) for answer in answers]
    info = {name: value for each in told[:4] for name, value in each.items()}
    settings = {name: value for each in told[4:] for name, value in each.items()}
    _judge_kind(info)
    if accept_loss:
        return
    unknown = [name for name in WANTED if name not in settings]
    if unknown or "role" not in info or "aof_enabled" not in info:
        named = ", ".join(unknown) or "its role and whether it appends"
        raise StoreNotDurable(
            f"The server does not let this user look whether it is durable ({named}).",
            advice="Let the user run CONFIG GET and INFO, or use another store. accept_loss=True goes on unchecked: "
            "identities are lost when the server is lost.",
        )
    for name, (value, why) in WANTED.items():
        if settings[name] != value:
            raise StoreNotDurable(f"The server has {name} {settings[name]}; it must be {name} {value}: {why}.")
    if info["aof_enabled"] != "1":
        raise StoreNotDurable("The server has appendonly yes, but is not appending (aof_enabled 0). Restart it.")
    if info.get("aof_last_write_status", "ok") != "ok":
        raise StoreUnavailable(
            "The server cannot write to its disk (aof_last_write_status err).",
            retry_safe=True,
            advice="Look at the server's disk and log. Nothing is lost meanwhile.",
        )


def _judge_kind(info: dict[str, str]) -> None:
    if info.get("role", "master") != "master":
        raise StoreNotDurable(
            "The server is a replica (role:slave), which takes no writes.",
            advice="Give the URL of the primary.",
        )
    if info.get("cluster_enabled", "0") != "0" or info.get("redis_mode", "standalone") != "standalone":
        raise StoreUnavailable(
            "The server is part of a cluster or a sentinel, neither of which is supported.",
            advice="Give the URL of a single server.",
        )
    version = info.get("redis_version", "").partition(".")[0]
    if version.isdigit() and int(version) < OLDEST:
        raise StoreUnavailable(
            f"The server is too old (Redis {info['redis_version']}).",
            advice=f"Use Redis {OLDEST} or later, or Valkey.",
        )


def _pairs(answer: object) -> dict[str, str]:
    """The lines of INFO, or the names and values of CONFIG GET."""
    match answer:
        case bytes():
            lines = (line.partition(":") for line in answer.decode("utf-8", "replace").splitlines())
            return {name: value for name, colon, value in lines if colon}
        case [bytes() as name, bytes() as value]:
            return {name.decode(): value.decode("utf-8", "replace")}
        case _:
            return {}
