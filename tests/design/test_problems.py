"""What is impossible is refused with its reason, and nothing else is."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_lb_sim.design.constraints import CONSTRAINTS
from aws_lb_sim.design.design import Design
from aws_lb_sim.design.problems import TEXT_FIELDS, check, problems, values
from aws_lb_sim.errors import InputError

any_design = st.builds(
    Design, **{name: st.sampled_from(offered) for name, offered in values().items()}
)


def test_the_default_design_is_possible():
    assert problems(Design()) == ()


def test_every_field_is_a_short_list_or_text():
    assert {*values(), *TEXT_FIELDS} == {each.name for each in fields(Design)}


def test_the_default_of_each_field_is_among_its_values():
    for name, offered in values().items():
        assert getattr(Design(), name) in offered


@pytest.mark.parametrize(
    ("design", "word"),
    [
        (Design(load_balancer="alb", tls_termination="none"), "ALB has no PROXY"),
        (Design(controller="cloud-provider-aws", target_type="ip"), "pod addresses"),
        (
            Design(
                load_balancer="classic-tcp",
                controller="cloud-provider-aws",
                tls_termination="both",
            ),
            "SSL to SSL",
        ),
        (
            Design(
                controller="cloud-provider-aws",
                tls_termination="load-balancer",
                alpn_policy="HTTP2Preferred",
            ),
            "cannot set an ALPN policy",
        ),
        (Design(target_type="ip", external_traffic_policy="Local"), "no effect on IP targets"),
        (Design(proxy_protocol_by="by-hand"), "undoes"),
        (
            Design(controller="cloud-provider-aws", proxy_protocol_by="annotation"),
            "Classic Load Balancers only",
        ),
        (
            Design(tls_termination="load-balancer", split_ports=True, emissary_version="1.14"),
            "no Listeners",
        ),
        (Design(load_balancer="classic-tcp"), "no Classic"),
    ],
)
def test_impossible_combinations_are_refused_with_the_reason(design, word):
    assert any(word in each.reason for each in problems(design))
    with pytest.raises(InputError) as caught:
        check(design)
    assert word in caught.value.what
    assert "change one of" in caught.value.mend


@pytest.mark.parametrize(
    "design",
    [
        # Each of these works badly, or not at all; none is impossible to deploy.
        Design(tls_termination="load-balancer", insecure_action="Redirect"),
        Design(emissary_proxy_protocol="none"),
        Design(proxy_protocol=False, emissary_proxy_protocol="protocolStack"),
        Design(emissary_proxy_protocol="protocol"),
        Design(emissary_proxy_protocol="use_proxy_proto"),
        Design(external_traffic_policy="Local"),
        Design(l7_depth=1),
        Design(tls_termination="none", proxy_protocol=False, insecure_action="Redirect"),
    ],
)
def test_what_can_be_deployed_is_not_refused(design):
    assert problems(design) == ()


@given(any_design)
def test_every_combination_is_possible_or_refused_with_reason_and_source(design):
    for each in problems(design):
        assert each.reason
        assert each.source
        assert each.fields
        assert set(each.fields) <= set(values())


@given(any_design, any_design)
def test_a_constraint_reads_only_the_fields_it_names(one, other):
    for constraint in CONSTRAINTS:
        same = {name: getattr(one, name) for name in constraint.fields}
        assert constraint.broken(one) == constraint.broken(replace(other, **same))


def test_constraints_are_told_apart_and_say_where_they_are_written_down():
    assert len({each.rule.id for each in CONSTRAINTS}) == len(CONSTRAINTS)
    assert all(each.rule.text and each.rule.source for each in CONSTRAINTS)


@given(any_design)
def test_each_problem_is_mended_by_a_change_of_its_fields(design):
    for constraint in CONSTRAINTS:
        if constraint.broken(design):
            default = {name: getattr(Design(), name) for name in constraint.fields}
            assert not constraint.broken(replace(design, **default)), constraint.rule.id


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("load_balancer", "elb"),
        ("tls_termination", None),
        ("l7_depth", 9),
        ("l7_depth", [1]),
        ("in_front", ["cloudfront"]),
        ("in_front", ("fastly",)),
        ("emissary_version", "0.5"),
        ("hostname", "shop example"),
        ("hostname", "$(reboot)"),
        ("namespace", "a; rm -rf /"),
        ("namespace", 'a"b'),
        ("backend", "quote"),
        ("tls_secret", ""),
        ("certificate_arn", "arn:aws:s3:::bucket"),
        ("certificate_arn", "arn:aws:acm:us-east-1:111122223333:certificate/a\n"),
        ("namespace", 5),
    ],
)
def test_a_value_that_is_none_is_named(field, value):
    (found,) = problems(replace(Design(), **{field: value}))
    assert found.fields == (field,)
    assert repr(value) in found.reason


def test_more_than_one_proxy_may_stand_in_front():
    assert problems(Design(in_front=("cloudfront", "cloudfront"))) == ()


@pytest.mark.parametrize("hostname", ["*", "*.example.com", "shop.example.com", "localhost"])
def test_host_names_of_each_kind_are_taken(hostname):
    assert problems(Design(hostname=hostname)) == ()
