"""Which Mappings a Host serves.

Source: emissary-ingress python/ambassador/ir/irhost.py@3.3.0 (matches_httpgroup); observed
with 3.3 and 4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.emissary.hostnames import labels_match, patterns_overlap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aws_lb_sim.emissary.groups import Group
    from aws_lb_sim.emissary.resources import Host
    from aws_lb_sim.emissary.versions import Release


__all__ = ["RouteTable"]


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
