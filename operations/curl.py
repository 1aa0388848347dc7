"""A call as a curl command that sends the same request. The key is a variable of the shell, never a value."""

from collections.abc import Iterator
from shlex import quote
from typing import Final
from urllib.parse import unquote

from operations.call import Call, FileContent
from operations.encoding import FORM, Request, encode, form_fields
from operations.executor import HOSTS

KEY: Final = '"$STRIPE_SECRET_KEY:"'
"""What stands for the key: a user name for curl, with an empty password behind the colon."""


def curl(call: Call, api_version: str) -> str:
    """The command, an option a line. Files are read from where it is run, by their names."""
    request = encode(call, api_version)
    return " \\\n  ".join(_parts(call, request))


def _parts(call: Call, request: Request) -> Iterator[str]:
    method = (
        f"-X {request.method} "
        if request.method == "DELETE" or (request.method == "POST" and not request.content)
        else ""
    )
    # -g: brackets in a URL are brackets.
    yield f"curl -g {method}{quote(HOSTS[request.host] + request.target)}"
    yield f"-u {KEY}"
    yield from (f"-H {quote(f'{name}: {value}')}" for name, value in sorted(request.headers.items()))
    if call.operation.encoding == "multipart":
        yield from _uploads(call)
    elif request.content_type == FORM and request.content:
        yield from map(_pair, request.content.decode().split("&"))
    elif request.content:
        yield f"-H {quote(f'Content-Type: {request.content_type}')}"
        yield f"-d {quote(request.content.decode())}"


def _pair(encoded: str) -> str:
    name, _, value = encoded.partition("=")
    plain = unquote(value)
    option = "-d" if plain == value else "--data-urlencode"
    return f"{option} {quote(f'{name}={plain}')}"


def _uploads(call: Call) -> Iterator[str]:
    for name, value in form_fields(call.parameters, indexed=False):
        if isinstance(value, FileContent):
            yield f"-F {quote(f'{name}=@{_file_name(value.name)};type={value.content_type}')}"
        else:
            yield f"--form-string {quote(f'{name}={value}')}"


def _file_name(name: str) -> str:
    """A file's name as curl reads it: in quotes where it has signs that mean something to curl."""
    if not set(name) & set(' ,;"\\='):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
