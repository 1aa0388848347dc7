"""A minimal right request to each of the 726 operations gets an answer of the declared kind."""

import re
from typing import Any

import httpx

from operations.sandbox.behaviours import BEHAVIOURS
from operations.spec import Operation
from tests.operations.sandbox.conftest import Client
from tests.operations.sandbox.minimal import minimal


def same_path(key: str, other: str) -> bool:
    """Whether two operation keys differ at most in the names of their placeholders."""
    return re.sub(r"\{[^}]*\}", "{}", key) == re.sub(r"\{[^}]*\}", "{}", other)


def _is_object(operation: Operation, body: dict[str, Any]) -> bool:
    if operation.api == "v1" or "object" in body:
        return not operation.response.objects or body["object"] in operation.response.objects
    return True


def _fits(operation: Operation, answer: httpx.Response) -> bool:
    kind = operation.response.kind
    if kind == "binary":
        return answer.content.startswith(b"%PDF-") and answer.headers["content-type"] == "application/pdf"
    body = answer.json()
    match kind:
        case "empty":
            return bool(body == {})
        case "list" if operation.api == "v2":
            return isinstance(body["data"], list) and {"next_page_url", "previous_page_url"} <= body.keys()
        case "list" | "search":
            return body["object"] == {"list": "list", "search": "search_result"}[kind] and isinstance(
                body["data"], list
            )
        case "deleted":
            return bool(body["deleted"]) and _is_object(operation, body)
    return _is_object(operation, body) and (operation.method == "DELETE" or "deleted" not in body)


async def test_minimal_right_request_gets_an_answer_of_the_declared_kind(client: Client, seeded: bytes) -> None:
    """Lists come as lists, deletions as deletion marks, files as bytes, everything else as the declared object."""
    wrong: list[str] = []
    for operation in sorted(client.app.registry.operations, key=lambda each: each.method != "GET"):
        if operation.method != "GET" and any(same_path(key, operation.key) for key in BEHAVIOURS):
            # What has a memory begins with the same memory each time.
            client.app.state.restore(seeded)
        answer = await client.send(minimal(operation, client.app))
        if answer.status_code != 200 or not _fits(operation, answer):
            wrong.append(f"{operation.key}: {answer.status_code} {answer.text[:300]}")
    assert not wrong, "\n".join(wrong)
