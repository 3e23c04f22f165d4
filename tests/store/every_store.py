"""What every store does, whichever engine it stands on: the modules of it, for those who have a store of their own.

Each test runs for each of `kinds`, sync and async.
"""

from typing import Final

from tests.store import test_every_store_ends, test_every_store_keeps, test_every_store_steps

EVERY_STORE: Final = (test_every_store_keeps, test_every_store_steps, test_every_store_ends)
