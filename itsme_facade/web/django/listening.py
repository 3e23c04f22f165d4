"""What happens when something else happens: a logout, a changed setting."""


def connect() -> None:
    """Connects the receivers."""
