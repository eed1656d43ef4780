"""Where the load balancer's side stands on this machine, and whom it connects as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lb_sim.aws.load_balancer import LoadBalancerKind, TargetGroup
    from aws_lb_sim.lab.envoy.certificates import Certificate
    from aws_lb_sim.network.addresses import Addresses

__all__ = ["Wiring", "listening_port", "source_of", "target_of"]

_LAST_PRIVILEGED = 1023
_MOVED_BY = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Places on this machine.

    Parameters
    ----------
    addresses
        Loopback addresses of load balancer, CloudFront, node and pod.
    client
        The loopback address of whoever connects to the load balancer by IPv4, which packets
        keep where it preserves client addresses: the client's, or that of what is in front.
    admin
        Abstract Unix socket of the admin interface, ``@`` first.
    certificate
        It stands for every certificate of ACM and IAM.
    """

    addresses: Addresses
    client: str
    admin: str
    certificate: Certificate


def listening_port(port: int) -> int:
    """Return the port that stands for a listener's: those that need root are moved.

    Examples
    --------
    >>> listening_port(443), listening_port(8443)
    (20443, 8443)
    """
    return port + _MOVED_BY if port <= _LAST_PRIVILEGED else port


def target_of(group: TargetGroup, wiring: Wiring) -> tuple[str, int]:
    """Return the place that connections for a target group end at.

    A node has no place of its own: what kube-proxy does to packets is played by where they
    go and by the address they come from (:func:`source_of`).
    """
    if group.target_type == "alb":
        return wiring.addresses.inner_load_balancer, listening_port(group.pod_port)
    return wiring.addresses.pod, group.pod_port


def source_of(kind: LoadBalancerKind, group: TargetGroup, own: str, wiring: Wiring) -> str:
    """Return the address from which the target sees the connection come.

    Sources: NLB client IP preservation and kube-proxy's source NAT, as in
    aws_lb_sim/network/{nlb,node}.py.

    Parameters
    ----------
    kind
        Of the load balancer.
    group
        Its target group.
    own
        The load balancer's address.
    wiring
        Of the lab.
    """
    if group.node_port is not None and group.external_traffic_policy == "Cluster":
        return wiring.addresses.node
    if kind == "nlb" and group.preserve_client_ip:
        return wiring.client
    return own
