"""Writes generated/cm_itsme_client whole from openapi/itsme.yaml; with --check, says how they differ."""

import argparse
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "cm_itsme_client"


def generate(contract: Path, output: Path) -> None:
    """Runs the pinned generator in a folder of its own, then puts the result in `output`'s place.

    The generator formats with the `ruff` it finds on the PATH, so the one beside this Python must come first.
    """
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder, PACKAGE)
        command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
        command += ["--path", str(contract), "--config", str(ROOT / "openapi/generator.yaml")]
        tools = Path(sys.executable).parent
        environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"}
        run = subprocess.run(
            [*command, "--output-path", str(fresh), "--fail-on-warning"],
            cwd=folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        if run.returncode != 0:
            sys.exit(f"{run.stdout}{run.stderr}The generator failed; {output} is as it was.")
        shutil.rmtree(fresh / ".ruff_cache", ignore_errors=True)  # differs on every run
        (fresh / "py.typed").touch()  # the generator writes it only beside project files
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(fresh, output)


def text_files(folder: Path) -> dict[str, list[str]]:
    """Every file below `folder` but compiled ones, by its relative name, as lines."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8").splitlines(keepends=True)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }


def differences(committed: Path, contract: Path) -> str:
    """A unified diff from `committed` to what `contract` generates; empty when they are the same."""
    with tempfile.TemporaryDirectory() as folder:
        generate(contract, Path(folder, PACKAGE))
        old, new = text_files(committed), text_files(Path(folder, PACKAGE))
    lines: list[str] = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new or name not in old:
            lines.append(f"{'only committed' if name in old else 'only generated'}: {name}\n")
        before, after = old.get(name, []), new.get(name, [])
        lines += difflib.unified_diff(before, after, f"committed/{name}", f"generated/{name}")
    return "".join(lines)


def main() -> None:
    """Reads the command line and acts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contract", type=Path, default=ROOT / "openapi/itsme.yaml")
    parser.add_argument("--output", type=Path, default=ROOT / "generated" / PACKAGE)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    contract, output = arguments.contract.resolve(), arguments.output.resolve()
    if not arguments.check:
        generate(contract, output)
    elif diff := differences(output, contract):
        sys.exit(f"{diff}\n{output} is not what {contract} generates. Run `make generate`.")


if __name__ == "__main__":
    main()
