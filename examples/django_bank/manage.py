"""A bank in Django: customers have a card and a PIN, link their itsme to it, and log in with itsme from then on.

    python examples/django_bank/manage.py demo

starts it together with a local sandbox, unless ITSME_BASE_URL or ITSME_ENVIRONMENT says which itsme to ask.

    python examples/django_bank/manage.py test

runs the tests that a bank would write. BANK_FOLDER names a folder to keep the database in; without it nothing stays.
"""

import os
import sys
from tempfile import TemporaryDirectory

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bank.settings")
    with TemporaryDirectory() as folder:
        os.environ.setdefault("BANK_FOLDER", folder)
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
