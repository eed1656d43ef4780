import io
import pickle
import subprocess
import sys

import pytest
import yaml

from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.load import load_files, load_text

TWO_DOCUMENTS = """\
# an edge
apiVersion: v1
kind: Service
metadata:
  name: edge
  namespace: emissary
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-type: nlb
spec:
  ports:
  - name: http
    port: 80
  - name: https
    port: 443
---
kind: Host
metadata: {name: any}
spec:
  hostname: "*"
"""


def test_documents_come_with_kind_place_and_index():
    service, host = load_text(TWO_DOCUMENTS, "edge.yaml")
    assert (service.kind, service.namespace, service.name) == ("Service", "emissary", "edge")
    assert (host.kind, host.namespace, host.name, host.index) == ("Host", "default", "any", 2)
    assert service.where("spec", "ports", 1, "port") == (
        "edge.yaml, document 1, line 14 (Service emissary/edge, spec.ports[1].port)"
    )
    assert host.line("spec", "hostname") == 19
    assert host.line("spec", "nothing", "there") == 18


def test_lines_count_from_the_top_of_the_text_whatever_the_breaks():
    for line_break in ("\n", "\r\n", "\r"):
        _, host = load_text(TWO_DOCUMENTS.replace("\n", line_break), "edge.yaml")
        assert host.line("spec", "hostname") == 19


def test_lines_of_documents_that_are_indented_or_begin_beside_their_marker():
    first, second = load_text("  a: 1\n  b: 2\n--- {c: 3,\n d: 4}\n")
    assert (first.line("b"), second.line("c"), second.line("d")) == (2, 3, 4)


def test_empty_documents_between_others_are_passed_over_but_counted():
    (only,) = load_text("---\n# nothing\n---\nkind: Host\n---\n")
    assert (only.kind, only.index) == ("Host", 2)


LIST = """\
apiVersion: v1
items:
- kind: Service
  metadata: {name: one}
- kind: List
  items:
  - kind: Host
    metadata:
      name: two
kind: List
"""


def test_a_list_becomes_its_items_nested_ones_too_with_their_own_lines():
    service, host = load_text(LIST, "all.yaml")
    assert (service.name, service.line("metadata")) == ("one", 4)
    assert (host.name, host.line("metadata", "name")) == ("two", 9)


def test_items_of_a_typed_list_get_its_kind():
    (service,) = load_text('{"kind": "ServiceList", "apiVersion": "v1", "items": [{"spec": {}}]}')
    assert service.data == {"apiVersion": "v1", "kind": "Service", "spec": {}}


def test_a_kind_that_ends_in_list_without_items_is_left_alone():
    (document,) = load_text("kind: AllowList\nspec: {}")
    assert document.kind == "AllowList"


def test_json_is_read_as_json_with_lines():
    text = '{\n  "LoadBalancers": [\n    {"Type": "network",\n     "Weight": 1e3}\n  ]\n}\n'
    (output,) = load_text(text, "describe.json")
    assert output.kind == ""
    assert output.data["LoadBalancers"][0]["Weight"] == 1000.0
    assert output.line("LoadBalancers", 0, "Weight") == 4


def test_json_values_after_each_other():
    documents = load_text('{"a": 1}\n{"b":\n 2}')
    assert [document.data for document in documents] == [{"a": 1}, {"b": 2}]
    assert documents[1].line("b") == 2


def test_json_that_a_yaml_reader_cannot_read():
    (document,) = load_text('{\n\t"a": "\\ud83d\\ude00", "b": "\\/"}')
    assert document.data == {"a": "😀", "b": "/"}
    assert document.line("b") in (1, 2)  # only the document's own line may be known


def test_a_yaml_flow_collection_is_not_mistaken_for_json():
    (document,) = load_text("{kind: Host, metadata: {name: on-call}}")
    assert document.data == {"kind": "Host", "metadata": {"name": "on-call"}}


MERGE = """\
base: &base {port: 80, name: http, mode: x}
other: &other {mode: y, more: z}
one: {<<: *base, port: 8080}
two:
  name: mine
  <<: [*other, *base]
three: {"<<": text}
"""


def test_merge_keys_work_as_with_safe_load():
    (document,) = load_text(MERGE)
    assert document.data == yaml.safe_load(MERGE)
    assert document.data["two"] == {"mode": "y", "more": "z", "port": 80, "name": "mine"}


def test_aliases_become_values_of_their_own():
    (document,) = load_text("a: &a {x: [1]}\nb: *a\n")
    assert document.data == {"a": {"x": [1]}, "b": {"x": [1]}}
    assert document.data["a"] is not document.data["b"]


def test_many_aliases_of_little_are_no_bomb():
    text = "a: &a {x: 1, y: 2}\nb:\n" + "- *a\n" * 5000
    (document,) = load_text(text)
    assert len(document.data["b"]) == 5000


def test_standard_tags_are_fine():
    (document,) = load_text("a: !!str 80\nb: !!int '7'\nc: !!seq [1]\nd: !!map {}")
    assert document.data == {"a": "80", "b": 7, "c": [1], "d": {}}


def test_a_byte_order_mark_is_no_part_of_the_text():
    (document,) = load_text(b"\xef\xbb\xbfkind: Host")
    assert document.kind == "Host"


def test_documents_can_be_pickled_and_keep_their_lines():
    _, host = pickle.loads(pickle.dumps(load_text(TWO_DOCUMENTS)))  # noqa: S301  (our own)
    assert host.line("spec", "hostname") == 19


def test_files_and_standard_input_in_order(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("kind: Host")
    for stdin in (io.StringIO("kind: Listener"), io.BytesIO(b"kind: Listener")):
        host, listener = load_files([path, "-"], stdin)
        assert (host.source, host.kind) == (str(path), "Host")
        assert (listener.source, listener.kind) == ("<stdin>", "Listener")


def test_one_path_alone(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("kind: Host")
    assert load_files(str(path)) == load_files(path) == load_files([path])


def test_a_larger_limit_lets_a_larger_file_in():
    text = "a: " + "x" * (1 << 20)
    with pytest.raises(InputError):
        load_text(text)
    assert len(load_text(text, max_bytes=1 << 21)) == 1


def test_loading_imports_nothing_heavy():
    code = (
        "import sys, aws_lb_sim.manifests.load\n"
        "heavy = {'jsonschema', 'jsonschema_rs', 'pandas', 'numpy', 'matplotlib', 'networkx',"
        " 'ipywidgets', 'jinja2', 'rich', 'typer', 'pathlib', 'json'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-S", "-c", code]
    paths = ":".join(path for path in sys.path if path)
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={"PYTHONPATH": paths}
    )
    assert done.stdout.strip() == "[]"


def test_the_pure_loader_gives_the_same_where_libyaml_is_missing():
    code = (
        "import sys, yaml\n"
        "if hasattr(yaml, 'CSafeLoader'): del yaml.CSafeLoader\n"
        "from aws_lb_sim.manifests import _compose\n"
        "from aws_lb_sim.manifests.load import load_text\n"
        "assert _compose._Loader is yaml.SafeLoader\n"
        "service, host = load_text(sys.stdin.read())\n"
        "print(service.data['spec'], host.line('spec', 'hostname'))"
    )
    paths = ":".join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=TWO_DOCUMENTS,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": paths},
    )
    spec = next(yaml.safe_load_all(TWO_DOCUMENTS))["spec"]
    assert done.stdout.strip() == f"{spec} 19"
