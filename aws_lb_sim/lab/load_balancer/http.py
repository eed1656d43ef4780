"""Listeners that read HTTP: an ALB's, HTTP and HTTPS of a Classic Load Balancer, CloudFront.

Envoy carries the requests; what AWS does with headers beyond what Envoy has a setting for
stands in the Lua scripts of this folder, byte by byte as documented. Source: Envoy API
extensions.filters.network.http_connection_manager.v3, extensions.filters.http.lua.v3.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from aws_lb_sim.lab.envoy.configuration import TYPE, access_log

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from aws_lb_sim.lab.envoy.configuration import Json

__all__ = ["Script", "connection_manager", "meant_status", "refusing_manager"]

_PLAIN = frozenset(string.ascii_letters + string.digits + " -_.:/()=;,")
ROUTE_SECONDS = 2.0
"""How long the load balancer waits for a target; AWS's own idle timeout is 60 s by default."""
_HTTP = f"{TYPE}filters.http."
_DETECTION = "http.original_ip_detection.custom_header.v3.CustomHeaderConfig"
_CEL = "access_loggers.filters.cel.v3.ExpressionFilter"
_SENT = {
    f"sent_{name.replace('-', '_')}": f"%REQ({name})%"
    for name in ("host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port")
} | {"sent_host": "%REQ(:authority)%"}
_NO_UPGRADE: dict[str, object] = {"ignore_http_11_upgrade": [{"safe_regex": {"regex": ".*"}}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A Lua script of this folder, with its settings.

    Parameters
    ----------
    name
        ``alb``, ``classic`` or ``cloudfront``.
    settings
        Texts and switches that it reads.

    Examples
    --------
    >>> Script(name="classic", settings={"port": "443"}).text.splitlines()[0]
    'settings = { port = "443" }'
    """

    name: Literal["alb", "classic", "cloudfront"]
    settings: Mapping[str, str | bool]

    @property
    def text(self) -> str:
        """What Envoy runs."""
        pairs = ", ".join(f"{name} = {_literal(value)}" for name, value in self.settings.items())
        return "\n".join([f"settings = {{ {pairs} }}", _COMMON, _source(self.name)])


def _literal(value: object) -> str:
    """Write a switch or a text as Lua reads it: whatever is not plain as the number of a byte."""
    if isinstance(value, bool):
        return "true" if value else "false"
    plain = (chr(byte) if chr(byte) in _PLAIN else f"\\{byte:03d}" for byte in str(value).encode())
    return f'"{"".join(plain)}"'


def _source(name: str) -> str:
    return files(__package__).joinpath(f"{name}.lua").read_text("utf-8")


_COMMON = _source("forwarded")


def connection_manager(
    name: str,
    routes: Sequence[Json],
    script: Script,
    *,
    codec: Literal["HTTP1", "AUTO"],
    server: str,
    websocket: bool,
) -> Json:
    """Write the HTTP connection manager of a load balancer.

    Parameters
    ----------
    name
        Of the listener, by which its log is told apart.
    routes
        Of Envoy, most specific first.
    script
        That rewrites headers.
    codec
        ``AUTO`` where HTTP/2 is understood too.
    server
        Server header of its own answers; empty for none.
    websocket
        Whether upgrades are passed on; else they are dropped and the request goes on.
    """
    http1: Json = {"accept_http_10": True} if websocket else {"accept_http_10": True, **_NO_UPGRADE}
    written: Json = {
        "@type": f"{TYPE}filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "load_balancer",
        "codec_type": codec,
        "access_log": access_log(level="http", listener=name, **_SENT),
        # The script takes care of X-Forwarded-*; the client's address is the connection's.
        "use_remote_address": False,
        "skip_xff_append": True,
        "original_ip_detection_extensions": [_no_header_tells_the_client()],
        "generate_request_id": False,
        "server_header_transformation": "APPEND_IF_ABSENT" if server else "PASS_THROUGH",
        "http_protocol_options": http1,
        "local_reply_config": {"mappers": _failures(script.name)},
        "http_filters": [_lua(script.text), _router()],
        "route_config": {
            "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": list(routes)}]
        },
    }
    if server:
        written["server_name"] = server
    if websocket:
        written["upgrade_configs"] = [{"upgrade_type": "websocket"}]
    return _filter(written)


def refusing_manager(name: str) -> Json:
    """Write what answers 400 to plain HTTP at an HTTPS listener of an ALB."""
    route = {
        "match": {"safe_regex": {"regex": ".*"}},
        "direct_response": {"status": 400},
        "response_headers_to_add": [meant_status(400)],
    }
    return _filter(
        {
            "@type": f"{TYPE}filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": "plain",
            "http_protocol_options": _NO_UPGRADE,
            "access_log": access_log(level="http", listener=name),
            "http_filters": [_lua(_COMMON), _router()],
            "route_config": {
                "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}]
            },
        }
    )


def _filter(manager: Json) -> Json:
    return {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": manager,
    }


def _no_header_tells_the_client() -> Json:
    """Keep Envoy from taking the client out of X-Forwarded-For: AWS looks at the connection."""
    return {
        "name": "envoy.http.original_ip_detection.custom_header",
        "typed_config": {"@type": f"{TYPE}{_DETECTION}", "header_name": "x-lab-no-such-header"},
    }


def _lua(text: str) -> Json:
    return {
        "name": "envoy.filters.http.lua",
        "typed_config": {
            "@type": f"{_HTTP}lua.v3.Lua",
            "default_source_code": {"inline_string": text},
            # The route was chosen by the request as it came.
            "clear_route_cache": False,
        },
    }


def _router() -> Json:
    return {
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": f"{_HTTP}router.v3.Router", "suppress_envoy_headers": True},
    }


def _failures(kind: str) -> list[Json]:
    """Map Envoy's own 503 and 504 to the statuses that AWS documents.

    Sources: the rules in aws_lb_sim/network/returning.py. Envoy's flags: UF could not
    connect, UC closed without an answer, UPE no HTTP, UT too late.
    """
    refused, closed = (503, 504) if kind == "classic" else (502, 502)
    tls_failed: Json = {
        "extension_filter": {
            "name": "envoy.access_loggers.extension_filters.cel",
            "typed_config": {
                "@type": f"{TYPE}{_CEL}",
                "expression": "upstream.transport_failure_reason.contains('TLS')",
            },
        }
    }
    by_flag = [(["UF", "UH"], refused), (["UC", "UPE", "UR"], closed), (["UT"], 504)]
    return [
        _mapper(tls_failed, 502),
        *(_mapper({"response_flag_filter": {"flags": each}}, status) for each, status in by_flag),
    ]


def _mapper(condition: Json, status: int) -> Json:
    return {"filter": condition, "status_code": status, "headers_to_add": [meant_status(status)]}


def meant_status(status: int) -> Json:
    """Return the header by which the scripts restore a status that Envoy hides from gRPC."""
    return {"header": {"key": "x-lab-status", "value": str(status)}}
