"""Does to documents what the text of a fix says, word for word, as a careful reader would."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from aws_lb_sim.cluster import Cluster, read
from aws_lb_sim.manifests.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Setting", "alternatives", "mend"]


@dataclass(kw_only=True)
class Setting:
    """Documents, and what none of them holds."""

    documents: list[dict[str, Any]]
    options: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Any, **options: Any) -> Setting:
        plain = [each.data if isinstance(each, Document) else each for each in documents]
        return cls(documents=deepcopy(plain), options=options)

    def cluster(self) -> Cluster:
        documents = [Document(data=data, index=n) for n, data in enumerate(self.documents, 1)]
        return read(documents, **self.options)

    def named(self, kind: str, name: str | None = None) -> Iterator[dict[str, Any]]:
        for data in self.documents:
            metadata = data.get("metadata") or {}
            full = f"{metadata.get('namespace', 'default')}/{metadata.get('name')}"
            if data.get("kind") == kind and name in (None, full):
                yield data

    def set_attribute(self, key: str, value: str) -> None:
        self.options["attributes"] = {**(self.options.get("attributes") or {}), key: value}


def alternatives(fix: str) -> list[str]:
    """Split a fix into the ways that it offers."""
    return re.split(r"; or,? (?:without PROXY protocol, )?", fix)


def mend(setting: Setting, fix: str) -> Setting | None:
    """Do what one way of a fix says; None where it says something that no document holds."""
    if any(words in fix for words in _BEYOND):
        return None
    mended = Setting(documents=deepcopy(setting.documents), options=dict(setting.options))
    done = ""
    for pattern, do in _DOINGS:
        for match in re.finditer(pattern, fix):
            do(mended, *match.groups())
            done += match[0]
    return mended if done else None


def _stack(setting: Setting, name: str, stack: str) -> None:
    for data in setting.named("Listener", name):
        data["spec"].pop("protocol", None)
        data["spec"]["protocolStack"] = stack.split(", ")


def _protocol(setting: Setting, name: str, protocol: str) -> None:
    for data in setting.named("Listener", name):
        data["spec"].pop("protocolStack", None)
        data["spec"]["protocol"] = protocol


def _depth(setting: Setting, depth: str, name: str) -> None:
    for data in setting.named("Listener", name):
        data["spec"]["l7Depth"] = int(depth)


def _security(setting: Setting, model: str, name: str) -> None:
    for data in setting.named("Listener", name):
        data["spec"]["securityModel"] = model


def _annotate(setting: Setting, name: str, value: str) -> None:
    for data in setting.named("Service"):
        if data["spec"].get("type") == "LoadBalancer":
            data["metadata"].setdefault("annotations", {})[name] = value


def _unannotate(setting: Setting, name: str) -> None:
    for data in setting.named("Service"):
        data["metadata"].get("annotations", {}).pop(name, None)


def _policy(setting: Setting, policy: str) -> None:
    for data in setting.named("Service"):
        data["spec"]["externalTrafficPolicy"] = policy


def _split(setting: Setting, port: str, target: str, stack: str, name: str) -> None:
    for data in setting.named("Service"):
        for each in data["spec"]["ports"]:
            if each["port"] == int(port):
                each["targetPort"] = int(target)
    setting.documents = [
        data
        for data in setting.documents
        if data.get("kind") != "Listener" or data["spec"]["port"] != int(target)
    ]
    listener = deepcopy(next(setting.named("Listener", name)))
    listener["metadata"]["name"] += "-secure"
    listener["spec"].pop("protocol", None)
    listener["spec"].update(
        port=int(target), protocolStack=stack.split(", "), securityModel="SECURE"
    )
    setting.documents.append(listener)


def _action(setting: Setting, action: str) -> None:
    for data in setting.named("Host"):
        data["spec"].setdefault("requestPolicy", {})["insecure"] = {"action": action}


def _remote_address(setting: Setting) -> None:
    for data in setting.named("Module"):
        data["spec"]["config"].pop("use_remote_address", None)


def _headers(setting: Setting, headers: str) -> None:
    for data in setting.named("Mapping"):
        data["spec"]["add_request_headers"] = yaml.safe_load(headers)


def _listener(setting: Setting, spec: str) -> None:
    listener = {
        "apiVersion": "getambassador.io/v3alpha1",
        "kind": "Listener",
        "metadata": {"name": "added", "namespace": "emissary"},
        "spec": yaml.safe_load(f"{{{spec}}}"),
    }
    setting.documents.append(listener)


def _alpn(setting: Setting, tls: str) -> None:
    for data in setting.named("Host"):
        data["spec"]["tls"] = yaml.safe_load(tls)


def _websocket(setting: Setting) -> None:
    for data in setting.named("Mapping"):
        data["spec"]["allow_upgrade"] = ["websocket"]


# Done in AWS, and in none of the documents.
_BEYOND = ("lead to a NodePort of its own", "attach a policy of type", "run aws ")
_DOINGS: tuple[tuple[str, Callable[..., None]], ...] = (
    (r"in Listener (\S+) put protocolStack: \[([^\]]+)\]", _stack),
    (r"in Listener (\S+) put protocol: (\w+)", _protocol),
    (r"set l7Depth: (\d+) in Listener ([^\s,;]+)", _depth),
    (
        (
            r"let port (\d+) of the Service have a targetPort of its own, (\d+), "
            r"with a Listener on it \(protocolStack: \[([^\]]+)\], securityModel: SECURE\), "
            r"and set securityModel: INSECURE in Listener ([^\s,;]+)"
        ),
        _split,
    ),
    (r"set securityModel: (\w+) in Listener ([^\s,;]+)", _security),
    (r'annotate the Service: ([\w./-]+): "?([^";]+)"?', _annotate),
    (r"remove (service\.beta\S+)", _unannotate),
    (r"set externalTrafficPolicy: (\w+) in the Service", _policy),
    (r"set requestPolicy.insecure.action: (\w+) in the Host", _action),
    (r"remove use_remote_address: false from the Module", _remote_address),
    (r"set (routing[\w.]+)=(\w+) on the ALB", Setting.set_attribute),
    (r'in its TargetGroupAttributes put Key: ([\w.]+), Value: "(\w+)"', Setting.set_attribute),
    (r"set add_request_headers: (\{.*\}) in it", _headers),
    (r"set allow_upgrade: \[websocket\] in Mapping \S+", _websocket),
    (r"add a Listener with (port: [^;]+)", _listener),
    (r"set tls: (\{.*\}) in the Host", _alpn),
)
