"""Which addresses are Slack's own: the only ones that tokens, files and answers are sent to."""

from typing import Final
from urllib.parse import urlsplit

RESPONSE_HOST: Final = "hooks.slack.com"
FILE_HOSTS: Final = ".slack.com"


def leads_to(host: str, url: str, base_url: str) -> bool:
    """Whether a URL leads to Slack over TLS: to that very host, or to one below it where it starts with a dot.

    Where ``base_url``, the address of the Web API, is that of another Slack, its own origin is taken as well.
    """
    try:
        wanted, ours = urlsplit(url), urlsplit(base_url)
        if wanted.username is not None or wanted.password is not None or any(c.isspace() for c in url):
            return False
        if (wanted.scheme, wanted.hostname, wanted.port) == (ours.scheme, ours.hostname, ours.port):
            return True
        standard_port = wanted.port in {None, 443}
    except ValueError:
        return False
    name = wanted.hostname or ""
    matches = name.endswith(host) if host.startswith(".") else name == host
    return wanted.scheme == "https" and standard_port and matches
