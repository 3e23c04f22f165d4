"""`itsme_sweep` and `itsme_stats`."""
