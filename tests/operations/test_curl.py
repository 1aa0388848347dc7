"""The curl command of a call sends the very request, and nothing that a value holds gets out of its quotes.

The real curl is run by a shell, against a server of this machine that keeps what arrives.
"""

import base64
import http.server
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from operations.call import Call, FileContent, bind
from operations.curl import KEY, curl
from operations.encoding import FORM, encode
from operations.executor import HOSTS
from operations.registry import registry
from operations.spec import Operation
from tests.local_programs import curl_program
from tests.strategies import calls

REGISTRY = registry()
VERSION = REGISTRY.api_version
SECRET = "_".join(("sk", "test", "a1b2c3d4e5f6"))
HOSTILE = (
    "$(touch hacked)",
    "`touch hacked`",
    "'; touch hacked; '",
    "\\'; touch hacked #",
    '"; touch hacked; "',
    "$HOME",
    "a\n; touch hacked",
    "a \\\n touch hacked",
    "@/etc/hostname",
    "<file",
    "x=y&z=1",
    "100% + 1",
    "日本 “x”",
)


@dataclass(frozen=True)
class Arrived:
    """A request as the server got it."""

    method: str
    target: str
    headers: Message
    content: bytes = field(repr=False)


@dataclass
class Server:
    """A server of this machine."""

    url: str
    arrived: list[Arrived]
    folder: Path

    def run(self, call: Call) -> Arrived:
        """Run the call's command in a shell, as somebody would who pastes it; what arrives."""
        command = curl(call, VERSION)
        for host in HOSTS.values():
            command = command.replace(f"curl -g {host}", f"curl -g {self.url}").replace(host, self.url, 1)
        self.arrived.clear()
        environment = {"STRIPE_SECRET_KEY": SECRET, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (done.stderr, command)
        assert not (self.folder / "hacked").exists(), command
        [one] = self.arrived
        return one


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    curl_program()
    arrived: list[Arrived] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def _take(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            arrived.append(Arrived(self.command, self.path, self.headers, content))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_DELETE = _take  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Nothing to be said."""

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield Server(f"http://127.0.0.1:{made.server_port}", arrived, tmp_path_factory.mktemp("curl"))
    made.shutdown()
    made.server_close()


def judged(server: Server, call: Call) -> Arrived:
    """What arrives, once it was found to be what the executor would send."""
    wanted, got = encode(call, VERSION), server.run(call)
    assert (got.method, got.target) == (wanted.method, wanted.target)
    assert {name: got.headers[name] for name in wanted.headers} == dict(wanted.headers)
    assert got.headers["Authorization"] == f"Basic {base64.b64encode(f'{SECRET}:'.encode()).decode()}"
    if wanted.content and call.operation.encoding != "multipart":
        assert got.headers["Content-Type"] == wanted.content_type
    if wanted.content_type == FORM:
        # curl writes a blank as +, which says the same.
        assert got.content.replace(b"+", b"%20") == wanted.content
    elif call.operation.encoding != "multipart":
        assert got.content == wanted.content
    return got


def named(name: str) -> Operation:
    found = REGISTRY.longest_words(name.split())
    assert found is not None
    return found[0]


KINDS: Mapping[str, list[Operation]] = {
    "form": [each for each in REGISTRY.operations if each.method == "POST" and each.encoding == "form"],
    "json": [each for each in REGISTRY.operations if each.method == "POST" and each.encoding == "json"],
    "query": [each for each in REGISTRY.operations if each.method == "GET" and each.parameters],
    "delete": [each for each in REGISTRY.operations if each.method == "DELETE"],
}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_command_sends_the_very_request(server: Server, kind: str, data: st.DataObject) -> None:
    """Method, path, query with its brackets, headers, and the content in its order."""
    call = data.draw(calls(data.draw(st.sampled_from(KINDS[kind])), REGISTRY))
    judged(server, call)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["customers create", "customers list", "v2 core accounts create"])
def test_a_value_stays_in_its_quotes(server: Server, name: str, value: str) -> None:
    """Whatever a shell or curl would make of it: it arrives as it is, and nothing else happens."""
    field_name = {"customers list": "email", "v2 core accounts create": "display_name"}.get(name, "name")
    parameters: dict[str, object] = {field_name: value}
    if name == "customers create":
        parameters["metadata"] = {value: value}
    judged(server, bind(named(name), {}, parameters))


@pytest.mark.parametrize("file_name", ["evidence.pdf", "two words.pdf", "a;type=x.pdf", "a,b.pdf", 'o\'brien "x".pdf'])
def test_an_upload_reads_the_file_by_its_name(server: Server, file_name: str) -> None:
    """With its name, its type and its bytes, and the other values as they are."""
    data = b"%PDF-1.7\r\n\x00\xff--"
    (server.folder / file_name).write_bytes(data)
    file = FileContent(file_name, "application/pdf", data)
    call = bind(named("files create"), {}, {"purpose": "@/etc/hostname;x", "file": file})
    got = judged(server, call)
    head = f"Content-Type: {got.headers['Content-Type']}\r\n\r\n".encode()
    parts = {
        str(part.get_param("name", header="content-disposition")): part
        for part in BytesParser(policy=HTTP).parsebytes(head + got.content).iter_parts()
    }
    assert parts["purpose"].get_payload(decode=True) == b"@/etc/hostname;x"
    assert parts["file"].get_payload(decode=True) == data
    assert parts["file"].get_content_type() == "application/pdf"
    assert file_name.replace('"', "%22") in str(parts["file"]["content-disposition"]).replace('\\"', "%22")


def test_the_accounts_that_a_call_names_are_sent() -> None:
    """As headers."""
    command = curl(bind(named("charges list"), {}, {}, stripe_account="acct_1", stripe_context="a/b"), VERSION)
    assert "-H 'Stripe-Account: acct_1'" in command
    assert "-H 'Stripe-Context: a/b'" in command


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_command_has_a_key(data: st.DataObject) -> None:
    """What stands for it is a variable of the shell that runs the command."""
    call = data.draw(calls(data.draw(st.sampled_from(REGISTRY.operations)), REGISTRY))
    lines = curl(call, VERSION).split(" \\\n  ")
    assert f"-u {KEY}" in lines
    assert "sk_" not in KEY
    assert "Authorization" not in "".join(each for each in lines if each.startswith("-H"))
