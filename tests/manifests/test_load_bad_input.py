"""Each bad input gets one clear error that says where, what, and how to mend it."""

import io
import time
from itertools import pairwise

import pytest

from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.load import load_files, load_text

NINE = "abcdefghi"
BOMB = (
    "a: &a ["
    + ",".join("x" * 9)
    + "]\n"
    + "".join(
        f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in pairwise(NINE)
    )
)
MERGE_BOMB = "a: &a {x: 1}\n" + "".join(
    f"{name}: &{name} {{p: *{before}, q: *{before}, <<: *{before}}}\n"
    for before, name in zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu", strict=True)
)
DEEP_ALIASES = (
    "a0: &a0 "
    + "[" * 150
    + "]" * 150
    + "\n"
    + "".join(f"a{i}: &a{i} {'[' * 150}*a{i - 1}{']' * 150}\n" for i in range(1, 30))
)

# (input, where, part of what, part of how to mend it)
BAD = {
    "not YAML": ("kind: Service\nspec: [80\n", "f.yaml, document 1, line 3", "not YAML", "bracket"),
    "colon in a value": ("a: b: c", "f.yaml, document 1, line 1", "mapping values", "quote"),
    "open quote": ('a: "x\nb: c', "f.yaml, document 1, line 2", "begun on line 1", "quote"),
    "sign": ("a: b\nc: %d", "f.yaml, document 1, line 2", "cannot start any token", "quote"),
    "escape": ('a: "\\q"', "f.yaml, document 1, line 1", "escape", "backslash"),
    "alias of nothing": ("a: *x", "f.yaml, document 1, line 1", "undefined alias", "anchor"),
    "anchor twice": ("a: &x 1\nb: &x 2", "f.yaml, document 1, line 2", "duplicate anchor", "name"),
    "text after the end": ("a: b\n...\nc", "f.yaml, document 2, line 3", "document start", "---"),
    "second document": ("a: 1\n---\nb: [", "f.yaml, document 2, line 4", "not YAML", ""),
    "Python tag": (
        "kind: Service\na: !!python/object/apply:os.system [x]",
        "f.yaml, document 1, line 2",
        "!!python/object/apply:os.system",
        "remove",
    ),
    "own tag": ("a: !mine x", "f.yaml, document 1, line 1", "!mine", "remove"),
    "CloudFormation's tag elsewhere": (
        "kind: Service\nname: !Ref a",
        "f.yaml, document 1, line 2",
        "!Ref",
        "CloudFormation templates",
    ),
    "tag in a key": ("!x a: b", "f.yaml, document 1, line 1", "!x", "remove"),
    "binary": ("a: !!binary aGk=", "f.yaml, document 1, line 1", "!!binary", "remove"),
    "set": ("a: !!set {x}", "f.yaml, document 1, line 1", "!!set", "remove"),
    "tag on another node": ("a: !!str [x]", "f.yaml, document 1, line 1", "!!str", "remove"),
    "tag on another value": ("a: !!map x", "f.yaml, document 1, line 1", "!!map", "remove"),
    "tag that lies": ("a: !!int x", "f.yaml, document 1, line 1", "x looks like", '"x"'),
    "2 MB": (b"a: " + b"x" * 2_000_000, "f.yaml", "larger than 1 MiB", "max_bytes"),
    "alias bomb": (BOMB, "f.yaml, document 1, line 1", "aliases", "bomb"),
    "merge bomb": (MERGE_BOMB, "f.yaml, document 1, line 1", "aliases", "bomb"),
    "deep by aliases": (DEEP_ALIASES, "f.yaml, document 1, line 1", "200 levels", "bomb"),
    "list in itself": ("a: &a [*a]", "f.yaml, document 1, line 1", "inside the very", "remove"),
    "mapping in itself": ("a: 1\nb: &a {c: *a}", "f.yaml, document 1, line 2", "inside", "remove"),
    "duplicate key": (
        "kind: Service\nspec:\n  type: NodePort\n  ports: []\n  type: LoadBalancer\n",
        "f.yaml, document 1, line 5",
        "the key type is there twice, first on line 3",
        "keep one",
    ),
    "duplicate key in document 2": ("a: 1\n---\nb: 1\nb: 1", "f.yaml, document 2, line 4", "b", ""),
    "duplicate key beside a merge": (
        "a: &a {x: 1}\nb: {<<: *a, y: 1, y: 2}",
        "f.yaml, document 1, line 2",
        "the key y is there twice",
        "keep one",
    ),
    "duplicate key in JSON": ('{"a": 1,\n "a": 2}', "f.yaml, document 1, line 2", "twice", "keep"),
    "empty": ("", "f.yaml", "it is empty", "manifest"),
    "blank": (" \n\n", "f.yaml", "it is empty", "manifest"),
    "only comments": ("# nothing\n---\n", "f.yaml", "no document in it", "manifest"),
    "empty list": ("kind: List\nitems: []", "f.yaml", "no document in it", "manifest"),
    "list": ("a: 1\n---\n- a\n", "f.yaml, document 2, line 3", "is a list", "---"),
    "JSON list": ('[{"a": 1}]', "f.yaml, document 1, line 1", "is a list", "items"),
    "text": ("hello", "f.yaml, document 1, line 1", "is a text", "key: value"),
    "number": ("42", "f.yaml, document 1, line 1", "the value 42", "key: value"),
    "null": ("a: 1\n---\nnull\n", "f.yaml, document 2, line 3", "is null", "key: value"),
    "item of a list": (
        "kind: List\nitems:\n- a",
        "f.yaml, document 1, line 3 (List, items[0])",
        "not a mapping",
        "whole document",
    ),
    "items": ("kind: List\nitems: x", "f.yaml, document 1, line 2 (List, items)", "a list", ""),
    "tab for indentation": ("a:\n\tb: c", "f.yaml, document 1, line 2", "tab", "spaces"),
    "tab after spaces": ("a:\n  b: 1\n \tc: d", "f.yaml, document 1, line 3", "tab", "spaces"),
    "not UTF-8": ("a: 1\nb: é".encode("latin-1"), "f.yaml, line 2", "byte 0xe9", "UTF-8"),
    "UTF-16": ("a: b".encode("utf-16"), "f.yaml", "UTF-16", "UTF-8"),
    "gzip": (b"\x1f\x8b\x08\x00", "f.yaml, line 1", "not UTF-8", "text file"),
    "NUL": ("a: b\n\x00", "f.yaml, line 2", "NUL", "remove"),
    "bell": ("a: b\n\nc: \x07", "f.yaml, line 3", "U+0007", "escape"),
    "half a surrogate pair": ("a: \ud800", "f.yaml", "U+D800", "whole characters"),
    "deep flow": ("[" * 200_000, "f.yaml, document 1, line 1", "200 levels", "brackets"),
    "deep mappings": ("{a: " * 100_000, "f.yaml, document 1, line 1", "200 levels", "brackets"),
    "deep block": ("- " * 200_000, "f.yaml, document 1, line 1", "200 levels", "dashes"),
    "deep JSON": (
        '{"a":' * 1000 + "1" + "}" * 1000,
        "f.yaml, document 1, line 1",
        "200 levels",
        "",
    ),
    "key on": ("a:\n  on: x", "f.yaml, document 1, line 2", "key on is read as true", '"on":'),
    "key 80": ("a:\n  80: x", "f.yaml, document 1, line 2", "read as a number", '"80":'),
    "key null": ("~: x", "f.yaml, document 1, line 1", "read as null", '"~":'),
    "key date": ("2024-01-01: x", "f.yaml, document 1, line 1", "read as a date", "quotes"),
    "key missing": ("a: 1\n? \n: x", "f.yaml, document 1, line 2", "key is missing", "key: value"),
    "key list": ("? [a]\n: b", "f.yaml, document 1, line 1", "a list stands where a key", "word"),
    "template": ("a: {{ .Values.x }}", "f.yaml, document 1, line 1", "a key has to be", "render"),
    "template block": ("{{- if x }}\na: b", "f.yaml, document 1, line 1", "not YAML", "render"),
    "no date": ("a: 2024-13-45", "f.yaml, document 1, line 1", "looks like a date", "quotes"),
    "no number": ("a: 0x_", "f.yaml, document 1, line 1", "looks like a whole number", "quotes"),
    "huge number": ("a: " + "9" * 5000, "f.yaml, document 1, line 1", "whole number", "quotes"),
    "equals sign": ("a: =", "f.yaml, document 1, line 1", "meaning of its own", '"="'),
    "merge sign": ("a: <<", "f.yaml, document 1, line 1", "meaning of its own", '"<<"'),
    "merge of a text": ("<<: x", "f.yaml, document 1, line 1", "merge key", "alias"),
    "JSON with a fault": ('{"a": 1,\n "b" 2}', "f.yaml, line 2", "not JSON", "correct"),
    "JSON and more": ('{"a": 1}\nrest of it', "f.yaml, line 2", "not JSON", "correct"),
    "directive": ("%YAML 3.0\n---\na: b", "f.yaml, document 1, line 1", "incompatible", "remove"),
}


