"""Mappings → groups → Envoy routes, in the order in which Envoy tries them.

Sources: emissary-ingress python/ambassador/ir/{irhttpmapping,irhttpmappinggroup,irhost}.py
and envoy/v3/v3route.py@3.3.0 and 4.1.0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from aws_lb_sim.emissary.hostnames import labels_match, patterns_overlap
from aws_lb_sim.envoy.listener import (
    HeaderMatcher,
    HeaderToAdd,
    PathMatcher,
    QueryParameterMatcher,
    RedirectAction,
    Route,
    RouteAction,
    StringMatcher,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aws_lb_sim.emissary.resources import Host, HttpMapping
    from aws_lb_sim.emissary.versions import Release

__all__ = ["Group", "RouteTable", "build_groups"]

_ACME = PathMatcher("prefix", "/.well-known/acme-challenge/")
_XFP = "x-forwarded-proto"
_HTTPS_ONLY = HeaderMatcher(_XFP, StringMatcher("exact", "https"))
_TO_HTTPS = RedirectAction(https=True)


@dataclass(slots=True)
class Group:
    """Mappings that share method, path, headers and precedence, and so one place in the order.

    Parameters
    ----------
    hostname
        Host name pattern; None where the Mappings name none.
    hostname_is_regex
        Whether it is a regular expression: then it attaches to every Host.
    labels
        Labels of all its Mappings, merged; of one key the last one's stays.
    weight
        Sort key: heavier groups are tried first.
    routes
        One for each Mapping, heaviest share first, without the variants for
        secure and insecure requests.
    built_in
        Emissary's own probe routes, attached to every Host.
    """

    hostname: str | None
    hostname_is_regex: bool
    weight: list[Any]
    routes: tuple[Route, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    built_in: bool = False
    _variants: dict[tuple[bool, bool, bool], list[Route]] = field(default_factory=dict)

    @property
    def is_acme(self) -> bool:
        """Whether it is for ACME challenges, which are always routed."""
        return self.routes[0].path == _ACME if self.routes else False

    def variants(self, *, secure: bool, by_header: bool, redirect: bool = False) -> list[Route]:
        """Return the routes as they are for secure or insecure requests, made once.

        Parameters
        ----------
        secure
            For requests taken for secure ones, or for the others.
        by_header
            Whether X-Forwarded-Proto tells them apart (securityModel XFP).
        redirect
            Whether the action becomes a redirect to https.
        """
        key = (secure, by_header, redirect)
        found = self._variants.get(key)
        if found is None:
            found = [
                _variant(route, secure=secure, by_header=by_header, redirect=redirect)
                for route in self.routes
            ]
            self._variants[key] = found
        return found


def _variant(route: Route, *, secure: bool, by_header: bool, redirect: bool) -> Route:
    """Add the X-Forwarded-Proto condition, and turn the action into a redirect."""
    headers = route.headers
    if by_header:
        kept = tuple(header for header in headers if header.name != _XFP)
        if secure:
            headers = (*kept, _HTTPS_ONLY)
        elif kept:
            # A Mapping's own X-Forwarded-Proto condition is lost here, unless it is the
            # only condition: emissary v3route.py matcher_xfp writes no empty list back.
            headers = kept
    return Route(
        name=route.name,
        path=route.path,
        headers=headers,
        query_parameters=route.query_parameters,
        action=_TO_HTTPS if redirect else route.action,
        secure=secure,
        headers_to_add=route.headers_to_add,
        headers_to_remove=route.headers_to_remove,
        weight=route.weight,
    )


def build_groups(
    mappings: Iterable[HttpMapping],
    hosts: Sequence[Host],
    release: Release,
    module: Mapping[str, Any],
) -> list[Group]:
    """Group Mappings and order the groups, heaviest first.

    Order: precedence, length of the prefix, total length of the header conditions
    (hostname included), of the query conditions, then their texts.
    """
    members: dict[tuple[Any, ...], list[HttpMapping]] = {}
    for mapping in mappings:
        members.setdefault(_group_key(mapping, hosts, release), []).append(mapping)
    groups = [_group(each) for each in members.values()]
    groups += _probe_groups(module)
    return sorted(groups, key=lambda group: group.weight, reverse=True)


def _group_key(mapping: HttpMapping, hosts: Sequence[Host], release: Release) -> tuple[Any, ...]:
    spec = mapping.spec
    labels: tuple[Any, ...] = ()
    if release.groups_by_host_selector and mapping.hostname is None and mapping.labels:
        labels = tuple(
            tuple((host.selector.get("matchLabels") or {}).items())
            for host in hosts
            if host.selector and labels_match(host.selector, mapping.labels, strict=True)
        )
    return (
        spec.get("method") or "GET",
        spec["prefix"],
        tuple(_header_pairs(mapping)),
        tuple(_query_pairs(spec)),
        labels,
        spec.get("precedence") or 0,
    )


def _header_pairs(mapping: HttpMapping) -> list[tuple[str, Any, bool]]:
    """List (name, value or None for any, is it a regex), in Emissary's order."""
    spec = mapping.spec
    pairs = [
        (name, None if value is True else value, False)
        for name, value in (spec.get("headers") or {}).items()
        if name.lower() != ":authority" or value is True
    ]
    pairs += [(name, value, True) for name, value in (spec.get("regex_headers") or {}).items()]
    if mapping.hostname is not None:
        pairs.append((":authority", mapping.hostname, mapping.hostname_is_regex))
    if spec.get("method"):
        pairs.append((":method", spec["method"], bool(spec.get("method_regex"))))
    return pairs


