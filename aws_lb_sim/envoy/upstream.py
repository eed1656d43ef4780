"""The request as its upstream receives it.

Sources: Envoy source/common/router/{router,header_parser,retry_state_impl}.cc; observed with
Emissary 3.3 and 4.1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.decoded import ONE_LINE
from aws_lb_sim.network.box import Step

if TYPE_CHECKING:
    from aws_lb_sim.envoy.listener import Route
    from aws_lb_sim.envoy.routing import RoutedRequest

__all__ = ["upstream_headers"]

Pairs = list[tuple[str, str]]

_OPERATORS = re.compile(r"%REQ\(([^)]+)\)%|%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%|%%")

# Controls that the router takes in itself, from whomever they come: retry_state_impl.cc,
# router.cc (FilterUtility::finalTimeout). Observed on Envoy 1.40.
_TAKEN_BY_ROUTER = frozenset(
    f"x-envoy-{name}"
    for name in (
        "expected-rq-timeout-ms",
        "hedge-on-per-try-timeout",
        "max-retries",
        "retriable-header-names",
        "retriable-status-codes",
        "retry-grpc-on",
        "retry-on",
        "upstream-alt-stat-name",
        "upstream-rq-per-try-timeout-ms",
        "upstream-rq-timeout-alt-response",
        "upstream-rq-timeout-ms",
        "upstream-stream-duration-ms",
    )
)


def upstream_headers(
    route: Route, routed: RoutedRequest, client: str, steps: list[Step]
) -> tuple[tuple[str, str], ...]:
    """Do what the Mapping asks (remove first, then add), and take the router's controls away.

    Parameters
    ----------
    route
        The route taken.
    routed
        The request as it was routed.
    client
        The trusted client address.
    steps
        What was done is appended here.
    """
    headers = list(routed.headers)
    if route.headers_to_remove:
        gone = {name.lower() for name in route.headers_to_remove}
        headers = [pair for pair in headers if pair[0] not in gone]
    for added in route.headers_to_add:
        value = _formatted(added.value, client, routed)
        if not value:
            continue  # Envoy API HeaderValueOption.keep_empty_value, which Emissary leaves out
        _add(headers, added.name, value, append=added.append)
        steps.append(Step("added", added.name, None, value, rules.HEADERS_CHANGED))
    # A server drops the blanks around a value, which HTTP/2 may have brought here.
    return tuple(
        (name, value.strip(" \t")) for name, value in headers if name not in _TAKEN_BY_ROUTER
    )


def _add(headers: Pairs, name: str, value: str, *, append: bool) -> None:
    at = next((index for index, pair in enumerate(headers) if pair[0] == name), None)
    if at is None:
        headers.append((name, value))
    elif not append:
        headers[:] = [pair for pair in headers if pair[0] != name] + [(name, value)]
    elif name in ONE_LINE:
        before = headers[at][1]
        headers[at] = (name, f"{before},{value}" if before and value else before or value)
    else:
        headers.append((name, value))


def _formatted(value: str, client: str, routed: RoutedRequest) -> str:
    """Fill in the command operators that name the client or a header of the request.

    Others are left as they are: what they stand for is not modelled. A header that is
    missing leaves nothing. Source: Envoy access log documentation, command operators.
    """
    if "%" not in value:
        return value

    def fill(found: re.Match[str]) -> str:
        if found[1] is not None:
            names = found[1].lower().split("?")
            return next((text for name in names if (text := routed.value(name))), "")
        return client if found[0].startswith("%D") else "%"

    return _OPERATORS.sub(fill, value)
