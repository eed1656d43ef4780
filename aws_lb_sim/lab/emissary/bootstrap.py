"""Writing the typed Envoy description out as the configuration of a real Envoy.

The shape is the one that Emissary generates. Sources: emissary-ingress
python/ambassador/envoy/v3/{v3bootstrap,v3listener,v3tls,v3httpfilter}.py@3.3.0;
Envoy API config.bootstrap.v3, config.listener.v3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.envoy.listener import EnvoyConfig, FilterChain, Listener, TcpProxy, TlsContext
from aws_lb_sim.lab.emissary.http import http_connection_manager
from aws_lb_sim.lab.envoy.configuration import (
    TYPE,
    Json,
    access_log,
    bootstrap,
    cluster,
    end_tls,
    socket_address,
)

if TYPE_CHECKING:
    from aws_lb_sim.lab.envoy.certificates import Certificate

__all__ = ["RUNTIME", "Wiring", "write_bootstrap"]

_TLS_VERSIONS = {"1.0": "TLSv1_0", "1.1": "TLSv1_1", "1.2": "TLSv1_2", "1.3": "TLSv1_3"}
_LISTENER_FILTERS = {
    "proxy_protocol": "filters.listener.proxy_protocol.v3.ProxyProtocol",
    "tls_inspector": "filters.listener.tls_inspector.v3.TlsInspector",
}
RUNTIME: Json = {
    # Emissary's own runtime layer: v3bootstrap.py.
    "re2.max_program_size.error_level": 200,
    # Envoy 1.39 began to match each line of a repeated header; all that Emissary ships
    # match the lines joined by commas (Envoy version history 1.39.0).
    "envoy.reloadable_features.match_headers_individually": False,
    # CVE-2026-73551 is younger than those too: they leave /..; alone.
    "envoy.reloadable_features.strip_dotdot_segments_with_parameters": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What a real Envoy needs beside its description: places on this machine, and a key.

    Parameters
    ----------
    address
        Loopback address that the listeners bind; their ports are the pod's own.
    admin
        Unix socket of the admin interface; ``@`` first for an abstract one.
    upstreams
        (address, port) of ``upstream`` and ``diagd``.
    certificate
        It stands for every TLS Secret.
    """

    address: str
    admin: str
    upstreams: dict[str, tuple[str, int]]
    certificate: Certificate


def write_bootstrap(config: EnvoyConfig, wiring: Wiring) -> Json:
    """Write a description out as the static bootstrap of a real Envoy.

    Parameters
    ----------
    config
        The description. Its ``rejected`` is not looked at: Envoy decides.
    wiring
        Places on this machine.

    Returns
    -------
    dict
        JSON of envoy.config.bootstrap.v3.Bootstrap.

    Examples
    --------
    >>> from aws_lb_sim.lab.envoy.certificates import Certificate
    >>> none = Certificate(chain="", private_key="")
    >>> wiring = Wiring(address="127.64.0.1", admin="@lab", upstreams={}, certificate=none)
    >>> sorted(write_bootstrap(EnvoyConfig(listeners={}), wiring))
    ['admin', 'layered_runtime', 'static_resources']
    """
    resources = {
        "listeners": [_listener(each, wiring) for each in config.listeners.values()],
        "clusters": [cluster(name, place) for name, place in wiring.upstreams.items()],
    }
    return bootstrap(wiring.admin, resources, RUNTIME)


def _listener(listener: Listener, wiring: Wiring) -> Json:
    return {
        "name": f"{listener.name}-{listener.port}",
        "address": socket_address(wiring.address, listener.port),
        # Two labs must never share a port unnoticed.
        "enable_reuse_port": False,
        # Connections that no filter chain takes are logged here.
        "access_log": access_log(level="listener"),
        "listener_filters": [
            {
                "name": f"envoy.filters.listener.{name}",
                "typed_config": {"@type": f"{TYPE}{_LISTENER_FILTERS[name]}"},
            }
            for name in listener.listener_filters
        ],
        "filter_chains": [
            _filter_chain(chain, wiring, f"{index}")
            for index, chain in enumerate(listener.filter_chains)
        ],
    }


def _filter_chain(chain: FilterChain, wiring: Wiring, number: str) -> Json:
    match: Json = {}
    written: Json = {"name": f"{chain.name}-{number}", "filter_chain_match": match}
    if chain.tls is not None:
        match["transport_protocol"] = "tls"
        written["transport_socket"] = _transport_socket(chain.tls, wiring)
    if chain.server_names:
        match["server_names"] = list(chain.server_names)
    if isinstance(chain.manager, TcpProxy):
        name, typed = "tcp_proxy", _tcp_proxy()
    else:
        name = "http_connection_manager"
        typed = http_connection_manager(
            chain.manager, chain.virtual_hosts, access_log(level="http")
        )
    written["filters"] = [{"name": f"envoy.filters.network.{name}", "typed_config": typed}]
    return written


def _tcp_proxy() -> Json:
    return {
        "@type": f"{TYPE}filters.network.tcp_proxy.v3.TcpProxy",
        "stat_prefix": "tcp",
        "cluster": "upstream",
        "access_log": access_log(level="tcp"),
    }


def _transport_socket(tls: TlsContext, wiring: Wiring) -> Json:
    versions = {
        "tls_minimum_protocol_version": _TLS_VERSIONS[tls.min_version],
        "tls_maximum_protocol_version": _TLS_VERSIONS[tls.max_version],
    }
    return end_tls(wiring.certificate, tls.alpn, versions)
