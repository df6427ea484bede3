"""What the backend does reaches a client of the sync service, each change once and in order, whichever way it is published."""

import json
from types import SimpleNamespace

import httpx
import pytest
from websockets.sync.client import connect

EVERY_WAY = pytest.mark.parametrize("world", ["http", "dapr", "http,dapr"], indirect=True)


@EVERY_WAY
def test_changes_reach_the_clients(world: SimpleNamespace) -> None:
    token = world.token("ada")
    backend = httpx.Client(base_url=world.backend, headers={"authorization": f"Bearer {token}"})
    with connect(world.url.replace("http", "ws") + "/ws", subprotocols=["taskwire.v1"]) as client:
        client.send(
            json.dumps({"type": "hello", "token": token, "clientId": "test", "channels": [{"channel": "user:me"}]})
        )
        assert receive(client)["type"] == "welcome"
        subscribed = receive(client)
        assert (subscribed["recovered"], subscribed["source"]) == (False, "backend")

        task = backend.post("/tasks", json={"title": "milk"}).json()
        assert backend.patch(f"/tasks/{task['id']}", json={"title": "oats"}).status_code == 200
        changed = backend.patch(
            f"/tasks/{task['id']}", json={"status": "completed"}, headers={"idempotency-key": "m1"}
        ).json()
        assert changed["version"] == 3
        assert backend.delete(f"/tasks/{task['id']}").json() == {"id": task["id"], "version": 4}

        events = receive_events(client, 4)
    assert [(event["event"], event["seq"], event["version"]) for event in events] == [
        ("task.created", 1, 1),
        ("task.updated", 2, 2),
        ("task.completed", 3, 3),
        ("task.deleted", 4, 4),
    ]
    assert [event["taskId"] for event in events] == [task["id"]] * 4
    assert events[1]["task"]["title"] == "oats" and events[1]["changedFields"] == ["title"]
    assert events[2]["mutationId"] == "m1" and events[2]["actor"] == {"id": "ada", "name": "Ada"}


@pytest.mark.parametrize("world", ["http"], indirect=True)
def test_nobody_reads_what_is_not_theirs(world: SimpleNamespace) -> None:
    def as_user(user: str) -> httpx.Client:
        return httpx.Client(base_url=world.backend, headers={"authorization": f"Bearer {world.token(user)}"})

    task = as_user("ada").post("/tasks", json={"title": "milk"}).json()
    assert as_user("eve").get("/tasks").json() == []
    assert as_user("eve").patch(f"/tasks/{task['id']}", json={"title": "x"}).status_code == 404
    assert httpx.get(f"{world.backend}/tasks", headers={"authorization": "Bearer nonsense"}).status_code == 401


def receive(client) -> dict:
    return json.loads(client.recv(timeout=30))


def receive_events(client, count: int) -> list[dict]:
    events: list[dict] = []
    while len(events) < count:
        message = receive(client)
        events += message["events"] if message["type"] == "batch" else [message]
    return events
