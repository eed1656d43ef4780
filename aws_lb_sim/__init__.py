"""AWS load balancers in front of Emissary-ingress: what reaches Emissary, hop by hop.

Examples
--------
>>> import aws_lb_sim
>>> manifests = aws_lb_sim.write(aws_lb_sim.Design())
>>> cluster = aws_lb_sim.read_manifests(manifests)
>>> flow = aws_lb_sim.simulate(cluster, "http://shop.example.com/")
>>> flow.status, flow.final_status, flow.emissary_client_ip
(301, 200, '203.0.113.7')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lb_sim.cluster import Cluster as Cluster
    from aws_lb_sim.cluster import read as read
    from aws_lb_sim.cluster import read_manifests as read_manifests
    from aws_lb_sim.design.design import Design as Design
    from aws_lb_sim.design.space import space as space
    from aws_lb_sim.emissary.versions import known_versions as known_versions
    from aws_lb_sim.errors import InputError as InputError
    from aws_lb_sim.findings.finding import Finding as Finding
    from aws_lb_sim.flow import Exchange as Exchange
    from aws_lb_sim.flow import Flow as Flow
    from aws_lb_sim.flow import Hop as Hop
    from aws_lb_sim.manifests.load import load_files as load_files
    from aws_lb_sim.manifests.load import load_text as load_text
    from aws_lb_sim.manifests.manifests import Manifests as Manifests
    from aws_lb_sim.manifests.presets import Preset as Preset
    from aws_lb_sim.manifests.presets import preset as preset
    from aws_lb_sim.manifests.presets import presets as presets
    from aws_lb_sim.manifests.write import write as write
    from aws_lb_sim.reception import receive as receive
    from aws_lb_sim.rules import Rule as Rule
    from aws_lb_sim.simulation import simulate as simulate
    from aws_lb_sim.sweep import ClientRequest as ClientRequest
    from aws_lb_sim.sweep import simulate_many as simulate_many

__all__ = [
    "ClientRequest",
    "Cluster",
    "Design",
    "Exchange",
    "Finding",
    "Flow",
    "Hop",
    "InputError",
    "Manifests",
    "Preset",
    "Rule",
    "__version__",
    "known_versions",
    "load_files",
    "load_text",
    "preset",
    "presets",
    "read",
    "read_manifests",
    "receive",
    "simulate",
    "simulate_many",
    "space",
    "write",
]

__version__ = "0.1.0"

# Name → module. Imported when first asked for (PEP 562): `import aws_lb_sim` costs nothing.
_HOMES = {
    "ClientRequest": "sweep",
    "Cluster": "cluster",
    "Design": "design.design",
    "Exchange": "flow",
    "Finding": "findings.finding",
    "Flow": "flow",
    "Hop": "flow",
    "InputError": "errors",
    "Manifests": "manifests.manifests",
    "Preset": "manifests.presets",
    "Rule": "rules",
    "known_versions": "emissary.versions",
    "load_files": "manifests.load",
    "load_text": "manifests.load",
    "preset": "manifests.presets",
    "presets": "manifests.presets",
    "read": "cluster",
    "read_manifests": "cluster",
    "receive": "reception",
    "simulate": "simulation",
    "simulate_many": "sweep",
    "space": "design.space",
    "write": "manifests.write",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
