"""Who the client is, and what becomes of the forwarding headers.

Source: Envoy source/common/http/conn_manager_utility.cc (mutateRequestHeaders) and
utility.cc (getLastAddressFromXFF, appendXff); observed with Emissary 3.3 and 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.addresses import in_any_range, parse_address
from aws_lb_sim.network.box import Step

if TYPE_CHECKING:
    from aws_lb_sim.envoy.listener import HttpConnectionManager

__all__ = ["NEW_REQUEST_ID", "Forwarded", "forward_headers"]

NEW_REQUEST_ID = "(new, made by Envoy)"
# Envoy appends its own address in place of a loopback peer's; the pod's stands for it.
OWN_ADDRESS = "10.0.3.30"
_LOOPBACK = ("127.0.0.1", "::1")
_XFF = "x-forwarded-for"
_XFP = "x-forwarded-proto"
_JOINED = frozenset({_XFF, _XFP, "x-envoy-external-address", "x-request-id", "x-envoy-internal"})

# Controls that only internal callers may send (conn_manager_utility.cc).
_INTERNAL_ONLY = frozenset(
    f"x-envoy-{name}"
    for name in (
        "internal",
        "retriable-status-codes",
        "retriable-header-names",
        "retry-on",
        "retry-grpc-on",
        "max-retries",
        "upstream-alt-stat-name",
        "upstream-rq-timeout-ms",
        "upstream-rq-per-try-timeout-ms",
        "upstream-rq-timeout-alt-response",
        "expected-rq-timeout-ms",
        "force-trace",
        "ip-tags",
        "original-url",
        "hedge-on-per-try-timeout",
    )
)
_EDGE_ONLY = frozenset(
    {
        "x-envoy-decorator-operation",
        "x-envoy-downstream-service-cluster",
        "x-envoy-downstream-service-node",
        "x-envoy-original-path",
        "x-envoy-original-host",
    }
)
_REQUEST_ID_ADDED = Step("added", "X-Request-Id", None, NEW_REQUEST_ID, rules.REQUEST_ID)
_INTERNAL_ADDED = Step("added", "X-Envoy-Internal", None, "true", rules.INTERNAL)


@dataclass(slots=True)
class Forwarded:
    """The request's headers as routing sees them, and what was decided on the way.

    Parameters
    ----------
    headers
        Lower-case (name, value) pairs.
    client
        The trusted client address.
    proto
        X-Forwarded-Proto as it stands now.
    """

    headers: list[tuple[str, str]]
    client: str
    proto: str


def forward_headers(
    manager: HttpConnectionManager,
    headers: list[tuple[str, str]],
    address: str,
    scheme: str,
    steps: list[Step],
) -> Forwarded:
    """Rewrite the forwarding headers of a request, and determine its client.

    Parameters
    ----------
    manager
        Settings of the connection manager.
    headers
        Lower-case (name, value) pairs as they arrived.
    address
        The connection address.
    scheme
        ``https`` on a TLS connection, else ``http``.
    steps
        What was done is appended here.
    """
    arrived, others = _take(headers)
    xff = arrived.get(_XFF)
    client, single = _client(manager, xff, address, steps)
    internal = single and in_any_range(client, manager.internal_addresses)
    edge = manager.use_remote_address and not internal
    proto = _forwarded_proto(manager, arrived.get(_XFP), scheme, steps)
    kept = others if internal else _without_controls(others, steps, edge=edge)
    if manager.use_remote_address:
        _append(kept, xff, address, steps)
    elif xff is not None:
        steps.append(Step("kept", "X-Forwarded-For", xff, xff, rules.XFF_KEPT))
        kept.append((_XFF, xff))
    kept.append((_XFP, proto))
    _mark(kept, arrived, client, steps, internal=internal, edge=edge)
    replaceable = edge and not manager.preserve_external_request_id
    _request_id(kept, arrived.get("x-request-id"), steps, replaceable=replaceable)
    return Forwarded(kept, client, proto)


def _take(headers: list[tuple[str, str]]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Split off the headers treated here; several lines of one become one, joined by a comma."""
    taken: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for pair in headers:
        name, value = pair
        if name in _JOINED:
            taken[name] = f"{taken[name]},{value}" if name in taken else value
        else:
            others.append(pair)
    return taken, others


