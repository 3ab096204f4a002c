"""Serve the what-if page on this machine alone, until Ctrl-C."""

from __future__ import annotations

import contextlib
import logging
import socket
import webbrowser
from pathlib import Path
from types import FrameType

from sim.experiment.errors import ExperimentError
from sim.nhs import MissingExtraError, environment
from sim.page.background import Background
from sim.page.state import read

HOST = "127.0.0.1"
"""The loopback: nobody on a network can reach it."""


class PageError(ExperimentError):
    """The page cannot be served."""


def serve(port: int, out: Path, browser: bool) -> None:
    """Serve the page until Ctrl-C; ``port`` 0 takes any that is free.

    Prints the address, and opens it where ``browser`` says so. Raises ``PageError`` where the
    port is taken, ``MissingExtraError`` without the extra, ``StoreError`` where nothing can
    be written under ``out``.
    """
    _check_extra()
    with _listening(port) as listener:
        background = Background(out)
        address = f"http://{HOST}:{listener.getsockname()[1]}/"
        with contextlib.suppress(KeyboardInterrupt):
            _run(listener, background, address, browser)
    print("Stopped. Finished replications are kept.")


def _check_extra() -> None:
    """Raise ``MissingExtraError`` before anything is begun."""
    try:
        import starlette
        import uvicorn
    except ImportError as error:
        raise MissingExtraError("explore") from error
    del starlette, uvicorn
    environment("sim.page")


def _listening(port: int) -> socket.socket:
    """Return a socket that listens on the loopback. Raises ``PageError``."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or "expected a number from 0 to 65535"
        raise PageError(f"port {port}: {reason.lower()}; choose another one with --port") from error
    return listener


def _run(listener: socket.socket, background: Background, address: str, browser: bool) -> None:
    import uvicorn

    from sim.page.app import app

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            background.stop()  # pages that wait for more are answered now
            # What takes longer is cut off after a while, which is no error to be told.
            logging.getLogger("uvicorn.error").disabled = True
            super().handle_exit(sig, frame)

    config = uvicorn.Config(app(background), log_level="warning", timeout_graceful_shutdown=2)
    print(f"The page is at {address} (on this machine only). Ctrl-C stops it.", flush=True)
    background.ask(read([]).state)  # the engine is compiled before anybody waits for it
    if browser:
        webbrowser.open(address)
    Server(config).run(sockets=[listener])
