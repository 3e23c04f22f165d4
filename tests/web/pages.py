"""What every page that says that something is wrong has: the words, one thing to do, a reference that is in the log."""

import re

import httpx
import pytest

from itsme_facade.flow.messages import message


def reference_on(page: httpx.Response) -> str:
    (reference,) = re.findall(r'class="itsme-reference">[^<]*<code>([^<]*)</code>', page.text)
    return str(reference)


def things_to_do(page: httpx.Response) -> int:
    """How many links and buttons a page has."""
    return len(re.findall(r"<a |<button", page.text))


def assert_is_page(page: httpx.Response, kind: str, locale: str, log: pytest.LogCaptureFixture) -> None:
    """A whole page that says it, in that language."""
    told = message(kind, locale)
    text = page.text.replace("&#39;", "'").replace("&#x27;", "'")
    assert f'<html lang="{locale}">' in text
    assert f"<h1>{told.title}</h1>" in text
    assert told.text in text
    assert told.action in text
    assert things_to_do(page) <= 1
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert reference_on(page) in log.text
