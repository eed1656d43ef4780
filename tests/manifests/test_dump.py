import datetime as dt
import enum
import io
import math

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.dump import dump
from aws_lb_sim.manifests.load import load_text

AMBIGUOUS = [
    "on",
    "off",
    "yes",
    "no",
    "y",
    "n",
    "On",
    "OFF",
    "Yes",
    "N",
    "true",
    "True",
    "false",
    "null",
    "Null",
    "~",
    "nan",
    ".nan",
    "inf",
    ".inf",
    "-.INF",
    "none",
    "1:30",
    "190:20:30",
    "0o17",
    "017",
    "0x1f",
    "0b11",
    "1e3",
    "1E3",
    "1.5e3",
    "1_000",
    "12e03",
    "+1",
    "-1",
    ".5",
    "5.",
    "1,000",
    "0.1",
    "685.230_15e+03",
    "2024-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "=",
    "<<",
    "-",
    "--",
    "?",
    ":",
    ",",
    "[",
    "]",
    "{",
    "}",
    "#",
    "&",
    "*",
    "!",
    "|",
    ">",
    "'",
    '"',
    "%",
    "@",
    "`",
]
PLAIN = [
    "nlb",
    "LoadBalancer",
    "/",
    "http://upstream",
    "ambassador",
    "AWS::Region",
    "v1.2",
    "host-1.example.com",
    "arn:aws:acm:eu-west-1:1:certificate/x",
    "getambassador.io/v3alpha1",
]

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20) | st.text(
    alphabet=" \n\t:-#'\"\\abyYnNoO01._/x,&*!|>%@{}[]~=<?\r\x85\u2028\ufeff\x00\x7f", max_size=14
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)
DOCUMENTS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=5), min_size=1, max_size=3)


@given(DOCUMENTS)
@example([{"a": "x\n"}, {"a": "\nx", "b": "x\n\n", "c": " x\ny", "d": "x \ny", "e": "x\n  y\n"}])
@example([{}, {"": {}}, {"a": [[], [[]], {}, [{"b": [1]}]]}])
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_is_read_back_by_every_reader(documents):
    text = dump(documents)
    assert [document.data for document in load_text(text)] == documents
    assert list(yaml.safe_load_all(text)) == documents


@given(DOCUMENTS)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_yaml_1_2_reader_reads_the_same(documents):
    ruamel = pytest.importorskip("ruamel.yaml")
    reader = ruamel.YAML(typ="safe", pure=True)
    assert list(reader.load_all(io.StringIO(dump(documents)))) == documents


@pytest.mark.parametrize("word", ["", " ", "a ", "a: b", "a #b", "a:", "é", *AMBIGUOUS])
def test_words_that_some_reader_takes_for_something_else_are_quoted(word):
    text = dump([{"a": word, word: 1, "b": [word]}])
    quoted = '"' + word.replace('"', '\\"') + '"'
    assert text == f"a: {quoted}\n{quoted}: 1\nb:\n- {quoted}\n"


@pytest.mark.parametrize("word", ["a b", *PLAIN])
def test_plain_words_stay_plain(word):
    assert dump([{"a": word}]) == f"a: {word}\n"


def test_values_of_annotations_labels_and_env_are_always_quoted():
    container = {"name": "c", "env": [{"name": "MODE", "value": "plain"}]}
    metadata = {"name": "edge", "labels": {"app": "edge"}, "annotations": {"type": "nlb"}}
    assert dump([{"metadata": metadata, "containers": [container]}]) == (
        "metadata:\n"
        "  name: edge\n"
        "  labels:\n"
        '    app: "edge"\n'
        "  annotations:\n"
        '    type: "nlb"\n'
        "containers:\n"
        "- name: c\n"
        "  env:\n"
        "  - name: MODE\n"
        '    value: "plain"\n'
    )


def test_several_lines_are_a_literal_block():
    assert dump([{"a": "one\n  two\n", "b": ["x\ny"]}]) == (
        "a: |\n  one\n    two\nb:\n- |-\n  x\n  y\n"
    )


def test_no_anchors_and_the_order_given():
    shared = {"z": 1, "a": 2}
    assert dump([{"b": shared, "a": shared}]) == "b:\n  z: 1\n  a: 2\na:\n  z: 1\n  a: 2\n"


def test_documents_are_separated():
    assert dump([{"a": 1}, {}, {"b": 2}]) == "a: 1\n---\n{}\n---\nb: 2\n"
    assert dump([]) == ""


def test_letters_of_other_scripts_are_written_as_they_are():
    assert dump([{"a": "grüße 世界 😀"}]) == 'a: "grüße 世界 😀"\n'


def test_a_long_text_stays_on_its_line():
    assert dump([{"a": "word " * 100 + "end"}]).count("\n") == 1


class Colour(str, enum.Enum):  # noqa: UP042  (its str() differs from StrEnum's)
    RED = "red"


def test_scalars_of_other_types():
    values = {"m": math.nan, "d": dt.date(2024, 1, 2), "e": Colour.RED, "t": (1, 2), "f": 1e17}
    assert dump([values]) == "m: .nan\nd: 2024-01-02\ne: red\nt:\n- 1\n- 2\nf: 1.0e+17\n"


def test_what_cannot_be_written_is_refused_with_its_place():
    cycle = {}
    cycle["a"] = cycle
    for bad in ({1: 2}, {"a": {3}}, {"a": b"x"}, {"a": "\ud800"}, cycle, {"k" * 1001: 1}, [1]):
        with pytest.raises(InputError) as caught:
            dump([{"a": 1}, bad])
        assert caught.value.where.startswith("document 2")
        assert caught.value.mend
