"""The rules by which Envoy and Emissary change or judge what passes, with their sources."""

from __future__ import annotations

from aws_lb_sim.rules import Rule

_HCM = (
    "Envoy source/common/http/conn_manager_utility.cc (mutateRequestHeaders); "
    "observed with 3.3 and 4.1"
)
_CHAIN = "Envoy API config.listener.v3.FilterChainMatch; observed with Emissary 3.3 and 4.1"
_ROUTE = "Envoy source/common/router/config_impl.cc; observed with Emissary 3.3 and 4.1"
_EMISSARY = (
    "emissary-ingress python/ambassador/envoy/v3/v3listener.py@3.3.0; observed with 3.3 and 4.1"
)
_PROXY = "Envoy source/extensions/filters/listener/proxy_protocol/proxy_protocol.cc; observed"

NO_LISTENER = Rule(
    "emissary.no-listener",
    "A port without a Listener that takes at least one Host or TCPMapping is not opened.",
    _EMISSARY,
)
CONFIG_REJECTED = Rule(
    "envoy.config-rejected",
    "Envoy refuses a configuration it finds contradictory; a fresh pod then serves nothing.",
    "Envoy listener manager; observed with Emissary 3.3 and 4.1",
)
PROXY_READ = Rule(
    "envoy.proxy.read",
    "A PROXY header replaces the address of the connection by the source it gives.",
    _PROXY,
)
PROXY_LOCAL = Rule(
    "envoy.proxy.local",
    "A PROXY header without a client (LOCAL, UNKNOWN) leaves the address of the connection.",
    _PROXY,
)
PROXY_MISSING = Rule(
    "envoy.proxy.missing",
    "A Listener with PROXY in its stack closes connections that do not begin with the header.",
    _PROXY,
)
PROXY_MALFORMED = Rule(
    "envoy.proxy.malformed",
    "A PROXY header that is not valid closes the connection.",
    _PROXY,
)
PROXY_UNEXPECTED = Rule(
    "envoy.proxy.unexpected",
    "Without PROXY in the stack the header is read as HTTP: 400; a TLS handshake behind it fails.",
    "Observed with Emissary 3.3 and 4.1; emissary-ingress issues 3100, 3979",
)
LISTENER_FILTERS_TIMEOUT = Rule(
    "envoy.listener-filters-timeout",
    "While PROXY or TLS is still awaited a silent connection is closed after 15 seconds.",
    "Envoy API config.listener.v3.Listener.listener_filters_timeout; observed",
)
IDLE = Rule(
    "envoy.idle",
    "A connection on which nothing is sent stays open until the idle timeout.",
    "Envoy API common_http_protocol_options.idle_timeout; observed",
)
CLIENT_GONE = Rule(
    "envoy.client-gone",
    "A client that ends its side of the connection gets no answer over HTTP, as a rule not even "
    "to a whole request; a TCPMapping goes on answering.",
    "Envoy source/common/network/connection_impl.cc (enableHalfClose); observed on Envoy 1.40",
)
TLS_ENDED = Rule(
    "envoy.tls.ended",
    "TLS ends at the filter chain whose server name fits the SNI best.",
    _CHAIN,
)
TLS_NOT_TAKEN = Rule(
    "envoy.tls.not-taken",
    "TLS that no TLS filter chain takes reaches the cleartext chain, which answers 400 in plain "
    "HTTP.",
    _CHAIN,
)
NO_CHAIN = Rule(
    "envoy.no-filter-chain",
    "A connection that no filter chain takes is closed.",
    _CHAIN,
)
TLS_VERSION = Rule(
    "envoy.tls.version",
    "A client without a TLS version in common gets an alert.",
    "Envoy API TlsParameters (minimum 1.2 since Envoy 1.22); observed",
)
ALPN_H2 = Rule(
    "envoy.alpn.h2",
    "Once h2 is negotiated, a request in HTTP/1.1 closes the connection, and the other way round.",
    "Observed with Emissary 3.3 and 4.1",
)
TCP_PROXY = Rule(
    "envoy.tcp-proxy",
    "A TCPMapping passes bytes untouched; the upstream sees Emissary as its peer.",
    "emissary-ingress irtcpmapping.py@3.3.0; observed",
)
BAD_REQUEST = Rule(
    "envoy.bad-request",
    "What is not a valid HTTP request is answered by the codec: 400, 426 or 431.",
    "Observed on Envoy 1.40",
)
NO_HOST = Rule(
    "envoy.no-host",
    "An HTTP/1.1 request without a Host header is answered 400.",
    "Observed with Emissary 3.3 and 4.1",
)
PATH_REFUSED = Rule(
    "envoy.path-refused",
    "A path with an escaped slash (where they are refused), %00 or a fragment is answered 400.",
    "Envoy API path_with_escaped_slashes_action; observed",
)
CLIENT_IS_PEER = Rule(
    "envoy.client.connection",
    "With use_remote_address and l7Depth 0 the client is the address of the connection; "
    "X-Forwarded-For is not believed.",
    _HCM,
)
CLIENT_FROM_XFF = Rule(
    "envoy.client.trusted-hops",
    "With use_remote_address and l7Depth N the client is the N-th entry from the right of the "
    "arriving X-Forwarded-For, else the address of the connection.",
    _HCM,
)
CLIENT_NO_REMOTE = Rule(
    "envoy.client.no-remote-address",
    "Without use_remote_address the client is the (l7Depth + 1)-th entry from the right of "
    "X-Forwarded-For, else the address of the connection.",
    _HCM,
)
XFF_APPENDED = Rule(
    "envoy.xff.appended",
    "With use_remote_address Envoy appends the address of the connection to X-Forwarded-For.",
    _HCM,
)
XFF_KEPT = Rule(
    "envoy.xff.kept",
    "Without use_remote_address X-Forwarded-For goes on as it came.",
    _HCM,
)
XFP_OVERWRITTEN = Rule(
    "envoy.xfp.overwritten",
    "With use_remote_address and l7Depth 0 X-Forwarded-Proto is overwritten with the scheme of "
    "the connection.",
    _HCM,
)
XFP_KEPT = Rule(
    "envoy.xfp.kept",
    "With l7Depth 1 or more, or without use_remote_address, an arriving X-Forwarded-Proto is kept.",
    _HCM,
)
XFP_SET = Rule(
    "envoy.xfp.set",
    "Where no X-Forwarded-Proto arrives it is set to the scheme of the connection.",
    _HCM,
)
EXTERNAL_ADDRESS = Rule(
    "envoy.external-address",
    "With use_remote_address X-Envoy-External-Address is set to the client address.",
    _HCM,
)
INTERNAL = Rule(
    "envoy.internal",
    "A request from an internal address with a single X-Forwarded-For entry is marked internal.",
    _HCM + "; no address is internal by default since Envoy 1.33",
)
INTERNAL_REMOVED = Rule(
    "envoy.internal-headers",
    "X-Envoy-Internal and the X-Envoy-* controls of outside clients are removed.",
    _HCM,
)
REQUEST_ID = Rule(
    "envoy.request-id",
    "Every request gets an X-Request-Id; with use_remote_address an outside client's own one is "
    "replaced.",
    _HCM,
)
HOST_PORT_STRIPPED = Rule(
    "envoy.host-port-stripped",
    "strip_matching_host_port removes the port from the Host header where it is the local port.",
    "Envoy API HttpConnectionManager.strip_matching_host_port; observed",
)
VIRTUAL_HOST = Rule(
    "envoy.virtual-host",
    "The Host header, port included, chooses the virtual host: exact, longest wildcard, or *.",
    "Envoy API config.route.v3.VirtualHost.domains; observed",
)
NO_VIRTUAL_HOST = Rule(
    "envoy.no-virtual-host",
    "A Host header that no Host of the filter chain covers is answered 404, before any redirect.",
    "Observed with Emissary 3.3 and 4.1",
)
SECURE_BY_HEADER = Rule(
    "emissary.security.xfp",
    "securityModel XFP: a request is secure if X-Forwarded-Proto is exactly https.",
    _EMISSARY,
)
SECURE_ALWAYS = Rule(
    "emissary.security.secure",
    "securityModel SECURE: every request is taken for a secure one, cleartext as well.",
    _EMISSARY,
)
SECURE_NEVER = Rule(
    "emissary.security.insecure",
    "securityModel INSECURE: every request is taken for an insecure one, TLS as well.",
    _EMISSARY,
)
ROUTED = Rule(
    "emissary.routed",
    "The heaviest Mapping whose prefix, hostname, method and headers fit takes the request.",
    _ROUTE,
)
NO_ROUTE = Rule(
    "envoy.no-route",
    "A request that no route takes is answered 404; Reject leaves insecure requests no route.",
    _ROUTE,
)
REDIRECTED = Rule(
    "emissary.redirected",
    "insecure.action Redirect: an insecure request is sent to https on the same host and path.",
    _EMISSARY,
)
HOST_REDIRECT = Rule(
    "emissary.host-redirect",
    "A Mapping with host_redirect answers with a redirect to its service.",
    _ROUTE,
)
UPGRADE_REFUSED = Rule(
    "envoy.upgrade-refused",
    "An upgrade that the route does not allow is answered 403, also in place of a redirect.",
    "Observed with Emissary 3.3 and 4.1",
)
UPGRADED = Rule(
    "envoy.upgraded",
    "allow_upgrade lets a WebSocket through: 101.",
    "Observed with Emissary 3.3 and 4.1",
)
GRPC_ANSWER = Rule(
    "envoy.grpc-answer",
    "To a gRPC request Envoy's own answers, redirects too, have the status 200 and say what is "
    "wrong in grpc-status.",
    "Envoy source/common/http/utility.cc (sendLocalReply), grpc/status.cc; observed on Envoy 1.40",
)
IP_REFUSED = Rule(
    "envoy.ip-refused",
    "An address that ip_allow or ip_deny rules out is answered 403, before redirects and 404.",
    "Envoy RBAC filter; observed with Emissary 3.3 and 4.1",
)
HEADERS_CHANGED = Rule(
    "emissary.mapping-headers",
    "A Mapping's add_request_headers and remove_request_headers act after routing.",
    "emissary-ingress envoy/v3/v3route.py@3.3.0; observed",
)
ADDED_INVALID = Rule(
    "envoy.added-header-invalid",
    "A Mapping that adds a header whose name or value cannot be sent gets every request answered "
    "503.",
    "Envoy source/common/router/router.cc (checkRequiredRequestHeaders); observed on Envoy 1.40",
)
UNDERSCORE = Rule(
    "envoy.underscore",
    "headers_with_underscores_action drops or refuses headers with an underscore in their name.",
    "Envoy API common_http_protocol_options; observed",
)