def _query_pairs(spec: Mapping[str, Any]) -> list[tuple[str, Any, bool]]:
    pairs = [
        (name, None if value is True else value, False)
        for name, value in (spec.get("query_parameters") or {}).items()
    ]
    regexes = spec.get("regex_query_parameters") or {}
    return pairs + [(name, value, True) for name, value in regexes.items()]


def _weight(
    spec: Mapping[str, Any],
    headers: list[tuple[str, Any, bool]],
    query: list[tuple[str, Any, bool]],
) -> list[Any]:
    def length(pairs: list[tuple[str, Any, bool]]) -> int:
        return sum(len(n) + len(str(v) if v else "*") + regex for n, v, regex in pairs)

    keys = [f"{name}-{value or '*'}" for name, value, _ in (*headers, *query)]
    prefix = spec["prefix"]
    precedence = spec.get("precedence") or 0
    return [precedence, len(prefix), length(headers), length(query), prefix, "GET", *keys]


def _group(members: list[HttpMapping]) -> Group:
    first = members[0]
    headers, query = _header_pairs(first), _query_pairs(first.spec)
    labels: dict[str, str] = {}
    for mapping in members:
        labels.update(mapping.labels)
    return Group(
        hostname=first.hostname,
        hostname_is_regex=first.hostname_is_regex,
        weight=_weight(first.spec, headers, query),
        routes=_routes(members, headers, query),
        labels=labels,
    )


def _routes(
    members: list[HttpMapping],
    header_pairs: list[tuple[str, Any, bool]],
    query_pairs: list[tuple[str, Any, bool]],
) -> tuple[Route, ...]:
    """Make one route for each Mapping that takes requests, the largest share first."""
    headers = tuple(
        HeaderMatcher(name.lower(), match)
        for name, value, regex in header_pairs
        if (match := _string_matcher(name, value, regex=regex)) is not None
    )
    query = tuple(
        QueryParameterMatcher(
            name,
            StringMatcher("present")
            if value is None
            else StringMatcher("regex" if regex else "exact", str(value)),
        )
        for name, value, regex in query_pairs
    )
    to_add: dict[str, Any] = {}
    for mapping in members:
        to_add.update(mapping.spec.get("add_request_headers") or {})
    to_remove = members[-1].spec.get("remove_request_headers") or []
    routed = [mapping for mapping in members if not mapping.spec.get("shadow")]
    shares = _shares([mapping.spec.get("weight") for mapping in routed])
    order = sorted(range(len(routed)), key=lambda index: -shares[index])
    return tuple(
        Route(
            name=routed[index].name,
            path=_path_matcher(routed[index].spec),
            headers=headers,
            query_parameters=query,
            action=_action(routed[index].spec, members[-1].spec),
            headers_to_add=tuple(_header_to_add(name, v) for name, v in to_add.items()),
            headers_to_remove=tuple(to_remove if isinstance(to_remove, list) else [to_remove]),
            weight=shares[index],
        )
        for index in order
    )


