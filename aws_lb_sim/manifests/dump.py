"""Write documents as YAML that every reader, kubectl's included, reads back the same."""

from __future__ import annotations

import datetime as dt
import json
import marshal
import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import yaml

from aws_lb_sim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from yaml.nodes import Node

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
# Several lines that a literal block gives back as they are; PyYAML looks for blanks at line ends.
_BLOCK = re.compile(
    "(?![ \n])[\n\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]+(?<!\n\n)"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_in_quotes = json.JSONEncoder(ensure_ascii=False).encode
# In version 2 equal values give equal bytes, whichever objects they share.
_MARSHAL_VERSION = 2
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
    return "---\n".join(_remembered(number, each) for number, each in enumerate(documents, 1))


def _remembered(number: int, document: dict[str, Any]) -> str:
    """Write a document, or say again what was written of an equal one.

    Designs that differ in one choice have most documents in common, and to write one
    takes PyYAML longer than everything else that is done with it.
    """
    try:
        return _from_marshalled(number, marshal.dumps(document, _MARSHAL_VERSION))
    except ValueError:  # dates, what has no form in YAML, what holds itself
        return _document(number, document)


@lru_cache(maxsize=4096)
def _from_marshalled(number: int, document: bytes) -> str:
    return _document(number, marshal.loads(document))  # noqa: S302 - made by this process


def _document(number: int, document: dict[str, Any]) -> str:
    try:
        if not isinstance(document, dict):
            raise InputError(f"a document is a mapping, not {type(document).__name__}")
        return yaml.dump(
            document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=math.inf
        )
    except (ValueError, RecursionError) as error:
        what = error.what if isinstance(error, InputError) else "it holds itself, or is too large"
        mend = "use plain dicts with text keys, lists, text, numbers and truth values"
        raise InputError(what, where=f"document {number}", mend=mend) from None


class _Quoted(str):
    """Text that is quoted whatever it looks like."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """PyYAML's dumper without anchors.

    Not the one of libyaml, which escapes letters beyond U+FFFF: what is written
    does not depend on how PyYAML was built.
    """

    yaml_representers: ClassVar = {}  # none of those inherited: sets, bytes, …

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True

    def check_simple_key(self) -> bool:
        return True  # each is a text of at most _MAX_KEY characters: no "? key" lines

    def write_double_quoted(self, text: str, split: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002
        # JSON's quoting is YAML's, too, and leaves the letters of every script as they are.
        quoted = _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", _in_quotes(text))
        self.write_indicator(quoted, need_whitespace=True)


def _mapping(dumper: _Dumper, data: dict[Any, Any]) -> Node:
    for key in data:
        if not isinstance(key, str):
            raise InputError(f"the key {key!r} is not a text")
        if len(key) > _MAX_KEY:
            raise InputError(f"a key is longer than {_MAX_KEY} characters")
    pairs = dict(data)
    for key in _TEXT_MAPS & data.keys():
        if isinstance(data[key], dict):
            pairs[key] = {name: _quoted(value) for name, value in data[key].items()}
    if data.keys() == {"name", "value"}:  # of an environment
        pairs["value"] = _quoted(data["value"])
    return dumper.represent_mapping("tag:yaml.org,2002:map", pairs, flow_style=False)


def _quoted(value: object) -> object:
    return _Quoted(str.__str__(value)) if isinstance(value, str) else value


def _text(dumper: _Dumper, value: str) -> Node:
    if _SURROGATE.search(value):
        raise InputError("half a surrogate pair stands in a text")
    is_plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    style = None if is_plain and not isinstance(value, _Quoted) else '"'
    if "\n" in value and _BLOCK.fullmatch(value):
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", str.__str__(value), style)


def _refuse(_dumper: _Dumper, value: object) -> NoReturn:
    raise InputError(f"a value of type {type(value).__name__} has no form in YAML")


# By type, subclasses too: the nearest class of the value's that is named here.
_REPRESENTERS: dict[type, Callable[[Any, Any], Node]] = {
    dict: _mapping,
    list: _Dumper.represent_list,
    tuple: _Dumper.represent_list,
    str: _text,
    bool: _Dumper.represent_bool,
    int: lambda dumper, value: dumper.represent_int(int(value)),
    float: lambda dumper, value: dumper.represent_float(float(value)),
    dt.date: _Dumper.represent_date,  # a datetime is one, too
    type(None): _Dumper.represent_none,
    object: _refuse,
}
for _type, _representer in _REPRESENTERS.items():
    _Dumper.add_multi_representer(_type, _representer)
