"""The environment that everything is measured in: this project as it stands, its dependencies, and the peers."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

from tests.bench.processes import ROOT

PEERS = Path(__file__).with_name("peers.txt")


def prepared() -> Path:
    """The Python of an environment that holds what peers.txt says, made unless it is there already.

    Nothing that only development needs is in it: httpx, for one, takes longer to import where click and rich are.

    Errors: SystemExit with pip's words when the peers cannot be installed.
    """
    folder = ROOT / "build" / "bench" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    python, made_of = folder / "bin" / "python", folder / "made-of.txt"
    wanted = f"{sys.version}\n{ROOT}\n{PEERS.read_text('utf-8')}"
    if made_of.exists() and made_of.read_text("utf-8") == wanted:
        return python
    print(f"Making {folder.relative_to(ROOT)} with the peers", flush=True)
    venv.create(folder, clear=True, with_pip=True)
    command: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        PEERS,
    ]
    ended = subprocess.run(
        [*command, "--editable", ROOT], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        sys.exit(f"{ended.stderr}The peers could not be installed; nothing was measured.")
    made_of.write_text(wanted, "utf-8")
    return python


def versions(python: Path) -> dict[str, str]:
    """The versions of all that is installed beside that Python."""
    program = (
        "import json, importlib.metadata as m;"
        "print(json.dumps({d.metadata['Name']: d.version for d in m.distributions()}))"
    )
    found = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)
    return dict(json.loads(found.stdout))
