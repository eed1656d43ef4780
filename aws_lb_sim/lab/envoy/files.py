"""Short-lived files that do not outlive the process that made them."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["short_lived_file", "short_lived_folder", "sweep"]

_PREFIX = "aws-lb-sim-lab"


@contextmanager
def short_lived_file(text: str, suffix: str) -> Iterator[Path]:
    """Write a file that only this user can read, and remove it at the end.

    Its name holds the process id of its owner, so that :func:`sweep` can remove what a
    killed process has left.

    Examples
    --------
    >>> with short_lived_file("{}", ".json") as path:
    ...     path.read_text()
    '{}'
    >>> path.exists()
    False
    """
    sweep()
    handle, name = tempfile.mkstemp(suffix, f"{_PREFIX}-{os.getpid()}-")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def short_lived_folder() -> Iterator[Path]:
    """Make a folder that only this user can read, and remove it at the end.

    As with :func:`short_lived_file` a killed process leaves it for :func:`sweep`.

    Examples
    --------
    >>> with short_lived_folder() as folder:
    ...     folder.is_dir()
    True
    >>> folder.exists()
    False
    """
    sweep()
    folder = Path(tempfile.mkdtemp("", f"{_PREFIX}-{os.getpid()}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep() -> list[Path]:
    """Remove the files and folders of labs whose process is gone, and return their paths."""
    swept = []
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}-*-*"):
        owner = path.name.removeprefix(f"{_PREFIX}-").partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
            swept.append(path)
    return swept
