"""Tasks and the events that tell of them, in one SQLite file.

A change and its event are written in one transaction (an outbox): a crash between the two can lose neither. The version
counts up with each change, deletes included, so that an event that arrives late is seen to be old.
"""

import json
import sqlite3
import threading
import uuid
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, Iterator

SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT,
  status TEXT NOT NULL DEFAULT 'pending',
  version INTEGER NOT NULL DEFAULT 1,
  deleted INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  event TEXT NOT NULL
);
"""

#: Whose ids the events have; with it an event that comes both ways counts once.
SOURCE = "fastapi-backend"


class Store:
    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(SCHEMA)
        self._lock = threading.Lock()

    def close(self) -> None:
        self._db.close()

    def tasks_of(self, user_id: str) -> list[dict[str, Any]]:
        rows = self._read("SELECT * FROM tasks WHERE user_id = ? AND deleted = 0 ORDER BY id", user_id)
        return [_task(row) for row in rows]

    def create(self, actor: dict[str, str], fields: dict[str, Any], mutation_id: str | None) -> dict[str, Any]:
        now = _now()
        with self._transaction():
            row = self._db.execute(
                "INSERT INTO tasks (user_id, title, description, created_at, updated_at) VALUES (?, ?, ?, ?, ?) RETURNING *",
                (actor["id"], fields["title"], fields.get("description"), now, now),
            ).fetchone()
            task = _task(row)
            self._tell("TASK_ADDED", task, task, [], actor, mutation_id)
        return task

    def change(
        self, actor: dict[str, str], task_id: int, fields: dict[str, Any], mutation_id: str | None
    ) -> dict[str, Any] | None:
        with self._transaction():
            task = self._own(actor["id"], task_id)
            if task is None:
                return None
            changed = [name for name, value in fields.items() if task[name] != value]
            if not changed:
                return task
            task |= {name: fields[name] for name in changed}
            self._save(task)
            # Only what changed: the service merges it.
            data = {name: task[name] for name in ["id", *changed, "updated_at"]}
            kind = "TASK_STATUS_CHANGED" if changed == ["status"] else "TASK_CHANGED"
            self._tell(kind, task, data, changed, actor, mutation_id)
        return task

    def delete(self, actor: dict[str, str], task_id: int, mutation_id: str | None) -> dict[str, Any] | None:
        with self._transaction():
            task = self._own(actor["id"], task_id)
            if task is None:
                return None
            self._save(task, deleted=1)
            self._tell("TASK_REMOVED", task, {"id": task_id}, [], actor, mutation_id)
        return task

    def waiting(self, limit: int = 100) -> list[tuple[int, dict[str, Any]]]:
        """Events that are not published yet, oldest first."""
        rows = self._read("SELECT position, event FROM outbox ORDER BY position LIMIT ?", limit)
        return [(row["position"], json.loads(row["event"])) for row in rows]

    def published(self, position: int) -> None:
        """All events up to `position` have arrived."""
        with self._transaction():
            self._db.execute("DELETE FROM outbox WHERE position <= ?", (position,))

    def _own(self, user_id: str, task_id: int) -> dict[str, Any] | None:
        row = self._db.execute(
            "SELECT * FROM tasks WHERE id = ? AND user_id = ? AND deleted = 0", (task_id, user_id)
        ).fetchone()
        return None if row is None else _task(row)

    def _save(self, task: dict[str, Any], deleted: int = 0) -> None:
        task |= {"version": task["version"] + 1, "updated_at": _now()}
        self._db.execute(
            "UPDATE tasks SET title = ?, description = ?, status = ?, version = ?, deleted = ?, updated_at = ? WHERE id = ?",
            (task["title"], task["description"], task["status"], task["version"], deleted, task["updated_at"], task["id"]),
        )

    def _tell(
        self,
        event_type: str,
        task: dict[str, Any],
        data: dict[str, Any],
        changed: list[str],
        actor: dict[str, str],
        mutation_id: str | None,
    ) -> None:
        event = {
            "id": str(uuid.uuid4()),
            "source": SOURCE,
            "event_type": event_type,
            "user_id": task["user_id"],
            "task_id": task["id"],
            "version": task["version"],
            "timestamp": task["updated_at"],
            "data": data,
            "actor": actor,
            "metadata": {"fields_changed": changed} if changed else {},
        }
        if mutation_id is not None:
            event["mutation_id"] = mutation_id
        self._db.execute("INSERT INTO outbox (event) VALUES (?)", (json.dumps(event),))

    def _read(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise


def _task(row: sqlite3.Row) -> dict[str, Any]:
    return {name: row[name] for name in row.keys() if name != "deleted"}


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()
