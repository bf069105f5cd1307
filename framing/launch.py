"""Starting the dashboard: Streamlit on this machine alone, the browser opened at the event once it answers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from framing.errors import FramingError
from framing.resources import shipped

ADDRESS = "127.0.0.1"
FIRST_PORT, PORTS_TRIED = 8501, 50
# Streamlit answers within 2 s on two cores; a cold disk and a busy machine have taken 20.
PATIENCE = 60.0

# The shipped .streamlit/config.toml says the same; a configuration in the working folder must not undo it.
SETTINGS = (
    f"--server.address={ADDRESS}",
    "--server.allowedHosts=localhost",
    f"--server.allowedHosts={ADDRESS}",
    "--server.headless=true",
    "--server.fileWatcherType=none",
    "--server.maxUploadSize=20",
    "--server.enableCORS=true",
    "--server.enableXsrfProtection=true",
    "--browser.gatherUsageStats=false",
    # A search for garbage after every run kept every visitor waiting for 40 ms or more; Python's own, when enough has
    # gathered, kept the memory as low over 24 visits (docs/scaling.md).
    "--runner.postScriptGC=false",
    "--client.showErrorDetails=none",
    "--client.toolbarMode=minimal",
)


def dashboard_command(port: int) -> list[str]:
    """The command line that serves the shipped dashboard. (-P, as wherever we start ourselves: a click.py or random.py
    in the reader's own folder must not be run in place of a package.)"""
    script = str(shipped("dashboard.py"))
    return [sys.executable, "-P", "-m", "framing.server", "run", script, f"--server.port={port}", *SETTINGS]


def free_port(wanted: int | None = None) -> int:
    """The wanted port, or the first free one from 8501. Raises FramingError where there is none."""
    ports = [wanted] if wanted is not None else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
            return port
    raise FramingError(f"Port {ports[0]} is in use. Choose another with --port, or leave it out.")


def serve(
    corpus: Path | None,
    port: int | None,
    event_id: str | None = None,
    browser: bool = True,
    say: Callable[[str], None] = print,
) -> int:
    """Serves the dashboard until Ctrl-C or SIGTERM; its exit status. Raises FramingError where it does not start."""
    port = free_port(port)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # else the server would go on without its parent
    environment = {**os.environ, **({"FRAMING_CORPUS": str(corpus.resolve())} if corpus else {})}
    address = f"http://{ADDRESS}:{port}/" + (f"?{urlencode({'event': event_id})}" if event_id else "")
    server = subprocess.Popen(
        dashboard_command(port), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        _await_answer(server, port)
        say(f"Dashboard: {address}\nStop it with Ctrl-C.")
        if browser:
            webbrowser.open(address)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        stop(server)


def _await_answer(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise FramingError(f"The dashboard stopped at once (exit status {server.returncode}); see the lines above.")
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}:{port}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise FramingError(f"The dashboard did not answer within {PATIENCE:.0f} seconds.")


def stop(server: subprocess.Popen[Any]) -> None:
    """Ends a process: politely, and after five seconds for certain."""
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
