from enum import StrEnum


class Status(StrEnum):
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILURE = "failure"
    OPEN = "open"
    SUCCESS = "success"

    def __str__(self) -> str:
        return str(self.value)
