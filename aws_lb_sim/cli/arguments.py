"""Arguments of the command line that are more than text, and the printing of JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Literal

from aws_lb_sim.errors import InputError
from aws_lb_sim.network.connection import ProxyHeader
from aws_lb_sim.views.inputs import read_ip

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Output", "print_json", "read_attributes", "read_proxy_header"]

Output = Literal["text", "json"]


def read_attributes(texts: Iterable[str]) -> dict[str, str]:
    """Read AWS attributes written as ``key=value``.

    Raises
    ------
    InputError
        If one has no ``=``, or a key comes twice with different values.

    Examples
    --------
    >>> read_attributes(["proxy_protocol_v2.enabled=true"])
    {'proxy_protocol_v2.enabled': 'true'}
    """
    found: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            mend = "write key=value, such as proxy_protocol_v2.enabled=true"
            raise InputError(f"{text!r} is no attribute", where="--attribute", mend=mend)
        if found.setdefault(key, value) != value:
            what = f"{key} is given twice, with different values"
            raise InputError(what, where="--attribute", mend="give it once")
    return found


def read_proxy_header(text: str) -> ProxyHeader:
    """Read a PROXY header that a client sends by itself: ``v1:ADDRESS`` or ``v2:ADDRESS``.

    Raises
    ------
    InputError
        If it is written otherwise.

    Examples
    --------
    >>> read_proxy_header("v2:198.51.100.66").source_ip
    '198.51.100.66'
    """
    version, _, source = text.partition(":")
    if version not in ("v1", "v2"):
        mend = "write v1:ADDRESS or v2:ADDRESS"
        raise InputError(f"{text!r} is no PROXY header", where="--proxy-header", mend=mend)
    address = read_ip(source, where="--proxy-header")
    return ProxyHeader(version=1 if version == "v1" else 2, source_ip=address)


def print_json(value: Any) -> None:
    """Print one JSON value on standard output, with nothing but ASCII in it."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
