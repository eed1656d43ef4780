"""A typed description of Envoy listeners: what Emissary's manifests compile to.

The names are those of Envoy's own API (envoy.config.listener.v3, config.route.v3,
extensions.filters.network.http_connection_manager.v3). The same description is
evaluated by :mod:`aws_lb_sim.envoy.connection` and can be written out as a real
Envoy's configuration.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.envoy.globs import GlobTable

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

__all__ = [
    "EnvoyConfig",
    "FilterChain",
    "HeaderMatcher",
    "HeaderToAdd",
    "HttpConnectionManager",
    "IpFilter",
    "Listener",
    "ListenerFilter",
    "PathMatcher",
    "QueryParameterMatcher",
    "RedirectAction",
    "Route",
    "RouteAction",
    "StringMatcher",
    "TcpProxy",
    "TlsContext",
    "VirtualHost",
]

ListenerFilter = Literal["proxy_protocol", "tls_inspector"]
SecurityModel = Literal["XFP", "SECURE", "INSECURE"]


@dataclass(frozen=True, slots=True)
class StringMatcher:
    """How a text is compared (envoy.type.matcher.v3.StringMatcher).

    Parameters
    ----------
    kind
        ``exact``, ``prefix``, ``suffix``, ``regex`` (whole text, RE2 syntax) or ``present``.
    value
        What is looked for; unused for ``present``.
    """

    kind: Literal["exact", "prefix", "suffix", "regex", "present"]
    value: str = ""


@dataclass(frozen=True, slots=True)
class HeaderMatcher:
    """A condition on a request header; ``name`` is lower-case (``:authority``, ``:method`` too)."""

    name: str
    match: StringMatcher


@dataclass(frozen=True, slots=True)
class QueryParameterMatcher:
    """A condition on a query parameter."""

    name: str
    match: StringMatcher


@dataclass(frozen=True, slots=True)
class PathMatcher:
    """A condition on the path without its query.

    Parameters
    ----------
    kind
        ``prefix`` (textual), ``path`` (exact) or ``regex`` (whole path).
    value
        What is looked for.
    case_sensitive
        Whether letter case counts; a regex ignores it.
    """

    kind: Literal["prefix", "path", "regex"]
    value: str
    case_sensitive: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteAction:
    """Send the request to an upstream.

    Parameters
    ----------
    service
        The upstream as the Mapping names it.
    cluster
        Who stands there: ``upstream``, or ``diagd`` for Emissary's own diagnostics.
    prefix_rewrite
        Replaces what the path matcher matched; None leaves the path.
    regex_rewrite
        (pattern, substitution), in place of ``prefix_rewrite``.
    host_rewrite
        Replaces the Host header; None leaves it.
    upgrades
        Protocols a request may upgrade to, such as ``websocket``.
    """

    service: str
    cluster: Literal["upstream", "diagd"] = "upstream"
    prefix_rewrite: str | None = None
    regex_rewrite: tuple[str, str] | None = None
    host_rewrite: str | None = None
    upgrades: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectAction:
    """Answer with a redirect.

    Parameters
    ----------
    https
        Change the scheme to https and nothing else.
    host, path, prefix_rewrite, regex_rewrite
        Parts replaced; None keeps them.
    status
        HTTP status.
    """

    https: bool = False
    host: str | None = None
    path: str | None = None
    prefix_rewrite: str | None = None
    regex_rewrite: tuple[str, str] | None = None
    status: int = 301


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderToAdd:
    """A request header that a route adds; ``append`` keeps what is there already."""

    name: str
    value: str
    append: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route: conditions, all of which must hold, and an action.

    Parameters
    ----------
    name
        Name of the Mapping it comes from.
    path, headers, query_parameters
        The conditions.
    action
        What is done.
    secure
        Whether this is the variant for requests taken for secure ones. For
        explanation only; Envoy does not know of it.
    headers_to_add, headers_to_remove
        Request headers, changed after routing.
    weight
        Share of the matching requests in per cent, where Mappings split them.
    """

    name: str
    path: PathMatcher
    headers: tuple[HeaderMatcher, ...] = ()
    query_parameters: tuple[QueryParameterMatcher, ...] = ()
    action: RouteAction | RedirectAction
    secure: bool = True
    headers_to_add: tuple[HeaderToAdd, ...] = ()
    headers_to_remove: tuple[str, ...] = ()
    weight: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualHost:
    """Routes for one domain, in the order in which they are tried.

    Parameters
    ----------
    domain
        ``name``, ``*.suffix``, ``prefix.*`` or ``*``, lower-case.
    routes
        Tried first to last.
    alt_svc
        ``alt-svc`` header of its answers, None for none.
    host
        Name of the Host it comes from, for explanation.
    """

    domain: str
    routes: tuple[Route, ...]
    alt_svc: str | None = None
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IpFilter:
    """Allow or deny by address (envoy.filters.http.rbac).

    Parameters
    ----------
    action
        ``ALLOW`` (others get 403) or ``DENY`` (matches get 403).
    ranges
        (``remote`` or ``peer``, CIDR range): the trusted client address, or the
        source of the TCP connection.
    """

    action: Literal["ALLOW", "DENY"]
    ranges: tuple[tuple[Literal["remote", "peer"], str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpConnectionManager:
    """Settings of the HTTP connection manager, by Envoy's names.

    Parameters
    ----------
    use_remote_address, xff_num_trusted_hops
        Who is believed about the client's address.
    security_model
        Emissary's ``securityModel``; for explanation, the routes carry its effect.
    internal_addresses
        CIDR ranges of clients that count as internal.
    The others are the connection manager's fields of the same name.
    """

    use_remote_address: bool = True
    xff_num_trusted_hops: int = 0
    security_model: SecurityModel = "XFP"
    strip_matching_host_port: bool = False
    merge_slashes: bool = False
    reject_escaped_slashes: bool = False
    headers_with_underscores_action: Literal["ALLOW", "REJECT_REQUEST", "DROP_HEADER"] = "ALLOW"
    accept_http_10: bool = False
    server_name: str | None = None
    preserve_external_request_id: bool = False
    max_request_headers_kb: int = 60
    idle_timeout_seconds: float | None = None
    internal_addresses: tuple[str, ...] = ()
    ip_filter: IpFilter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpProxy:
    """Bytes go to an upstream untouched."""

    name: str
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsContext:
    """How TLS is ended: certificate, versions, ALPN.

    Parameters
    ----------
    name
        Of the TLSContext, or the Host's implicit one.
    secret
        The TLS Secret.
    min_version, max_version
        ``"1.0"`` to ``"1.3"``.
    alpn
        Protocols accepted, most wanted first; empty negotiates none.
    """

    name: str
    secret: str = ""
    min_version: str = "1.2"
    max_version: str = "1.3"
    alpn: tuple[str, ...] = ()

    def agree(self, offered: Container[str]) -> str | None:
        """Choose the protocol for a client's ALPN offer; None where nothing is negotiated.

        An empty name among the accepted ones spoils them all (BoringSSL,
        SSL_select_next_proto; observed on Envoy 1.40).

        Examples
        --------
        >>> TlsContext(name="t", alpn=("h2", "http/1.1")).agree(["http/1.1", "h2"])
        'h2'
        """
        if not all(self.alpn):
            return None
        return next((protocol for protocol in self.alpn if protocol in offered), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChain:
    """What happens to the connections that match.

    Parameters
    ----------
    name
        For explanation.
    server_names
        SNI names (``name`` or ``*.suffix``) that match; empty matches any.
    tls
        Set: matches TLS connections and ends TLS. None: matches any connection,
        and ends nothing.
    manager
        HTTP settings, or the TCP proxy.
    virtual_hosts
        For HTTP.
    """

    name: str
    server_names: tuple[str, ...] = ()
    tls: TlsContext | None = None
    manager: HttpConnectionManager | TcpProxy
    virtual_hosts: tuple[VirtualHost, ...] = ()
    _domains: GlobTable[VirtualHost] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the virtual hosts by domain, once."""
        table = GlobTable([(host.domain, host) for host in self.virtual_hosts])
        object.__setattr__(self, "_domains", table)

    def virtual_host(self, authority: str) -> VirtualHost | None:
        """Find the virtual host for a Host header, port included, without regard to case.

        Exact, else the longest ``*.suffix``, else the longest ``prefix.*``, else
        ``*`` (Envoy API, config.route.v3.VirtualHost.domains).
        """
        return self._domains.find(authority.lower())


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A socket that Envoy listens on.

    Parameters
    ----------
    name
        Of the Listener resource.
    port
        Pod port.
    listener_filters
        In order.
    filter_chains
        At most one matches a connection.
    """

    name: str
    port: int
    listener_filters: tuple[ListenerFilter, ...]
    filter_chains: tuple[FilterChain, ...]
    _tls_by_name: GlobTable[FilterChain] = field(init=False, repr=False, compare=False)
    _cleartext: FilterChain | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the filter chains by server name, once."""
        by_name = GlobTable(
            [
                (name, chain)
                for chain in self.filter_chains
                if chain.tls is not None
                for name in chain.server_names or ("*",)
            ]
        )
        plain = next((chain for chain in self.filter_chains if chain.tls is None), None)
        object.__setattr__(self, "_tls_by_name", by_name)
        object.__setattr__(self, "_cleartext", plain)

    def tls_chain(self, server_name: str | None) -> FilterChain | None:
        """Find the filter chain for a TLS connection with this SNI.

        Longest match first; a chain without server names takes any SNI or none.
        None where no TLS chain takes it (Envoy API, config.listener.v3.FilterChainMatch).
        """
        return self._tls_by_name.find((server_name or "").lower())

    @property
    def cleartext_chain(self) -> FilterChain | None:
        """The chain without conditions: it takes whatever no TLS chain takes."""
        return self._cleartext


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvoyConfig:
    """All listeners of one Envoy.

    Parameters
    ----------
    listeners
        By pod port.
    rejected
        Why Envoy refuses the whole configuration, None where it takes it.
    """

    listeners: Mapping[int, Listener]
    rejected: str | None = None
