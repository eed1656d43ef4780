"""The one place where text becomes Markdown, and where it is escaped."""

from __future__ import annotations

import re
import textwrap

from aws_lb_sim.views.words import printable

__all__ = ["Plain", "block", "code", "escaped", "linked"]


class Plain(str):
    """Markdown that is markup already."""

    __slots__ = ()


# What begins or ends something in CommonMark and its common extensions, wherever it stands;
# "<", ">" and "&" as entities, so that no renderer that lets HTML through sees any.
_SIGNS = re.compile(r"([\\`*\[\]|~$#{}!])|(?<![A-Za-z0-9])(_)|(_)(?![A-Za-z0-9])")
# What makes a list or a heading of a line that begins with it; our own text never does.
_BEGINNING = re.compile(r"^(\s*)(?:(\d+)([.)])(?=\s|$)|([-+=])(?=[\s=-]|$))")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(value: object) -> str:
    """Escape a value for the middle of a Markdown line."""
    if isinstance(value, Plain):
        return value
    # Four blanks at the beginning of a line would make code of it.
    text = " ".join(printable(line) for line in str(value).splitlines()).strip()
    text = _SIGNS.sub(lambda found: "\\" + found.group(0), text)
    text = "".join(_ENTITIES.get(letter, letter) for letter in text)
    # "https://..." in a person's own words must not become a link by itself either.
    text = re.sub(r"(?i)(https?|ftp|javascript|mailto|www)([:.])", r"\1\\\2", text)
    return _BEGINNING.sub(lambda found: f"{found[1]}{found[2] or ''}\\{found[3] or found[4]}", text)


def block(text: str, language: str = "", indent: int = 0) -> Plain:
    """Fence a text; the fence is longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = "\n".join(printable(line) for line in text.rstrip("\n").split("\n"))
    return Plain(textwrap.indent(f"{fence}{language}\n{lines}\n{fence}", " " * indent))


def code(text: str) -> Plain:
    """Quote a short text as code, also inside a table."""
    line = " ".join(printable(each) for each in text.splitlines()).replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return Plain(f"{fence}{pad}{line}{pad}{fence}")


def linked(source: str) -> Plain:
    """Escape a source, of this package's own, and make links of the addresses in it."""
    parts = re.split(r"(https://[A-Za-z0-9._/-]*[A-Za-z0-9/])", source)
    return Plain(
        "".join(f"<{each}>" if place % 2 else _between(each) for place, each in enumerate(parts))
    )


def _between(text: str) -> str:
    """Escape what stands between addresses, and keep the blanks around it."""
    body = text.strip()
    before, _, after = text.partition(body) if body else (text, "", "")
    return f"{before}{escaped(body)}{after}"
