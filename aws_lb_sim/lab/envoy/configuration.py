"""Pieces of configuration that both Envoys of the lab have in common.

Source: Envoy API v3 (config.core, config.cluster, config.accesslog).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.lab.envoy.certificates import Certificate

__all__ = ["TYPE", "Json", "access_log", "bootstrap", "cluster", "end_tls", "socket_address"]

Json = dict[str, Any]

TYPE = "type.googleapis.com/envoy.extensions."
"""What the names of Envoy's extension messages begin with."""

# One JSON object on one line of standard output for each request, or for each
# connection that ended without one.
_LOG_FIELDS = {
    "peer": "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%",
    "client": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    "status": "%RESPONSE_CODE%",
    "why": "%RESPONSE_CODE_DETAILS%",
    "flags": "%RESPONSE_FLAGS%",
    "route": "%ROUTE_NAME%",
    "server_name": "%REQUESTED_SERVER_NAME%",
    "tls": "%DOWNSTREAM_TLS_VERSION%",
    "protocol": "%PROTOCOL%",
    "upstream": "%UPSTREAM_REMOTE_ADDRESS%",
    "onward": "%UPSTREAM_LOCAL_ADDRESS%",
    "failure": "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
}


def bootstrap(admin: str, resources: Json, runtime: Json | None = None) -> Json:
    """Return a static bootstrap.

    Parameters
    ----------
    admin
        Unix socket of the admin interface; ``@`` first for an abstract one.
    resources
        ``listeners`` and ``clusters``.
    runtime
        The static layer of the runtime.

    Examples
    --------
    >>> sorted(bootstrap("@lab", {"listeners": []}))
    ['admin', 'static_resources']
    """
    written: Json = {
        "admin": {"address": {"pipe": {"path": admin}}},
        "static_resources": resources,
    }
    if runtime is not None:
        layer = {"name": "static_layer", "static_layer": runtime}
        written["layered_runtime"] = {"layers": [layer]}
    return written


def socket_address(address: str, port: int) -> Json:
    """Return envoy.config.core.v3.Address.

    Examples
    --------
    >>> socket_address("127.64.0.1", 8080)["socket_address"]["port_value"]
    8080
    """
    return {"socket_address": {"address": address, "port_value": port}}


def cluster(name: str, place: tuple[str, int], **more: Any) -> Json:
    """Return a cluster of one endpoint.

    Parameters
    ----------
    name
        Of the cluster.
    place
        Address and port of the endpoint.
    **more
        Further fields of envoy.config.cluster.v3.Cluster.

    Examples
    --------
    >>> cluster("pod", ("127.64.0.1", 8080))["type"]
    'STATIC'
    """
    endpoint = {"endpoint": {"address": socket_address(*place)}}
    return {
        "name": name,
        "type": "STATIC",
        "connect_timeout": "3s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]},
        **more,
    }


def access_log(**more: str) -> list[Json]:
    """Return the access log on standard output, by which requests are told apart.

    Parameters
    ----------
    **more
        Further fields of each line: words, or Envoy's command operators.

    Examples
    --------
    >>> access_log(level="http")[0]["name"]
    'envoy.access_loggers.file'
    """
    return [
        {
            "name": "envoy.access_loggers.file",
            "typed_config": {
                "@type": f"{TYPE}access_loggers.file.v3.FileAccessLog",
                "path": "/dev/stdout",
                "log_format": {"json_format": {**_LOG_FIELDS, **more}},
            },
        }
    ]


def end_tls(
    certificate: Certificate, alpn: Sequence[str] = (), versions: Json | None = None
) -> Json:
    """Return the transport socket of a filter chain that ends TLS.

    Parameters
    ----------
    certificate
        That is shown.
    alpn
        Protocols to agree on, most wanted first.
    versions
        ``tls_minimum_protocol_version`` and ``tls_maximum_protocol_version``.

    Examples
    --------
    >>> from aws_lb_sim.lab.envoy.certificates import Certificate
    >>> end_tls(Certificate(chain="", private_key=""))["name"]
    'envoy.transport_sockets.tls'
    """
    common: Json = {
        "tls_certificates": [
            {
                "certificate_chain": {"inline_string": certificate.chain},
                "private_key": {"inline_string": certificate.private_key},
            }
        ],
    }
    if versions is not None:
        common["tls_params"] = versions
    if alpn:
        # One entry, as Emissary hands it over; Envoy splits it at its commas.
        common["alpn_protocols"] = [",".join(alpn)]
    return {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": f"{TYPE}transport_sockets.tls.v3.DownstreamTlsContext",
            "common_tls_context": common,
        },
    }
