"""A client's connection and request in the words of the lab's client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.lab.load_balancer.wiring import listening_port
from aws_lb_sim.travel import pod_port

if TYPE_CHECKING:
    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.network.client import Opening
    from aws_lb_sim.network.connection import ProxyHeader

__all__ = ["describe_opening"]


def describe_opening(cluster: Cluster, opening: Opening) -> dict[str, Any]:
    """Describe what a client opens, for :func:`aws_lb_sim.lab.client.connect`.

    The outermost proxy is told by a PROXY header of the lab's who the client is; clients
    without a load balancer in between reach the pod.

    Parameters
    ----------
    cluster
        On loopback addresses.
    opening
        The client's connection and request.

    Examples
    --------
    >>> from aws_lb_sim.cluster import read
    >>> from aws_lb_sim.network.client import open_url
    >>> describe_opening(read(()), open_url("http://shop.example.com/x"))["path"]
    '/x'
    """
    connection, request = opening.connection, opening.request
    port = connection.destination_port
    described: dict[str, Any] = {
        "source": cluster.addresses.client,
        "host": request.authority,
        "method": request.method,
        "path": request.path,
        "http": request.http,
        "headers": [list(pair) for pair in request.headers],
    }
    if cluster.load_balancer is None:
        described["port"] = pod_port(cluster.compiled.config, port)
    else:
        described["port"] = listening_port(port)
        described["told"] = {
            "version": 2,
            "src": connection.source_ip,
            "sport": connection.source_port,
            # CloudFront has no address of IPv6 here; a PROXY header has one family.
            "dst": cluster.addresses.entrance(connection.source_ip),
            "dport": port,
        }
    if connection.tls is not None:
        described |= {
            "tls": True,
            "sni": connection.tls.server_name,
            "alpn": list(connection.tls.alpn),
            "negotiates": True,
        }
    forged = connection.proxy_in_tls or connection.proxy
    if forged:
        described |= {
            "proxy": [_proxy(each) for each in forged],
            "proxy_in_tls": bool(connection.proxy_in_tls),
        }
    return described


def _proxy(header: ProxyHeader) -> dict[str, Any]:
    if header.malformed is not None:
        return {"raw": header.malformed}
    return {
        "version": header.version,
        "command": header.command,
        "src": header.source_ip,
        "sport": header.source_port,
        "dst": header.destination_ip,
        "dport": header.destination_port,
    }
