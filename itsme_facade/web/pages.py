"""Our pages: which template, filled with what, sent with which headers. Programs get the same as JSON."""

from __future__ import annotations

import math
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from itsme_facade.flow.messages import language, message
from itsme_facade.flow.outcomes import Busy, Lost, OtherBrowser, Prefetch, Refused, SignedIn, SignedInAgain, StillOpen
from itsme_facade.web.answers import Answer, Page
from itsme_facade.web.button import button_html
from itsme_facade.web.headers import NOT_KEPT, form_action_sources, page_headers
from itsme_facade.web.words import labels

if TYPE_CHECKING:
    from collections.abc import Callable

    from itsme_facade.flow.cookies import SetCookie
    from itsme_facade.flow.messages import Message
    from itsme_facade.flow.outcomes import FlowOutcome
    from itsme_facade.web.asked import Asked
    from itsme_facade.web.troubles import Trouble

_NOTHING_TO_PRESS: Final = ("other_browser", "other_browser_code", "not_secure")
_USUAL_REASONS: Final = ("cancelled", "failure", "expired", "account_changed")


class Pages:
    """Makes answers of outcomes, of troubles, and of requests that are not right.

    Args:
        sources: more places that styles, pictures and fonts may come from.
        explain: gives another message for the application's own reason to decline, by reason and language.
    """

    def __init__(self, *, sources: tuple[str, ...], explain: Callable[[str, str], Message | None] | None) -> None:
        self._sources = sources
        self._explain = explain

    def message_of(self, outcome: FlowOutcome, locale: str) -> Message:
        """What a person is told about an outcome."""
        if isinstance(outcome, Refused) and outcome.reason not in _USUAL_REASONS and self._explain:
            return self._explain(outcome.reason, locale) or outcome.message(locale)
        return outcome.message(locale)

    def of_outcome(self, asked: Asked, outcome: FlowOutcome, status: int, reference: str) -> Answer:
        """The page of a login that has not led to where the person wanted to go."""
        locale = language(outcome.locale or asked.language)
        told = self.message_of(outcome, locale)
        context = self._context(asked, told, locale, reference)
        here = f"{asked.base}/wait?{urlencode({'login': outcome.login_id or ''})}"
        headers: dict[str, str] = {}
        template, form = "message", False
        match outcome:
            case StillOpen(code_wanted=True) | StillOpen(code_wrong=True):
                template, form = "code", True
                asks = message("code_wanted", locale)
                context |= {"form_url": f"{asked.base}/wait", "login_id": outcome.login_id, "action": asks.action}
                context |= {"csrf_field": asked.csrf_field()}
            case StillOpen() | Busy():
                template = "waiting"
                context |= {"action_url": here}
                # A header and no <meta>: that one would be a barrier to people who use a screen reader.
                headers["refresh"] = f"{_whole(outcome.retry_after)}; url={here}"
            case OtherBrowser(code=code) if code:
                address = f"{asked.headers.get('host', '')}{asked.base}/code"
                context |= {"code": code, "code_address": address}
            case OtherBrowser():
                pass
            case Prefetch():
                # The only one that is shown where it was asked for, and can be asked for once more.
                context |= {"reload": True}
                headers["retry-after"] = _whole(outcome.retry_after)
            case Lost() | Refused(reason="cancelled" | "failure" | "expired"):
                context |= {"action_url": _to_start_again(asked, outcome.next)}
            case _:
                context |= {"action_url": asked.home}
        return self._page(asked, template, context, status, form=form, headers=headers, cookies=outcome.set_cookies)

    def of_outcome_for_program(self, asked: Asked, outcome: FlowOutcome, status: int) -> Answer:
        """An outcome as JSON, without the reference: who is signed in is the session's to say."""
        told = self.message_of(outcome, language(outcome.locale or asked.language))
        document: dict[str, object] = {
            "status": outcome.kind,
            "login_id": outcome.login_id,
            "next": outcome.next,
            "message": {"title": told.title, "text": told.text, "action": told.action},
        }
        match outcome:
            case SignedIn() | SignedInAgain():
                document |= {"service": outcome.service, "linked": outcome.linked}
            case Refused(reason=reason):
                document |= {"reason": reason}
            case StillOpen():
                document |= {"code_wanted": outcome.code_wanted, "code_wrong": outcome.code_wrong}
            case OtherBrowser(code=code):
                document |= {"code": code}
            case _:
                pass
        headers = dict(NOT_KEPT)
        if isinstance(outcome, StillOpen | Busy | Prefetch):
            document |= {"retry_after": outcome.retry_after}
            headers["retry-after"] = _whole(outcome.retry_after)
        return Answer(status=status, document=document, headers=headers, set_cookies=outcome.set_cookies)

    def of_trouble(self, asked: Asked, trouble: Trouble, reference: str, again: tuple[str, str] | None) -> Answer:
        """The page for something that was raised.

        Args:
            asked: the request.
            trouble: what it means.
            reference: what the log calls it.
            again: service and target of a start that may be tried once more.
        """
        locale = language(asked.form.get("locale") or asked.language)
        told = message(trouble.kind, locale)
        headers = {"retry-after": _whole(trouble.retry_after)} if trouble.retry_after else {}
        if asked.wants_document:
            return self._document(told, trouble.kind, trouble.status, reference, headers)
        context = self._context(asked, told, locale, reference)
        form = bool(again and trouble.retry_after and trouble.status == 503)
        if again and form:
            service, wanted = again
            context["restart"] = button_html(
                action=f"{asked.base}/start",
                csrf_field=asked.csrf_field(),
                service=service,
                locale=locale,
                next=wanted,
                words=told.action,
            )
        elif asked.method == "GET" and trouble.status >= 500:
            context["reload"] = True
        else:
            context["action_url"] = asked.home
        return self._page(asked, "message", context, trouble.status, form=form, headers=headers)

    def of_kind(self, asked: Asked, kind: str, status: int, reference: str) -> Answer:
        """The page for what a browser sent and should not have."""
        locale = language(asked.form.get("locale") or asked.language)
        told = message(kind, locale)
        if asked.wants_document:
            return self._document(told, kind, status, reference, {})
        context = self._context(asked, told, locale, reference)
        if kind not in _NOTHING_TO_PRESS:
            context["action_url"] = asked.home
        return self._page(asked, "message", context, status)

    def _context(self, asked: Asked, told: Message, locale: str, reference: str) -> dict[str, object]:
        words = labels(locale)
        return {
            "lang": locale,
            "title": told.title,
            "text": told.text,
            "action": told.action,
            "style_url": f"{asked.base}/itsme.css",
            "reference": reference,
            "reference_label": words["reference"],
            "code_label": words["code"],
            # Empty unless set later, so that templates of any strictness may ask for them.
            "action_url": "",
            "restart": "",
            "reload": False,
            "code": "",
            "code_address": "",
        }

    def _page(
        self,
        asked: Asked,
        template: str,
        context: dict[str, object],
        status: int,
        *,
        form: bool = False,
        headers: dict[str, str] | None = None,
        cookies: tuple[SetCookie, ...] = (),
    ) -> Answer:
        form_action = form_action_sources(asked.headers.get("host", "")) if form else None
        ours = page_headers(form_action=form_action, sources=self._sources)
        return Answer(
            status=status,
            page=Page(f"itsme/{template}.html", context),
            headers=ours | (headers or {}),
            set_cookies=cookies,
        )

    @staticmethod
    def _document(told: Message, kind: str, status: int, reference: str, headers: dict[str, str]) -> Answer:
        document: dict[str, object] = {
            "status": kind,
            "reference": reference,
            "message": {"title": told.title, "text": told.text, "action": told.action},
        }
        if "retry-after" in headers:
            document["retry_after"] = int(headers["retry-after"])
        return Answer(status=status, document=document, headers=NOT_KEPT | headers)


def short_reference() -> str:
    """A reference for what belongs to no login: ten characters, made up on the spot and written into the log."""
    return secrets.token_hex(5)


def _to_start_again(asked: Asked, target: str) -> str:
    """The page with the button, which is told where the person wanted to go."""
    page = asked.login_page or asked.home
    return page if target in ("/", asked.home) else f"{page}?{urlencode({'next': target})}"


def _whole(seconds: float) -> str:
    return str(max(1, math.ceil(seconds)))