def _shares(weights: list[Any]) -> list[int]:
    """Split 100 per cent: what is left by those with a weight, the others share."""
    if len(weights) == 1:
        return [100]
    given = sum(weight for weight in weights if isinstance(weight, int))
    others = sum(not isinstance(weight, int) for weight in weights) or 1
    rest = max(0, 100 - given) // others
    return [weight if isinstance(weight, int) else rest for weight in weights]


def _string_matcher(name: str, value: Any, *, regex: bool) -> StringMatcher | None:
    """Make the matcher of a header; None where it is no condition at all."""
    if value is None:
        return StringMatcher("present")
    text = str(value)
    if regex:
        return StringMatcher("regex", text)
    if name == ":authority":
        if text == "*":
            return None
        if text.startswith("*"):
            return StringMatcher("suffix", text[1:])
        if text.endswith("*"):
            return StringMatcher("prefix", text[:-1])
    return StringMatcher("exact", text)


def _path_matcher(spec: Mapping[str, Any]) -> PathMatcher:
    case_sensitive = spec.get("case_sensitive") is not False
    if spec.get("prefix_regex"):
        return PathMatcher("regex", spec["prefix"])
    kind: Literal["prefix", "path"] = "path" if spec.get("prefix_exact") else "prefix"
    return PathMatcher(kind, spec["prefix"], case_sensitive)


def _header_to_add(name: str, value: Any) -> HeaderToAdd:
    if isinstance(value, dict):
        append = value.get("append") is not False
        return HeaderToAdd(name=name.lower(), value=str(value.get("value", "")), append=append)
    return HeaderToAdd(name=name.lower(), value=str(value))


def _action(spec: Mapping[str, Any], last: Mapping[str, Any]) -> RouteAction | RedirectAction:
    if spec.get("host_redirect"):
        return _host_redirect(spec)
    regex = spec.get("regex_rewrite") or {}
    rewrite = "" if regex else spec.get("rewrite", "/")
    upgrades = list(last.get("allow_upgrade") or [])
    if last.get("use_websocket") and "websocket" not in upgrades:
        upgrades.append("websocket")
    return RouteAction(
        service=str(spec["service"]),
        prefix_rewrite=rewrite or None,
        regex_rewrite=_regex_pair(regex),
        host_rewrite=spec.get("host_rewrite"),
        upgrades=tuple(upgrades),
    )


def _host_redirect(spec: Mapping[str, Any]) -> RedirectAction:
    path = spec.get("path_redirect")
    prefix = None if path else spec.get("prefix_redirect")
    regex = None if path or prefix else spec.get("regex_redirect")
    status = spec.get("redirect_response_code")
    return RedirectAction(
        host=str(spec["service"]),
        path=path,
        prefix_rewrite=prefix,
        regex_rewrite=_regex_pair(regex or {}),
        # An unknown status falls back to 301: emissary v3route.py.
        status=status if status in (301, 302, 303, 307, 308) else 301,
    )


def _regex_pair(regex: Mapping[str, Any]) -> tuple[str, str] | None:
    if not regex.get("pattern"):
        return None
    return str(regex["pattern"]), str(regex.get("substitution", ""))


