"""Write documents as YAML that every reader, kubectl's included, reads back the same."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from typing import TYPE_CHECKING, Any

from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["dump"]

# Plain (unquoted) only what is beyond doubt in YAML 1.1 and 1.2: it begins with a letter, and no
# colon, blank or sign stands where some reader gives it a meaning. Everything else is quoted.
_PLAIN = re.compile(r"[A-Za-z_/](?:[A-Za-z0-9_./@+=-]|:(?=[A-Za-z0-9_./:])| (?=[A-Za-z0-9_/(]))*")
# Words that YAML 1.1 (PyYAML, go-yaml) or YAML 1.2 (ruamel.yaml, js-yaml) reads as something else.
_WORDS = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nil", "nan", "inf")
)
# What JSON leaves as it is, and YAML 1.1 has escaped in double quotes (section 5.1, and breaks).
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
_BLOCK_LINE = re.compile("[\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_in_double_quotes = json.JSONEncoder(ensure_ascii=False).encode
_MAX_KEY = 1000  # YAML readers look no further than 1,024 characters for a key's colon.

# Values that are text whatever they look like: Kubernetes takes nothing but strings there.
_TEXT_MAPS = frozenset({"annotations", "labels", "matchLabels"})


def dump(documents: Sequence[dict[str, Any]]) -> str:
    """Write documents as one YAML text.

    Keys keep their order, collections are written as blocks without anchors,
    and each string that any reader of YAML 1.1 or 1.2 could take for something
    else (``on``, ``1:30``, ``0o17``, ``1e3``, ``2024-01-01``) is double-quoted,
    as the values of annotations, labels and ``env`` always are.

    Parameters
    ----------
    documents
        Plain dicts, lists, strings, numbers, truth values, dates and None.

    Returns
    -------
    str
        The documents, with a line ``---`` between them; empty for none.

    Raises
    ------
    InputError
        Where a key is not a string, or a value is none of the above.

    Examples
    --------
    >>> print(dump([{"kind": "Host", "metadata": {"annotations": {"a": "on"}}}]), end="")
    kind: Host
    metadata:
      annotations:
        a: "on"
    """
    return "---\n".join(_document(number, each) for number, each in enumerate(documents, 1))


def _document(number: int, document: dict[str, Any]) -> str:
    lines: list[str] = []
    try:
        if not isinstance(document, dict):
            raise InputError(f"a document is a mapping, not {type(document).__name__}")
        if document:
            _mapping(lines, document, 0, is_text=False)
    except (ValueError, RecursionError) as error:
        what = error.what if isinstance(error, InputError) else "it holds itself, or is too large"
        where = f"document {number}, after line {len(lines)} of what is written"
        mend = "use plain dicts with text keys, lists, text, numbers and truth values"
        raise InputError(what, where=where, mend=mend) from None
    return "\n".join(lines or ["{}"]) + "\n"


def _mapping(lines: list[str], data: dict[str, Any], indent: int, *, is_text: bool) -> None:
    """Append a mapping; ``is_text`` where its values are text whatever they look like."""
    pad = " " * indent
    is_named_value = len(data) == len({"name", "value"} & data.keys()) == len(("name", "value"))
    for key, value in data.items():
        if not isinstance(key, str):
            raise InputError(f"the key {key!r} is not a text")
        if len(key) > _MAX_KEY:
            raise InputError(f"a key is longer than {_MAX_KEY} characters")
        quoted = is_text or (is_named_value and key == "value")
        _entry(lines, f"{pad}{_string(key)}:", value, indent + 2, (key in _TEXT_MAPS, quoted))


def _entry(
    lines: list[str], head: str, value: object, indent: int, quoting: tuple[bool, bool]
) -> None:
    """Append ``head`` (a key or a dash) with its value, whose lines stand at ``indent``.

    ``quoting`` says whether values inside ``value`` are quoted, and whether ``value`` itself is.
    """
    if isinstance(value, dict) and value:
        lines.append(head)
        _mapping(lines, value, indent, is_text=quoting[0])
    elif isinstance(value, list | tuple) and value:
        lines.append(head)
        _sequence(lines, value, indent - 2)  # dashes level with the key, as kubectl prints
    elif isinstance(value, str) and "\n" in value and _fits_block(value):
        lines.append(f"{head} |" if value.endswith("\n") else f"{head} |-")
        pad = " " * indent
        lines.extend(pad + line if line else "" for line in value.removesuffix("\n").split("\n"))
    else:
        lines.append(f"{head} {_scalar(value, is_quoted=quoting[1])}")


def _sequence(lines: list[str], items: Sequence[Any], indent: int) -> None:
    pad = " " * indent
    for item in items:
        start = len(lines)
        if isinstance(item, dict) and item:
            _mapping(lines, item, indent + 2, is_text=False)
        elif isinstance(item, list | tuple) and item:
            _sequence(lines, item, indent + 2)
        else:
            _entry(lines, f"{pad}-", item, indent + 2, (False, False))
            continue
        lines[start] = f"{pad}- {lines[start][indent + 2 :]}"


def _scalar(value: object, *, is_quoted: bool) -> str:
    if isinstance(value, str):
        return _string(value, is_quoted=is_quoted)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, dt.date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, dict | list | tuple):
        return "{}" if isinstance(value, dict) else "[]"
    raise InputError(f"a value of type {type(value).__name__} has no form in YAML")


def _float(value: float) -> str:
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
    text = repr(value)
    # YAML 1.1 takes 1e+17 for a text, and 1.0e+17 for the number that YAML 1.2 sees in both.
    return text if "." in text or "e" not in text else text.replace("e", ".0e")


def _string(value: str, *, is_quoted: bool = False) -> str:
    if not is_quoted and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return str.__str__(value)
    if _SURROGATE.search(value):
        raise InputError("half a surrogate pair stands in a text")
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", _in_double_quotes(value))


def _fits_block(value: str) -> bool:
    """Tell whether a text of several lines can stand as a literal block and be read back as is."""
    lines = value.removesuffix("\n").split("\n")
    return (
        bool(lines[0] and lines[-1])
        and not lines[0].startswith(" ")
        and all(_BLOCK_LINE.fullmatch(line) and not line.endswith(" ") for line in lines)
    )
