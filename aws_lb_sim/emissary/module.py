"""What the Module decides about every listener."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.envoy.addresses import parse_range
from aws_lb_sim.envoy.listener import HttpConnectionManager, IpFilter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.emissary.resources import ListenerResource
    from aws_lb_sim.emissary.versions import Release

__all__ = ["connection_manager"]

# Envoy 1.23: source/common/network/utility.cc (isInternalAddress); nothing since 1.33.
_UNDERSCORES = ("REJECT_REQUEST", "DROP_HEADER")
PRIVATE_RANGES = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.1/32",
    "fc00::/7",
    "::1/128",
)


def connection_manager(
    module: Mapping[str, Any], listener: ListenerResource, release: Release
) -> HttpConnectionManager:
    """Compile the HTTP settings of one Listener.

    ``use_proxy_proto``, ``xff_num_trusted_hops`` and ``x_forwarded_proto_redirect`` of
    the Module have had no effect since 2.0 (observed with 3.3 and 4.1).
    Source: emissary-ingress python/ambassador/envoy/v3/v3listener.py@3.3.0 (base_http_config).

    Examples
    --------
    >>> from aws_lb_sim.emissary.resources import ListenerResource
    >>> from aws_lb_sim.emissary.versions import release
    >>> listener = ListenerResource(
    ...     name="l", namespace="n", port=8080, stack=("HTTP", "TCP"),
    ...     security_model="XFP", l7_depth=1, any_namespace=True,
    ... )
    >>> module = {"use_remote_address": False}
    >>> connection_manager(module, listener, release("3.3")).use_remote_address
    False
    """
    model = listener.security_model
    underscores = module.get("headers_with_underscores_action")
    idle = module.get("listener_idle_timeout_ms")
    return HttpConnectionManager(
        use_remote_address=_flag(module.get("use_remote_address"), default=True),
        xff_num_trusted_hops=listener.l7_depth,
        security_model=model if model in ("SECURE", "INSECURE") else "XFP",  # type: ignore[arg-type]
        strip_matching_host_port=_flag(module.get("strip_matching_host_port")),
        merge_slashes=_flag(module.get("merge_slashes")),
        reject_escaped_slashes=_flag(module.get("reject_requests_with_escaped_slashes")),
        headers_with_underscores_action=underscores if underscores in _UNDERSCORES else "ALLOW",
        accept_http_10=_flag(module.get("enable_http10")),
        server_name=module.get("server_name"),
        preserve_external_request_id=_flag(module.get("preserve_external_request_id")),
        max_request_headers_kb=module.get("max_request_headers_kb") or 60,
        idle_timeout_seconds=idle / 1000 if isinstance(idle, int | float) and idle else None,
        internal_addresses=PRIVATE_RANGES if release.private_addresses_are_internal else (),
        ip_filter=_ip_filter(module),
    )


def _flag(value: Any, *, default: bool = False) -> bool:
    """Read a switch: true and false, or those words as text (emissary utils.parse_bool)."""
    if value is None:
        return default
    if isinstance(value, str):
        return value.lower() in ("true", "yes", "1")
    return bool(value)


def _ip_filter(module: Mapping[str, Any]) -> IpFilter | None:
    """Compile ``ip_allow`` or ``ip_deny``; with both, ``ip_allow`` alone counts.

    Entries that are not valid are left out; with none left there is no filter.
    Source: emissary ir/iripallowdeny.py, ir/irambassador.py@3.3.0; observed.
    """
    for option, action in (("ip_allow", "ALLOW"), ("ip_deny", "DENY")):
        entries = module.get(option)
        if entries:
            ranges = tuple(filter(None, (_principal(entry) for entry in entries)))
            return IpFilter(action=action, ranges=ranges) if ranges else None  # type: ignore[arg-type]
    return None


def _principal(entry: Any) -> tuple[str, str] | None:
    """Read ``{remote: cidr}`` or ``{peer: cidr}``; only the first key of an entry counts."""
    if not isinstance(entry, dict) or not entry:
        return None
    kind, text = next(iter(entry.items()))
    if kind not in ("remote", "peer") or parse_range(str(text)) is None:
        return None
    return kind, str(text)
