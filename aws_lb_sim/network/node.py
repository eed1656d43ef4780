"""A Kubernetes node: kube-proxy takes a NodePort connection to a pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.sources import KUBERNETES_SOURCE_IP
from aws_lb_sim.network.box import Answer, Box, Forward, Payload, Step
from aws_lb_sim.network.connection import Connection
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.aws.load_balancer import TargetGroup
    from aws_lb_sim.network.addresses import Addresses

__all__ = ["DROPPED", "SNAT", "SOURCE_KEPT", "box"]

SNAT = Rule(
    "node.source-nat",
    "With externalTrafficPolicy: Cluster kube-proxy replaces the source address by the node's own.",
    KUBERNETES_SOURCE_IP,
)
SOURCE_KEPT = Rule(
    "node.source-kept",
    "With externalTrafficPolicy: Local kube-proxy sends to pods of its own node only and keeps the "
    "source address.",
    KUBERNETES_SOURCE_IP,
)
DROPPED = Rule(
    "node.dropped",
    "With externalTrafficPolicy: Local a node without a pod of the Service drops the packets.",
    KUBERNETES_SOURCE_IP,
)
_PASSED = Rule(
    "node.passed",
    "A connection to a pod's own address goes past kube-proxy.",
    "Kubernetes, Virtual IPs and Service Proxies",
)
_DROP = Answer(
    result="timeout",
    reason="externalTrafficPolicy is Local and the node that was chosen runs no Emissary pod: it "
    "drops the packets",
    steps=(Step("refused", "connection", None, None, DROPPED),),
)
_PASS = (Step("passed", "source address", None, None, _PASSED),)


def box(groups: Sequence[TargetGroup], addresses: Addresses, *, without_pod: bool = False) -> Box:
    """Make the box of the node on the way to some target groups.

    Parameters
    ----------
    groups
        Target groups; those with a node port pass through the node.
    addresses
        Of node and pod.
    without_pod
        Whether the node that is reached runs no Emissary pod.

    Examples
    --------
    >>> from aws_lb_sim.aws.load_balancer import TargetGroup
    >>> from aws_lb_sim.network.addresses import Addresses
    >>> node = box([TargetGroup(protocol="TCP", pod_port=8080, node_port=31080)], Addresses())
    >>> arriving = Connection(
    ...     source_ip="203.0.113.7", destination_ip="10.0.2.20", destination_port=31080
    ... )
    >>> node(arriving, None).connection.source_ip
    '10.0.2.20'
    """
    own = addresses.node_without_pod if without_pod else addresses.node
    pod = addresses.pod
    reached = {
        group.node_port: (group.pod_port, group.external_traffic_policy == "Local")
        for group in groups
        if group.node_port is not None
    }

    def forward(connection: Connection, payload: Payload) -> Forward | Answer:
        found = reached.get(connection.destination_port)
        if found is None:
            return Forward(connection=connection, payload=payload, steps=_PASS)
        pod_port, local = found
        if local and without_pod:
            return _DROP
        source = connection.source_ip
        if local:
            step = Step("kept", "source address", None, source, SOURCE_KEPT)
        else:
            step = Step("rewritten", "source address", source, own, SNAT)
        return Forward(
            connection=Connection(
                source_ip=source if local else own,
                source_port=connection.source_port,
                destination_ip=pod,
                destination_port=pod_port,
                proxy=connection.proxy,
                tls=connection.tls,
                proxy_in_tls=connection.proxy_in_tls,
            ),
            payload=payload,
            steps=(step,),
        )

    return forward
