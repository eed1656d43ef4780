"""The one place where text becomes HTML or SVG, and where it is escaped."""

from __future__ import annotations

import html

from aws_lb_sim.views.words import printable

__all__ = ["Markup", "element"]


_VOID = frozenset({"br", "img"})
"""Elements of HTML that hold nothing and have no end tag."""

_SHAPES = frozenset({"line", "polygon", "rect"})
"""Elements of SVG that hold nothing and close themselves, in HTML as in XML."""


class Markup(str):
    """Text that is HTML or SVG already; only :func:`element` makes it."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str | float) -> Markup:
    """Make an element; whatever is not markup already is escaped.

    Parameters
    ----------
    tag
        Name of the element: a literal of this package, never a user's text.
    *children
        Text, which is escaped, or the results of other calls, which are not.
    **attributes
        Values are escaped and quoted; ``_`` in a name stands for ``-``, and one
        at its end is dropped, so that ``class_`` can be said.

    Returns
    -------
    Markup
        The element, safe in HTML and in SVG.

    Examples
    --------
    >>> print(element("p", "a < b", class_="note"))
    <p class="note">a &lt; b</p>
    """
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    opening = "".join(f' {name}="{_escape(_number(value))}"' for name, value in names.items())
    inside = "".join(child if isinstance(child, Markup) else _escape(child) for child in children)
    if tag in _SHAPES and not inside:
        return Markup(f"<{tag}{opening}/>")
    return Markup(f"<{tag}{opening}>" if tag in _VOID else f"<{tag}{opening}>{inside}</{tag}>")


def _escape(text: str) -> str:
    """Escape a text; control characters, which no XML may hold, are written out."""
    lines = text.split("\n")
    return html.escape("\n".join(printable(line) for line in lines), quote=True)


def _number(value: str | float) -> str:
    """Write a length with at most one decimal, the same on every machine."""
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def highlighted(text: str, language: str) -> Markup:
    """Show a text with its syntax in colours that Pygments chooses, everything escaped.

    Parameters
    ----------
    text
        The source text.
    language
        Name of a Pygments lexer, such as ``yaml``.

    Returns
    -------
    Markup
        A ``div`` with inline styles, which needs no style sheet.
    """
    from pygments import highlight
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    formatter = HtmlFormatter(noclasses=True, style="friendly", nobackground=True)
    return Markup(highlight(text, get_lexer_by_name(language, stripnl=False), formatter))
