"""What is impossible about a design, and why: one table, asked by everyone."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from aws_lb_sim.design.constraints import CONSTRAINTS
from aws_lb_sim.design.design import Design, InFront
from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TEXT_FIELDS", "Problem", "check", "problems", "values"]

# Kubernetes: names of namespaces and Services are RFC 1123 labels, those of Secrets
# subdomains. Emissary: a hostname may be "*" or begin with "*.". The same patterns keep
# the text harmless in the commands and the YAML that are written from it.
_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_TEXT = {
    "hostname": (rf"\*|(\*\.)?{_LABEL}(\.{_LABEL})*", "a host name, *.suffix or *"),
    "namespace": (_LABEL, "a name of lower-case letters, digits and hyphens"),
    "certificate_arn": (
        r"arn:[a-z-]+:(acm|iam):[a-z0-9-]*:\d{12}:(server-)?certificate/[\w+=,.@/-]+",
        "the ARN of an ACM or IAM certificate",
    ),
    "tls_secret": (rf"{_LABEL}(\.{_LABEL})*", "the name of a Secret"),
    "backend": (rf"{_LABEL}(\.{_LABEL})*:\d{{1,5}}", "a Service and port, as in quote:80"),
}
_PATTERNS = {name: (re.compile(pattern), what) for name, (pattern, what) in _TEXT.items()}

TEXT_FIELDS = tuple(_TEXT)
"""The fields that take free text; all others have a short list of values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a design cannot be.

    Parameters
    ----------
    fields
        The fields that do not go together, or the one that has no such value.
    reason
        Why, in words.
    source
        Where that is documented; empty for a value that is none.

    Examples
    --------
    >>> problems(Design(load_balancer="alb", tls_termination="none"))[0].fields
    ('load_balancer', 'proxy_protocol')
    """

    fields: tuple[str, ...]
    reason: str
    source: str = ""


def problems(design: Design) -> tuple[Problem, ...]:
    """Return everything that is impossible about a design; empty where it can be deployed.

    Examples
    --------
    >>> problems(Design())
    ()
    >>> problems(Design(scheme="public"))[0].reason
    "scheme is 'public'; it can be 'internet-facing' or 'internal'"
    """
    unknown = _unknown_values(design)
    if unknown:
        return unknown
    return tuple(
        [
            Problem(fields=each.fields, reason=each.rule.text, source=each.rule.source)
            for each in CONSTRAINTS
            if each.broken(design)
        ]
    )


def check(design: Design) -> None:
    """Raise where a design is impossible.

    Raises
    ------
    InputError
        The message lists every reason.

    Examples
    --------
    >>> check(Design())
    """
    found = problems(design)
    if found:
        names = dict.fromkeys(name for each in found for name in each.fields)
        raise InputError(
            "; ".join(each.reason for each in found),
            where="the design",
            mend=f"change one of {', '.join(names)}",
        )


@cache
def values() -> Mapping[str, tuple[Any, ...]]:
    """Return the values that each field can take, in the order in which they are declared.

    Fields of free text are not among them.

    Examples
    --------
    >>> values()["target_type"], values()["proxy_protocol"]
    (('instance', 'ip'), (False, True))
    """
    hints = get_type_hints(Design)
    return {
        each.name: _values(hints[each.name])
        for each in fields(Design)
        if each.name not in TEXT_FIELDS
    }


def _values(hint: object) -> tuple[Any, ...]:
    """Return the values of a type: a Literal, bool, one of them or None, or a tuple of them."""
    if hint is bool:
        return (False, True)
    if hint is NoneType:
        return (None,)
    if get_origin(hint) is tuple:
        # A list that may repeat: none, and one of each, are what is offered.
        return ((), *((each,) for each in get_args(get_args(hint)[0])))
    if isinstance(hint, UnionType) or NoneType in get_args(hint):
        parts = sorted(get_args(hint), key=lambda part: part is not NoneType)
        return tuple(value for part in parts for value in _values(part))
    return get_args(hint)


def _unknown_values(design: Design) -> tuple[Problem, ...]:
    names, read, accepted = _known()
    found: list[Problem] = []
    # Almost always all is well, so that case is kept short: each manifest waits for it.
    for name, value, offered in zip(names, read(design), accepted, strict=True):
        if value.__hash__ is None or value not in offered:
            listed = " or ".join(repr(each) for each in values()[name])
            found.append(_value(name, value, f"it can be {listed}"))
    if not _is_in_front(design.in_front):
        found.append(_value("in_front", design.in_front, "it lists cloudfront, once or oftener"))
    for name, (pattern, what) in _PATTERNS.items():
        value = getattr(design, name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            found.append(_value(name, value, f"it must be {what}"))
    return tuple(found)


def _value(name: str, value: object, expected: str) -> Problem:
    return Problem(fields=(name,), reason=f"{name} is {value!r}; {expected}")


@cache
def _known() -> tuple[tuple[str, ...], attrgetter[Any], tuple[frozenset[Any], ...]]:
    names = tuple(name for name in values() if name != "in_front")
    return names, attrgetter(*names), tuple(frozenset(values()[name]) for name in names)


def _is_in_front(proxies: object) -> bool:
    if not isinstance(proxies, tuple):
        return False
    return proxies == () or all(each in get_args(InFront) for each in proxies)
