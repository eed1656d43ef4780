import pytest

from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.load import load_text

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Mappings:
  Accounts:
    123456789012: {Name: prod}
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Condition: IsProd
    Properties:
      Name: !Sub "${AWS::StackName}-edge"
      Subnets: !Split [",", !ImportValue subnets]
      Scheme: !If
        - IsProd
        - internet-facing
        - !Ref AWS::NoValue
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: !FindInMap [Ports, !Ref "AWS::Region", https]
      Certificates:
      - CertificateArn: !GetAtt Stack.Outputs.Certificate
      - CertificateArn: !GetAtt [Certificate, Arn]
      DefaultActions: !Transform {Name: Include, Parameters: {Location: !Sub "s3://x"}}
"""


def test_short_functions_are_written_out():
    (template,) = load_text(TEMPLATE, "alb.yaml")
    assert template.kind == ""
    data = template.data
    assert data["Conditions"]["IsProd"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    balancer = data["Resources"]["Balancer"]["Properties"]
    assert balancer == {
        "Name": {"Fn::Sub": "${AWS::StackName}-edge"},
        "Subnets": {"Fn::Split": [",", {"Fn::ImportValue": "subnets"}]},
        "Scheme": {"Fn::If": ["IsProd", "internet-facing", {"Ref": "AWS::NoValue"}]},
    }
    assert data["Resources"]["Listener"]["Properties"] == {
        "LoadBalancerArn": {"Ref": "Balancer"},
        "Port": {"Fn::FindInMap": ["Ports", {"Ref": "AWS::Region"}, "https"]},
        "Certificates": [
            {"CertificateArn": {"Fn::GetAtt": ["Stack", "Outputs.Certificate"]}},
            {"CertificateArn": {"Fn::GetAtt": ["Certificate", "Arn"]}},
        ],
        "DefaultActions": {
            "Fn::Transform": {"Name": "Include", "Parameters": {"Location": {"Fn::Sub": "s3://x"}}}
        },
    }


def test_bare_numbers_as_keys_are_text_in_a_template():
    (template,) = load_text(TEMPLATE)
    assert template.data["Mappings"]["Accounts"] == {"123456789012": {"Name": "prod"}}


def test_lines_of_a_template():
    (template,) = load_text(TEMPLATE, "alb.yaml")
    assert template.line("Resources", "Listener", "Properties", "Port") == 22
    assert template.line("Resources", "Listener", "Properties", "Certificates", 1) == 25


def test_the_same_template_in_json():
    text = '{"Resources": {"A": {"Properties": {"Name": {"Fn::Sub": "x"}}}}}'
    (in_json,) = load_text(text)
    (in_yaml,) = load_text("Resources: {A: {Properties: {Name: !Sub x}}}")
    assert in_json.data == in_yaml.data


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Resources:\n  A: !Nope x", "!Nope"),
        ("Resources:\n  A: !!python/name:os.system", "!!python"),
        ("Resources:\n  A: !Ref x\n  A: !Ref y", "twice"),
        ("Resources:\n  A: !If {x: 1, x: 2}", "twice"),
        ("kind: Service\nResources: !Ref x", "!Ref"),
    ],
)
def test_a_template_may_not_hold_everything(text, what):
    with pytest.raises(InputError) as caught:
        load_text(text)
    assert what in caught.value.what
    assert "line" in caught.value.where
