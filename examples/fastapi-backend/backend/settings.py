"""What the environment says."""

import os
from dataclasses import dataclass, field


def _ways() -> tuple[str, ...]:
    ways = tuple(way.strip() for way in os.environ.get("PUBLISH_VIA", "http").split(","))
    for way in ways:
        if way not in ("http", "dapr"):
            raise SystemExit(f'PUBLISH_VIA holds "{way}": set it to http, dapr or http,dapr.')
    return ways


@dataclass(frozen=True)
class Settings:
    """Read once at start."""

    database: str = field(default_factory=lambda: os.environ.get("DATABASE", "tasks.sqlite"))
    jwt_secret: str = field(default_factory=lambda: os.environ["JWT_SECRET"])
    #: http: POST /api/v1/events of the sync service. dapr: the sidecar's publish API. Both: each event still counts once.
    ways: tuple[str, ...] = field(default_factory=_ways)
    service_url: str = field(default_factory=lambda: os.environ.get("SERVICE_URL", "http://127.0.0.1:8005"))
    service_key: str = field(default_factory=lambda: os.environ.get("SERVICE_KEY", ""))
    dapr_url: str = field(
        default_factory=lambda: f"http://127.0.0.1:{os.environ.get('DAPR_HTTP_PORT', '3500')}"
    )
    dapr_api_token: str = field(default_factory=lambda: os.environ.get("DAPR_API_TOKEN", ""))
    pubsub: str = field(default_factory=lambda: os.environ.get("DAPR_PUBSUB_NAME", "pubsub"))
