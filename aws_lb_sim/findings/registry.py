"""What a check is: a hazard described once, and the function that looks for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from aws_lb_sim.findings.finding import Finding, Severity

if TYPE_CHECKING:
    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.flow import Flow

__all__ = ["Check", "ClusterCheck", "FlowCheck", "Hazard", "Input", "cluster_check", "flow_check"]

Input = Literal[
    "documents",
    "load balancer",
    "controller",
    "addresses",
    "proxies in front",
    "Envoy configuration",
    "compiler's notes",
    "release",
    "Listeners",
    "Hosts",
    "Mappings",
    "TLSContexts",
    "Module",
    "requests sent",
    "flow",
]
"""What a check may read; a check that sends requests reads whatever they pass through."""

ClusterCheck = Callable[["Cluster"], Iterable[Finding]]
FlowCheck = Callable[["Cluster", "Flow"], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One kind of finding, as the page of findings describes it.

    Parameters
    ----------
    code
        Stable, lower-case, hyphenated; never given to anything else.
    severity
        ``error``, ``warning`` or ``info``.
    summary
        What is hazardous, in one line.
    message
        What is wrong and what happens because of it; ``{names}`` are filled in.
    fix
        How to mend it, filled in likewise; a check may give a closer one.
    source
        Where it is documented, read or observed.

    Examples
    --------
    >>> hazard = Hazard(code="port-closed", severity="error", summary="Closed.",
    ...     message="port {port} is closed", fix="open {port}", source="observed")
    >>> hazard.found(port=8443).message
    'port 8443 is closed'
    """

    code: str
    severity: Severity
    summary: str
    message: str
    fix: str
    source: str

    def found(self, *, where: str = "", fix: str | None = None, **named: Any) -> Finding:
        """Return the finding, its message and fix filled in with ``named``."""
        return Finding(
            code=self.code,
            severity=self.severity,
            message=_fill(self.message, named),
            fix=_fill(self.fix, named) if fix is None else fix,
            source=self.source,
            where=where,
        )


_NAME = re.compile(r"\{([a-z_]+)\}")


def _fill(template: str, named: Mapping[str, object]) -> str:
    """Fill ``{names}`` in; braces around anything else, as YAML has them, stay."""
    return _NAME.sub(lambda match: str(named[match[1]]), template) if "{" in template else template


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A function that looks for some hazards, and what it reads to do so.

    Parameters
    ----------
    hazards
        What it can find.
    inputs
        What it reads.
    of_cluster, of_flow
        The function: one of the two is given.
    """

    hazards: tuple[Hazard, ...]
    inputs: tuple[Input, ...]
    of_cluster: ClusterCheck | None = None
    of_flow: FlowCheck | None = None

    @property
    def name(self) -> str:
        """Name of the function."""
        function = self.of_cluster or self.of_flow
        return getattr(function, "__name__", "")


def cluster_check(*hazards: Hazard, inputs: tuple[Input, ...]) -> Callable[[ClusterCheck], Check]:
    """Register a function of a cluster alone; what it finds holds for every request."""

    def register(function: ClusterCheck) -> Check:
        return Check(hazards=hazards, inputs=inputs, of_cluster=function)

    return register


def flow_check(*hazards: Hazard, inputs: tuple[Input, ...]) -> Callable[[FlowCheck], Check]:
    """Register a function of a cluster and one flow through it."""

    def register(function: FlowCheck) -> Check:
        return Check(hazards=hazards, inputs=inputs, of_flow=function)

    return register
