"""X-Forwarded-* headers as proxies write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.network.box import Step

if TYPE_CHECKING:
    from aws_lb_sim.network.request import Headers
    from aws_lb_sim.rules import Rule

__all__ = ["append_address", "split_headers", "write_step"]


def split_headers(
    headers: Headers, names: frozenset[str]
) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Take some headers out of a list.

    Parameters
    ----------
    headers
        In the order sent.
    names
        In lower case.

    Returns
    -------
    tuple
        The others in their order, and the values taken out by lower-case name;
        repeated lines are joined with ``, `` (RFC 9110, section 5.3).

    Examples
    --------
    >>> split_headers((("X-A", "1"), ("b", "2"), ("x-a", "3")), frozenset({"x-a"}))
    ([('b', '2')], {'x-a': '1, 3'})
    """
    others: list[tuple[str, str]] = []
    found: dict[str, str] = {}
    for pair in headers:
        name = pair[0].lower()
        if name in names:
            found[name] = f"{found[name]}, {pair[1]}" if name in found else pair[1]
        else:
            others.append(pair)
    return others, found


def append_address(before: str | None, address: str) -> str:
    """Return an ``X-Forwarded-For`` value with ``address`` at its right end.

    Examples
    --------
    >>> append_address("198.51.100.1", "203.0.113.7")
    '198.51.100.1, 203.0.113.7'
    """
    return f"{before}, {address}" if before else address


def write_step(name: str, before: str | None, after: str, rule: Rule) -> Step:
    """Return the step that says how a header came to its value."""
    if before is None:
        return Step("added", name, None, after, rule)
    return Step("kept" if before == after else "rewritten", name, before, after, rule)
