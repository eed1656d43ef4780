"""What is read is what yaml.safe_load_all reads, or refused; nothing else can happen."""

import contextlib
import json
import math

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.load import load_text

SCALAR_TEXTS = st.text(alphabet="0123456789_:.-+eExXoObBtTzZ yYnNrRuUfFaAlLsSiI~=<", max_size=14)
TEXTS = st.text(
    alphabet=st.characters(
        min_codepoint=0x20, max_codepoint=0x2FFF, exclude_categories=["Cc", "Cs"]
    ),
    max_size=12,
)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS | st.dates() | SCALAR_TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.lists(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4), min_size=1, max_size=3)


def plain(data):
    """Put NaN and the types of scalars into the comparison: 1, 1.0 and True are not the same."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(value) for value in data]
    return type(data), ("nan" if isinstance(data, float) and math.isnan(data) else data)


def by_yaml(text):
    return [data for data in yaml.safe_load_all(text) if data is not None]


@given(
    DOCUMENTS,
    st.sampled_from([None, True, False]),
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.booleans(),
)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_what_pyyaml_writes_is_read_as_pyyaml_reads_it(documents, flow, style, unicode):
    text = yaml.safe_dump_all(
        documents,
        default_flow_style=flow,
        default_style=style,
        allow_unicode=unicode,
        explicit_start=True,
    )
    assert plain([document.data for document in load_text(text)]) == plain(by_yaml(text))


@given(SCALAR_TEXTS)
@example("1:30")
@example("on")
@example("0o17")
@example("0777")
@example("1e3")
@example("1.5e+3")
@example("2024-01-01 10:00:00.5 +1:30")
@example("190:20:30.15")
@example("-.INF")
@example("0b1010_0111")
@settings(deadline=None, max_examples=600)
def test_scalars_are_those_of_safe_load(scalar):
    text = f"a: {scalar}\nb: [{scalar}]\nc: '{scalar}'\n"
    try:
        expected = by_yaml(text)
    except (yaml.YAMLError, ValueError, KeyError, AttributeError, OverflowError):
        expected = None
    try:
        read = [document.data for document in load_text(text)]
    except InputError:
        read = None
    assert (read is None) == (expected is None)
    assert read is None or plain(read) == plain(expected)


@given(DOCUMENTS)
@settings(deadline=None, max_examples=100)
@example([{"a": 1e300, "b": "1e3", "c": [1e22, -0.0, 5e-324]}])
def test_json_is_read_as_the_json_module_reads_it(documents):
    texts = [json.dumps(document, default=str) for document in documents]
    read = [document.data for document in load_text("\n".join(texts))]
    assert plain(read) == plain([json.loads(text) for text in texts])


SIGNS = list("{}[],\"'>%\t#|~\n\x00\ré\ufeff\U0001f600")
WORDS = st.sampled_from(
    [
        *SIGNS,
        *(
            "kind: List\n",
            "items:\n",
            "Resources:\n",
            "---\n",
            "...",
            "- ",
            "a: ",
            "? ",
            ": ",
            "  ",
        ),
        *("  ", "&a ", "*a", "<<: ", "!Ref x", "!!int ", "on", "80", "2024-01-01", "{{", "\\u"),
    ]
)


@given(st.lists(WORDS, max_size=30).map("".join) | st.text(max_size=40) | st.binary(max_size=40))
@settings(deadline=None, max_examples=600)
def test_any_text_gives_documents_or_an_input_error(text):
    with contextlib.suppress(InputError):
        for document in load_text(text):
            assert isinstance(document.data, dict)
            assert document.line(*document.data) is not None


KEYS = st.from_regex(r"k[a-z]{1,6}x", fullmatch=True)


@given(st.lists(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5), min_size=1, max_size=3))
@settings(deadline=None, max_examples=100)
def test_each_top_level_key_is_found_on_its_line(documents):
    text = yaml.safe_dump_all(documents, explicit_start=True, default_flow_style=False)
    lines = text.split("\n")
    for document in load_text(text):
        for key in document.data:
            assert lines[document.line(key) - 1].startswith(f"{key}:")
