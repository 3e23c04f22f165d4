from enum import StrEnum


class Service(StrEnum):
    LOGIN = "login"
    REGISTER = "register"

    def __str__(self) -> str:
        return str(self.value)
