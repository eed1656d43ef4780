from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aws_lb_sim.cli import main
from aws_lb_sim.manifests.presets import preset, presets

URL = "https://shop.example.com/"
FIELDS = {
    "result": str,
    "status": int | None,
    "location": str | None,
    "redirect_loop": bool,
    "final_status": int | None,
    "client_ip": str | None,
    "peer_ip": str | None,
    "secure": bool | None,
    "tls_terminated_at": list,
    "upstream_headers": dict | None,
    "hops": list,
    "findings": list,
}
HOP_FIELDS = {
    "from",
    "to",
    "source",
    "destination",
    "proxy",
    "tls",
    "http",
    "method",
    "authority",
    "path",
    "headers",
    "steps",
}


@pytest.fixture
def files(tmp_path):
    """Write a preset out, and return its YAML files and the options that it needs."""

    def write(name="recommended-nlb"):
        manifests = preset(name).manifests()
        folder = tmp_path / name
        paths = [
            str(path)
            for path in manifests.bundle().write(folder, overwrite=True)
            if path.suffix == ".yaml"
        ]
        options = ["--controller", manifests.controller]
        for key, value in manifests.attributes.items():
            options += ["--attribute", f"{key}={value}"]
        return [*paths, *options, "--emissary-version", manifests.emissary_version]

    return write


@pytest.fixture
def run(capsys):
    """Run the program; return status, standard output and standard error."""

    def call(*arguments):
        status = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


@pytest.fixture
def simulate(run, files):
    def call(name, *arguments):
        status, out, _ = run("simulate", *files(name), "--output", "json", *arguments)
        assert status == 0
        return json.loads(out)

    return call


@pytest.mark.parametrize("name", [each.name for each in presets()])
@pytest.mark.parametrize("url", [URL, URL.replace("https", "http")])
def test_the_json_object_has_every_field_of_its_type(simulate, name, url):
    found = simulate(name, "--url", url)
    for field, kind in FIELDS.items():
        assert isinstance(found[field], kind), field
    assert found["result"] in {
        "response",
        "connection-refused",
        "connection-closed",
        "tls-error",
        "timeout",
    }
    assert set(found["tls_terminated_at"]) <= {"load-balancer", "emissary"}
    assert found["hops"][0]["from"] == "client"
    for hop in found["hops"]:
        assert hop.keys() >= HOP_FIELDS
        for step in hop["steps"]:
            assert step.keys() == {"action", "subject", "before", "after", "rule", "source"}
            assert step["source"]
    for finding in found["findings"]:
        assert finding.keys() == {"code", "severity", "message", "fix", "source", "where"}
        assert finding["severity"] in {"error", "warning", "info"}


def test_the_recommended_recipe_as_printed_fails_on_both_ports(simulate):
    name = "recommended-nlb-as-printed"
    assert simulate(name, "--url", "http://shop.example.com/")["status"] == 400
    assert simulate(name, "--url", URL)["result"] == "tls-error"


def test_the_recommended_recipe_corrected(simulate):
    forged = ("--header", "X-Forwarded-For: 198.51.100.66")
    plain = simulate("recommended-nlb", "--url", "http://shop.example.com/", *forged)
    assert (plain["status"], plain["location"], plain["final_status"]) == (301, URL, 200)
    assert plain["client_ip"] == "203.0.113.7"
    assert plain["secure"] is False
    secure = simulate("recommended-nlb", "--url", URL, *forged, "--client", "198.51.100.9")
    assert secure["tls_terminated_at"] == ["emissary"]
    assert secure["client_ip"] == "198.51.100.9"
    assert secure["upstream_headers"]["x-forwarded-proto"] == "https"
    assert secure["upstream_headers"]["x-forwarded-for"] == "198.51.100.66,198.51.100.9"
    assert secure["hops"][0]["tls"]["sni"] == "shop.example.com"


def test_method_and_http_version_travel(simulate):
    found = simulate("recommended-nlb", "--url", URL, "--method", "POST", "--http", "1.0")
    assert (found["hops"][0]["method"], found["hops"][0]["http"]) == ("POST", "1.0")


def test_a_forged_proxy_header_travels(simulate):
    found = simulate("recommended-nlb", "--url", URL, "--proxy-header", "v2:198.51.100.66")
    assert found["hops"][0]["proxy"][0]["source_ip"] == "198.51.100.66"


def test_a_node_without_a_pod(simulate):
    kept = simulate("tls-at-emissary-nlb", "--url", URL)
    lost = simulate("tls-at-emissary-nlb", "--url", URL, "--node-without-pod")
    assert kept["result"] == "response"
    assert lost["result"] == "timeout"


def test_a_missing_secret_drops_its_host(simulate):
    found = simulate("recommended-nlb", "--url", URL, "--missing-secret", "shop-example-com")
    assert found["result"] == "tls-error"


