"""Which headers each box added, removed or rewrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from aws_lb_sim.flow import Exchange
    from aws_lb_sim.network.request import Headers

__all__ = ["CHANGE_SIGNS", "ChangeKind", "HeaderChange", "header_changes", "is_forwarding"]

ChangeKind = Literal["sent", "added", "removed", "rewritten"]

CHANGE_SIGNS: dict[ChangeKind, str] = {"sent": "•", "added": "+", "removed": "−", "rewritten": "~"}
"""The sign before a header; colour never carries it alone."""

_FORWARDING_PREFIXES = ("x-forwarded-", "x-envoy-", "x-amz", "forwarded", "via")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderChange:
    """One header that a box sent, added, removed or rewrote.

    Parameters
    ----------
    kind
        What was done; ``sent`` is what the client itself sent.
    name
        The header's name as it is written after the change.
    before, after
        All its lines joined with ``,``; None where there was or is none.
    """

    kind: ChangeKind
    name: str
    before: str | None
    after: str | None

    @property
    def value(self) -> str:
        """The value to show: the new one, or the one that is gone."""
        return (self.before if self.after is None else self.after) or ""


def is_forwarding(name: str) -> bool:
    """Tell whether proxies speak of the client by a header of this name.

    Examples
    --------
    >>> is_forwarding("X-Forwarded-For"), is_forwarding("Accept")
    (True, False)
    """
    return name.lower().startswith(_FORWARDING_PREFIXES)


def header_changes(exchange: Exchange) -> tuple[tuple[HeaderChange, ...], ...]:
    """Return what each box did to the headers, from what came in and what went out.

    Parameters
    ----------
    exchange
        One request and what came of it.

    Returns
    -------
    tuple
        For the source of each hop, in order, its changes, those of forwarding
        headers first; empty for a box that changed nothing. Names that differ
        only by case are the same header (RFC 9110, section 5.1).
    """
    changes = []
    arrived: Headers = ()
    for hop in exchange.hops:
        left = hop.payload.headers if isinstance(hop.payload, Request) else ()
        changes.append(_differences(arrived, left, first=hop is exchange.hops[0]))
        arrived = left
    return tuple(changes)


def _differences(before: Headers, after: Headers, *, first: bool) -> tuple[HeaderChange, ...]:
    old, new = _by_name(before), _by_name(after)
    found = []
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        if was and now and was[1] == now[1]:
            continue
        name = (now or was or ("", ""))[0]
        kind: ChangeKind = "removed" if not now else "rewritten" if was else "added"
        found.append(
            HeaderChange(
                kind="sent" if first else kind,
                name=name,
                before=was[1] if was else None,
                after=now[1] if now else None,
            )
        )
    return tuple(sorted(found, key=lambda change: not is_forwarding(change.name)))


def _by_name(headers: Headers) -> dict[str, tuple[str, str]]:
    """Return lower-case name → name as written, all values joined."""
    lines: dict[str, tuple[str, str]] = {}
    for name, value in headers:
        key = name.lower()
        first, so_far = lines.get(key, (name, None))
        lines[key] = (first, value if so_far is None else f"{so_far},{value}")
    return lines
