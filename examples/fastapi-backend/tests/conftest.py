"""Real processes: the sync service (Node), the backend (uvicorn), and a sidecar that is played in between."""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Iterator

import httpx
import jwt
import pytest

HERE = Path(__file__).resolve().parent.parent
SERVICE = HERE.parent.parent / "services" / "websocket-service"
PATIENCE_S = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sidecar(BaseHTTPRequestHandler):
    """Takes what is published, wraps it as Dapr does, and delivers it to the service twice: at least once, in the worst case."""

    internal_url = ""

    def do_POST(self) -> None:  # noqa: N802
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        *_, pubsub, topic = self.path.split("/")
        event = {
            "specversion": "1.0",
            "id": str(uuid.uuid4()),
            "source": "fastapi-backend-app",
            "type": "com.dapr.event.sent",
            "datacontenttype": "application/json",
            "pubsubname": pubsub,
            "topic": topic,
            "data": body,
        }
        for _ in range(2):
            answer = httpx.post(
                f"{self.internal_url}/dapr/{topic}",
                content=json.dumps(event),
                headers={"content-type": "application/cloudevents+json"},
            )
            assert answer.json() == {"status": "SUCCESS"}, answer.text
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """Service, sidecar and backend; `request.param` says which way is published."""
    entry = SERVICE / "dist" / "main.js"
    if not entry.exists():
        pytest.fail("The service is not built: run `npm run build -w services/websocket-service` first.")
    secret, key = secrets.token_hex(32), secrets.token_hex(32)
    env = {**os.environ, "JWT_SECRET": secret, "SERVICE_KEY": key, "TASKS_SOURCE": "backend"}
    service = subprocess.Popen(
        ["node", str(entry)],
        env={**env, "SERVICE_PORT": "0", "INTERNAL_PORT": "0", "DATA_DIR": str(tmp_path / "service")},
        stdout=subprocess.PIPE,
        text=True,
    )
    url = address_in(service)
    Sidecar.internal_url = address_in(service)
    sidecar = ThreadingHTTPServer(("127.0.0.1", 0), Sidecar)
    threading.Thread(target=sidecar.serve_forever, daemon=True).start()
    port = free_port()
    backend = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "backend.main:app", "--port", str(port), "--log-level", "warning"],
        cwd=HERE,
        env={
            **env,
            "PUBLISH_VIA": request.param,
            "SERVICE_URL": url,
            "DAPR_HTTP_PORT": str(sidecar.server_port),
            "DATABASE": str(tmp_path / "tasks.sqlite"),
        },
    )
    try:
        backend_url = f"http://127.0.0.1:{port}"
        until_up(backend, port)
        yield SimpleNamespace(url=url, backend=backend_url, token=lambda user: token_of(user, secret))
    finally:
        for process in (backend, service):
            process.terminate()
            process.wait(PATIENCE_S)
        sidecar.shutdown()


def address_in(process: subprocess.Popen[str]) -> str:
    for line in process.stdout or []:
        if found := re.search(r"http://\S+", line):
            return found[0]
    raise AssertionError("The service ended before it listened.")


def until_up(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("The backend does not answer.")


def token_of(user: str, secret: str) -> str:
    claims = {"sub": user, "name": user.title(), "exp": int(time.time()) + 3600}
    return jwt.encode(claims, secret, algorithm="HS256")
