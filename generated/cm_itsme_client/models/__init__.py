"""Contains all the data models used in inputs/outputs"""

from .address import Address
from .error import Error
from .gender import Gender
from .locale import Locale
from .name import Name
from .scope import Scope
from .service import Service
from .status import Status
from .status_answer import StatusAnswer
from .transaction import Transaction
from .transaction_request import TransactionRequest

__all__ = (
    "Address",
    "Error",
    "Gender",
    "Locale",
    "Name",
    "Scope",
    "Service",
    "Status",
    "StatusAnswer",
    "Transaction",
    "TransactionRequest",
)
