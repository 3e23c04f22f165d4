"""Log a person in, in a program that waits: a script, a terminal, a page on another device.

Start `itsme sandbox`, set ITSME_TOKEN and ITSME_BASE_URL to what it prints, then:

    python examples/log_in.py +32470000023

That number belongs to somebody in the sandbox who always approves; +32470000020 to somebody who always refuses.
"""

import sys

from itsme_facade import Cancelled, Expired, Failed, Itsme, ItsmeError, Outcome, Success


def log_in(itsme: Itsme, phone_number: str | None) -> int:
    started = itsme.login(
        redirect_url="https://shop.example/itsme/back",
        scopes=["profile", "email"],
        locale="en",
        phone_number=phone_number,
    )
    print("Open this address:", started.authentication_url)
    match itsme.wait(started, timeout=180):
        case Success(outcome=Outcome.GIVEN, identity=identity) if identity is not None:
            print("Signed in as", identity.user_id)
            if identity.name is not None and identity.name.full:
                print("Hello", identity.name.full)
            if identity.birthdate is not None:
                adult = {True: "yes", False: "no", None: "not known"}[identity.birthdate.is_at_least(18)]
                print("18 or older:", adult)
            return 0
        case Success(outcome=outcome):
            print("Approved, but without data:", outcome)
        case Cancelled():
            print("You cancelled. Run this again to try once more.")
        case Failed() | Expired() as ended:
            print("That did not work:", ended.status)
        case other:
            print("An answer that this program does not know:", other.status)
    return 1


def main() -> int:
    try:
        with Itsme.from_env() as itsme:
            return log_in(itsme, sys.argv[1] if len(sys.argv) > 1 else None)
    except ItsmeError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
