"""Looking a host name up among exact names and wildcards, as Envoy does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["GlobTable"]

Found = TypeVar("Found")


class GlobTable(Generic[Found]):
    """A table from host name patterns to things.

    Exact names win, then the longest ``*suffix``, then the longest ``prefix*``,
    then ``*`` alone; a wildcard stands for at least one character. Any other ``*`` is
    a character like others.
    Source: Envoy API, config.route.v3.VirtualHost.domains.

    Parameters
    ----------
    pairs
        (pattern, thing); of two equal patterns the last one stays.

    Examples
    --------
    >>> table = GlobTable([("*", 1), ("*.example.com", 2), ("a.example.com", 3)])
    >>> table.find("a.example.com"), table.find("b.example.com"), table.find("example.com")
    (3, 2, 1)
    """

    __slots__ = ("_any", "_exact", "_globs")

    def __init__(self, pairs: Iterable[tuple[str, Found]]) -> None:
        self._exact: dict[str, Found] = {}
        self._any: Found | None = None
        globs: dict[str, Found] = {}
        for pattern, thing in pairs:
            if pattern == "*":
                self._any = thing
            elif pattern[:1] == "*" or pattern[-1:] == "*":
                globs[pattern] = thing
            else:
                self._exact[pattern] = thing
        self._globs: tuple[tuple[bool, str, int, Found], ...] = ()
        if globs:
            self._globs = tuple(
                (glob[0] == "*", glob[1:] if glob[0] == "*" else glob[:-1], len(glob), globs[glob])
                for glob in sorted(globs, key=lambda g: (g[0] != "*", -len(g), g))
            )

    def find(self, name: str) -> Found | None:
        """Return what stands for ``name`` (lower-case), None where nothing does."""
        found = self._exact.get(name)
        if found is not None:
            return found
        for leading, text, length, thing in self._globs:
            fits = name.endswith(text) if leading else name.startswith(text)
            if fits and len(name) >= length:
                return thing
        return self._any
