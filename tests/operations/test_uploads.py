"""What Stripe takes as a file: told by the bytes, in sentences that say what would do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations import uploads
from operations.call import FileContent, bind
from operations.encoding import encode
from operations.registry import registry
from operations.sandbox import wire
from operations.uploads import LIMITS, MOST_BYTES, content, problem, safe_name, size_problem, size_words

REGISTRY = registry()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
PDF = b"%PDF-1.7\n"
ZIP = b"PK\x03\x04" + bytes(20)
UNSEEN = st.characters(categories=["Cc", "Cf", "Cs", "Co"])


def test_the_table_has_every_purpose_that_the_registry_knows() -> None:
    """No purpose of an upload is forgotten, none invented."""
    operation = REGISTRY.by_key("POST /v1/files")
    assert operation is not None
    purpose = operation.parameter("purpose")
    assert purpose is not None
    assert set(LIMITS) == set(purpose.shape.values)


@pytest.mark.parametrize(
    ("name", "claimed", "data", "sent"),
    [
        ("a.png", "image/png", PNG, "image/png"),
        ("a.png", "image/png", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.pdf", "application/octet-stream", b"\n " + PDF, "application/pdf"),
        ("a.pdf", "application/pdf", b"<html>", "application/octet-stream"),
        ("a.png", "image/png", b"", "application/octet-stream"),
        ("a.docx", "application/zip", ZIP, uploads._DOCX.content_type),
        ("a.xlsx", "", ZIP, uploads._XLSX.content_type),
        ("a.zip", "application/zip", ZIP, "application/octet-stream"),
        ("a.docx", uploads._DOCX.content_type, b"MZ", "application/octet-stream"),
        ("a.csv", "text/plain; charset=utf-8", b"a,b\n", "text/csv"),
        ("notes", "text/plain; charset=utf-8", b"a,b\n", "text/plain"),
        ("a.md", "text/plain", b"# a", "text/markdown"),
        ("key.pem", "text/plain", b"-----BEGIN CERTIFICATE-----\n", "application/x-pem-file"),
    ],
)
def test_the_content_type_is_that_of_the_content(name: str, claimed: str, data: bytes, sent: str) -> None:
    """Where the bytes tell, they decide; where they can't, the name does, then what is claimed."""
    assert content(name, claimed, data) == FileContent(name, sent, data)


@pytest.mark.parametrize(
    ("purpose", "name", "data", "sentence"),
    [
        ("dispute_evidence", "a.pdf", PDF, None),
        ("dispute_evidence", "a.pdf", b"", "a.pdf is empty."),
        ("dispute_evidence", "a.csv", b"a", "As dispute evidence Stripe takes PDF, JPEG and PNG; a.csv is a CSV."),
        ("pci_document", "a.png", PNG, "As pci document Stripe takes PDF; a.png is a PNG."),
        ("tax_document_user_upload", "a.csv", b"a,b", None),
        ("business_logo", "a.png", PNG, None),
        ("unheard_of", "a.bin", b"\0", None),
        ("unheard_of", "a.bin", b"", "a.bin is empty."),
    ],
)
def test_what_is_wrong_is_one_sentence(purpose: str, name: str, data: bytes, sentence: str | None) -> None:
    """It names the file, what it is, and what would do."""
    assert problem(purpose, content(name, "", data)) == sentence


@pytest.mark.parametrize(
    ("purpose", "size", "sentence"),
    [
        ("dispute_evidence", 5_000_000, None),
        ("dispute_evidence", 6_100_000, "a has 6.1 MB, and as dispute evidence Stripe takes at most 5 MB."),
        ("business_icon", 512_001, "a has 512,001 bytes, and as business icon Stripe takes at most 512 KB."),
        (
            "identity_document",
            20_000_000,
            "a has 20 MB, and at most 16 MB can be carried here, so upload it in Stripe's Dashboard.",
        ),
        ("unheard_of", MOST_BYTES, None),
    ],
)
def test_sizes_are_stripes_or_ours_where_that_is_less(purpose: str, size: int, sentence: str | None) -> None:
    """To the byte."""
    assert size_problem(purpose, "a", size) == sentence


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1_000, "1 KB"), (512_000, "512 KB"), (4_812_345, "4.8 MB")],
)
def test_sizes_in_words(size: int, words: str) -> None:
    """In decimal units, as Stripe counts."""
    assert size_words(size) == words


@given(st.text(st.one_of(st.characters(), UNSEEN, st.sampled_from("/\\\"'\r\n.;=%"))))
def test_any_name_becomes_a_plain_one_that_a_part_can_carry(name: str) -> None:
    """No path, nothing unseen, not too long, and read back from the multipart body with the very bytes."""
    safe = safe_name(name)
    assert safe
    assert safe.isprintable()
    assert not set("/\\\r\n\0") & set(safe)
    assert len(safe) <= uploads.NAME_SHOWN
    assert safe_name(safe) == safe
    operation = REGISTRY.by_key("POST /v1/files")
    assert operation is not None
    file = content(name, "", PDF + b"\r\n--x")
    request = encode(bind(operation, {}, {"file": file, "purpose": "dispute_evidence"}), REGISTRY.api_version)
    read = wire.read_multipart(request.content, request.content_type or "")
    assert (read["file"].data, read["purpose"]) == (file.data, "dispute_evidence")
    assert read["file"].name == safe.replace('"', "%22")


def test_a_long_name_keeps_its_ending() -> None:
    """Stripe and people read it."""
    assert safe_name("a" * 300 + ".pdf").endswith("a.pdf")
