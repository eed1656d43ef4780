"""The telling part of an Envoy's configuration, as YAML that a person reads.

Left out is what the lab adds (access logs, certificates), what is the same whatever the
resources say, and Emissary's own probes.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from aws_lb_sim.lab.envoy.configuration import Json

__all__ = ["changes", "cluster_excerpt", "listener_excerpt"]

_LEFT_OUT = frozenset(
    (
        "@type",
        "access_log",
        "case_sensitive",
        "common_http_protocol_options",
        "connect_timeout",
        "enable_reuse_port",
        "http_filters",
        "internal_address_config",
        "max_request_headers_kb",
        "normalize_path",
        "stat_prefix",
        "timeout",
        "tls_certificates",
    )
)
_PROBES = "internal "
"""What the names of Emissary's own routes begin with."""
_WIDTH = 96


def listener_excerpt(bootstrap: Json, port: int) -> str:
    r"""Return the listener on a port: listener filters, filter chains, TLS, routes.

    Parameters
    ----------
    bootstrap
        JSON of envoy.config.bootstrap.v3.Bootstrap.
    port
        That it listens on.

    Raises
    ------
    LookupError
        Nothing listens there.

    Examples
    --------
    >>> place = {"socket_address": {"address": "10.0.3.30", "port_value": 8080}}
    >>> listener = {"name": "l", "address": place, "stat_prefix": "x", "listener_filters": []}
    >>> print(listener_excerpt({"static_resources": {"listeners": [listener]}}, 8080))
    name: l
    address: 10.0.3.30:8080
    listener_filters: []
    """
    listeners = bootstrap["static_resources"]["listeners"]
    return _text(_only(listeners, lambda each: _place(each["address"])[1] == port, f"port {port}"))


def cluster_excerpt(bootstrap: Json, name: str) -> str:
    """Return a cluster: where connections go, from which address, and what comes first.

    Parameters
    ----------
    bootstrap
        JSON of envoy.config.bootstrap.v3.Bootstrap.
    name
        Of the cluster.

    Raises
    ------
    LookupError
        There is no such cluster.

    Examples
    --------
    >>> pod = {"name": "pod", "connect_timeout": "3s", "transport_socket": {"name": "tls"}}
    >>> print(cluster_excerpt({"static_resources": {"clusters": [pod]}}, "pod"))
    name: pod
    transport_socket: {name: tls}
    """
    clusters = bootstrap["static_resources"]["clusters"]
    return _text(_only(clusters, lambda each: each["name"] == name, f"cluster {name}"))


def changes(before: str, after: str, *, context: int = 2) -> str:
    r"""Return what changes from one text to the other, as a unified diff without its head.

    Parameters
    ----------
    before, after
        Texts of several lines.
    context
        Lines shown around each change.

    Examples
    --------
    >>> print(changes("a\nb\nc", "a\nx\nc"))
     a
    -b
    +x
     c
    """
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=context)
    # After the two lines that name files: a line that only says where a change stands is "…".
    shown = ["…" if line.startswith("@@") else line for line in list(lines)[2:]]
    return "\n".join(shown[1:])


def _only(resources: list[Json], is_it: Any, words: str) -> Json:
    found = [each for each in resources if is_it(each)]
    if not found:
        raise LookupError(f"the configuration has no {words}")
    return found[0]


def _text(resource: Json) -> str:
    written = yaml.safe_dump(
        _pruned(resource), sort_keys=False, default_flow_style=None, width=_WIDTH
    )
    return str(written).rstrip("\n")


def _pruned(value: Any) -> Any:
    """Return what tells something; places as ``address:port``."""
    if isinstance(value, list):
        return [_pruned(each) for each in value if not _is_probe(each)]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"socket_address"}:
        address, port = _place(value)
        return f"{address}:{port}"
    kept = {name: _pruned(each) for name, each in value.items() if name not in _LEFT_OUT}
    # A filter of which only the type was said is told by its name.
    return {name: each for name, each in kept.items() if name != "typed_config" or each}


def _is_probe(value: Any) -> bool:
    return isinstance(value, dict) and str(value.get("name", "")).startswith(_PROBES)


def _place(address: Json) -> tuple[str, int]:
    place = address["socket_address"]
    return place["address"], place["port_value"]
