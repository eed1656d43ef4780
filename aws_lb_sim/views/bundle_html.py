"""The files of a bundle as HTML: one to unfold for each, its syntax in colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.views.markup import Markup, element, highlighted

if TYPE_CHECKING:
    from aws_lb_sim.manifests.bundle import Bundle

__all__ = ["to_html"]

_LANGUAGES = {"yaml": "yaml", "sh": "bash", "md": "markdown"}
_STYLE = "font-family:system-ui,sans-serif;color:#1a1a1a;background:#fff;padding:4px"


def to_html(bundle: Bundle) -> Markup:
    """Show the files of a bundle, the first one unfolded.

    Parameters
    ----------
    bundle
        What would be applied.

    Examples
    --------
    >>> from aws_lb_sim.manifests.presets import preset
    >>> to_html(preset("recommended-nlb").manifests().bundle()).count("<summary")
    5
    """
    files = [_file(name, text, number) for number, (name, text) in enumerate(bundle.files.items())]
    return element("div", *files, style=_STYLE)


def _file(name: str, text: str, number: int) -> Markup:
    language = _LANGUAGES.get(name.rpartition(".")[2], "text")
    first = {"open": "open"} if number == 0 else {}
    return element(
        "details",
        element("summary", element("code", name), style="cursor:pointer"),
        element("div", highlighted(text, language), style="overflow-x:auto;font-size:90%"),
        **first,
    )
