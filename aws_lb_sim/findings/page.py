"""The page of all findings, in Markdown: printed by the program, so that it cannot fall behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.findings.check import CHECKS, RETIRED, describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.findings.registry import Hazard

__all__ = ["write_page"]

_HEAD = """\
# Findings

What `aws-lb-sim simulate` says about manifests and about a request. This page is printed by
`python -m aws_lb_sim.findings`; a test keeps it fresh.

- **error**: requests fail, or an address or scheme can be forged.
- **warning**: it works by luck, or differs from what was asked for.
- **info**: good to know; also what the model does not cover.

A code is never given to anything else. `{names}` stand for what is filled in.
"""


def write_page() -> str:
    """Return the page.

    Examples
    --------
    >>> write_page().splitlines()[0]
    '# Findings'
    """
    return "\n".join((_HEAD, *_overview(), *map(_section, describe()), *_retired(), ""))


def _overview() -> Iterator[str]:
    yield "| code | severity | |"
    yield "|---|---|---|"
    for hazard in describe():
        yield f"| [{hazard.code}](#{hazard.code}) | {hazard.severity} | {hazard.summary} |"
    yield ""


def _section(hazard: Hazard) -> str:
    lines = [f"## {hazard.code}", "", f"**{hazard.severity}** {hazard.summary}", ""]
    if hazard.message != hazard.summary:
        lines += [f"- Says: {_plain(hazard.message)}"]
    if hazard.fix:
        lines += [f"- To mend it: {_plain(hazard.fix)}"]
    lines += [f"- Looks at: {', '.join(_inputs(hazard)) or 'the documents, while they are read'}"]
    lines += [f"- Source: {_plain(hazard.source)}", ""]
    return "\n".join(lines)


def _inputs(hazard: Hazard) -> list[str]:
    # In the order of the checks, each once.
    return list(dict.fromkeys(i for c in CHECKS if hazard in c.hazards for i in c.inputs))


def _plain(text: str) -> str:
    """Keep Markdown from reading a star or an angle bracket as its own."""
    return text.replace("*", "\\*").replace("<", "&lt;")


def _retired() -> Iterator[str]:
    yield "## Retired codes"
    yield ""
    if not RETIRED:
        yield "None yet."
    for code, why in sorted(RETIRED.items()):
        yield f"- `{code}`: {why}"
