"""Options that several commands have: the request, and what no file says of the cluster."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from aws_lb_sim.cli.arguments import Output

__all__ = [
    "Attributes",
    "Client",
    "Controller",
    "ControllerOption",
    "EmissaryVersion",
    "HeaderLines",
    "Http",
    "InFrontOption",
    "Method",
    "MissingSecrets",
    "OutputOption",
    "ProxyHeaders",
]

Controller = Literal["cloud-provider-aws", "aws-load-balancer-controller"]
Client = Annotated[
    str, typer.Option("--client", metavar="IP", help="The client's address, IPv4 or IPv6.")
]
HeaderLines = Annotated[
    list[str] | None,
    typer.Option(
        "--header",
        metavar="'Name: value'",
        show_default=False,
        help="A header that the client sends; repeatable.",
    ),
]
Http = Annotated[
    Literal["1.0", "1.1", "2"], typer.Option("--http", help="HTTP version that the client speaks.")
]
Method = Annotated[str, typer.Option("--method", metavar="METHOD", help="HTTP method.")]
ProxyHeaders = Annotated[
    list[str] | None,
    typer.Option(
        "--proxy-header",
        metavar="v1|v2:IP",
        show_default=False,
        help="A PROXY header that the client itself sends, to forge its address; repeatable.",
    ),
]
Attributes = Annotated[
    list[str] | None,
    typer.Option(
        "--attribute",
        metavar="KEY=VALUE",
        show_default=False,
        help="An attribute set by hand in AWS, by AWS's key: "
        "`proxy_protocol_v2.enabled=true`; repeatable.",
    ),
]
ControllerOption = Annotated[
    Controller,
    typer.Option(
        "--controller",
        help="Who turns a Service into a load balancer where the files do not settle it.",
    ),
]
InFrontOption = Annotated[
    list[str] | None,
    typer.Option(
        "--in-front",
        metavar="cloudfront",
        show_default=False,
        help="An L7 proxy between client and load balancer; repeatable.",
    ),
]
EmissaryVersion = Annotated[
    str, typer.Option("--emissary-version", metavar="VERSION", help="Emissary's release.")
]
MissingSecrets = Annotated[
    list[str] | None,
    typer.Option(
        "--missing-secret",
        metavar="NAME",
        show_default=False,
        help="A TLS Secret that does not exist; repeatable. All others do.",
    ),
]
OutputOption = Annotated[Output, typer.Option("--output", help="Words, or one JSON object.")]
