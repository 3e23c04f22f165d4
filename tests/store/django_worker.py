"""One of several processes at one Django database: `python -m tests.store.django_worker ID…`.

ITSME_TEST_DATABASE is its entry in DATABASES, as JSON. Speaks as `tests.store.worker` does.
"""

import json
import os
import sys

from itsme_facade.carrying import carry_out
from tests.store.worker import taking, wait_for_the_others
from tests.web.django import project

os.environ["ITSME_TEST_UNMIGRATED"] = "yes"
project.set_up()


def main() -> None:
    from itsme_facade.web.django import DjangoStore

    project.add_database("shared", json.loads(os.environ["ITSME_TEST_DATABASE"]))
    with DjangoStore("shared") as store:
        wait_for_the_others()
        got = [carry_out(taking(login_id), store.do) for login_id in sys.argv[1:]]
    print(json.dumps(got))  # noqa: T201 - it is what the test reads


if __name__ == "__main__":
    main()
