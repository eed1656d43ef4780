"""Normalising a path as Envoy does."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["normalize_path"]

_ESCAPED_SLASH = re.compile("%(2f|5c)", re.IGNORECASE)
_SLASHES = re.compile("//+")
_DOT = re.compile("%2e", re.IGNORECASE)


@lru_cache(maxsize=2048)
def normalize_path(
    path: str, *, merge_slashes: bool = False, reject_escaped_slashes: bool = False
) -> str | None:
    """Return the path, with its query, as routing and the upstream see it; None where refused.

    Dot segments are resolved and backslashes become slashes; nothing is decoded.
    Double slashes stay unless ``merge_slashes``.
    Source: Envoy source/common/http/path_utility.cc; observed with Emissary 3.3 and 4.1.

    Examples
    --------
    >>> normalize_path("/a/./b/../c?x=/../y"), normalize_path("//a"), normalize_path("/a#b")
    ('/a/c?x=/../y', '//a', None)
    """
    if "#" in path:
        return None
    bare, question, query = path.partition("?")
    if reject_escaped_slashes and _ESCAPED_SLASH.search(bare):
        return None
    if "." in bare or "%2" in bare or "\\" in bare:
        bare = _resolve_dots(bare.replace("\\", "/"))
    if merge_slashes and "//" in bare:
        bare = _SLASHES.sub("/", bare)
    return f"{bare}{question}{query}"


def _resolve_dots(path: str) -> str:
    segments: list[str] = []
    parts = path.split("/")[1:]
    for index, part in enumerate(parts):
        plain = _DOT.sub(".", part)
        if plain == "..":
            if segments:
                segments.pop()
        elif plain != ".":
            segments.append(part)
            continue
        if index == len(parts) - 1:
            # A dot segment at the end leaves its slash.
            segments.append("")
    return "/" + "/".join(segments)
