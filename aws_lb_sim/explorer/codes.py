"""A scenario as a short text that can be shared, and back; old codes keep working.

A code is the canonical JSON of what differs from the defaults, with the version of this
format, compressed by zlib and written in base64url (RFC 4648, section 5) without padding.
The defaults of each version are written down here: they may change in the package, and a
code of before still means what it meant.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aws_lb_sim.design.design import EXAMPLE_CERTIFICATE_ARN, Design
from aws_lb_sim.design.problems import check
from aws_lb_sim.errors import InputError
from aws_lb_sim.explorer.scenario import Ask, Scenario, printed_with
from aws_lb_sim.manifests.presets import preset

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEFAULTS", "VERSION", "decode", "encode"]

VERSION = 1
"""The version that is written."""

DEFAULTS: dict[int, dict[str, dict[str, Any]]] = {
    1: {
        "design": {
            "load_balancer": "nlb",
            "controller": "aws-load-balancer-controller",
            "scheme": "internet-facing",
            "cross_zone": True,
            "tls_termination": "emissary",
            "proxy_protocol": True,
            "proxy_protocol_by": None,
            "emissary_proxy_protocol": None,
            "preserve_client_ip": None,
            "target_type": "instance",
            "external_traffic_policy": "Cluster",
            "target_protocol_version": "HTTP1",
            "xff_mode": "append",
            "alb_redirect": False,
            "alpn_policy": "None",
            "insecure_action": "Redirect",
            "split_ports": False,
            "l7_depth": None,
            "use_remote_address": None,
            "alpn_protocols": None,
            "websocket": False,
            "in_front": [],
            "emissary_version": "3.10",
            "hostname": "shop.example.com",
            "namespace": "emissary",
            "certificate_arn": EXAMPLE_CERTIFICATE_ARN,
            "tls_secret": "shop-example-com",
            "backend": "quote:80",
        },
        "ask": {
            "scheme": "https",
            "kind": "page",
            "http": "1.1",
            "host": "shop.example.com",
            "path": "/",
            "client_ip": "203.0.113.7",
            "forged_for": False,
            "forged_proto": False,
            "forged_proxy": "none",
            "headers": "",
        },
    },
}
"""What a field that is not in a code means, by the code's version. Never change a row: when
a default or a field of the package changes, add a version."""

# A code is pasted by hand and read from links: it is held to a size that no scenario reaches.
_MOST_CHARACTERS = 20_000
_MOST_BYTES = 200_000
_MEND = "paste the whole code, as it was copied"


@lru_cache(maxsize=8192)
def encode(scenario: Scenario) -> str:
    """Return the code of a scenario: the same one for equal scenarios.

    Examples
    --------
    >>> decode(encode(Scenario())) == Scenario()
    True
    """
    known = DEFAULTS[VERSION]
    content: dict[str, Any] = {"v": VERSION}
    if scenario.printed:
        content["printed"] = scenario.printed
    content["design"] = _differing(scenario.design, known["design"])
    content["ask"] = _differing(scenario.ask, known["ask"])
    content = {key: value for key, value in content.items() if value != {}}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    packed = zlib.compress(text.encode(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


@lru_cache(maxsize=8192)
def decode(code: str) -> Scenario:
    """Return the scenario of a code, or of a link that ends in one.

    Raises
    ------
    InputError
        It is no code, it is of a version that is not known yet, or it says
        something that cannot be.

    Examples
    --------
    >>> decode("nonsense")
    Traceback (most recent call last):
    ...
    aws_lb_sim.errors.InputError: ...
    """
    content = _unpack(code.strip().rpartition("code=")[2].partition("&")[0])
    version = content.get("v")
    if version not in DEFAULTS:
        mend = "update aws-lb-sim" if isinstance(version, int) else _MEND
        raise InputError(f"the code is of version {version!r}", where="the code", mend=mend)
    known = DEFAULTS[version]
    if unknown := sorted(content.keys() - {"v", "printed", "design", "ask"}):
        raise InputError(f"the code has no part {unknown[0]!r}", where="the code", mend=_MEND)
    ask = Ask(**_complete(content.get("ask", {}), known["ask"]))
    ask.check()
    given = _complete(content.get("design", {}), known["design"])
    given["in_front"] = tuple(given["in_front"]) if isinstance(given["in_front"], list) else None
    design = Design(**given)
    check(design)
    printed = content.get("printed", "")
    if not printed:
        return Scenario(design=design, ask=ask)
    _check_printed(printed)
    return Scenario(printed=printed, design=printed_with(design.emissary_version), ask=ask)


def _differing(record: Design | Ask, defaults: Mapping[str, Any]) -> dict[str, Any]:
    values = {each.name: getattr(record, each.name) for each in fields(record)}
    plain = {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
    return {name: value for name, value in plain.items() if value != defaults[name]}


def _complete(given: object, defaults: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise InputError("a part of the code is no mapping", where="the code", mend=_MEND)
    if unknown := sorted(given.keys() - defaults.keys()):
        raise InputError(f"there is no choice {unknown[0]!r}", where="the code", mend=_MEND)
    return {**defaults, **given}


def _check_printed(name: object) -> None:
    if not isinstance(name, str) or preset(name).design is not None:
        raise InputError(f"{name!r} is no recipe as printed", where="the code", mend=_MEND)


def _unpack(code: str) -> dict[str, Any]:
    if len(code) > _MOST_CHARACTERS:
        raise InputError("the code is too long", where="the code", mend=_MEND)
    try:
        packed = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(packed, _MOST_BYTES)
        content = json.loads(text) if unpacker.eof else None
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise InputError("this is no code of the explorer", where="the code", mend=_MEND)
    return content
