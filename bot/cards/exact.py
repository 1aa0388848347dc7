"""The exact request of an approval, on demand: all that is sent, to the character, and what its digest covers."""

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from bot.approval import Approval
from bot.blocks import Block, View, context, divider, field, fields, modal, preformatted, section
from bot.cards import marks
from bot.domain import FrozenCall
from bot.text import Mrkdwn, Style, bold, clean, code, escape, join, template
from operations.call import Call, FileContent, Frozen, thaw
from operations.encoding import encode
from operations.flattening import flat

EXACT_VIEW: Final = "exact_request"
"""The callback id of the view."""
FINGERPRINT_SHOWN: Final = 12
PART: Final[Mapping[Style, int]] = MappingProxyType({"rich": 2_500, "plain": 400})
"""Characters of the request in a block; in the plain style they must fit though each was escaped."""
MOST_PARTS: Final = 40
"""Blocks for the request, so that the whole view stays under what Slack takes."""

_COVERS: Final = (
    "The digest covers every byte of it: method, host, path, query, headers and body, and with them the API version, "
    "this workspace, the account, its mode and the key. It is computed anew before anything is sent; whatever differs "
    "is not sent. The idempotency key is chosen when the call is sent."
)
_NOT_IN_LINE: Final = re.compile(r"[\n\r\x85\u2028\u2029]")


def exact_request(approval: Approval, api_version: str, style: Style) -> View:
    """What is sent once it is approved. Values are written as JSON, with what can't be seen as its code."""
    account = approval.account
    blocks: list[Block] = [
        section(join("  ·  ", (marks.mode_mark(livemode=account.livemode), marks.account_mark(account)))),
        *fields(_facts(approval, api_version)),
        divider(),
    ]
    room = MOST_PARTS
    for number, item in enumerate(approval.items, 1):
        parts = list(_parts("\n".join(_request(item.frozen, api_version)), PART[style]))
        if len(approval.items) > 1 and room > 0:
            blocks.append(section(bold(f"Call {number} of {len(approval.items)}")))
            room -= 1
        blocks += [_box(part, style) for part in parts[: max(room, 0)]]
        if len(parts) > room:
            blocks.append(context(f"More is sent than Slack can show: {_rest(approval, number)}."))
            break
        room -= len(parts)
    blocks += [
        divider(),
        section(join("\n", (template("*Digest* (SHA-256)"), code(approval.digest)))),
        context(_COVERS),
    ]
    return modal("Exact request", blocks, callback_id=EXACT_VIEW)


def _rest(approval: Approval, number: int) -> str:
    calls = len(approval.items)
    return f"calls {number} to {calls} stand in its record" if calls > 1 else "the rest stands in its record"


def _facts(approval: Approval, api_version: str) -> Iterator[Mrkdwn]:
    account, call = approval.account, approval.frozen.call
    kind = "restricted" if account.key_kind == "rk" else "secret"
    key = [template("{} key ending {}", escape(kind), account.tail4), escape(f"version {account.version}")]
    if account.fingerprint:
        key.append(template("fingerprint {}", account.fingerprint[:FINGERPRINT_SHOWN]))
    yield field("Account", code(account.stripe_account_id))
    yield field("Mode", "LIVE" if account.livemode else "test")
    yield field("Key", join(", ", key))
    yield field("Stripe-Version", code(api_version))
    for name, value in (("Stripe-Account", call.stripe_account), ("Stripe-Context", call.stripe_context)):
        if value is not None:
            yield field(name, code(value))


def _request(frozen: FrozenCall, api_version: str) -> Iterator[str]:
    """The request line, its headers, and what it carries: a line each, none of which a value can break."""
    call = frozen.call
    request = encode(call, api_version)
    path, _, _ = request.target.partition("?")
    yield f"{request.method} https://{request.host.replace('_', '-')}.stripe.com{path}"
    yield from (f"{name}: {value}" for name, value in sorted(request.headers.items()))
    if request.content_type is not None:
        yield f"Content-Type: {request.content_type.partition(';')[0]}"
    if not call.parameters:
        return
    yield ""
    if call.operation.method == "POST" and call.operation.encoding == "json":
        yield from map(
            _seen, json.dumps(thaw(call.parameters), sort_keys=True, ensure_ascii=False, indent=2).split("\n")
        )
        return
    files = dict(_files(call))
    for name, value in flat(call.parameters):
        yield _seen(f"{name} = {files.get(name) or json.dumps(value, ensure_ascii=False)}")


def _files(call: Call) -> Iterator[tuple[str, str]]:
    """The files that are sent along, each by what tells it from any other."""
    parameters: Mapping[str, Frozen] = call.parameters
    for name, value in parameters.items():
        if isinstance(value, FileContent):
            told = f"{json.dumps(value.name, ensure_ascii=False)} ({value.content_type}, {len(value.data):,} bytes)"
            yield name, f"{told} SHA-256 {sha256(value.data).hexdigest()}"


def _seen(line: str) -> str:
    """The line with what a reader could not see, or would see as a line's end, as its code."""
    if clean(line) == line and not _NOT_IN_LINE.search(line):
        return line
    return "".join(each if clean(each) == each and not _NOT_IN_LINE.match(each) else _code_of(each) for each in line)


def _code_of(character: str) -> str:
    return json.dumps(character)[1:-1]


def _parts(text: str, most: int) -> Iterator[str]:
    """The text in pieces that a block takes, cut at line ends where there are any."""
    while len(text) > most:
        end = text.rfind("\n", 0, most)
        end = end if end > 0 else most
        yield text[:end]
        text = text[end:].removeprefix("\n")
    yield text


def _box(text: str, style: Style) -> Block:
    if style == "rich":
        return preformatted(text)
    return section(join("\n", [code(line) if line else escape(" ") for line in text.split("\n")]))
