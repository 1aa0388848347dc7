"""What Stripe takes as a file: which kinds for which purpose, and how large.

The table is that of Stripe's guide to file uploads (https://docs.stripe.com/file-upload), whose sizes are decimal:
1 MB is 1,000,000 bytes. Stripe wants the content type to be that of the content, so it is told by the bytes where they
tell it. What a file is called or claims to be is somebody's word, and never decides alone what it is taken for.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from operations.call import FileContent

MOST_BYTES: Final = 16_000_000
"""Ours: a file is kept, sealed, with the call that sends it. Stripe's own limits are higher for a few purposes."""
NAME_SHOWN: Final = 100
UNKNOWN_TYPE: Final = "application/octet-stream"

_HEAD: Final = 1024
"""Bytes at the start of a file within which readers look for a mark."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. ``mark`` is how its content begins; empty where nothing in the content tells.

    ``shared``: other kinds begin the same way, so the name or the claimed type has to say which one it is.
    """

    words: str
    content_type: str
    endings: tuple[str, ...]
    mark: bytes = b""
    shared: bool = False


_PDF = Kind("PDF", "application/pdf", ("pdf",), b"%PDF-")
_JPEG = Kind("JPEG", "image/jpeg", ("jpg", "jpeg"), b"\xff\xd8\xff")
_PNG = Kind("PNG", "image/png", ("png",), b"\x89PNG\r\n\x1a\n")
_GIF = Kind("GIF", "image/gif", ("gif",), b"GIF8")
_SVG = Kind("SVG", "image/svg+xml", ("svg",))
_CSV = Kind("CSV", "text/csv", ("csv",))
_JSON = Kind("JSON", "application/json", ("json",))
_TXT = Kind("TXT", "text/plain", ("txt",))
_MARKDOWN = Kind("Markdown", "text/markdown", ("md", "markdown"))
_PEM = Kind("PEM", "application/x-pem-file", ("pem", "crt", "cer", "key"), b"-----BEGIN ")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_XLSX = Kind("XLSX", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",), b"PK\x03\x04", shared=True)
_DOCX = Kind("DOCX", f"{_OFFICE}wordprocessingml.document", ("docx",), b"PK\x03\x04", shared=True)
_APK = Kind("APK", "application/vnd.android.package-archive", ("apk",), b"PK\x03\x04", shared=True)
_KINDS = (_PDF, _JPEG, _PNG, _GIF, _PEM, _XLSX, _DOCX, _APK, _SVG, _CSV, _JSON, _MARKDOWN, _TXT)


@dataclass(frozen=True, slots=True)
class Limit:
    """What Stripe takes for a purpose. ``most_bytes`` is Stripe's; :func:`most_bytes` minds ours, too."""

    kinds: tuple[Kind, ...]
    most_bytes: int


_DOCUMENTS = (_PDF, _JPEG, _PNG)
LIMITS: Final[Mapping[str, Limit]] = MappingProxyType(
    {
        "account_requirement": Limit(_DOCUMENTS, 64_000_000),
        "additional_verification": Limit(_DOCUMENTS, 16_000_000),
        "business_icon": Limit((_JPEG, _PNG, _GIF), 512_000),
        "business_logo": Limit((_JPEG, _PNG, _GIF), 512_000),
        "customer_signature": Limit((_JPEG, _PNG, _SVG), 4_000_000),
        "dispute_evidence": Limit(_DOCUMENTS, 5_000_000),
        "identity_document": Limit(_DOCUMENTS, 32_000_000),
        "issuing_regulatory_reporting": Limit((_JSON,), 256_000),
        "pci_document": Limit((_PDF,), 16_000_000),
        "platform_terms_of_service": Limit((_PDF, _TXT, _MARKDOWN), 64_000_000),
        "tax_document_user_upload": Limit((_PDF, _CSV, _JPEG, _PNG, _XLSX, _DOCX), 16_000_000),
        "terminal_android_apk": Limit((_APK,), 200_000_000),
        "terminal_reader_splashscreen": Limit((_PNG, _JPEG, _GIF), 4_194_304),
        "terminal_wifi_certificate": Limit((_PEM,), 100_000),
        "terminal_wifi_private_key": Limit((_PEM,), 100_000),
    }
)
"""By purpose. Stripe may know more; for those, only :data:`MOST_BYTES` is checked here."""


def content(name: str, claimed: str, data: bytes) -> FileContent:
    """A file as it is sent: under a safe name, with the content type that its bytes have."""
    name = safe_name(name)
    kind = kind_of(name, claimed, data)
    return FileContent(name, kind.content_type if kind else UNKNOWN_TYPE, data)


def problem(purpose: str, file: FileContent) -> str | None:
    """Why Stripe would not take the file for the purpose, as a sentence; None where nothing is known against it."""
    if not file.data:
        return f"{file.name} is empty."
    too_large = size_problem(purpose, file.name, len(file.data))
    limit = LIMITS.get(purpose)
    if too_large or limit is None:
        return too_large
    kind = kind_of(file.name, file.content_type, file.data)
    if kind in limit.kinds:
        return None
    told = "is none of them, whatever its name says" if kind is None else f"is {_a(kind.words)}"
    return f"As {_words(purpose)} Stripe takes {_listed(limit.kinds)}; {file.name} {told}."


def size_problem(purpose: str, name: str, size: int) -> str | None:
    """Why so many bytes are too many for the purpose, as a sentence; None where they aren't."""
    most = most_bytes(purpose)
    if size <= most:
        return None
    has = size_words(size) if size_words(size) != size_words(most) else f"{size:,} bytes"
    return f"{name} has {has}, and {most_words(purpose)}."


def most_words(purpose: str) -> str:
    """How large a file for the purpose may be here, as a clause."""
    most = most_bytes(purpose)
    if most < stripe_takes(purpose):
        return f"at most {size_words(most)} can be carried here, so upload it in Stripe's Dashboard"
    return f"as {_words(purpose)} Stripe takes at most {size_words(most)}"


def most_bytes(purpose: str) -> int:
    """How large a file for the purpose may be here."""
    return min(stripe_takes(purpose), MOST_BYTES)


def stripe_takes(purpose: str) -> int:
    """How large a file for the purpose may be by Stripe; for one that isn't in the table, as large as for any."""
    limit = LIMITS.get(purpose)
    return limit.most_bytes if limit else max(each.most_bytes for each in LIMITS.values())


def kind_of(name: str, claimed: str, data: bytes) -> Kind | None:
    """What kind of file it is: by how its content begins, else by its name or claimed type where that can be so."""
    head = data[:_HEAD].lstrip()
    marked = next((kind for kind in _KINDS if kind.mark and not kind.shared and head.startswith(kind.mark)), None)
    if marked is not None:
        return marked
    ending = name.rpartition(".")[2].lower()
    plain = claimed.partition(";")[0].strip().lower()
    # The name comes first: what a type is claimed for Markdown, CSV and the like differs from system to system.
    named = next((kind for kind in _KINDS if ending in kind.endings), None)
    named = named or next((kind for kind in _KINDS if plain == kind.content_type), None)
    return named if named is not None and head.startswith(named.mark) else None


def safe_name(name: str) -> str:
    """A name for a file that is no path, holds nothing unseen, and keeps its ending; ``file`` where nothing is left."""
    base = re.split(r"[/\\]", name)[-1]
    visible = "".join(each for each in unicodedata.normalize("NFC", base) if unicodedata.category(each)[0] != "C")
    plain = " ".join(visible.split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= NAME_SHOWN:
        return plain or "file"
    return f"{stem[: NAME_SHOWN - 1 - len(ending)]}.{ending}" if dot and len(ending) < 10 else plain[:NAME_SHOWN]


def size_words(size: int) -> str:
    """A number of bytes for people, in decimal units as Stripe counts them: ``5.2 MB``, ``512 KB``, ``1 byte``."""
    for unit, name in ((1_000_000, "MB"), (1_000, "KB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return "1 byte" if size == 1 else f"{size} bytes"


def _words(purpose: str) -> str:
    return purpose.replace("_", " ")


def _a(words: str) -> str:
    return f"an {words}" if words in {"SVG", "XLSX", "APK"} else f"a {words}"


def _listed(kinds: tuple[Kind, ...]) -> str:
    *most, last = (kind.words for kind in kinds)
    return f"{', '.join(most)} and {last}" if most else last
