"""Find a Chromium for the browser tests, or install one.

``python tools/browser.py`` prints the path of a browser that starts, and fails with
what to do where there is none. With ``--install`` it first tries to get one:
Playwright's own build, then the distribution's package (Debian and Ubuntu, as root).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["BrowserNotFoundError", "browser_arguments", "find_browser", "install_browser"]

VARIABLE = "AWS_LB_SIM_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# A browser on a test machine has nothing to say to its maker; a closed network would
# make it wait for the answers.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


class BrowserNotFoundError(RuntimeError):
    """No Chromium on this machine; the message says how to get one."""


def browser_arguments() -> list[str]:
    """Return the command-line switches for a quiet browser that reaches loopback only.

    Returns
    -------
    list of str
        Chromium switches. Chromium's sandbox refuses to run as root, so it is off there.
    """
    loopback_only = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    return [*QUIET, loopback_only, *(["--no-sandbox"] if is_root() else [])]


def find_browser() -> Path:
    """Return the first Chromium that starts.

    Returns
    -------
    pathlib.Path
        From the environment variable ``AWS_LB_SIM_BROWSER``, the search path,
        or Playwright's own folder, in this order.

    Raises
    ------
    BrowserNotFoundError
        When there is none.
    """
    for candidate in candidates():
        if starts(candidate):
            return candidate
    raise BrowserNotFoundError(
        "no Chromium found for the browser tests. Install one with "
        "`python -m playwright install --with-deps chromium`, or with the system's packages "
        f"(Debian: `apt-get install chromium`), or name one in {VARIABLE}."
    )


def install_browser() -> Path:
    """Return a Chromium, after installing one where there is none.

    Returns
    -------
    pathlib.Path
        The browser.

    Raises
    ------
    BrowserNotFoundError
        When no way of installing one worked.
    """
    for command in ([], *installers()):
        if command:
            print(f"no browser yet; trying: {' '.join(command)}", file=sys.stderr)
            run_quietly(command)
        try:
            return find_browser()
        except BrowserNotFoundError:
            continue
    return find_browser()


def candidates() -> Iterator[Path]:
    """Yield the places where a Chromium may be, best first."""
    named = os.environ.get(VARIABLE)
    if named:
        yield Path(named)
        return  # whoever names a browser wants that one, not another
    for name in NAMES:
        found = shutil.which(name)
        if found:
            yield Path(found)
    yield from (Path(name) for name in MACOS)
    bundled = playwright_browser()
    if bundled:
        yield bundled


def playwright_browser() -> Path | None:
    """Return where Playwright keeps its own Chromium, whether it is there or not."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return None
    try:
        with sync_playwright() as playwright:
            return Path(playwright.chromium.executable_path)
    except Error:
        return None


def starts(browser: Path) -> bool:
    """Say whether a browser runs at all: a stub or missing libraries make it fail."""
    if not browser.is_file():
        return False
    try:
        done = subprocess.run([browser, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def installers() -> Iterator[Sequence[str]]:
    """Yield the commands that may bring a browser, best first."""
    playwright = [sys.executable, "-m", "playwright"]
    yield [*playwright, "install", "chromium"]
    if not is_root():
        return  # asking for a password would make the tests hang
    if shutil.which("apt-get"):
        yield ["apt-get", "update", "--quiet"]
        yield ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium"]
    yield [*playwright, "install", "--with-deps", "chromium"]


def run_quietly(command: Sequence[str]) -> None:
    """Run an installer; its words are shown only where it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=900, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  failed: {error}", file=sys.stderr)
        return
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        print("\n".join(["  failed:", *words[-5:]]), file=sys.stderr)


def is_root() -> bool:
    """Say whether this process may install packages and must do without the sandbox."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def main() -> int:
    """Print the path of a browser; 1 where there is none."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--install", action="store_true", help="install one where there is none")
    options = parser.parse_args()
    try:
        print(install_browser() if options.install else find_browser())
    except BrowserNotFoundError as error:
        print(f"browser.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
