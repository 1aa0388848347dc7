"""A stateful stand-in for Stripe, for the demo and for tests: strict, repeatable, and able to fail on demand."""

from operations.sandbox.app import Sandbox, create_app
from operations.sandbox.server import RunningSandbox, serve
from operations.sandbox.transport import SandboxTransport

__all__ = ["RunningSandbox", "Sandbox", "SandboxTransport", "create_app", "serve"]
