"""A flow as one HTML file that animates and steps, and loads nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_lb_sim.errors import InputError
from aws_lb_sim.views.browser.assets import flow_css, page_script
from aws_lb_sim.views.browser.view_model import to_view_model
from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.text import describe

if TYPE_CHECKING:
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Flow

__all__ = ["inline_json", "save_page", "self_contained_page", "to_page"]

PAGE_CSS = """
body { margin: 0; padding: 16px 20px; font: 14px/1.45 system-ui, "DejaVu Sans", sans-serif;
  color: #1a1a1a; background: #fff; }
main { max-width: 1880px; margin: 0 auto; }
h1 { margin: 0 0 8px; font-size: 17px; font-weight: 600; overflow-wrap: anywhere; }
h1.fv-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
h2 { margin: 16px 0 4px; font-size: 15px; }
.findings { margin: 0; padding-left: 20px; }
.findings li { margin-bottom: 6px; overflow-wrap: anywhere; }
.fix { white-space: pre-wrap; }
pre { overflow-wrap: anywhere; white-space: pre-wrap; font: 12px/1.5 ui-monospace, Menlo, Consolas,
  "DejaVu Sans Mono", monospace; }
summary { width: fit-content; margin-top: 8px; font-weight: 600; cursor: pointer; }
@media (prefers-color-scheme: dark) { body { color: #e9ebed; background: #14171a; } }
"""

_UNSAFE_IN_SCRIPT = re.compile("[<>&\u2028\u2029]")


def to_page(flow: Flow, title: str | None = None) -> str:
    """Write a flow as one HTML file that needs nothing else, not even a network.

    Parameters
    ----------
    flow
        What happened.
    title
        Of the page; by default the URL that was asked for.

    Returns
    -------
    str
        The file: script, style and data stand in it, and a policy that forbids
        it to load anything and to run any other script.

    Examples
    --------
    >>> from aws_lb_sim.flow import Exchange, Flow, Hop
    >>> from aws_lb_sim.network.box import Answer
    >>> from aws_lb_sim.network.connection import Connection
    >>> from aws_lb_sim.network.request import Request
    >>> there = Connection(source_ip="203.0.113.7", destination_ip="10.0.0.1", destination_port=80)
    >>> hop = Hop(source="client", target="load-balancer", connection=there, payload=Request())
    >>> one = Exchange(url="http://a.test/", hops=(hop,), answer=Answer(result="timeout"),
    ...                answered_by="load-balancer")
    >>> to_page(Flow(exchanges=(one,), client_ip="203.0.113.7"))[:15]
    '<!doctype html>'
    """
    shown = title or flow.exchanges[0].url
    body = element(
        "main",
        element("h1", shown, class_="" if title else "fv-unseen"),
        element("div", id="flow"),
        _findings(flow.findings),
        element(
            "details",
            element("summary", "Every step as text"),
            element("pre", describe(flow)),
        ),
    )
    style = f"{PAGE_CSS}{flow_css()}"
    return self_contained_page(shown, body, page_script(), style, to_view_model(flow))


def self_contained_page(
    title: str, body: Markup, script: str, style: str, data: dict[str, Any]
) -> str:
    """Put a page together that runs this script and nothing else, and loads nothing.

    Parameters
    ----------
    title
        Plain text.
    body
        What stands on the page before the script runs.
    script, style
        Of this package, never a user's text.
    data
        JSON values, for the script under the id ``flow-data``.
    """
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"script-src {_hash(script)}; style-src {_hash(style)}"
    )
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", title),
        Markup(f"<style>{style}</style>"),
    )
    json_text = Markup(
        f'<script type="application/json" id="flow-data">{inline_json(data)}</script>'
    )
    module = Markup(f'<script type="module">{script}</script>')
    page = element("html", head, element("body", body, json_text, module), lang="en")
    return f"<!doctype html>\n{page}\n"


def inline_json(data: Any) -> str:
    r"""Write JSON that may stand inside a ``script`` element.

    ``<``, ``>``, ``&`` and the two line separators that JavaScript once took for line
    ends are written as escapes, which JSON reads back as the same letters.

    Examples
    --------
    >>> inline_json({"a": "</script>"})
    '{"a":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE_IN_SCRIPT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def save_page(
    flow: Flow, path: str | Path, *, title: str | None = None, overwrite: bool = False
) -> Path:
    """Save :func:`to_page` as a file.

    Parameters
    ----------
    flow, title
        As for :func:`to_page`.
    path
        Of the file; its folder must exist.
    overwrite
        Whether a file that is there already may be replaced.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        Where the file is there already, or cannot be written.
    """
    target = Path(path)
    try:
        with target.open("w" if overwrite else "x", encoding="utf-8", newline="\n") as file:
            file.write(to_page(flow, title))
    except FileExistsError:
        raise InputError(
            f"{target} is there already", mend="choose another name, or pass overwrite=True"
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"{target} cannot be written: {reason}",
            mend="choose a folder that is yours to write to",
        ) from error
    return target


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _findings(findings: tuple[Finding, ...]) -> Markup:
    if not findings:
        return element("p", "No findings.")
    return element(
        "section",
        element("h2", "Findings"),
        element("ul", *(_finding(finding) for finding in findings), class_="findings"),
    )


def _finding(finding: Finding) -> Markup:
    details = (("Where", finding.where), ("To mend it", finding.fix), ("Source", finding.source))
    lines = [element("div", f"{name}: {text}", class_="fix") for name, text in details if text]
    head = element("strong", f"{finding.severity} {finding.code}")
    return element("li", head, f": {finding.message}", *lines)
