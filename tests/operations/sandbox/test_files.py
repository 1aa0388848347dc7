"""Uploads, links to files, and quotes as PDFs, as Stripe has them."""

import pytest

from operations.call import FileContent
from operations.sandbox import Sandbox
from operations.sandbox.keys import ACCOUNT
from operations.sandbox.pdf import pdf
from operations.sandbox.seed import HIGHLIGHTS
from tests.operations.sandbox.conftest import Client, error_of

PNG = FileContent("proof.png", "image/png", b"\x89PNG\r\n\x1a\n\x00\xff\r\n--x")


async def test_an_upload_is_kept_read_and_listed(client: Client, sandbox: Sandbox) -> None:
    """With its bytes; a list can be of one purpose."""
    made = (await client.call("POST /v1/files", file=PNG, purpose="dispute_evidence")).json()
    await client.call("POST /v1/files", file=PNG, purpose="business_logo")
    assert sandbox.state.book(ACCOUNT, livemode=False).contents[made["id"]] == PNG.data
    assert (made["object"], made["filename"], made["size"], made["type"]) == ("file", "proof.png", len(PNG.data), "png")
    assert (await client.call("GET /v1/files/{file}", made["id"])).json() == made
    listed = (await client.call("GET /v1/files", purpose="dispute_evidence")).json()["data"]
    assert [each["id"] for each in listed] == [made["id"], HIGHLIGHTS["file"]]


@pytest.mark.parametrize(
    ("purpose", "file", "words"),
    [
        ("dispute_evidence", FileContent("a.gif", "image/gif", b"GIF89a"), "not supported for the purpose"),
        ("dispute_evidence", FileContent("a.png", "image/png", b""), "is empty"),
        ("dispute_evidence", FileContent("a.jpg", "image/jpeg", PNG.data), "does not match"),
        ("business_logo", FileContent("a.png", "image/png", PNG.data + bytes(512_000)), "exceeds the maximum"),
        ("unheard_of", PNG, "Invalid purpose"),
    ],
)
async def test_what_the_purpose_does_not_take_is_refused(
    client: Client, sandbox: Sandbox, purpose: str, file: FileContent, words: str
) -> None:
    """By kind and by size, and nothing is left behind."""
    before = dict(sandbox.state.book(ACCOUNT, livemode=False).contents)
    answer = await client.call("POST /v1/files", file=file, purpose=purpose)
    assert answer.status_code == 400
    assert words in error_of(answer)["message"]
    assert sandbox.state.book(ACCOUNT, livemode=False).contents == before


async def test_the_same_key_with_other_bytes_is_refused(client: Client) -> None:
    """A repetition has to be the same to the byte, and then gives the same file."""
    one = client.bound("POST /v1/files", file=PNG, purpose="dispute_evidence")
    other = client.bound(
        "POST /v1/files", file=FileContent(PNG.name, PNG.content_type, PNG.data + b"!"), purpose="dispute_evidence"
    )
    first = (await client.send(one, once="key-1")).json()
    again = await client.send(one, once="key-1")
    assert (again.json(), again.headers["idempotent-replayed"]) == (first, "true")
    assert error_of(await client.send(other, once="key-1"))["type"] == "idempotency_error"


async def test_links_are_made_with_the_file_or_later_and_end(client: Client) -> None:
    """Only to what can be downloaded."""
    made = (
        await client.call("POST /v1/files", file=PNG, purpose="dispute_evidence", file_link_data={"create": True})
    ).json()
    [first] = made["links"]["data"]
    later = (await client.call("POST /v1/file_links", file=made["id"])).json()
    listed = (await client.call("GET /v1/file_links", file=made["id"])).json()["data"]
    assert {each["id"] for each in listed} == {first["id"], later["id"]}
    ended = (await client.call("POST /v1/file_links/{link}", later["id"], expires_at="now")).json()
    assert ended["expired"] is True
    private = (await client.call("POST /v1/files", file=PNG, purpose="identity_document")).json()
    assert private["url"] is None
    assert (await client.call("POST /v1/file_links", file=private["id"])).status_code == 400
    linked = await client.call("POST /v1/files", file=PNG, purpose="identity_document", file_link_data={"create": True})
    assert linked.status_code == 400


async def test_a_quote_has_a_pdf_once_it_is_final(client: Client) -> None:
    """Before that Stripe says no; nothing can be finalized twice."""
    quote = HIGHLIGHTS["draft_quote"]
    early = await client.call("GET /v1/quotes/{quote}/pdf", quote)
    assert (early.status_code, error_of(early)["code"]) == (400, "quote_status_invalid")
    final = (await client.call("POST /v1/quotes/{quote}/finalize", quote)).json()
    assert (final["status"], final["number"][:3]) == ("open", "QT-")
    document = await client.call("GET /v1/quotes/{quote}/pdf", quote)
    assert document.headers["content-type"] == "application/pdf"
    assert final["number"].encode() in document.content
    assert (await client.call("POST /v1/quotes/{quote}/finalize", quote)).status_code == 400
    assert (await client.call("POST /v1/quotes/{quote}/accept", quote)).json()["status"] == "accepted"
    assert (await client.call("POST /v1/quotes/{quote}/cancel", quote)).status_code == 400


def test_a_pdf_finds_its_objects_where_its_table_says() -> None:
    """What a reader checks first; brackets in a line are its text."""
    made = pdf("Total (net) \\ 5", "日本")
    assert made.startswith(b"%PDF-1.4\n")
    assert made.endswith(b"%%EOF\n")
    table = int(made.rpartition(b"startxref\n")[2].split(b"\n")[0])
    rows = made[table:].split(b"\n")[3:8]
    for number, row in enumerate(rows, start=1):
        assert made[int(row[:10]) :].startswith(b"%d 0 obj\n" % number)
    assert b"(Total \\(net\\) \\\\ 5)" in made
    assert b"(??)" in made
