"""Where a statement's evidence is written down, with links to what is public on GitHub."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_lb_sim.views.markup import Markup, element

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["linked"]

_OWNERS = "aws|cilium|datawire|emissary-ingress|haproxytech|kubernetes-sigs|kubernetes"
_REPOSITORY = rf"(?:{_OWNERS})/[A-Za-z0-9_-]+"
# "owner/name#12", "owner/name@1a2b3c4 pkg/file.go", "owner/name"; "#13" after one of them.
_REFERENCE = re.compile(
    rf"(?<![\w/-])(?P<repository>{_REPOSITORY})"
    r"(?:#(?P<issue>\d+)|@(?P<commit>[0-9a-f]{7,40})(?P<path> [\w./-]+\.(?:go|py|md))?)?"
    r"|(?<=, )#(?P<next>\d+)"
    r"|(?P<url>https://[\w./-]*[\w/])"
)


def linked(source: str) -> Markup:
    """Escape a source and make links of the issues, commits and addresses in it.

    Parameters
    ----------
    source
        As a statement names it: ``owner/name#12, #13; owner/name@1a2b3c4 pkg/file.go``.

    Returns
    -------
    Markup
        One ``span``; whatever is not understood stays text.

    Examples
    --------
    >>> print(linked("see kubernetes/kubernetes#57250"))  # doctest: +NORMALIZE_WHITESPACE
    <span>see <a
    href="https://github.com/kubernetes/kubernetes/issues/57250">kubernetes/kubernetes#57250</a></span>
    """
    return element("span", *_parts(source))


def _parts(source: str) -> Iterator[str]:
    end, repository = 0, ""
    for found in _REFERENCE.finditer(source):
        repository = found["repository"] or repository
        address = found["url"] or _address(found, repository)
        yield source[end : found.start()]
        yield element("a", found[0], href=address) if address else found[0]
        end = found.end()
    yield source[end:]


def _address(found: re.Match[str], repository: str) -> str:
    """Return where a reference leads; GitHub itself leads on from issues to pull requests."""
    if not repository:
        return ""
    start = f"https://github.com/{repository}"
    if number := found["issue"] or found["next"]:
        return f"{start}/issues/{number}"
    if found["path"]:
        return f"{start}/blob/{found['commit']}/{found['path'].strip()}"
    return f"{start}/tree/{found['commit']}" if found["commit"] else start
