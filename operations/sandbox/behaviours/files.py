"""Files that are uploaded, and the links to them that need no key."""

from typing import Any

from operations.call import FileContent
from operations.sandbox.behaviours import generic
from operations.sandbox.errors import invalid
from operations.sandbox.state import StripeObject
from operations.sandbox.work import Behaviours, Work
from operations.uploads import LIMITS, kind_of

DAY = 86_400
EXPIRES_AFTER = {
    "customer_signature": 7 * DAY,
    "dispute_evidence": 270 * DAY,
    "issuing_regulatory_reporting": 730 * DAY,
    "terminal_android_apk": 180 * DAY,
    "terminal_reader_splashscreen": 365 * DAY,
}
"""Seconds, by purpose; files of the others stay."""
DOWNLOADABLE = frozenset(
    {
        "business_icon",
        "business_logo",
        "customer_signature",
        "dispute_evidence",
        "issuing_regulatory_reporting",
        "pci_document",
        "tax_document_user_upload",
        "terminal_android_apk",
        "terminal_reader_splashscreen",
    }
)
"""Purposes whose files can be got back, and so can have links."""


def create(work: Work, **values: Any) -> StripeObject:
    """``POST /v1/files``: the bytes are kept; what the purpose doesn't take is refused."""
    file, purpose = work.parameters["file"], str(work.parameters["purpose"])
    ending = _checked(file, purpose)
    linking = work.parameters.get("file_link_data") or {}
    if linking.get("create") and purpose not in DOWNLOADABLE:
        raise invalid(f"You can't create a file link for a file with the purpose {purpose}.", param="file_link_data")
    made = work.make(
        "file", filename=file.name, size=len(file.data), type=ending, purpose=purpose, title=None, created=work.now,
        expires_at=work.now + EXPIRES_AFTER[purpose] if purpose in EXPIRES_AFTER else None, **values,
    )  # fmt: skip
    made["links"] = _page_of_links(made["id"])
    made["url"] = f"https://files.stripe.com/v1/files/{made['id']}/contents" if purpose in DOWNLOADABLE else None
    work.book.contents[made["id"]] = file.data
    if linking.get("create"):
        _link(work, made, expires_at=linking.get("expires_at"), metadata=linking.get("metadata") or {})
    return made


def _checked(file: FileContent, purpose: str) -> str:
    """The file's type as Stripe names it. Raises RefusalError for a file that the purpose doesn't take."""
    if not file.data:
        raise invalid("The file you uploaded is empty.", param="file")
    kind = kind_of(file.name, file.content_type, file.data)
    limit = LIMITS.get(purpose)
    if limit is None:
        raise invalid(f"Invalid purpose: must be one of {', '.join(LIMITS)}", param="purpose")
    if len(file.data) > limit.most_bytes:
        raise invalid(
            f"The file size exceeds the maximum of {limit.most_bytes} bytes for the purpose {purpose}.", param="file"
        )
    if kind not in limit.kinds or kind is None:
        taken = ", ".join(each.content_type for each in limit.kinds)
        raise invalid(
            f"The file you uploaded has a type that is not supported for the purpose {purpose}. Supported types: "
            f"{taken}.",
            param="file",
        )
    if file.content_type != kind.content_type:
        raise invalid(f"The content type {file.content_type} does not match the file's, which is {kind.content_type}.")
    return kind.endings[0]


def _page_of_links(file_id: str) -> dict[str, Any]:
    return {"object": "list", "data": [], "has_more": False, "url": f"/v1/file_links?file={file_id}"}


def _link(work: Work, file: StripeObject, **values: Any) -> StripeObject:
    made = work.make("file_link", file=file["id"], created=work.now, expired=False, **values)
    made["url"] = f"https://files.stripe.com/links/{work.ids.letters(40)}"
    file["links"]["data"].insert(0, made)
    return made


def create_link(work: Work, **values: Any) -> StripeObject:
    """``POST /v1/file_links``."""
    file = work.find("file", work.parameters["file"], param="file")
    if file["purpose"] not in DOWNLOADABLE:
        raise invalid(f"You can't create a file link for a file with the purpose {file['purpose']}.", param="file")
    return _link(
        work,
        file,
        expires_at=work.parameters.get("expires_at"),
        metadata=work.parameters.get("metadata") or {},
        **values,
    )


def update_link(work: Work) -> StripeObject:
    """``POST /v1/file_links/{link}``: ``expires_at=now`` ends it."""
    link = work.own("file_link")
    until = work.parameters.get("expires_at")
    work.take(link, "expires_at")
    if until is not None:
        link["expires_at"] = work.now if until == "now" else until or None
        link["expired"] = until == "now"
    return work.change(link)


BEHAVIOURS: Behaviours = {
    "POST /v1/files": create,
    "GET /v1/files": generic.every("file"),
    "GET /v1/files/{file}": generic.read("file"),
    "POST /v1/file_links": create_link,
    "GET /v1/file_links": generic.every("file_link"),
    "GET /v1/file_links/{link}": generic.read("file_link"),
    "POST /v1/file_links/{link}": update_link,
}
