"""Who has which address in a simulated network."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Addresses", "is_ipv6", "same_family"]


def is_ipv6(address: str) -> bool:
    """Tell an IPv6 address from an IPv4 address, both known to be valid.

    Examples
    --------
    >>> is_ipv6("2001:db8::7")
    True
    """
    return ":" in address


def same_family(one: str, other: str) -> bool:
    """Tell whether two addresses are both IPv4 or both IPv6."""
    return (":" in one) == (":" in other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The address of every box; the defaults are documentation and private ranges.

    Parameters
    ----------
    client
        Of the client. IPv4 clients default to 203.0.113.7 (RFC 5737).
    cloudfront
        Of the first CloudFront edge in front; the next one counts up from it.
    load_balancer, load_balancer_ipv6
        Private addresses of the load balancer's node, as targets see them. Internet
        clients reach the first through its public address, one for one.
    inner_load_balancer
        Of an ALB behind an NLB.
    node
        Of the node that runs an Emissary pod.
    node_without_pod
        Of a node that runs none.
    pod
        Of the Emissary pod. An IPv6 address makes the whole cluster IPv6.
    service
        Of the service behind Emissary.

    Examples
    --------
    >>> Addresses().entrance("2001:db8::7")
    '2001:db8:1::10'
    """

    client: str = "203.0.113.7"
    cloudfront: str = "130.176.0.10"
    load_balancer: str = "10.0.1.10"
    load_balancer_ipv6: str = "2001:db8:1::10"
    inner_load_balancer: str = "10.0.1.20"
    node: str = "10.0.2.20"
    node_without_pod: str = "10.0.2.21"
    pod: str = "10.0.3.30"
    service: str = "10.0.4.40"

    def entrance(self, client: str) -> str:
        """Return the load balancer's address in the family of ``client``."""
        return self.load_balancer_ipv6 if ":" in client else self.load_balancer

    def exit(self, target: str) -> str:
        """Return the load balancer's address in the family of ``target``."""
        return self.load_balancer_ipv6 if ":" in target else self.load_balancer
