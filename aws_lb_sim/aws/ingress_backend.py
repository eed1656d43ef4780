"""Backends of an Ingress: the Service's port becomes a target group, or an annotation an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from aws_lb_sim.aws.elbv2_actions import read_fixed_response, read_redirect
from aws_lb_sim.aws.ingress_ports import read_json
from aws_lb_sim.aws.load_balancer import ForwardAction, ListenerAction, TargetGroup
from aws_lb_sim.aws.provisioned import Refused, info
from aws_lb_sim.aws.service import Service, ServicePort, read_service
from aws_lb_sim.aws.sources import CONTROLLER_INGRESS
from aws_lb_sim.aws.values import mapping, mappings, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.aws.annotations import Annotations
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.manifests.document import Document

__all__ = ["IngressBackends", "action_service"]

_USE_ANNOTATION = "use-annotation"
Path = tuple[str | int, ...]


def action_service(backend: dict[str, Any]) -> str | None:
    """Return the name of the action a backend stands for, None where it is a Service.

    Examples
    --------
    >>> action_service({"service": {"name": "redirect", "port": {"name": "use-annotation"}}})
    'redirect'
    """
    service = mapping(backend, "service", "the backend")
    if mapping(service, "port", "the backend").get("name") == _USE_ANNOTATION:
        return str(service.get("name"))
    return None


class IngressBackends:
    """Turns the backends of one Ingress into actions of the ALB.

    Parameters
    ----------
    document
        The Ingress.
    documents
        All documents.
    annotations
        Of the Ingress.
    findings
        What was assumed is added here.
    """

    def __init__(
        self,
        document: Document,
        documents: Sequence[Document],
        annotations: Annotations,
        findings: list[Finding],
    ) -> None:
        self.document = document
        self.documents = documents
        self.annotations = annotations
        self.findings = findings

    def action(self, backend: Any, path: Path) -> ListenerAction:
        """Turn a backend into an action.

        Raises
        ------
        Refused
            Where the Service or its port does not exist, or cannot be an instance target.
        InputError
            Where the backend or an annotation cannot be read.
        """
        if not isinstance(backend, dict) or not isinstance(backend.get("service"), dict):
            raise self.document.error(
                "the backend names no service", *path, mend="write service: {name: …, port: …}"
            )
        name = action_service(backend)
        if name is not None:
            return self._annotated(name)
        service = backend["service"]
        return self._forward(str(service.get("name")), dict(service.get("port") or {}), path)

    def _annotated(self, name: str) -> ListenerAction:
        suffix = f"actions.{name}"
        if self.annotations.get(suffix) is None:
            raise self._refused(
                f"the backend uses action {name}, and there is no annotation for it",
                f"add {self.annotations.name(suffix)}",
                self.document.where("spec"),
            )
        raw = read_json(self.annotations, suffix)
        where = self.annotations.where(suffix)
        if not isinstance(raw, dict):
            raise self.annotations.error(suffix, "the action is not a JSON object", "write {…}")
        # The controller accepts AWS's names with either case of the first letter.
        action = _capitalised(raw)
        kind = str(action.get("Type", "")).lower()
        if kind == "redirect":
            return read_redirect(mapping(action, "RedirectConfig", where), where)
        if kind == "fixed-response":
            return read_fixed_response(mapping(action, "FixedResponseConfig", where), where)
        if kind == "forward":
            return self._annotated_forward(action, suffix)
        raise self.annotations.error(
            suffix, f"action type is {kind!r}", "use redirect, fixed-response or forward"
        )

    def _annotated_forward(self, action: dict[str, Any], suffix: str) -> ListenerAction:
        where = self.annotations.where(suffix)
        groups = mappings(mapping(action, "ForwardConfig", where), "TargetGroups", where)
        choices = [each for each in groups if each.get("ServiceName")]
        if not choices:
            raise self.annotations.error(
                suffix, "the forward action names no serviceName", "name a Service of the cluster"
            )
        if len(choices) > 1:
            self.findings.append(
                info(
                    "not-modelled",
                    "not modelled: weighted forwarding: the heaviest Service gets everything",
                    where=self.annotations.where(suffix),
                )
            )
        chosen = max(choices, key=lambda each: number(each, "Weight", where, default=1))
        port = chosen.get("ServicePort")
        wanted = {"number": int(str(port))} if str(port).isdigit() else {"name": port}
        return self._forward(str(chosen["ServiceName"]), wanted, ("metadata", "annotations"))

    def _forward(self, name: str, wanted: dict[str, Any], path: Path) -> ForwardAction:
        service = self._service(name, path)
        port = _find(service, wanted)
        if port is None:
            raise self._refused(
                f"Service {name} has no port {wanted.get('number') or wanted.get('name')}",
                "name a port of the Service",
                self.document.where(*path),
            )
        kind = self._target_type()
        if kind == "instance" and not service.has_node_ports:
            raise self._refused(
                f"Service {name} is of type {service.type}, and instance targets need a NodePort",
                "make it type: NodePort, or set alb.ingress.kubernetes.io/target-type: ip",
                service.document.where("spec", "type"),
            )
        return ForwardAction(
            target_group=TargetGroup(
                protocol=self._choice("backend-protocol", "HTTP", ("HTTP", "HTTPS")),
                target_type=kind,
                pod_port=port.pod_port,
                node_port=port.node_port if kind == "instance" else None,
                protocol_version=self._choice(
                    "backend-protocol-version", "HTTP1", ("HTTP1", "HTTP2", "GRPC")
                ),
                external_traffic_policy=service.external_traffic_policy,
                health_check=self._health_check(),
            )
        )

    def _service(self, name: str, path: Path) -> Service:
        for each in self.documents:
            if (
                each.kind == "Service"
                and each.name == name
                and each.namespace == self.document.namespace
            ):
                service = read_service(each, self.documents)
                self.findings.extend(f for f in service.findings if f not in self.findings)
                return service
        raise self._refused(
            f"there is no Service {self.document.namespace}/{name}",
            "include it, in the namespace of the Ingress",
            self.document.where(*path),
        )

    def _refused(self, message: str, fix: str, where: str) -> Refused:
        return Refused.because(message, fix=fix, source=CONTROLLER_INGRESS, where=where)

    def _target_type(self) -> Literal["instance", "ip"]:
        return (
            "ip"
            if self._choice("target-type", "instance", ("instance", "ip")) == "ip"
            else "instance"
        )

    def _choice(self, suffix: str, default: str, choices: tuple[str, ...]) -> Any:
        value = self.annotations.get(suffix, default)
        if value not in choices:
            raise self.annotations.error(
                suffix, f"{suffix} is {value!r}", f"use {' or '.join(choices)}"
            )
        return value

    def _health_check(self) -> dict[str, str]:
        grpc = self.annotations.get("backend-protocol-version") == "GRPC"
        get = self.annotations.get
        return {
            "HealthCheckProtocol": get("healthcheck-protocol")
            or self._choice("backend-protocol", "HTTP", ("HTTP", "HTTPS")),
            "HealthCheckPort": get("healthcheck-port") or "traffic-port",
            "HealthCheckPath": get("healthcheck-path") or ("/AWS.ALB/healthcheck" if grpc else "/"),
            "Matcher": get("success-codes") or ("12" if grpc else "200"),
        }


def _find(service: Service, wanted: dict[str, Any]) -> ServicePort | None:
    number, name = wanted.get("number"), wanted.get("name")
    for port in service.ports:
        if (number is not None and port.port == number) or (number is None and port.name == name):
            return port
    return None


def _capitalised(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: _capitalised(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_capitalised(each) for each in value]
    return value
