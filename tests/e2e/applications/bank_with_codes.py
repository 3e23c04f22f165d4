"""The bank's settings, and one more: people who come back in another browser are shown a code."""

from typing import Any

from examples.django_bank.bank import settings

globals().update({name: value for name, value in vars(settings).items() if name.isupper()})
_itsme: dict[str, Any] = {**settings.ITSME, "CODE_FOR_OTHER_BROWSER": True}
globals()["ITSME"] = _itsme
