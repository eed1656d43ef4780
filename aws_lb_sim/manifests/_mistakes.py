"""What a YAML reader complains of, put so that the person who wrote it can mend it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    import yaml

__all__ = ["not_utf8", "place", "syntax_error", "unreadable_character"]

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
# What YAML 1.1 (section 5.1) admits, less the byte order mark, which may only come first.
_UNREADABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)

# Part of PyYAML's or libyaml's words → how to mend it.
_REMEDIES = (
    ("mapping values are not allowed", "indent it right, or quote a value that has `: ` in it"),
    ("could not find expected ':'", "write `key: value`, with a space after the colon"),
    ("unexpected end of stream", "close the quote or bracket that is opened there"),
    ("found unexpected ':'", "quote the value that has a colon in it"),
    (
        "found undefined alias",
        "define the anchor (&name) before it, or quote a value that begins with *",
    ),
    ("duplicate anchor", "give each anchor (&name) a name of its own"),
    ("escape", "inside double quotes write \\\\ for a backslash, or use single quotes"),
    ("undefined tag handle", "remove the tag, or quote a value that begins with !"),
    ("expected the node content", "quote a value that begins with % @ ` or another sign"),
    ("cannot start any token", "quote a value that begins with % @ ` or another sign"),
    ("expected <block end>", "line the keys of a mapping up with each other"),
    ("did not find expected key", "line the keys of a mapping up with each other"),
    ("did not find expected '-' indicator", "line the dashes of a list up with each other"),
    ("did not find expected ',' or", "close the bracket, or put a comma between the values"),
    ("expected <document start>", "separate documents by a line with --- alone"),
    ("incompatible YAML document", "remove the line that begins with %YAML"),
)
_ANY_REMEDY = "correct that line; an editor that knows YAML marks the place"


def place(source: str, document: int | None = None, line: int | None = None) -> str:
    """Describe a place of the input; ``document`` counts from 1, ``line`` from 0.

    Examples
    --------
    >>> place("edge.yaml", 2, 13)
    'edge.yaml, document 2, line 14'
    """
    parts = [source]
    if document is not None:
        parts.append(f"document {document}")
    if line is not None:
        parts.append(f"line {line + 1}")
    return ", ".join(parts)


def syntax_error(error: yaml.YAMLError, text: str, source: str, document: int) -> InputError:
    """Return the error for a text that is not YAML."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        what = f"it is not YAML: {getattr(error, 'reason', '') or 'it cannot be read'}"
        return InputError(what, where=place(source, document), mend=_ANY_REMEDY)
    where = place(source, document, mark.line)
    written = _line(text, mark.line)
    if (
        "\t" in written[: len(written) - len(written.lstrip())]
        or written[mark.column :][:1] == "\t"
    ):
        mend = "indent with spaces, two for each level"
        return InputError("a tab stands where YAML wants spaces", where=where, mend=mend)
    problem = str(getattr(error, "problem", "") or "it cannot be read")
    if problem == "second occurrence":  # libyaml's words for an anchor that is there twice
        problem = "found duplicate anchor"
    return InputError(
        f"it is not YAML: {problem}{_context(error, mark.line)}",
        where=where,
        mend=_remedy(problem, written),
    )


def _context(error: yaml.YAMLError, line: int) -> str:
    context, start = getattr(error, "context", None), getattr(error, "context_mark", None)
    if not context:
        return ""
    begun = f" begun on line {start.line + 1}" if start and start.line != line else ""
    return f" ({context}{begun})"


def _remedy(problem: str, written: str) -> str:
    if "{{" in written or "{%" in written:
        return "render the template first (helm template …) and load what it prints"
    return next((remedy for words, remedy in _REMEDIES if words in problem), _ANY_REMEDY)


def _line(text: str, number: int) -> str:
    lines = _LINE_BREAK.split(text)
    return lines[number] if number < len(lines) else ""


def unreadable_character(text: str, source: str) -> InputError | None:
    """Return the error for the first character that YAML does not admit, if there is one."""
    found = _UNREADABLE.search(text)
    if found is None:
        return None
    line = len(_LINE_BREAK.findall(text, 0, found.start()))
    code = ord(found.group())
    name = "a NUL byte" if code == 0 else f"the control character U+{code:04X}"
    mend = 'remove it, or write it as an escape inside double quotes ("\\x00")'
    if code == 0:
        mend = "remove it, or give a text file: this one looks binary, or is saved as UTF-16"
    return InputError(f"there is {name} in it", where=place(source, None, line), mend=mend)


def not_utf8(data: bytes, error: UnicodeDecodeError, source: str) -> InputError:
    """Return the error for bytes that are not UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        mend = "save it as UTF-8 (in PowerShell: … | Out-File -Encoding utf8 NAME)"
        return InputError("it is UTF-16, not UTF-8", where=place(source), mend=mend)
    line = data[: error.start].count(b"\n")
    return InputError(
        f"it is not UTF-8: byte 0x{data[error.start]:02x} stands there",
        where=place(source, None, line),
        mend="save the file as UTF-8, or name a text file",
    )