@pytest.mark.parametrize(("text", "where", "what", "mend"), BAD.values(), ids=BAD)
def test_bad_input_gets_one_clear_error(text, where, what, mend):
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        load_text(text, "f.yaml")
    assert caught.value.where == where
    assert what in caught.value.what
    assert caught.value.mend
    assert mend in caught.value.mend
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
    assert caught.value.__cause__ is None
    assert time.perf_counter() - start < 2


def test_the_budget_for_aliases_is_one_for_the_whole_text():
    little_bomb = "a: &a [" + ",".join("x" * 99) + "]\nb: [" + ",".join(["*a"] * 1000) + "]\n"
    assert len(load_text(little_bomb)) == 1
    with pytest.raises(InputError, match=r"document 2.*aliases"):
        load_text("---\n".join([little_bomb] * 3))


@pytest.mark.parametrize(
    ("name", "what"),
    [("nothing.yaml", "no such file"), ("", "a folder"), ("a\0b", "cannot be read")],
)
def test_files_that_cannot_be_read(tmp_path, name, what):
    path = f"{tmp_path}/{name}"
    with pytest.raises(InputError) as caught:
        load_files([path])
    assert caught.value.where == path
    assert what in caught.value.what
    assert caught.value.mend


def test_a_large_file_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # one TiB of nothing
    with pytest.raises(InputError, match="larger than 1 MiB"):
        load_files([path])


def test_no_file_and_standard_input_twice():
    with pytest.raises(InputError, match="no file is named"):
        load_files([])
    with pytest.raises(InputError, match="named twice"):
        load_files(["-", "-"], io.StringIO("a: b"))


def test_an_empty_file_among_others_is_named(tmp_path):
    (tmp_path / "a.yaml").write_text("kind: Host")
    (tmp_path / "b.yaml").write_text("")
    with pytest.raises(InputError) as caught:
        load_files([tmp_path / "a.yaml", tmp_path / "b.yaml"])
    assert caught.value.where == str(tmp_path / "b.yaml")
