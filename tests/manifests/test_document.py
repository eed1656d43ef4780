from aws_lb_sim.manifests.document import Document
from aws_lb_sim.manifests.load import load_text


def test_a_document_of_odd_shape_has_empty_names():
    odd = Document(data={"kind": 7, "metadata": ["x"]})
    assert (odd.kind, odd.name, odd.namespace, odd.where("spec")) == (
        "",
        "",
        "default",
        "document, spec",
    )


def test_error_names_file_document_line_and_field():
    (document,) = load_text("kind: Host\nspec:\n  hostname: 7\n", "host.yaml")
    error = document.error("it is a number", "spec", "hostname", mend="quote it")
    assert str(error) == (
        "host.yaml, document 1, line 3 (Host, spec.hostname): it is a number; to mend it: quote it"
    )


def test_the_nearest_parent_is_named_where_a_field_is_absent():
    (document,) = load_text("kind: Host\nspec:\n  tls: [1]\n", "host.yaml")
    assert document.line("spec", "tls", 5, "x") == 3
    assert document.line("status") == 1


def test_documents_compare_by_content():
    assert load_text("a: 1", "f") == load_text("\n\na: 1", "f")
    assert load_text("a: 1", "f") != load_text("a: 2", "f")
