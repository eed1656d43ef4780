"""The decision space: every valid design, and what can be chosen from where one stands."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lb_sim.design.constraints import CONSTRAINTS
from aws_lb_sim.design.derived import resolved
from aws_lb_sim.design.design import Design
from aws_lb_sim.design.problems import check, problems, values
from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aws_lb_sim.design.constraints import Constraint
    from aws_lb_sim.design.problems import Problem

__all__ = ["DECISIONS", "Choice", "change", "choices", "space"]

DECISIONS = (
    "load_balancer",
    "controller",
    "tls_termination",
    "target_type",
    "proxy_protocol",
    "proxy_protocol_by",
    "alb_redirect",
    "target_protocol_version",
    "xff_mode",
    "alpn_policy",
    "external_traffic_policy",
    "preserve_client_ip",
    "split_ports",
    "insecure_action",
)
"""The fields that :func:`space` varies by itself; the others keep their defaults."""

_OPEN = (
    "proxy_protocol_by",
    "emissary_proxy_protocol",
    "preserve_client_ip",
    "l7_depth",
    "use_remote_address",
)
"""Fields that are None where they are left to what fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value that a field can take, and whether it can be chosen now.

    Parameters
    ----------
    value
        The value.
    allowed
        Whether the design with this value, all else as it is, can be deployed.
    reason
        Why not; empty where it is allowed.

    Examples
    --------
    >>> choices(Design())["load_balancer"][2]
    Choice(value='nlb', allowed=True, reason='')
    """

    value: Any
    allowed: bool
    reason: str = ""


def choices(design: Design) -> Mapping[str, tuple[Choice, ...]]:
    """Return what each field could be instead, in the order of the fields.

    Parameters
    ----------
    design
        Where one stands.

    Returns
    -------
    Mapping
        Field name to its values, impossible ones with the reason. Fields of free
        text are not among them.

    Examples
    --------
    >>> choices(Design(target_type="ip"))["external_traffic_policy"][1].reason
    'externalTrafficPolicy has no effect on IP targets: kube-proxy is not on their path'
    """
    return {
        name: tuple(_choice(design, name, value) for value in offered)
        for name, offered in values().items()
    }


def _with(design: Design, changes: dict[str, Any]) -> Design:
    """Return the design with fields replaced by values that are not judged yet."""
    return replace(design, **changes)


def _choice(design: Design, name: str, value: object) -> Choice:
    found = problems(_with(design, {name: value}))
    return Choice(value=value, allowed=not found, reason="; ".join(each.reason for each in found))


def change(design: Design, **changes: object) -> Design:
    """Return the design with some fields changed, and those that no longer fit put right.

    Parameters
    ----------
    design
        Where one stands.
    changes
        Fields and their new values; these are kept, others give way to them. A
        field that gives way takes the first value (its default before any other)
        that leaves the fewest problems.

    Raises
    ------
    InputError
        The changes contradict each other, or are no fields or values.

    Examples
    --------
    >>> alb = change(Design(), load_balancer="alb")
    >>> alb.tls_termination, alb.proxy_protocol
    ('load-balancer', False)
    """
    unknown = [name for name in changes if name not in Design.__dataclass_fields__]
    if unknown:
        raise InputError(
            f"a design has no field {unknown[0]}",
            mend=f"use one of {', '.join(Design.__dataclass_fields__)}",
        )
    found = _with(design, changes)
    remaining = problems(found)
    while remaining:
        better = _better(found, remaining, frozenset(changes))
        if better is None:
            check(found)
            break
        found, remaining = better
    return found


def _better(
    design: Design, remaining: tuple[Problem, ...], kept: frozenset[str]
) -> tuple[Design, tuple[Problem, ...]] | None:
    """Return the one change to a field that is not kept which leaves the fewest problems."""
    best: tuple[Design, tuple[Problem, ...]] | None = None
    fewest = len(remaining)
    concerned = dict.fromkeys(name for each in remaining for name in each.fields)
    for name in concerned:
        if name in kept or name not in values():
            continue
        default = Design.__dataclass_fields__[name].default
        for value in (default, *values()[name]):
            candidate = _with(design, {name: value})
            left = problems(candidate)
            if len(left) < fewest:
                best, fewest = (candidate, left), len(left)
    return best


def space(*also: str, **fixed: object) -> Iterator[Design]:
    """Go through every valid design, always in the same order.

    Parameters
    ----------
    also
        Further fields to vary beside :data:`DECISIONS`, such as ``scheme``,
        ``emissary_version`` or ``l7_depth``; all of them with ``*values()``.
    fixed
        Fields that keep a value.

    Yields
    ------
    Design
        Each once. Where a field spells out what None means already, only the
        design with None is given.

    Raises
    ------
    InputError
        A name that is no field, or a value that it cannot have.

    Examples
    --------
    >>> first = next(space(load_balancer="alb"))
    >>> first.controller, first.tls_termination
    ('aws-load-balancer-controller', 'load-balancer')
    """
    varied = (*DECISIONS, *(name for name in also if name not in DECISIONS))
    start = _accepted(fixed)
    if unknown := [name for name in varied if name not in values()]:
        raise InputError(f"cannot vary {unknown[0]}", mend=f"use one of {', '.join(values())}")
    names = tuple(name for name in varied if name not in fixed)
    return _complete(start, names, _due(names))


def _accepted(fixed: dict[str, object]) -> Design:
    known = {each.name for each in fields(Design)}
    for name, value in fixed.items():
        if name not in known:
            raise InputError(f"a design has no field {name}", mend=f"use one of {sorted(known)}")
        wrong = [
            each for each in problems(_with(Design(), {name: value})) if each.fields == (name,)
        ]
        if wrong:
            raise InputError(wrong[0].reason)
    return _with(Design(), fixed)


@cache
def _due(names: tuple[str, ...]) -> tuple[tuple[Constraint, ...], ...]:
    """Return, for each field in turn, the constraints that can be judged once it has a value."""
    place = {name: index for index, name in enumerate(names)}
    due: list[list[Constraint]] = [[] for _ in range(len(names) + 1)]
    for each in CONSTRAINTS:
        due[max((place.get(name, -1) for name in each.fields), default=-1) + 1].append(each)
    return tuple(tuple(each) for each in due)


def _complete(
    design: Design, names: tuple[str, ...], due: tuple[tuple[Constraint, ...], ...]
) -> Iterator[Design]:
    """Give the remaining fields their values, leaving a branch as soon as it is impossible."""
    if any(each.broken(design) for each in due[0]):
        return
    if not names:
        if not _is_redundant(design):
            yield design
        return
    name, *rest = names
    for value in values()[name]:
        yield from _complete(_with(design, {name: value}), tuple(rest), due[1:])


def _is_redundant(design: Design) -> bool:
    """Whether an open field spells out what it would be anyway."""
    spelled = [name for name in _OPEN if getattr(design, name) is not None]
    if not spelled:
        return False
    open_again = _with(design, dict.fromkeys(spelled))
    as_it_would_be = resolved(open_again)
    return any(getattr(design, name) == getattr(as_it_would_be, name) for name in spelled)