# Emissary's own routes: (Module option that switches them off, prefix). They go to its
# diagnostics service. Source: emissary ir/irambassador.py@3.3.0; observed with 3.3, 4.1.
_PROBES = (
    ("readiness_probe", "/ambassador/v0/check_ready"),
    ("liveness_probe", "/ambassador/v0/check_alive"),
    ("diagnostics", "/ambassador/v0/"),
)


def _probe_group(option: str, prefix: str) -> Group:
    action = RouteAction(service="127.0.0.1:8877", cluster="diagd", prefix_rewrite=prefix)
    name = f"internal {option.replace('_', ' ')}"
    route = Route(name=name, path=PathMatcher("prefix", prefix), action=action)
    return Group(
        hostname="*",
        hostname_is_regex=False,
        weight=_weight({"prefix": prefix}, [(":authority", "*", False)], []),
        routes=(route,),
        built_in=True,
    )


_PROBE_GROUPS = {option: _probe_group(option, prefix) for option, prefix in _PROBES}


def _probe_groups(module: Mapping[str, Any]) -> list[Group]:
    return [
        group
        for option, group in _PROBE_GROUPS.items()
        if not (isinstance(set_ := module.get(option), dict) and set_.get("enabled") is False)
    ]


class RouteTable:
    """The groups in order, found quickly for a Host.

    Attaching is a question of every Host to every group; with a thousand of each the
    plain loop would cost seconds, so groups are indexed by what a Host can ask for.

    Parameters
    ----------
    groups
        As :func:`build_groups` orders them.
    release
        Decides how selectors count.
    """

    __slots__ = ("_by_hostname", "_by_label", "_groups", "_patterns", "_release")

    def __init__(self, groups: Sequence[Group], release: Release) -> None:
        self._groups = groups
        self._release = release
        self._by_hostname: dict[str, list[int]] = {}
        self._by_label: dict[tuple[str, str], list[int]] = {}
        self._patterns: list[int] = []
        for index, group in enumerate(groups):
            name = group.hostname
            if group.built_in or group.hostname_is_regex or (name is not None and "*" in name):
                self._patterns.append(index)
            elif name is not None:
                self._by_hostname.setdefault(name, []).append(index)
            for label in group.labels.items():
                self._by_label.setdefault(label, []).append(index)

    def groups_for(self, host: Host) -> list[Group]:
        """Return the groups attached to a Host, in order.

        Rule: with a selector and a Mapping hostname both must match; with one of
        them, that one; with neither, never. Emissary's own routes always.
        Source: emissary irhost.py matches_httpgroup@3.3.0.
        """
        groups = self._groups
        return [g for i in self._candidates(host) if self._attaches(host, g := groups[i])]

    def _candidates(self, host: Host) -> Iterable[int]:
        if "*" in host.hostname or not self._release.strict_selectors:
            return range(len(self._groups))
        by_name = self._by_hostname.get(host.hostname, [])
        by_label: list[int] = []
        if host.selector:
            labels = list((host.selector.get("matchLabels") or {}).items())
            if not labels:
                return range(len(self._groups))
            by_label = min((self._by_label.get(label, []) for label in labels), key=len)
        return sorted({*self._patterns, *by_name, *by_label})

    def _attaches(self, host: Host, group: Group) -> bool:
        if group.built_in:
            return True
        by_name: bool | None = None
        if group.hostname_is_regex:
            by_name = True
        elif group.hostname is not None:
            by_name = patterns_overlap(host.hostname, group.hostname)
        strict = self._release.strict_selectors
        by_label: bool | None = None
        if host.selector:
            by_label = labels_match(host.selector, group.labels, strict=strict)
        if not strict:
            return bool(by_name) or bool(by_label)
        answers = [answer for answer in (by_name, by_label) if answer is not None]
        # A selector alone decides about Mappings without a hostname; a Host without a
        # selector never takes those.
        return bool(answers) and all(answers)
