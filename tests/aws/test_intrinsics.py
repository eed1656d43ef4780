from __future__ import annotations

import pytest

from aws_lb_sim.aws.intrinsics import resolve_template
from aws_lb_sim.aws.values import Unresolved
from aws_lb_sim.manifests.document import Document


def resolve(value):
    template = {
        "Parameters": {"Name": {"Default": "edge"}, "Given": {"Type": "String"}},
        "Mappings": {"Ports": {"edge": {"http": 31080}}},
        "Resources": {"Group": {"Properties": {"Value": value}}, "Other": {}},
    }
    return resolve_template(Document(data=template))["Group"]["Properties"].get("Value", "absent")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Name"}, "edge"),
        ({"Ref": "Other"}, "Other"),
        ({"Ref": "AWS::NoValue"}, "absent"),
        ({"Fn::GetAtt": ["Other", "Arn"]}, "Other"),
        ({"Fn::GetAtt": "Other.Arn"}, "Other"),
        ({"Fn::Sub": "${Name}-lb"}, "edge-lb"),
        ({"Fn::Sub": ["${a}/${Name}", {"a": "x"}]}, "x/edge"),
        ({"Fn::Join": ["-", [{"Ref": "Name"}, "lb"]]}, "edge-lb"),
        ({"Fn::FindInMap": ["Ports", {"Ref": "Name"}, "http"]}, 31080),
        ([{"Ref": "AWS::NoValue"}, 1], [1]),
    ],
)
def test_what_a_template_resolves_by_itself(value, expected):
    assert resolve(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Given"},
        {"Ref": "AWS::Region"},
        {"Fn::ImportValue": "x"},
        {"Fn::Sub": "${AWS::Region}-lb"},
        {"Fn::FindInMap": ["Ports", "edge", "https"]},
        {"Fn::If": ["Public", 1, 2]},
        {"Fn::GetAtt": ["Elsewhere", "Arn"]},
    ],
)
def test_what_only_aws_knows(value):
    assert isinstance(resolve(value), Unresolved)
