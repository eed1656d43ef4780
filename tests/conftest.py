"""What browser tests need: a Chromium that reaches loopback only, and a JupyterLab."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

from tools.browser import browser_arguments, find_browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page

LOOPBACK = {"127.0.0.1", "localhost"}
LAB_SEED_VARIABLE = "AWS_LB_SIM_LAB_SEED"
# Fixed, so that the same commit gives the same verdict on every day; any other can be named.
DEFAULT_LAB_SEED = 1
SETTINGS = {
    # Off-screen cells stay in the page, so that a test sees every output.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}

# A busy machine is no failure: no test asserts how long it took.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def lab_seed() -> int:
    """Return the seed of the lab's random scenarios: the environment's, or the usual one."""
    return int(os.environ.get(LAB_SEED_VARIABLE) or DEFAULT_LAB_SEED)


def pytest_report_header() -> str:
    """Say at the top which random scenarios the lab runs, and how to run others."""
    return f"lab seed: {lab_seed()} ({LAB_SEED_VARIABLE} names another)"


@dataclass(frozen=True, slots=True, kw_only=True)
class JupyterServer:
    """A JupyterLab that runs for a test, with its own home and folder of notebooks."""

    url: str
    token: str
    folder: Path

    def lab_url(self, notebook: str) -> str:
        """Return the address that opens a notebook of the folder in JupyterLab."""
        return f"{self.url}/lab/tree/{notebook}?reset&token={self.token}"


@dataclass
class WatchedPage:
    """A page, with what went wrong in it so far."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests_elsewhere: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note console errors, uncaught exceptions and requests that leave the machine."""
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        self.page.on("request", lambda request: self._on_url(request.url))
        self.page.on("websocket", lambda websocket: self._on_url(websocket.url))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _on_url(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOOPBACK:
            self.requests_elsewhere.append(url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests; without one they fail and say how to get it."""
    from playwright.sync_api import sync_playwright

    path = find_browser()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, headless=True, args=browser_arguments()
        )
        yield chromium
        chromium.close()


@pytest.fixture
def watched_page(browser: Browser) -> Iterator[WatchedPage]:
    """A fresh page of 1280 × 720 that remembers what went wrong."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    watched = WatchedPage(context.new_page())
    watched.watch()
    yield watched
    context.close()


@pytest.fixture(scope="session")
def jupyter_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """A JupyterLab on loopback that knows nothing of the user's own settings."""
    home = tmp_path_factory.mktemp("jupyter-home")
    server = JupyterServer(
        url=f"http://127.0.0.1:{free_port()}",
        token=secrets.token_hex(16),
        folder=tmp_path_factory.mktemp("jupyter-notebooks"),
    )
    log = home / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            jupyter_command(server),
            env=jupyter_environment(home),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_up(server, process, log)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def jupyter_command(server: JupyterServer) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        f"--port={urlsplit(server.url).port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={server.token}",
        f"--ServerApp.root_dir={server.folder}",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
    ]


def jupyter_environment(home: Path) -> dict[str, str]:
    for name, values in SETTINGS.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    return {
        **os.environ,
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        # Where the page of Voilà is, also before the package is installed.
        "JUPYTER_PATH": str(Path(__file__).parent.parent / "share" / "jupyter"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(server: JupyterServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{server.url}/api?token={server.token}", timeout=5).close()  # noqa: S310 (our own server)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-3000:]}")
