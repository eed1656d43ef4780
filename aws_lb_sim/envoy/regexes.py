"""Regular expressions as RE2 reads them, done with Python's own.

Source: https://github.com/google/re2/wiki/Syntax. What both read means the same in both;
what only one of them reads is told apart here.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["compile_regex", "regex_problem", "replace_all"]

# What Python reads and RE2 does not.
_NOT_IN_RE2 = (
    (re.compile(r"\(\?<?[=!]"), "looks ahead or behind, which RE2 cannot"),
    (re.compile(r"\\[1-9]|\(\?P="), "refers back to a group, which RE2 cannot"),
    (re.compile(r"\(\?[>(#]"), "has a group that RE2 does not know"),
    (re.compile(r"[*+?}]\+"), "has a possessive quantifier, which RE2 does not know"),
    (re.compile(r"\\Z"), r"has \Z, which RE2 writes \z"),
)
_REPEAT = re.compile(r"\{([0-9]+)(?:,([0-9]*))?\}")
_MOST_REPEATS = 1000
# Emissary's runtime layer: re2.max_program_size.error_level (v3bootstrap.py).
_LARGEST_PROGRAM = 200
_ESCAPED = re.compile(r"\\.", re.DOTALL)
# What RE2 reads and Python does not, in Python's words.
_TRANSLATED = (
    ("\\z", "\\Z"),
    ("(?<", "(?P<"),
    ("[:alpha:]", "A-Za-z"),
    ("[:digit:]", "0-9"),
    ("[:alnum:]", "0-9A-Za-z"),
    ("[:lower:]", "a-z"),
    ("[:upper:]", "A-Z"),
    ("[:space:]", r"\t\n\v\f\r "),
    ("[:word:]", "0-9A-Za-z_"),
    ("[:xdigit:]", "0-9A-Fa-f"),
)
_SUBSTITUTED = re.compile(r"\\([0-9\\])")
_NEVER = re.compile(r"(?!)")


@lru_cache(maxsize=512)
def compile_regex(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of RE2; nothing matches one that cannot be read.

    Examples
    --------
    >>> compile_regex("[[:alpha:]]+").fullmatch("abc") is not None
    True
    """
    for theirs, ours in _TRANSLATED:
        if theirs in pattern:
            pattern = pattern.replace(theirs, ours)
    try:
        # RE2's \d, \w and \b know ASCII only.
        return re.compile(pattern, re.DOTALL | re.ASCII)
    except re.error:
        return _NEVER


@lru_cache(maxsize=512)
def regex_problem(pattern: str) -> str | None:
    r"""Say why RE2, as Emissary has Envoy set it up, refuses a pattern; None where it does not.

    Examples
    --------
    >>> regex_problem("(?=a)")
    'looks ahead or behind, which RE2 cannot'
    >>> regex_problem("/api/[0-9]+")
    """
    for wrong, problem in _NOT_IN_RE2:
        if wrong.search(pattern):
            return problem
    repeats = [int(most or least) for least, most in _REPEAT.findall(pattern)]
    if any(count > _MOST_REPEATS for count in repeats):
        return f"repeats more than {_MOST_REPEATS} times"
    if max(repeats, default=0) > _LARGEST_PROGRAM or _shortest_program(pattern) > _LARGEST_PROGRAM:
        return f"makes a program of more than {_LARGEST_PROGRAM} steps"
    # Classes that only RE2 knows make Python refuse what RE2 takes.
    if compile_regex(pattern) is _NEVER and not re.search(r"\\[pPCQ]", pattern):
        return "cannot be read"
    return None


def _shortest_program(pattern: str) -> int:
    """Count the steps that a pattern makes at least: one for each character it spells out."""
    return len(_ESCAPED.sub("x", pattern)) - sum(pattern.count(sign) for sign in "()[]{}|*+?^$.-,")


def replace_all(text: str, pattern: str, substitution: str) -> str:
    r"""Replace every match as RE2::GlobalReplace does: no empty match right after a match.

    Parameters
    ----------
    text
        Where to replace.
    pattern
        A pattern of RE2.
    substitution
        In it ``\0`` stands for the match, ``\1`` to ``\9`` for its groups.

    Examples
    --------
    >>> replace_all("/api/x", "^/api/(.*)$", r"/v2/\1"), replace_all("/a", ".*", "/z")
    ('/v2/x', '/z')
    """
    written: list[str] = []
    done = 0
    last_end = -1
    for found in compile_regex(pattern).finditer(text):
        start, end = found.span()
        if start == end == last_end:
            continue
        written += text[done:start], _substitute(found, substitution)
        done = last_end = end
    return "".join((*written, text[done:]))


def _substitute(found: re.Match[str], substitution: str) -> str:
    groups = found.re.groups

    def fill(mark: re.Match[str]) -> str:
        if mark[1] == "\\":
            return "\\"
        number = int(mark[1])
        return (found[number] or "") if number <= groups else ""

    return _SUBSTITUTED.sub(fill, substitution)
