from enum import StrEnum


class Scope(StrEnum):
    ADDRESS = "address"
    EMAIL = "email"
    PHONE = "phone"
    PROFILE = "profile"

    def __str__(self) -> str:
        return str(self.value)
