"""An AWS load balancer as AWS holds it, whoever made it: listeners, target groups, attributes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FixedResponseAction",
    "ForwardAction",
    "ListenerAction",
    "ListenerProtocol",
    "ListenerRule",
    "LoadBalancer",
    "LoadBalancerKind",
    "LoadBalancerListener",
    "RedirectAction",
    "TargetGroup",
]

LoadBalancerKind = Literal["classic", "nlb", "alb"]
ListenerProtocol = Literal["TCP", "SSL", "TLS", "HTTP", "HTTPS"]
AlpnPolicy = Literal["None", "HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGroup:
    """Where a listener sends connections, and how it opens them.

    A Classic ELB has no target groups by that name; its instance port and
    instance protocol are held in the same shape.

    Parameters
    ----------
    protocol
        How the load balancer speaks to the target: ``TCP``, ``SSL`` (Classic),
        ``TLS`` (NLB), ``HTTP`` or ``HTTPS``.
    target_type
        ``instance`` (through a NodePort), ``ip`` (straight to the pod) or
        ``alb`` (an ALB behind an NLB).
    pod_port
        Port of the Emissary pod that is reached in the end.
    node_port
        NodePort on the way, None for ``ip`` targets.
    protocol_version
        ALB: ``HTTP1``, ``HTTP2`` or ``GRPC``.
    proxy_protocol
        0 none, 1 (Classic ELB) or 2 (NLB): version of the header it prepends.
    preserve_client_ip
        NLB: packets to the target keep the client's address.
    external_traffic_policy
        Of the Service behind a NodePort: ``Cluster`` or ``Local``.
    health_check
        What is known of the health check, by AWS's own field names
        (``HealthCheckProtocol``, ``HealthCheckPort``, ``HealthCheckPath``, ``Matcher``).
    load_balancer
        Target type ``alb`` only: the ALB, whose listener on ``pod_port`` is reached.

    Examples
    --------
    >>> TargetGroup(protocol="TCP", target_type="ip", pod_port=8443).proxy_protocol
    0
    """

    protocol: ListenerProtocol
    target_type: Literal["instance", "ip", "alb"] = "instance"
    pod_port: int
    node_port: int | None = None
    protocol_version: Literal["HTTP1", "HTTP2", "GRPC"] = "HTTP1"
    proxy_protocol: Literal[0, 1, 2] = 0
    preserve_client_ip: bool = False
    external_traffic_policy: Literal["Cluster", "Local"] = "Cluster"
    health_check: Mapping[str, str] = field(default_factory=dict)
    load_balancer: LoadBalancer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardAction:
    """A listener forwards to a target group."""

    target_group: TargetGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectAction:
    """An ALB answers with a redirect; the fields are AWS's RedirectConfig."""

    protocol: str = "#{protocol}"
    host: str = "#{host}"
    port: str = "#{port}"
    path: str = "/#{path}"
    query: str = "#{query}"
    status: Literal[301, 302] = 301


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedResponseAction:
    """An ALB answers by itself with a fixed status."""

    status: int = 404


ListenerAction = ForwardAction | RedirectAction | FixedResponseAction


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerRule:
    """An ALB listener rule: conditions (all must hold) and an action.

    Parameters
    ----------
    hosts
        ``host-header`` patterns (``*`` and ``?`` as wildcards); empty matches any.
    paths
        ``path-pattern`` patterns; empty matches any.
    action
        What is done.
    """

    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    action: ListenerAction


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancerListener:
    """One port that the load balancer listens on.

    Parameters
    ----------
    port
        Port that clients connect to.
    protocol
        ``TCP``, ``SSL`` (Classic), ``TLS`` (NLB), ``HTTP`` or ``HTTPS``.
    certificate
        ARN of the certificate shown to clients, None where TLS is not ended here.
    alpn_policy
        NLB TLS listeners.
    action
        The default action.
    rules
        ALB rules in order of priority, before the default action.
    """

    port: int
    protocol: ListenerProtocol
    certificate: str | None = None
    alpn_policy: AlpnPolicy = "None"
    action: ListenerAction
    rules: tuple[ListenerRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    """A load balancer with its listeners.

    Parameters
    ----------
    kind
        ``classic``, ``nlb`` or ``alb``.
    scheme
        ``internet-facing`` or ``internal``.
    listeners
        By port, each port once.
    attributes
        AWS's load balancer attributes by their own keys, all values as text:
        ``routing.http.xff_header_processing.mode``, ….
    provisioned_by
        ``cloud-provider-aws``, ``aws-load-balancer-controller``, ``cloudformation``, ``aws``.
    where
        The document that describes it, for people.
    """

    kind: LoadBalancerKind
    scheme: Literal["internet-facing", "internal"] = "internet-facing"
    listeners: tuple[LoadBalancerListener, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    provisioned_by: str
    where: str = ""

    def listener(self, port: int) -> LoadBalancerListener | None:
        """Return the listener on ``port``, None where there is none."""
        return next((each for each in self.listeners if each.port == port), None)
