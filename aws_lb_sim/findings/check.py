"""All that is hazardous about a cluster and a flow through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.findings import (
    client_address,
    documents,
    failures,
    forgery,
    health_checks,
    hosts,
    listeners,
    load_balancer,
    mappings,
    not_modelled,
    options,
    proxy_protocol,
    redirects,
    schemes,
    tls,
    versions,
)
from aws_lb_sim.findings.memory import remembered
from aws_lb_sim.findings.while_reading import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.findings.registry import Check, Hazard
    from aws_lb_sim.flow import Flow

__all__ = ["CHECKS", "RETIRED", "check", "check_cluster", "describe"]

CHECKS: tuple[Check, ...] = (
    *listeners.CHECKS,
    *proxy_protocol.CHECKS,
    *tls.CHECKS,
    *redirects.CHECKS,
    *schemes.CHECKS,
    *forgery.CHECKS,
    *client_address.CHECKS,
    *load_balancer.CHECKS,
    *health_checks.CHECKS,
    *hosts.CHECKS,
    *mappings.CHECKS,
    *options.CHECKS,
    *versions.CHECKS,
    *failures.CHECKS,
    *documents.CHECKS,
    *not_modelled.CHECKS,
)
"""Every check, in the order in which findings of one severity are given."""

RETIRED: dict[str, str] = {}
"""Codes that are no longer given, each with the reason: none is ever given again."""

_SEVERITIES = {"error": 0, "warning": 1, "info": 2}


def check(cluster: Cluster, flow: Flow) -> tuple[Finding, ...]:
    """Find the hazards of a cluster, and of one flow through it.

    Parameters
    ----------
    cluster
        What the request was sent through.
    flow
        What happened to it; its own ``findings`` are not looked at.

    Returns
    -------
    tuple of Finding
        Errors first, then warnings, then what is good to know; each once. Of the
        cluster come those of :func:`check_cluster`. A request that fails has an
        error, or a finding that says that it was refused as asked for.

    Examples
    --------
    >>> from aws_lb_sim.cluster import read
    >>> from aws_lb_sim.simulation import simulate
    >>> [each.code for each in simulate(read(()), "http://shop.example.com/").findings]
    ['request-failed']
    """
    found = [*check_cluster(cluster)]
    for each in CHECKS:
        if each.of_flow is not None:
            found.extend(each.of_flow(cluster, flow))
    found.extend(failures.explain_failure(flow, found))
    return _in_order(found)


@remembered
def check_cluster(cluster: Cluster) -> tuple[Finding, ...]:
    """Find the hazards of a cluster, whatever is sent through it.

    Parameters
    ----------
    cluster
        What was found while it was read, ``cluster.findings``, is among the result.

    Returns
    -------
    tuple of Finding
        Errors first, then warnings, then what is good to know; each once.

    Examples
    --------
    >>> from aws_lb_sim.cluster import read
    >>> check_cluster(read(()))
    ()
    """
    found = [*cluster.findings]
    for each in CHECKS:
        if each.of_cluster is not None:
            found.extend(each.of_cluster(cluster))
    return _in_order(found)


def describe() -> tuple[Hazard, ...]:
    """Return every hazard that is looked for, by code, those of other rooms included.

    Examples
    --------
    >>> next(each.severity for each in describe() if each.code == "redirect-loop")
    'error'
    """
    hazards = {hazard.code: hazard for each in CHECKS for hazard in each.hazards}
    hazards.update({hazard.code: hazard for hazard in (*ELSEWHERE, failures.FAILED)})
    return tuple(hazards[code] for code in sorted(hazards))


def _in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by severity; of two that say the same of the same place the first stays."""
    once: dict[tuple[str, str, str], Finding] = {}
    for each in found:
        # Two rooms may know of one annotation: its name stands in the place.
        about = each.message if each.code not in _SAID_ONCE else ""
        once.setdefault((each.code, each.where, about), each)
    return tuple(sorted(once.values(), key=lambda each: _SEVERITIES[each.severity]))


_SAID_ONCE = frozenset(("annotation-unknown", "tls-not-served", "server-name-not-served"))
