import copy
import io
import pickle
import stat
import zipfile

import pytest
import yaml

from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.bundle import Bundle

SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "edge"}}
LISTENER = {"kind": "Listener", "metadata": {"name": "https"}}
SECOND = {"kind": "Listener", "metadata": {"name": "http"}}
CONTEXT = {"kind": "TLSContext", "metadata": {"name": "tls"}}
TEMPLATE = {"Resources": {"A": {"Type": "AWS::X", "Name": {"Ref": "B"}}}}
COMMANDS = ("aws elbv2 describe-load-balancers", "aws elbv2 modify-target-group-attributes")


@pytest.fixture
def bundle():
    return Bundle.from_documents(
        [SERVICE, LISTENER, SECOND, CONTEXT], TEMPLATE, COMMANDS, notes="Read me."
    )


def test_one_file_for_each_kind_in_order(bundle):
    assert list(bundle.files) == [
        "service.yaml",
        "listener.yaml",
        "tlscontext.yaml",
        "cloudformation.yaml",
        "aws-commands.sh",
        "README.md",
    ]
    assert list(yaml.safe_load_all(bundle.files["listener.yaml"])) == [LISTENER, SECOND]
    assert yaml.safe_load(bundle.files["cloudformation.yaml"]) == TEMPLATE
    assert (
        bundle.files["aws-commands.sh"] == f"#!/bin/sh\nset -eu\n\n{COMMANDS[0]}\n{COMMANDS[1]}\n"
    )


def test_the_readme_says_what_to_do_with_each_file(bundle):
    readme = bundle.files["README.md"]
    assert "Read me." in readme
    for name in bundle.files:
        assert name in readme or name == "README.md"


def test_documents_come_back(bundle):
    documents = bundle.documents()
    assert [document.data for document in documents] == [
        SERVICE, LISTENER, SECOND, CONTEXT, TEMPLATE
    ]  # fmt: skip
    assert documents[2].where("metadata").startswith("listener.yaml, document 2, line 6")


def test_kinds_that_are_no_file_names():
    documents = [{"kind": "../../etc/passwd"}, {"kind": ""}, {"kind": "CloudFormation"}, {"a": 1}]
    bundle = Bundle.from_documents(documents, cloudformation={"Resources": {}})
    assert list(bundle.files) == [
        "etc-passwd.yaml", "other.yaml", "cloudformation.yaml", "README.md"
    ]  # fmt: skip
    assert len(bundle.documents()) == 5


def test_large_bundles_come_back():
    documents = [{"kind": "Mapping", "text": "x" * 1000, "n": n} for n in range(1500)]
    assert len(Bundle.from_documents(documents).documents()) == 1500


@pytest.mark.parametrize(
    "name",
    ["../a.yaml", "/a.yaml", "a/b.yaml", "a\\b.yaml", "", ".", "..", ".a", "c:x", "a\n", "x."],
)
def test_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(InputError, match="not a file name"):
        Bundle({name: ""})


def test_names_that_differ_only_in_case_are_refused():
    with pytest.raises(InputError, match="two files"):
        Bundle({"a.yaml": "", "A.yaml": ""})


def test_write_makes_the_folder_and_the_files(bundle, tmp_path):
    folder = tmp_path / "new" / "folder"
    paths = bundle.write(folder)
    assert [path.name for path in paths] == list(bundle.files)
    assert sorted(path.name for path in folder.iterdir()) == sorted(bundle.files)
    for path in paths:
        assert path.read_bytes() == bundle.files[path.name].encode()
    assert stat.S_IMODE((folder / "aws-commands.sh").stat().st_mode) == 0o755
    assert stat.S_IMODE((folder / "service.yaml").stat().st_mode) == 0o644


def test_nothing_is_written_where_one_file_is_there(bundle, tmp_path):
    (tmp_path / "listener.yaml").write_text("mine")
    with pytest.raises(InputError, match=r"listener\.yaml is there already") as caught:
        bundle.write(tmp_path)
    assert caught.value.where == str(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["listener.yaml"]
    assert (tmp_path / "listener.yaml").read_text() == "mine"


def test_overwrite_replaces_what_it_names_and_nothing_else(bundle, tmp_path):
    outside = tmp_path / "outside"
    outside.write_text("mine")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "other.txt").write_text("mine")
    (folder / "service.yaml").symlink_to(outside)
    bundle.write(folder, overwrite=True)
    assert (folder / "service.yaml").read_text() == bundle.files["service.yaml"]
    assert not (folder / "service.yaml").is_symlink()
    assert outside.read_text() == (folder / "other.txt").read_text() == "mine"


def test_a_dangling_link_counts_as_a_file(bundle, tmp_path):
    (tmp_path / "service.yaml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="there already"):
        bundle.write(tmp_path)


def test_a_folder_that_is_a_file(bundle, tmp_path):
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(InputError, match="cannot be written to"):
        bundle.write(path)


def test_the_archive_is_the_same_every_time(bundle):
    again = Bundle.from_documents(
        [SERVICE, LISTENER, SECOND, CONTEXT], TEMPLATE, COMMANDS, notes="Read me."
    )
    assert bundle.zip() == again.zip()
    with zipfile.ZipFile(io.BytesIO(bundle.zip())) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == list(bundle.files)
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert archive.read(entry).decode() == bundle.files[entry.filename]


def test_a_bundle_cannot_be_changed_and_can_be_copied(bundle):
    with pytest.raises(TypeError):
        bundle.files["x"] = "y"
    assert copy.deepcopy(bundle) == pickle.loads(pickle.dumps(bundle)) == bundle  # noqa: S301


def test_what_cannot_be_written_is_refused():
    with pytest.raises(InputError):
        Bundle.from_documents([{"kind": "Host", 1: 2}])
