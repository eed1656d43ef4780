"""Starting a real Envoy, and ending it whatever happens.

Nothing is left behind when this process is killed: the kernel ends Envoy with its
parent (prctl PR_SET_PDEATHSIG), its log comes through a pipe, its admin socket is an
abstract one, and its configuration is on its command line (where it is too long for
that, in a file that is removed once it has been read).
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any

from aws_lb_sim.lab.envoy.files import short_lived_file
from aws_lb_sim.lab.envoy.stoppable import Stoppable
from aws_lb_sim.lab.envoy.unavailable import find_envoy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["ConfigRejected", "EnvoyProcess"]

START_SECONDS = 20.0
STOP_SECONDS = 2.0
_POLL_SECONDS = 0.002
_PR_SET_PDEATHSIG = 1
_LONGEST_ARGUMENT = 100_000  # Linux: 128 KiB for one argument (MAX_ARG_STRLEN)
_ARGUMENTS = (
    "--disable-hot-restart",
    "--concurrency",
    "1",
    "--log-level",
    "error",
    "--skip-deprecated-logs",
    # Each line of the access log is written at once.
    "--file-flush-min-size-kb",
    "0",
)


class ConfigRejected(Exception):  # noqa: N818 - a result, not a mistake of the caller
    """Envoy refused its configuration; the text is what it said."""


class EnvoyProcess(Stoppable):
    """A running Envoy; a context manager that ends it.

    Parameters
    ----------
    bootstrap
        Its configuration, JSON of envoy.config.bootstrap.v3.Bootstrap.
    admin
        The abstract Unix socket named in it, ``@`` first.

    Attributes
    ----------
    admin
        As given.

    Raises
    ------
    ConfigRejected
        Envoy refuses the configuration.
    LabUnavailable
        There is no Envoy for this machine.
    TimeoutError
        It did not become ready in time.
    """

    def __init__(self, bootstrap: Mapping[str, Any], admin: str) -> None:
        self.admin = admin
        self._lines: list[dict[str, Any]] = []
        self._said: list[str] = []
        self._more = threading.Condition()
        text = json.dumps(bootstrap, ensure_ascii=False)
        if len(text.encode()) < _LONGEST_ARGUMENT:
            self._start("--config-yaml", text)
        else:
            with short_lived_file(text, ".json") as path:
                self._start("--config-path", str(path))

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def log_length(self) -> int:
        """Return how many entries the access log has by now."""
        with self._more:
            return len(self._lines)

    def log_entries(self, peer: str, *, since: int, wait: float) -> list[dict[str, Any]]:
        """Return what the access log says about the connection from ``peer``.

        Parameters
        ----------
        peer
            ``address:port`` of the client's end.
        since
            Length of the log before the connection was opened: ports are used again.
        wait
            Seconds to wait for a first entry.
        """
        deadline = time.monotonic() + wait
        with self._more:
            while True:
                found = [line for line in self._lines[since:] if line.get("peer") == peer]
                left = deadline - time.monotonic()
                if found or left <= 0:
                    return found
                self._more.wait(left)

    def log_since(
        self, since: int, *, wait: float, enough: Callable[[list[dict[str, Any]]], bool] = bool
    ) -> list[dict[str, Any]]:
        """Return what the access log says since it had a length.

        Parameters
        ----------
        since
            That length.
        wait
            Seconds to wait until it is enough.
        enough
            Whether no more is waited for.
        """
        deadline = time.monotonic() + wait
        with self._more:
            while True:
                found = self._lines[since:]
                left = deadline - time.monotonic()
                if enough(found) or left <= 0:
                    return found
                self._more.wait(left)

    def admin_get(self, path: str) -> bytes:
        """Return the body of an answer of Envoy's admin interface."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(STOP_SECONDS)
            connection.connect("\0" + self.admin.removeprefix("@"))
            request = f"GET {path} HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"
            connection.sendall(request.encode())
            # Envoy sends it in chunks.
            answer = HTTPResponse(connection)
            answer.begin()
            return answer.read()

    def _start(self, *configuration: str) -> None:
        """Start Envoy from a thread that lives as long as this process.

        The parent whose death ends Envoy is the *thread* that started it (prctl(2)).
        """
        self._process = _spawner(os.getpid()).submit(_spawn, configuration).result()
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process: politely, then by force."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        self._reader.join(STOP_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._workers_started():
            if self._process.poll() is not None:
                self._reader.join(STOP_SECONDS)
                raise ConfigRejected("\n".join(self._said) or "it ended without a word")
            if time.monotonic() > deadline:
                raise TimeoutError(f"Envoy was not ready after {START_SECONDS:g} seconds")
            time.sleep(_POLL_SECONDS)

    def _workers_started(self) -> bool:
        """Tell whether the listeners accept connections; LIVE alone comes a little before."""
        try:
            return b"workers_started: 1" in self.admin_get("/stats?filter=workers_started")
        except (OSError, HTTPException):
            return False

    def _read_log(self) -> None:
        stream = self._process.stdout
        if stream is None:
            return
        for raw in stream:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            with self._more:
                if line.startswith("{"):
                    self._lines.append(json.loads(line))
                elif line:
                    self._said.append(line)
                self._more.notify_all()


@lru_cache(maxsize=1)
def _spawner(pid: int) -> ThreadPoolExecutor:
    """Return the thread that starts Envoys, one for each process (a fork has no threads)."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"envoy-spawner-{pid}")


def _spawn(configuration: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - the binary of a package, arguments of our own
        [str(find_envoy()), *_ARGUMENTS, *configuration],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509 - two system calls, no locks
        start_new_session=True,
    )


def _die_with_parent(parent: int) -> Any:
    """Return what the child does before it becomes Envoy."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask_the_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)  # the parent died before it could be watched

    return ask_the_kernel
