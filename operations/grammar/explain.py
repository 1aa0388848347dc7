"""What a ``/stripe`` text means, as plain data, without running it."""

from operations.call import thaw
from operations.encoding import encode
from operations.grammar.binding import Command
from operations.grammar.parse import parse
from operations.grammar.shaping_options import told
from operations.problem import Problem
from operations.registry import Registry
from operations.risk import assess
from operations.shaping import AS_IT_IS
from operations.when import NOBODY_KNOWS, When


def explain(text: str, registry: Registry, when: When = NOBODY_KNOWS) -> dict[str, object]:
    """The meaning of a text as JSON values, or what is wrong with it.

    ``query`` and ``body`` are the nested values, ``encoded`` is the query or the body as it is sent, ``missing`` names
    required parameters that are not given, ``stated`` has the amounts whose currency was said and is not sent,
    ``shaping``, where it is there, what is asked of the answer.
    """
    parsed = parse(text, registry, when)
    return refused(parsed) if isinstance(parsed, Problem) else meaning(parsed, registry)


def meaning(command: Command, registry: Registry) -> dict[str, object]:
    """A command as JSON values."""
    call = command.call
    request = encode(call, registry.api_version)
    path, _, query = request.target.partition("?")
    risk = assess(call)
    return {
        "ok": True,
        "operation": call.operation.name,
        "method": request.method,
        "path": path,
        "query": thaw(call.query) if call.query else {},
        "body": thaw(call.body) if call.body else {},
        "headers": dict(request.headers),
        "encoded": request.content.decode(errors="replace") if call.operation.method == "POST" else query,
        "missing": list(command.missing),
        "stated": [
            {"parameter": each.parameter, "amount": each.amount, "currency": each.currency} for each in command.stated
        ],
        "risk": risk.tier,
        "flags": sorted(risk.flags),
        **({"shaping": told(command.shaping)} if command.shaping != AS_IT_IS else {}),
    }


def refused(problem: Problem) -> dict[str, object]:
    """A problem as JSON values."""
    return {
        "ok": False,
        "error": {
            "code": problem.code,
            "message": problem.message,
            "parameter": problem.parameter,
            "suggestions": list(problem.suggestions),
        },
    }
