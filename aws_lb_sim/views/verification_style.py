"""How verifications look: tables that stay plain in a notebook that nobody trusts yet.

JupyterLab drops style sheets from outputs of a notebook that was not run here, and keeps
inline styles: so a light page's are inline. The style sheet only adds what a dark page needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from aws_lb_sim.views.markup import Markup, element
from aws_lb_sim.views.scene import VERDICT_COLOURS

if TYPE_CHECKING:
    from aws_lb_sim.views.card import Verdict

__all__ = ["DARK", "cell", "framed", "line", "table"]

Wraps = Literal["anywhere", "words", "never"]

# The hosts that say that they are dark: JupyterLab and Voilà; the explorer; VS Code. Nothing in
# here needs escaping. The colours are those of the flow view (browser/flow/flow.css), with a
# contrast of at least 4.5 to 1.
DARK = "".join(
    f":is([data-jp-theme-light=false], [data-theme=dark], .vscode-dark) .lb-verification{rule}\n"
    for rule in (
        " { color: #e9ebed !important; background: var(--jp-layout-color0, #14171a) !important; }",
        " :is(th, td) { background: inherit !important; border-color: #3a4148 !important; }",
        " :is(table, tbody, thead, tr) { background: inherit !important; }",
        " .v-differs { background: #43220d !important; }",
        " .v-quiet { color: #aab0b6 !important; }",
        " .v-good { color: #56cfa8 !important; }",
        " .v-bad { color: #ff9d6b !important; }",
        " .v-caution { color: #f0bd58 !important; }",
        " .v-neutral { color: #aab0b6 !important; }",
    )
)

_PAGE = (
    "font-family:system-ui,sans-serif;font-size:13px;line-height:1.45;color:#1a1a1a;"
    "background:#fff;padding:4px 8px;overflow-x:auto"
)
# In a page without a doctype a table would not take over the colour.
_TABLE = "border-collapse:collapse;margin:6px 0 0;font-size:13px;color:inherit"
_CELL = (
    "text-align:left;vertical-align:top;padding:2px 12px 2px 0;border-bottom:1px solid #d8dbe0;"
    "line-height:1.45"
)
_WRAPS: dict[Wraps, str] = {
    "anywhere": ";white-space:pre-wrap;overflow-wrap:anywhere;min-width:7em",
    "words": ";white-space:normal;overflow-wrap:normal",
    "never": ";white-space:nowrap",
}
_PAPER, _TINT, _QUIET = "#fff", "#fbeae0", "#595959"


def framed(*children: Markup) -> Markup:
    """Put a view together: one ``div`` that may stand anywhere in a page."""
    return element("div", element("style", DARK), *children, class_="lb-verification", style=_PAGE)


def table(*groups: Markup) -> Markup:
    """Make a table of its head and bodies."""
    return element("table", *groups, style=_TABLE)


def line(text: str, *, verdict: Verdict | None = None, large: bool = False) -> Markup:
    """Make a line over a table; without a verdict it is said quietly."""
    colour = _QUIET if verdict is None else VERDICT_COLOURS[verdict]
    size = ";font-size:15px;font-weight:700" if large else ""
    name = "v-quiet" if verdict is None else f"v-{verdict}"
    return element("div", text, class_=name, style=f"color:{colour}{size}")


def cell(
    text: str,
    *,
    head: str = "",
    span: tuple[int, int] = (1, 1),
    verdict: Verdict | None = None,
    marked: bool = False,
    wraps: Wraps = "anywhere",
) -> Markup:
    """Make a cell of a table.

    Parameters
    ----------
    text
        What it says.
    head
        The scope of a cell that is a head; empty for one that is not. Heads of columns are
        bold.
    span
        Rows and columns that it takes.
    verdict
        Its colour; the sign stands in the text.
    marked
        Whether it differs from the one beside it.
    wraps
        Where its text may be broken into lines.
    """
    style = f"{_CELL};background:{_TINT if marked else _PAPER}"
    style += ";font-weight:700" if head.startswith("col") or marked else ";font-weight:400"
    style += _WRAPS[wraps]
    names = ["v-differs"] if marked else []
    if verdict is not None:
        style += f";color:{VERDICT_COLOURS[verdict]}"
        names.append(f"v-{verdict}")
    attributes: dict[str, str | float] = {"style": style}
    if head:
        attributes["scope"] = head
    if names:
        attributes["class"] = " ".join(names)
    spans = zip(("rowspan", "colspan"), span, strict=True)
    attributes |= {name: number for name, number in spans if number != 1}
    return element("th" if head else "td", text, **attributes)
