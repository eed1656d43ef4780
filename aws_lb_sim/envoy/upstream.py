"""The request as its upstream receives it.

Sources: Envoy source/common/router/{router,header_parser,retry_state_impl}.cc; observed with
Emissary 3.3 and 4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.envoy import rules
from aws_lb_sim.envoy.decoded import CONTROL, ONE_LINE, is_token
from aws_lb_sim.envoy.formats import fill_format
from aws_lb_sim.network.box import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.envoy.listener import Route
    from aws_lb_sim.envoy.routing import RoutedRequest

__all__ = ["upstream_headers"]

Pairs = list[tuple[str, str]]

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
    route: Route, routed: RoutedRequest, known: Mapping[str, str], steps: list[Step]
) -> tuple[tuple[str, str], ...] | None:
    """Do what the Mapping asks (remove first, then add), and take the router's controls away.

    Parameters
    ----------
    route
        The route taken.
    routed
        The request as it was routed.
    known
        What command operators in the values of added headers stand for.
    steps
        What was done is appended here.

    Returns
    -------
    tuple or None
        The headers; None where one that is added cannot be sent.
    """
    headers = list(routed.headers)
    if route.headers_to_remove:
        gone = {name.lower() for name in route.headers_to_remove}
        headers = [pair for pair in headers if pair[0] not in gone]
    for added in route.headers_to_add:
        value = fill_format(added.value, routed, known)
        if not value:
            continue  # Envoy API HeaderValueOption.keep_empty_value, which Emissary leaves out
        if not is_token(added.name) or CONTROL.search(value):
            return None
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