def test_cloudfront_in_front(simulate):
    found = simulate("tls-at-l7-elb", "--url", URL, "--in-front", "cloudfront")
    assert [hop["to"] for hop in found["hops"]][:2] == ["cloudfront", "load-balancer"]


def test_words_on_standard_output(run, files):
    status, out, err = run("simulate", *files(), "--url", URL)
    assert (status, err) == (0, "")
    assert "What Emissary sees" in out
    assert "✓ Client address" in out


def test_standard_input():
    text = preset("recommended-nlb").manifests().bundle()
    joined = "---\n".join(t for name, t in text.files.items() if name.endswith(".yaml"))
    done = subprocess.run(
        [sys.executable, "-m", "aws_lb_sim", "simulate", "-", "--url", URL, "--output", "json"],
        input=joined,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == 200


def test_fail_on(run, files):
    broken = files("recommended-nlb-as-printed")
    assert run("simulate", *broken, "--url", URL)[0] == 0
    status, out, err = run(
        "simulate", *broken, "--url", URL, "--fail-on", "error", "--output", "json"
    )
    codes = {f["code"] for f in json.loads(out)["findings"] if f["severity"] == "error"}
    assert status == (1 if codes else 0)
    assert codes, "the recipe as printed fails, which must be an error"
    assert all(code in err for code in codes)
    assert err.count("\n") == 1


def test_fail_on_warning_is_at_least_as_strict(run, files):
    for name in ("recommended-nlb", "tls-at-l4-elb-as-printed"):
        arguments = ("simulate", *files(name), "--url", URL, "--output", "json")
        found = json.loads(run(*arguments)[1])["findings"]
        severe = any(f["severity"] in ("error", "warning") for f in found)
        assert run(*arguments, "--fail-on", "warning")[0] == int(severe)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["simulate", "no-such-file.yaml", "--url", URL], "no-such-file.yaml"),
        (["simulate", "{file}"], "--url"),
        (["simulate", "--url", URL], "FILE"),
        (["simulate", "{file}", "--url", "not a url"], "not a url"),
        (["simulate", "{file}", "--url", URL, "--client", "1.2.3"], "--client: '1.2.3'"),
        (["simulate", "{file}", "--url", URL, "--header", "nonsense"], "--header: 'nonsense'"),
        (["simulate", "{file}", "--url", URL, "--header", "a b: c"], "--header"),
        (["simulate", "{file}", "--url", URL, "--header", "a: b\r\nc: d"], "--header"),
        (["simulate", "{file}", "--url", URL, "--attribute", "x"], "--attribute: 'x'"),
        (["simulate", "{file}", "--url", URL, "--attribute", "a=1", "--attribute", "a=2"], "twice"),
        (["simulate", "{file}", "--url", URL, "--proxy-header", "v3:1.2.3.4"], "--proxy-header"),
        (["simulate", "{file}", "--url", URL, "--http", "3"], "--http"),
        (["simulate", "{file}", "--url", URL, "--in-front", "nginx"], "nginx"),
        (["simulate", "{file}", "--url", URL, "--emissary-version", "0.1"], "3.3"),
        (["simulate", "{file}", "--url", URL, "--controller", "me"], "cloud-provider-aws"),
        (["simulate", "{file}", "--url", URL, "--fail-on", "info"], "--fail-on"),
        (["simulate", "{file}", "--url", URL, "--output", "yaml"], "--output"),
        (["simulate", "{file}", "--url", URL, "--colour"], "--colour"),
        (["simulate", "{bad}", "--url", URL], "bad.yaml, document 1, line 3"),
        (["simulate", "{empty}", "--url", URL], "empty"),
        (["export", "no-such-design", "-o", "x"], "recommended-nlb"),
        (["export", "recommended-nlb"], "-o"),
        (["export", "recommended-nlb", "-o", "{new}", "--set", "target_type"], "FIELD=VALUE"),
        (["export", "recommended-nlb", "-o", "{new}", "--set", "colour=red"], "load_balancer"),
        (["export", "recommended-nlb", "-o", "{new}", "--set", "target_type=pod"], "instance, ip"),
        (["export", "recommended-nlb", "-o", "{new}", "--set", "load_balancer=alb"], "layer 7"),
        (
            ["export", "recommended-nlb-as-printed", "-o", "{new}", "--set", "target_type=ip"],
            "as the page prints",
        ),
        (["nonsense"], "nonsense"),
        (["designs", "--output", "xml"], "--output"),
    ],
)
def test_bad_usage_is_one_line_and_exit_2(run, files, tmp_path, arguments, said):
    (tmp_path / "bad.yaml").write_text("kind: Host\nmetadata: [\n")
    (tmp_path / "empty.yaml").write_text("")
    places = {
        "file": files()[0],
        "bad": tmp_path / "bad.yaml",
        "empty": tmp_path / "empty.yaml",
        "new": tmp_path / "new",
    }
    status, out, err = run(*(text.format(**places) for text in arguments))
    assert status == 2
    assert out == ""
    assert err.startswith("aws-lb-sim: ")
    assert err.count("\n") == 1
    assert said in err
    assert not (tmp_path / "new").exists()


