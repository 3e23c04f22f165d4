"""Log several people in at the same time with one AsyncItsme.

Start `itsme sandbox`, set ITSME_TOKEN and ITSME_BASE_URL to what it prints, then:

    python examples/log_in_many.py +32470000023 +32470000020
"""

import asyncio
import sys

from itsme_facade import AsyncItsme, ItsmeError


async def log_in(itsme: AsyncItsme, phone_number: str) -> str:
    started = await itsme.login("https://shop.example/itsme/back", scopes=["profile"], phone_number=phone_number)
    result = await itsme.wait(started, timeout=180)
    if result.identity is None or result.identity.name is None:
        return str(result.status)
    return f"{result.status}: {result.identity.name.full}"


async def main(phone_numbers: list[str]) -> int:
    try:
        async with AsyncItsme.from_env() as itsme:
            ends = await asyncio.gather(*(log_in(itsme, number) for number in phone_numbers))
    except ItsmeError as error:
        print(error, file=sys.stderr)
        return 1
    for number, end in zip(phone_numbers, ends, strict=True):
        print(number, end)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
