"""Which host name patterns can mean the same host, and which labels satisfy a selector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["labels_match", "patterns_overlap"]


def patterns_overlap(one: str, other: str) -> bool:
    """Tell whether there can be a host name that both patterns match.

    A pattern is exact, or has one ``*`` at its start or its end that stands for at
    least one character; ``*`` alone matches everything. Compared with case.
    Source: emissary-ingress python/ambassador/ir/irutils.py@3.3.0 (hostglob_matches).

    Examples
    --------
    >>> patterns_overlap("*.example.com", "shop.example.com")
    True
    >>> patterns_overlap("*.example.com", "example.com")
    False
    """
    if one in (other, "*") or other == "*":
        return True
    if one[0] == "." or other[0] == ".":
        return False
    for pattern in (one, other):
        if len(pattern) > 1 and pattern[0] == "*" and pattern[-1] == "*":
            return False
    if "*" not in (one[0], one[-1]):
        one, other = other, one
    if "*" not in (one[0], one[-1]):
        return False
    return _leading(one, other) if one[0] == "*" else _trailing(one, other)


def _leading(glob: str, other: str) -> bool:
    """Compare ``*suffix`` with any pattern."""
    if other[-1] == "*":
        return True
    if other[0] == "*":
        return glob[1:].endswith(other[1:]) or other[1:].endswith(glob[1:])
    return len(other) >= len(glob) and other.endswith(glob[1:])


def _trailing(glob: str, other: str) -> bool:
    """Compare ``prefix*`` with any pattern."""
    if other[0] == "*":
        return True
    if other[-1] == "*":
        return glob[:-1].startswith(other[:-1]) or other[:-1].startswith(glob[:-1])
    return len(other) >= len(glob) and other.startswith(glob[:-1])


def labels_match(selector: Mapping[str, Any], labels: Mapping[str, str], *, strict: bool) -> bool:
    """Tell whether labels satisfy a selector's ``matchLabels``.

    A selector without ``matchLabels`` (one of matchExpressions alone, say) matches
    everything.
    Source: emissary-ingress python/ambassador/ir/irutils.py@3.3.0 (selector_matches).

    Parameters
    ----------
    selector
        A Kubernetes label selector; only ``matchLabels`` is read.
    labels
        The labels of the resource.
    strict
        Whether all labels must match (since 2.4 and 3.2) or one is enough.

    Examples
    --------
    >>> labels_match({"matchLabels": {"a": "1", "b": "2"}}, {"a": "1"}, strict=True)
    False
    """
    wanted = selector.get("matchLabels") or {}
    if not wanted:
        return True
    matches = [labels.get(key) == value for key, value in wanted.items()]
    return all(matches) if strict else any(matches)
