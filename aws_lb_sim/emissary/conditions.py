"""What a Mapping asks of a request, beside its prefix.

Source: emissary-ingress python/ambassador/ir/irhttpmapping.py and envoy/v3/v3route.py@3.3.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from aws_lb_sim.envoy.listener import PathMatcher, StringMatcher

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.emissary.resources import HttpMapping


__all__ = ["header_pairs", "path_matcher", "query_pairs", "string_matcher"]


def header_pairs(mapping: HttpMapping) -> list[tuple[str, Any, bool]]:
    """List (name, value or None for any, is it a regex), in Emissary's order."""
    spec = mapping.spec
    pairs = [
        (name, None if value is True else value, False)
        for name, value in (spec.get("headers") or {}).items()
        if name.lower() != ":authority" or value is True
    ]
    pairs += [(name, value, True) for name, value in (spec.get("regex_headers") or {}).items()]
    if mapping.hostname is not None:
        pairs.append((":authority", mapping.hostname, mapping.hostname_is_regex))
    if spec.get("method"):
        pairs.append((":method", spec["method"], bool(spec.get("method_regex"))))
    return pairs


def query_pairs(spec: Mapping[str, Any]) -> list[tuple[str, Any, bool]]:
    """List (query parameter, value or None for any, is it a regex).

    Examples
    --------
    >>> query_pairs({"query_parameters": {"debug": True}})
    [('debug', None, False)]
    """
    pairs = [
        (name, None if value is True else value, False)
        for name, value in (spec.get("query_parameters") or {}).items()
    ]
    regexes = spec.get("regex_query_parameters") or {}
    return pairs + [(name, value, True) for name, value in regexes.items()]


def string_matcher(name: str, value: Any, *, regex: bool) -> StringMatcher | None:
    """Make the matcher of a header; None where it is no condition at all.

    Examples
    --------
    >>> string_matcher(":authority", "*.example.com", regex=False).kind
    'suffix'
    """
    if value is None:
        return StringMatcher("present")
    text = str(value)
    if regex:
        return StringMatcher("regex", text)
    if name == ":authority":
        if text == "*":
            return None
        if text.startswith("*"):
            return StringMatcher("suffix", text[1:])
        if text.endswith("*"):
            return StringMatcher("prefix", text[:-1])
    return StringMatcher("exact", text)


def path_matcher(spec: Mapping[str, Any]) -> PathMatcher:
    """Make the matcher of a Mapping's prefix: textual, exact, or a regex of the whole path.

    Examples
    --------
    >>> path_matcher({"prefix": "/api/", "prefix_exact": True}).kind
    'path'
    """
    case_sensitive = spec.get("case_sensitive") is not False
    if spec.get("prefix_regex"):
        return PathMatcher("regex", spec["prefix"])
    kind: Literal["prefix", "path"] = "path" if spec.get("prefix_exact") else "prefix"
    return PathMatcher(kind, spec["prefix"], case_sensitive)
