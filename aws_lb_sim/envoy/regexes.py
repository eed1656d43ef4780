"""Regular expressions, read and matched by RE2 itself, as Envoy does: byte by byte.

Source: Envoy source/common/common/regex.cc; that a sign of several bytes counts as so many
was observed on Envoy 1.40.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

__all__ = ["matches", "regex_problem", "replace_all"]

# Emissary's runtime layer: re2.max_program_size.error_level (v3bootstrap.py).
_LARGEST_PROGRAM = 200
# A piece of a substitution: plain text, \0 to \9, \\, or a backslash that means nothing.
_PIECE = re.compile(rb"[^\\]+|\\([0-9])|\\(\\)|\\", re.DOTALL)


@lru_cache(maxsize=512)
def _compile(pattern: str) -> tuple[Any, str | None]:
    """Return (the compiled pattern, None), or (None, why RE2 cannot read it)."""
    # Few Mappings have one, and the library takes as long to import as the rest of the model.
    import re2  # type: ignore[import-untyped]

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    try:
        return re2.compile(pattern.encode(), options), None
    except re2.error as error:
        said = error.args[0]
        return None, said.decode() if isinstance(said, bytes) else str(said)


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches a whole text; one that RE2 cannot read never does.

    Examples
    --------
    >>> matches("[[:alpha:]]+", "abc"), matches("a", "abc")
    (True, False)
    """
    compiled, _ = _compile(pattern)
    return compiled is not None and compiled.fullmatch(text.encode()) is not None


def regex_problem(pattern: str) -> str | None:
    r"""Say why RE2, as Emissary has Envoy set it up, refuses a pattern; None where it does not.

    Examples
    --------
    >>> regex_problem("(?=a)")
    'cannot be read (invalid perl operator: (?=)'
    >>> regex_problem("/api/[0-9]+")
    """
    if not pattern:
        return "is empty"
    compiled, problem = _compile(pattern)
    if problem is not None:
        return f"cannot be read ({problem})"
    if compiled.programsize > _LARGEST_PROGRAM:
        return f"makes a program of {compiled.programsize} steps; {_LARGEST_PROGRAM} are the most"
    return None


def replace_all(text: str, pattern: str, substitution: str) -> str:
    r"""Replace every match as RE2::GlobalReplace does: no empty match right after a match.

    Parameters
    ----------
    text
        Where to replace.
    pattern
        A pattern of RE2.
    substitution
        In it ``\0`` stands for the match, ``\1`` to ``\9`` for its groups. Nothing is
        replaced where the pattern has fewer groups; what follows a backslash that
        means nothing is left out.

    Examples
    --------
    >>> replace_all("/api/x", "^/api/(.*)$", r"/v2/\1"), replace_all("/a", ".*", "/z")
    ('/v2/x', '/z')
    >>> replace_all("/api", "a", r"\9"), replace_all("/api", "a", r"x\y")
    ('/api', '/xpi')
    """
    compiled, _ = _compile(pattern)
    pieces = list(_PIECE.finditer(substitution.encode()))
    if compiled is None or any(int(piece[1] or 0) > compiled.groups for piece in pieces):
        return text
    before = text.encode()
    written: list[bytes] = []
    done = 0
    last_end = -1
    for found in compiled.finditer(before):
        start, end = found.span()
        if start == end == last_end:
            continue
        written += before[done:start], _substitute(found, pieces)
        done = last_end = end
    return b"".join((*written, before[done:])).decode(errors="replace")


def _substitute(found: Any, pieces: list[re.Match[bytes]]) -> bytes:
    written: list[bytes] = []
    for piece in pieces:
        if piece[0] == b"\\":
            break
        written.append(found[int(piece[1])] or b"" if piece[1] else piece[2] or piece[0])
    return b"".join(written)
