"""One of several processes that share a store: `python -m tests.store.worker sync|async URL PREFIX ID…`.

Opens the store, says so, waits for a line, takes what it can get of each login, and says what it got.
"""

import asyncio
import json
import sys

from itsme_facade.carrying import carry_out, carry_out_async
from itsme_facade.store import Lives, open_async_store, open_store, steps


def taking(login_id: str) -> steps.Steps[list[bool]]:
    """Every step of a login that only one may take."""
    claimed = yield from steps.claim(login_id, bound=True)
    captured = yield from steps.capture(login_id, b"answer", lives=Lives())
    delivering = yield from steps.deliver(login_id)
    delivered = yield from steps.delivered(login_id, b"reference", lives=Lives())
    return [claimed.mine, captured.mine, delivering.mine, delivered.mine]


def wait_for_the_others() -> None:
    print("ready", flush=True)  # noqa: T201 - it is what the test reads
    sys.stdin.readline()


def work(url: str, prefix: str, ids: list[str]) -> list[list[bool]]:
    with open_store(url, prefix=prefix) as store:
        wait_for_the_others()
        return [carry_out(taking(login_id), store.do) for login_id in ids]


async def work_async(url: str, prefix: str, ids: list[str]) -> list[list[bool]]:
    async with open_async_store(url, prefix=prefix) as store:
        wait_for_the_others()
        return await asyncio.gather(*[carry_out_async(taking(login_id), store.do) for login_id in ids])


def main() -> None:
    side, url, prefix, *ids = sys.argv[1:]
    got = work(url, prefix, ids) if side == "sync" else asyncio.run(work_async(url, prefix, ids))
    print(json.dumps(got))  # noqa: T201


if __name__ == "__main__":
    main()
