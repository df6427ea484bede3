"""A small task backend, as the seeds have them; what happens to its tasks reaches every client over the sync service."""

import asyncio
from contextlib import asynccontextmanager
from typing import Annotated, Any, AsyncIterator, Literal

import httpx
import jwt
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel, Field

from .publisher import Publisher
from .settings import Settings
from .store import Store


class NewTask(BaseModel):
    title: str = Field(min_length=1)
    description: str | None = None


class TaskChanges(BaseModel):
    title: str | None = Field(default=None, min_length=1)
    description: str | None = None
    status: Literal["pending", "in-progress", "completed"] | None = None


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings = Settings()
    store = Store(settings.database)
    async with httpx.AsyncClient(timeout=10) as client:
        publisher = Publisher(store, settings, client)
        app.state.settings, app.state.store, app.state.publisher = settings, store, publisher
        running = asyncio.create_task(publisher.run())
        yield
        running.cancel()
    store.close()


app = FastAPI(title="Task backend", lifespan=lifespan)


def actor_of(request: Request, authorization: Annotated[str, Header()] = "") -> dict[str, str]:
    """The signed-in user: the token is the one that the sync service takes, and nothing else says who somebody is."""
    try:
        claims = jwt.decode(
            authorization.removeprefix("Bearer "),
            request.app.state.settings.jwt_secret,
            algorithms=["HS256"],
            options={"require": ["exp", "sub"]},
        )
    except jwt.InvalidTokenError as error:
        raise HTTPException(401, "Send a valid token as Authorization: Bearer <token>.") from error
    return {"id": claims["sub"], **({"name": claims["name"]} if "name" in claims else {})}


Actor = Annotated[dict[str, str], Depends(actor_of)]
MutationId = Annotated[str | None, Header(alias="Idempotency-Key")]


@app.get("/tasks")
def list_tasks(request: Request, actor: Actor) -> list[dict[str, Any]]:
    return request.app.state.store.tasks_of(actor["id"])


@app.post("/tasks", status_code=201)
async def create_task(request: Request, actor: Actor, body: NewTask, mutation_id: MutationId = None) -> dict[str, Any]:
    return _told(request, request.app.state.store.create(actor, body.model_dump(), mutation_id))


@app.patch("/tasks/{task_id}")
async def change_task(
    request: Request, actor: Actor, task_id: int, body: TaskChanges, mutation_id: MutationId = None
) -> dict[str, Any]:
    changes = body.model_dump(exclude_unset=True)
    return _told(request, request.app.state.store.change(actor, task_id, changes, mutation_id))


@app.delete("/tasks/{task_id}")
async def delete_task(request: Request, actor: Actor, task_id: int, mutation_id: MutationId = None) -> dict[str, Any]:
    task = _told(request, request.app.state.store.delete(actor, task_id, mutation_id))
    return {"id": task["id"], "version": task["version"]}


def _told(request: Request, task: dict[str, Any] | None) -> dict[str, Any]:
    if task is None:
        raise HTTPException(404, "There is no such task.")
    request.app.state.publisher.wake()
    return task
