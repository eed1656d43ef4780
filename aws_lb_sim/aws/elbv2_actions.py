"""Actions and conditions of ALB rules, in the fields of AWS's API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lb_sim.aws.load_balancer import FixedResponseAction, RedirectAction
from aws_lb_sim.aws.values import items, mapping, number, text
from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Conditions", "read_conditions", "read_fixed_response", "read_redirect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a rule asks of a request.

    Parameters
    ----------
    hosts, paths
        Patterns.
    unknown
        Fields of conditions that are not modelled, such as ``http-header``.
    """

    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def read_conditions(conditions: tuple[Any, ...], where: str) -> Conditions:
    """Read the conditions of one rule.

    Parameters
    ----------
    conditions
        In the fields of ``describe-rules``: ``Field``, and ``Values`` or a
        ``HostHeaderConfig`` or ``PathPatternConfig``.
    where
        The place, for an error.

    Examples
    --------
    >>> read_conditions(({"Field": "path-pattern", "Values": ["/api/*"]},), "here").paths
    ('/api/*',)
    """
    hosts: list[str] = []
    paths: list[str] = []
    unknown: list[str] = []
    for each in conditions:
        kind = text(each, "Field", where)
        if kind == "host-header":
            hosts.extend(_values(each, "HostHeaderConfig", where))
        elif kind == "path-pattern":
            paths.extend(_values(each, "PathPatternConfig", where))
        else:
            unknown.append(kind)
    return Conditions(hosts=tuple(hosts), paths=tuple(paths), unknown=tuple(unknown))


def _values(raw: Mapping[str, Any], config: str, where: str) -> list[str]:
    found = items(mapping(raw, config, where), "Values", where) or items(raw, "Values", where)
    return [str(value) for value in found]


def read_redirect(raw: Mapping[str, Any], where: str) -> RedirectAction:
    """Read a ``RedirectConfig``; fields left out keep what the request has.

    Raises
    ------
    InputError
        For a status other than ``HTTP_301`` and ``HTTP_302``.

    Examples
    --------
    >>> read_redirect({"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_302"}, "here").status
    302
    """
    status = text(raw, "StatusCode", where)
    if status not in ("HTTP_301", "HTTP_302"):
        raise InputError(
            f"redirect StatusCode is {status!r}", where=where, mend="use HTTP_301 or HTTP_302"
        )
    return RedirectAction(
        protocol=text(raw, "Protocol", where, default="#{protocol}"),
        host=text(raw, "Host", where, default="#{host}"),
        port=text(raw, "Port", where, default="#{port}"),
        path=text(raw, "Path", where, default="/#{path}"),
        query=text(raw, "Query", where, default="#{query}"),
        status=301 if status == "HTTP_301" else 302,
    )


def read_fixed_response(raw: Mapping[str, Any], where: str) -> FixedResponseAction:
    """Read a ``FixedResponseConfig``."""
    return FixedResponseAction(status=number(raw, "StatusCode", where))