def _client(
    manager: HttpConnectionManager, xff: str | None, address: str, steps: list[Step]
) -> tuple[str, bool]:
    """Return (the trusted client address, whether X-Forwarded-For holds it alone)."""
    hops = manager.xff_num_trusted_hops
    if manager.use_remote_address:
        single = xff is None
        if hops == 0:
            steps.append(Step("believed", "client address", xff, address, rules.CLIENT_IS_PEER))
            return address, single
        found, rule = _entry(xff, hops), rules.CLIENT_FROM_XFF
    else:
        found, rule = _entry(xff, hops + 1), rules.CLIENT_NO_REMOTE
        single = found is not None and hops == 0 and "," not in (xff or "")
    client = found or address
    steps.append(Step("believed", "client address", xff, client, rule))
    return client, single


def _entry(xff: str | None, from_right: int) -> str | None:
    """Return the N-th address from the right; no other entry is tried if it is none."""
    if xff is None:
        return None
    entries = xff.rsplit(",", from_right)
    if len(entries) < from_right:
        return None
    return parse_address(entries[-from_right])


def _forwarded_proto(
    manager: HttpConnectionManager, arrived: str | None, scheme: str, steps: list[Step]
) -> str:
    if arrived is None:
        steps.append(Step("added", "X-Forwarded-Proto", None, scheme, rules.XFP_SET))
        return scheme
    if manager.use_remote_address and manager.xff_num_trusted_hops == 0:
        rule = rules.XFP_OVERWRITTEN
        steps.append(Step("rewritten", "X-Forwarded-Proto", arrived, scheme, rule))
        return scheme
    steps.append(Step("kept", "X-Forwarded-Proto", arrived, arrived, rules.XFP_KEPT))
    return arrived


def _append(
    headers: list[tuple[str, str]], xff: str | None, address: str, steps: list[Step]
) -> None:
    """Append the connection address, after a comma without a blank."""
    own = OWN_ADDRESS if address in _LOOPBACK else address
    value = f"{xff},{own}" if xff else own
    headers.append((_XFF, value))
    action = "rewritten" if xff else "added"
    steps.append(Step(action, "X-Forwarded-For", xff, value, rules.XFF_APPENDED))  # type: ignore[arg-type]


def _without_controls(
    headers: list[tuple[str, str]], steps: list[Step], *, edge: bool
) -> list[tuple[str, str]]:
    """Drop the controls that only internal callers may send."""
    kept = []
    for pair in headers:
        name = pair[0]
        if name in _INTERNAL_ONLY or (edge and name in _EDGE_ONLY):
            steps.append(Step("removed", name, pair[1], None, rules.INTERNAL_REMOVED))
        else:
            kept.append(pair)
    return kept


def _mark(
    headers: list[tuple[str, str]],
    arrived: dict[str, str],
    client: str,
    steps: list[Step],
    *,
    internal: bool,
    edge: bool,
) -> None:
    """Say who the client is, in Envoy's own headers."""
    before = arrived.get("x-envoy-external-address")
    if edge:
        headers.append(("x-envoy-external-address", client))
        action = "added" if before is None else "rewritten"
        step = Step(action, "X-Envoy-External-Address", before, client, rules.EXTERNAL_ADDRESS)  # type: ignore[arg-type]
        steps.append(step)
    elif before is not None:
        headers.append(("x-envoy-external-address", before))
    if internal:
        headers.append(("x-envoy-internal", "true"))
        steps.append(_INTERNAL_ADDED)
    elif "x-envoy-internal" in arrived:
        value = arrived["x-envoy-internal"]
        steps.append(Step("removed", "X-Envoy-Internal", value, None, rules.INTERNAL_REMOVED))


def _request_id(
    headers: list[tuple[str, str]],
    arrived: str | None,
    steps: list[Step],
    *,
    replaceable: bool,
) -> None:
    value = NEW_REQUEST_ID if not arrived or replaceable else arrived
    headers.append(("x-request-id", value))
    if not arrived:
        steps.append(_REQUEST_ID_ADDED)
    elif replaceable:
        steps.append(Step("rewritten", "X-Request-Id", arrived, value, rules.REQUEST_ID))
