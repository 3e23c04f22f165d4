"""Finds a Chromium on this machine, whoever put it there; fetches Debian's only if nothing else is left."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

VARIABLE = "ITSME_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = (  # nothing of the browser's own may call out
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


class NoBrowser(Exception):
    """There is no browser, and none could be installed."""


def find_browser(packaged: str, install: Callable[[], None] | None = None) -> str:
    """The path of a browser: the one that is named, an installed one, a package's, or Debian's, installed now.

    Args:
        packaged: Where Playwright would have its own.
        install: Installs one; by default Debian's package manager does, if this process is root.

    Raises:
        NoBrowser: With what to do.
    """
    if named := os.environ.get(VARIABLE):
        if found := shutil.which(named):
            return found
        raise NoBrowser(f"{VARIABLE} is {named!r}, and no program is there: set it to a Chromium's path, or unset it")
    if found := installed():
        return found
    if Path(packaged).is_file():
        return packaged
    if install is None and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        install = install_from_debian
    if install is not None:
        install()
        if found := installed():
            return found
    raise NoBrowser(
        "the tests in tests/e2e need a Chromium, and there is none: install chromium or Chrome, or run "
        f"`playwright install chromium`, or set {VARIABLE} to the path of one"
    )


def installed() -> str | None:
    """A browser on the PATH, or where its own installer puts it."""
    on_path = (shutil.which(name) for name in NAMES)
    return next((found for found in (*on_path, *map(shutil.which, PLACES)) if found), None)


def install_from_debian() -> None:
    """Asks the package manager, with what it knows first, since an update takes longer."""
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    if run_quietly(install, quietly) != 0:
        run_quietly(["apt-get", "update", "-qq"], quietly)
        run_quietly(install, quietly)


def run_quietly(command: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    ).returncode


def flags() -> list[str]:
    """The command line of a browser that keeps to itself; root's needs one more."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*FLAGS, *(["--no-sandbox"] if root else [])]
