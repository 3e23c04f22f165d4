"""Call the API through the generated client, which knows nothing but the contract.

Start `itsme sandbox`, set ITSME_TOKEN and ITSME_BASE_URL to what it prints, then:

    python examples/low_level.py
"""

import os
import sys

from cm_itsme_client.api.transactions import create_transaction, get_status
from cm_itsme_client.models import Error, Scope, Service, TransactionRequest

from itsme_facade import Itsme


def main() -> int:
    with Itsme.from_env() as itsme:
        request = TransactionRequest(
            token=os.environ["ITSME_TOKEN"],
            service=Service.REGISTER,
            redirect_url="https://shop.example/itsme/back",
            scopes=[Scope.ADDRESS],
            phone_number="+32470000023",  # somebody in the sandbox who always approves
        )
        created = create_transaction.sync(client=itsme.low_level, body=request)
        if created is None or isinstance(created, Error):
            print("The API refused:", created and created.message, file=sys.stderr)
            return 1
        # The answer's bytes are the only copy of the person's data: look at them before they are taken apart.
        answer = get_status.sync_detailed(created.transaction_token, client=itsme.low_level)
        print("HTTP", int(answer.status_code), "with", len(answer.content), "bytes")
        print(answer.content.decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
