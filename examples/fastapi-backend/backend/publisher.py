"""Brings the outbox to the sync service, in order, again and again until it has arrived."""

import asyncio
import logging
from typing import Any

import httpx

from .settings import Settings
from .store import Store

TOPIC = "task-events"
PAUSE_S = 1.0

log = logging.getLogger("publisher")


class Publisher:
    """Both ways are at least once; the event's id makes it exactly once at the service."""

    def __init__(self, store: Store, settings: Settings, client: httpx.AsyncClient) -> None:
        self._store = store
        self._settings = settings
        self._client = client
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._news.set()

    async def run(self) -> None:
        while True:
            self._news.clear()
            try:
                while waiting := self._store.waiting():
                    await self._send([event for _, event in waiting])
                    self._store.published(waiting[-1][0])
            except httpx.HTTPError as error:
                log.warning("not published yet, trying again: %s", error)
            try:
                await asyncio.wait_for(self._news.wait(), PAUSE_S)
            except TimeoutError:
                pass

    async def _send(self, events: list[dict[str, Any]]) -> None:
        if "http" in self._settings.ways:
            await self._send_to_service(events)
        if "dapr" in self._settings.ways:
            for event in events:
                await self._send_to_sidecar(event)

    async def _send_to_service(self, events: list[dict[str, Any]]) -> None:
        answer = await self._client.post(
            f"{self._settings.service_url}/api/v1/events",
            json=events,
            headers={"authorization": f"Bearer {self._settings.service_key}"},
        )
        answer.raise_for_status()
        for rejected in answer.json()["rejected"]:
            log.error("rejected for good: %s (%s)", events[rejected["index"]], rejected["reason"])

    async def _send_to_sidecar(self, event: dict[str, Any]) -> None:
        token = self._settings.dapr_api_token
        answer = await self._client.post(
            f"{self._settings.dapr_url}/v1.0/publish/{self._settings.pubsub}/{TOPIC}",
            json=event,
            headers={"dapr-api-token": token} if token else {},
        )
        answer.raise_for_status()
