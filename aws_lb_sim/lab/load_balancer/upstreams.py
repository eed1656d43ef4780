"""How the load balancer's side opens connections to what stands behind it.

Source: Envoy API config.cluster.v3, extensions.transport_sockets.{tls,proxy_protocol}.v3,
extensions.upstreams.http.v3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.lab.envoy.configuration import TYPE, cluster, socket_address

if TYPE_CHECKING:
    from typing import Literal

    from aws_lb_sim.lab.envoy.configuration import Json

__all__ = ["Upstream", "write_upstream"]

_RAW: dict[str, object] = {
    "name": "envoy.transport_sockets.raw_buffer",
    "typed_config": {"@type": f"{TYPE}transport_sockets.raw_buffer.v3.RawBuffer"},
}
_HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """What is behind one listener, and how connections to it are opened.

    Parameters
    ----------
    name
        Of the cluster.
    place
        Address and port.
    source
        Address that the connections come from: the proxy's own, or that of whoever
        rewrites it on the way.
    tls
        Whether a new TLS session is opened. Certificates are not validated and no server
        name is sent, as by all of AWS's load balancers.
    alpn
        Protocols offered then.
    newest_tls
        The newest version offered then.
    server_name_is_host
        Whether the Host of the request is sent as the server name all the same.
    proxy_protocol
        Version of the PROXY header that comes first; 0 for none.
    http
        Version spoken by a proxy that reads HTTP; None passes bytes.
    """

    name: str
    place: tuple[str, int]
    source: str
    tls: bool = False
    alpn: tuple[str, ...] = ()
    newest_tls: Literal["TLSv1_2", "TLSv1_3"] = "TLSv1_3"
    server_name_is_host: bool = False
    proxy_protocol: Literal[0, 1, 2] = 0
    http: Literal["1.1", "2"] | None = None


def write_upstream(upstream: Upstream) -> Json:
    """Write a cluster of Envoy.

    Examples
    --------
    >>> pod = Upstream(name="pod", place=("127.64.0.2", 8080), source="127.64.0.1")
    >>> write_upstream(pod)["upstream_bind_config"]["source_address"]["address"]
    '127.64.0.1'
    """
    socket = _tls(upstream) if upstream.tls else _RAW
    if upstream.proxy_protocol:
        socket = _with_proxy_header(upstream.proxy_protocol, socket)
    bind = socket_address(upstream.source, 0)["socket_address"]
    more: Json = {"upstream_bind_config": {"source_address": bind}, "transport_socket": socket}
    if upstream.http is not None:
        more["typed_extension_protocol_options"] = {_HTTP_OPTIONS: _http_options(upstream)}
    return cluster(upstream.name, upstream.place, **more)


def _tls(upstream: Upstream) -> Json:
    common: Json = {"tls_params": {"tls_maximum_protocol_version": upstream.newest_tls}}
    if upstream.alpn:
        common["alpn_protocols"] = list(upstream.alpn)
    context: Json = {
        "@type": f"{TYPE}transport_sockets.tls.v3.UpstreamTlsContext",
        "common_tls_context": common,
    }
    return {"name": "envoy.transport_sockets.tls", "typed_config": context}


def _with_proxy_header(version: int, inner: Json) -> Json:
    return {
        "name": "envoy.transport_sockets.upstream_proxy_protocol",
        "typed_config": {
            "@type": f"{TYPE}transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport",
            "config": {"version": f"V{version}"},
            "transport_socket": inner,
        },
    }


def _http_options(upstream: Upstream) -> Json:
    kind = "http2_protocol_options" if upstream.http == "2" else "http_protocol_options"
    server_name = {"auto_sni": True} if upstream.server_name_is_host else {}
    return {
        "@type": f"type.googleapis.com/{_HTTP_OPTIONS}",
        "upstream_http_protocol_options": server_name,
        "explicit_http_config": {kind: {}},
        # A connection for each request, so that each shows how connections are opened.
        "common_http_protocol_options": {"max_requests_per_connection": 1},
    }
