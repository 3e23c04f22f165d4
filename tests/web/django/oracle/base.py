"""A database of a kind that is not supported."""

from django.db.backends.dummy import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Only its name is looked at."""

    vendor = "oracle"
