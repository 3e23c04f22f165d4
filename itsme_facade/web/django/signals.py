"""Signals of this app. That somebody has signed in is told by Django's own `user_logged_in`."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

itsme_event: Final = Signal()
"""Something happened to a login: sent with `event`, an `Event`, which holds no secret and no personal data.

What a receiver raises is logged by Django and breaks no login. Sender: the `Flow` class.
"""
