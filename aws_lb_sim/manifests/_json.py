"""JSON read as JSON (not as YAML 1.1, which takes ``1e3`` for a text), where it is JSON."""

from __future__ import annotations

from typing import Any, NamedTuple

from aws_lb_sim.manifests._compose import MAX_DEPTH

__all__ = ["JsonError", "JsonValue", "looks_like_json", "read_values"]

_BLANKS = " \t\r\n"


class JsonValue(NamedTuple):
    """One JSON value of a text, and where it stands there (line from 0)."""

    data: Any
    start: int
    stop: int
    line: int


class JsonError(ValueError):
    """Why a text is not the JSON that is wanted, and the line (from 0)."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


def looks_like_json(text: str) -> bool:
    """Tell whether a text begins as JSON does (a YAML flow collection may, too)."""
    return text.lstrip(_BLANKS)[:1] in ("{", "[")


def read_values(text: str) -> list[JsonValue]:
    r"""Read one or more JSON values that follow each other, as ``cat a.json b.json`` gives them.

    Raises
    ------
    JsonError
        Where it is not JSON, has a key twice or nests too deep.

    Examples
    --------
    >>> [value.data for value in read_values('{"a": 1}\n{"b": 1e3}')]
    [{'a': 1}, {'b': 1000.0}]
    """
    import json

    decoder = json.JSONDecoder(object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    values: list[JsonValue] = []
    position = _skip_blanks(text, 0)
    while position < len(text):
        line = text.count("\n", 0, position)
        try:
            data, stop = decoder.raw_decode(text, position)
            _check_depth(data, 0)
        except json.JSONDecodeError as error:
            raise JsonError(error.msg, error.lineno - 1) from None
        except RecursionError:
            raise JsonError(f"it is nested more than {MAX_DEPTH} levels deep", line) from None
        except ValueError as error:
            raise JsonError(str(error), line) from None
        values.append(JsonValue(data, position, stop, line))
        position = _skip_blanks(text, stop)
    return values


def _skip_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANKS:
        position += 1
    return position


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice} is there twice")
    return data


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _check_depth(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise RecursionError
    children = list(value.values()) if isinstance(value, dict) else value
    if isinstance(children, list):
        for child in children:
            if isinstance(child, dict | list):
                _check_depth(child, depth + 1)
