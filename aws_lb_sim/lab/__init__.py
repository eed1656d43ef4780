"""The lab: the same scenario on a real Envoy.

``run`` sends a request through real proxies, ``verify`` sets what they do beside what is
predicted. Needs the extra ``lab`` and Linux; :class:`LabUnavailable` says what is missing.

Examples
--------
>>> from aws_lb_sim import lab
>>> from aws_lb_sim.manifests.presets import preset
>>> from aws_lb_sim.sweep import ClientRequest
>>> lab.verify(preset("recommended-nlb").manifests(), ClientRequest()).agrees
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lb_sim.lab.envoy.unavailable import LabUnavailable
    from aws_lb_sim.lab.verification import run, verify, verify_each
    from aws_lb_sim.lab.warm_lab import WarmLab

__all__ = ["LabUnavailable", "WarmLab", "run", "verify", "verify_each"]

_HOMES = {
    "LabUnavailable": "envoy.unavailable",
    "WarmLab": "warm_lab",
    "run": "verification",
    "verify": "verification",
    "verify_each": "verification",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: nobody pays for a lab that is not used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
