"""The cookies of a login: one for each, so that two tabs cannot overwrite each other's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from itsme_facade.flow.secrets import is_login_id

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT = 5
"""How many logins one browser may have open; at a start, cookies of older ones are deleted."""


@frozen
class SetCookie:
    """A cookie to set, or with `max_age` 0 to delete. Its value is a secret, so `repr` hides it.

    Args:
        name: its name.
        value: its value.
        max_age: seconds that the browser shall keep it.
        secure: over https only.
        path: where it is sent.
        http_only: hidden from scripts.
        same_site: not sent along with what other sites ask for, but with links and redirects from them.

    >>> SetCookie("itsme-x", "secret", 60, secure=True).header()
    'itsme-x=secret; Max-Age=60; Path=/; Secure; HttpOnly; SameSite=Lax'
    """

    name: str
    value: str = field(repr=False)
    max_age: int
    secure: bool
    path: str = "/"
    http_only: bool = True
    same_site: Literal["Lax", "Strict", "None"] = "Lax"

    def header(self) -> str:
        """The whole value of a Set-Cookie header."""
        flags = ["Secure"] * self.secure + ["HttpOnly"] * self.http_only
        return "; ".join(
            [
                f"{self.name}={self.value}",
                f"Max-Age={self.max_age}",
                f"Path={self.path}",
                *flags,
                f"SameSite={self.same_site}",
            ]
        )


@frozen
class Jar:
    """How this site's cookies are called and set.

    Args:
        secure: the site is on https. Then their names begin with __Host-, so that no other host can set them.
    """

    secure: bool

    def name(self, login_id: str) -> str:
        """The name of a login's cookie."""
        return self._prefix + login_id

    def keep(self, login_id: str, secret: str, seconds: float) -> SetCookie:
        """Sets a login's cookie."""
        return SetCookie(self.name(login_id), secret, int(seconds), self.secure)

    def forget(self, login_id: str) -> SetCookie:
        """Deletes a login's cookie."""
        return SetCookie(self.name(login_id), "", 0, self.secure)

    def secret_of(self, login_id: str, cookies: Mapping[str, str]) -> str | None:
        """What this browser has for a login; None if nothing."""
        return _value(cookies, self.name(login_id))

    def logins(self, cookies: Mapping[str, str]) -> list[str]:
        """The ids of the logins that this browser has a cookie for, the newest first."""
        ids = (name.removeprefix(self._prefix) for name in cookies if name.startswith(self._prefix))
        return sorted((login_id for login_id in ids if is_login_id(login_id)), reverse=True)

    def forget_all_but_newest(self, cookies: Mapping[str, str]) -> tuple[SetCookie, ...]:
        """Deletes what is too much when one more is going to be set."""
        return tuple(self.forget(login_id) for login_id in self.logins(cookies)[KEPT - 1 :])

    def keep_code(self, login_id: str, code: str, seconds: float) -> SetCookie:
        """Lets another browser show its code again after a redirect or a reload."""
        return SetCookie(f"{self._prefix}code-{login_id}", code, int(seconds), self.secure)

    def code_of(self, login_id: str, cookies: Mapping[str, str]) -> str | None:
        """The code that was shown in this browser."""
        return _value(cookies, f"{self._prefix}code-{login_id}")

    def keep_browser(self, secret: str) -> SetCookie:
        """Sets what this browser is known by when its starts are counted."""
        return SetCookie(f"{self._prefix}browser", secret, 3_600, self.secure)

    def browser(self, cookies: Mapping[str, str]) -> str | None:
        """What this browser is known by when its starts are counted."""
        return _value(cookies, f"{self._prefix}browser")

    @property
    def _prefix(self) -> str:
        return "__Host-itsme-" if self.secure else "itsme-"


def _value(cookies: Mapping[str, str], name: str) -> str | None:
    value = cookies.get(name)
    return value if isinstance(value, str) and value else None
