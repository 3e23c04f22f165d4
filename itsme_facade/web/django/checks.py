"""System checks: what is wrong with the settings, and what to write instead."""


def register_all() -> None:
    """Registers the checks."""
