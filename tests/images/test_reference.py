"""References and their text form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_sregistry_globus.errors import ReferenceMalformed
from jupyterlab_sregistry_globus.images.reference import ImageReference, parse

DIGEST = "sha256:" + "0123456789abcdef" * 4

awkward = st.text(alphabet=st.sampled_from("ab%2F/:@ \t\n.é\u202e\u00a0💾-_#?&<>'\""), max_size=12)
part = (st.text(max_size=20) | awkward).filter(lambda text: text not in ("", ".", ".."))
segment = part.filter(lambda text: "/" not in text)


@given(
    registry=st.none() | st.from_regex(r"[A-Za-z0-9_-]{1,10}", fullmatch=True),
    collection=st.lists(segment, min_size=1, max_size=3).map("/".join),
    container=part,
    tag=st.none() | part,
    digest=st.none() | st.just(DIGEST),
)
def test_every_reference_is_the_same_after_a_round_trip(
    registry, collection, container, tag, digest
):
    reference = ImageReference(registry, collection, container, tag, digest)
    assert parse(str(reference)) == reference
    assert str(reference).isprintable()


@given(st.tuples(awkward, awkward, awkward).map("/".join) | st.text())
def test_any_text_is_read_the_same_twice_or_refused(text):
    try:
        reference = parse(text)
    except ReferenceMalformed:
        return
    assert parse(str(reference)) == reference


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tacos/avocados:latest", ImageReference(None, "tacos", "avocados", "latest")),
        ("tacos/avocados", ImageReference(None, "tacos", "avocados")),
        ("images://tacos/avocados:1.0", ImageReference("images", "tacos", "avocados", "1.0")),
        ("cvmfs/fq:0.9.1--h9ee0642_0", ImageReference(None, "cvmfs", "fq", "0.9.1--h9ee0642_0")),
        ("quay.io/bio/bwa:1", ImageReference(None, "quay.io/bio", "bwa", "1")),
        (f"a/b@{DIGEST}", ImageReference(None, "a", "b", None, DIGEST)),
        (
            f"a/b:1@{DIGEST.upper().replace('SHA', 'sha')}",
            ImageReference(None, "a", "b", "1", DIGEST),
        ),
        ("a/b:c:d", ImageReference(None, "a", "b", "c:d")),
        ("  a/b:c\n", ImageReference(None, "a", "b", "c")),
        ("a/b%3Ac:d", ImageReference(None, "a", "b:c", "d")),
        ("a/100%:1", ImageReference(None, "a", "100%", "1")),
        ("a/my image:1", ImageReference(None, "a", "my image", "1")),
    ],
)
def test_common_text_forms_are_read(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "avocados",
        "avocados:latest",
        "tacos/",
        "/avocados",
        "tacos//avocados",
        "tacos/avocados:",
        "tacos/:latest",
        "tacos/avocados@",
        "tacos/avocados@md5:abc",
        "tacos/avocados@sha256:abc",
        "images://avocados",
        "my images://tacos/avocados",
        "../avocados",
        "tacos/..",
        "tacos/%2E%2E:latest",
        "tacos/%FF",
        "a%2Fb/c",
        "a/" * 3000 + "b",
    ],
)
def test_an_invalid_reference_is_refused_with_the_right_form(text):
    with pytest.raises(ReferenceMalformed) as caught:
        parse(text)
    assert caught.value.message.endswith(".")
    assert len(caught.value.message) < 400


def test_a_name_that_is_not_valid_text_is_refused():
    with pytest.raises(ReferenceMalformed):
        ImageReference(None, "a", "b\udcff")