def test_what_an_error_quotes_cannot_drive_the_terminal(run, files):
    status, _, err = run("simulate", files()[0], "--url", URL, "--client", "\x1b[2J\x07")
    assert status == 2
    assert "\x1b" not in err
    assert "\x07" not in err


def test_export_writes_the_bundle_and_never_replaces_it(run, tmp_path):
    folder = tmp_path / "edge"
    status, out, err = run("export", "recommended-nlb", "-o", folder)
    assert status == 0
    written = [Path(line) for line in out.splitlines()]
    expected = preset("recommended-nlb").manifests().bundle().files
    assert {path.name: path.read_text() for path in written} == expected
    assert "aws-lb-sim simulate" in err

    written[0].write_text("mine")
    status, out, err = run("export", "recommended-nlb", "-o", folder)
    assert (status, out) == (2, "")
    assert "--force" in err
    assert written[0].read_text() == "mine"
    assert run("export", "recommended-nlb", "-o", folder, "--force")[0] == 0
    assert written[0].read_text() != "mine"


@pytest.mark.parametrize("name", [each.name for each in presets()])
def test_the_command_that_export_prints_runs(run, tmp_path, name):
    _, _, err = run("export", name, "-o", tmp_path / "edge")
    command = err.strip().partition("aws-lb-sim ")[2]
    status, out, err = run(*command.split(), "--output", "json")
    assert (status, err) == (0, "")
    assert json.loads(out)["hops"]


def test_export_sets_choices(run, tmp_path):
    settings = (
        "--set",
        "target_type=ip",
        "--set",
        "hostname=www.example.org",
        "--set",
        "cross_zone=False",
        "--set",
        "preserve_client_ip=default",
    )
    status, _, err = run(
        "export",
        "recommended-nlb",
        "-o",
        tmp_path / "edge",
        "--set",
        "controller=aws-load-balancer-controller",
        *settings,
    )
    assert status == 0, err
    assert "www.example.org" in (tmp_path / "edge" / "host.yaml").read_text()


def test_designs_lists_all_presets(run):
    status, out, _ = run("designs")
    assert status == 0
    for each in presets():
        assert f"{each.name} " in out
        assert each.title in out
    listed = json.loads(run("designs", "--output", "json")[1])
    assert [each["name"] for each in listed] == [each.name for each in presets()]


def test_rules_have_unique_ids_and_sources(run):
    status, out, _ = run("rules", "--output", "json")
    assert status == 0
    rules = json.loads(out)
    assert len({rule["id"] for rule in rules}) == len(rules) > 40
    assert all(rule["text"] and rule["source"] for rule in rules)
    assert run("rules")[1].count("    source: ") == len(rules)


def test_findings_have_unique_codes_fixes_and_sources(run):
    status, out, _ = run("findings", "--output", "json")
    assert status == 0
    hazards = json.loads(out)
    assert len({hazard["code"] for hazard in hazards}) == len(hazards) > 5
    assert all(hazard["summary"] and hazard["source"] for hazard in hazards)
    assert {hazard["severity"] for hazard in hazards} <= {"error", "warning", "info"}
    words = run("findings")[1]
    assert all(f"{hazard['severity']} {hazard['code']}\n" in words for hazard in hazards)


def test_every_rule_that_a_flow_names_is_listed(run, simulate):
    listed = {rule["id"] for rule in json.loads(run("rules", "--output", "json")[1])}
    for each in presets():
        for hop in simulate(each.name, "--url", URL)["hops"]:
            assert {step["rule"] for step in hop["steps"]} <= listed


@pytest.mark.parametrize("command", ["simulate", "export", "designs", "rules", "findings"])
def test_help_teaches_by_example(run, command):
    status, out, _ = run(command, "--help")
    assert status == 0
    assert f"aws-lb-sim {command}" in " ".join(out.split())


def test_without_arguments_it_shows_help(run):
    status, out, err = run()
    assert status == 0
    assert "simulate" in out
    assert err == ""


def test_as_a_module_its_exit_status_is_the_program_s():
    done = subprocess.run(
        [sys.executable, "-m", "aws_lb_sim", "nonsense"], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_a_reader_that_stops_early_is_no_error():
    command = [sys.executable, "-m", "aws_lb_sim", "rules"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0
