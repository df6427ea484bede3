/**
 * The events of PostgreSQL: one partition a day, so that a day that is over goes as a whole, and one for events without
 * a day. Appends to one channel wait for each other at its counter row, which makes the check for a repeated id exact
 * though an id can't be unique over all partitions.
 */
export const POSTGRES_EVENTS = `
CREATE TABLE events (
  channel TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  event_id TEXT COLLATE "C" NOT NULL,
  type TEXT COLLATE "C" NOT NULL,
  task_id TEXT COLLATE "C",
  version BIGINT,
  at BIGINT NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  bytes BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (channel, seq, at)
) PARTITION BY RANGE (at);
CREATE UNIQUE INDEX events_by_id ON events (channel, event_id, at);
CREATE INDEX events_of_task ON events (channel, task_id, version);
CREATE INDEX events_by_age ON events (at);
CREATE TABLE events_rest PARTITION OF events DEFAULT;
`;

/** The running totals, and the one function that appends: a whole batch in one round trip. */
export const POSTGRES_BYTES = `
ALTER TABLE channels ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN floor_bytes BIGINT NOT NULL DEFAULT 0;

CREATE FUNCTION taskwire_append(
  p_channels TEXT[], p_event_ids TEXT[], p_types TEXT[], p_task_ids TEXT[], p_versions BIGINT[], p_bodies TEXT[], p_at BIGINT
) RETURNS TABLE (outcome TEXT, seq BIGINT) LANGUAGE plpgsql AS $append$
DECLARE
  known BIGINT;
BEGIN
  -- Counters are locked in the order of their names: no two appends ever wait for each other.
  INSERT INTO channels (channel, head, head_event_id, floor)
    SELECT DISTINCT name COLLATE "C", 0, '', 0 FROM unnest(p_channels) AS name ORDER BY 1
    ON CONFLICT (channel) DO NOTHING;
  PERFORM 1 FROM channels WHERE channel = ANY (p_channels) ORDER BY channel FOR UPDATE;
  FOR i IN 1 .. cardinality(p_channels) LOOP
    SELECT e.seq INTO known FROM events e
      WHERE e.channel = p_channels[i] AND e.event_id = p_event_ids[i];
    IF FOUND THEN
      outcome := 'duplicate'; seq := known; RETURN NEXT; CONTINUE;
    END IF;
    IF p_task_ids[i] IS NOT NULL AND p_versions[i] IS NOT NULL THEN
      PERFORM 1 FROM events e
        WHERE e.channel = p_channels[i] AND e.task_id = p_task_ids[i] AND e.version >= p_versions[i] LIMIT 1;
      IF FOUND THEN
        outcome := 'stale'; seq := NULL; RETURN NEXT; CONTINUE;
      END IF;
    END IF;
    UPDATE channels c
      SET head = c.head + 1, head_event_id = p_event_ids[i], bytes = c.bytes + octet_length(p_bodies[i])
      WHERE c.channel = p_channels[i] RETURNING c.head INTO seq;
    INSERT INTO events (channel, seq, event_id, type, task_id, version, at, body, bytes)
      SELECT c.channel, c.head, p_event_ids[i], p_types[i], p_task_ids[i], p_versions[i], p_at, p_bodies[i], c.bytes
      FROM channels c WHERE c.channel = p_channels[i];
    outcome := 'appended'; RETURN NEXT;
  END LOOP;
END $append$;
`;

/** The same, where what is kept of a task begins with when it came. */
export const POSTGRES_SINCE = `
CREATE OR REPLACE FUNCTION taskwire_append(
  p_channels TEXT[], p_event_ids TEXT[], p_types TEXT[], p_task_ids TEXT[], p_versions BIGINT[], p_bodies TEXT[], p_at BIGINT
) RETURNS TABLE (outcome TEXT, seq BIGINT) LANGUAGE plpgsql AS $append$
DECLARE
  known BIGINT;
  came BIGINT;
BEGIN
  -- Counters are locked in the order of their names: no two appends ever wait for each other.
  INSERT INTO channels (channel, head, head_event_id, floor)
    SELECT DISTINCT name COLLATE "C", 0, '', 0 FROM unnest(p_channels) AS name ORDER BY 1
    ON CONFLICT (channel) DO NOTHING;
  PERFORM 1 FROM channels WHERE channel = ANY (p_channels) ORDER BY channel FOR UPDATE;
  FOR i IN 1 .. cardinality(p_channels) LOOP
    SELECT e.seq INTO known FROM events e
      WHERE e.channel = p_channels[i] AND e.event_id = p_event_ids[i];
    IF FOUND THEN
      outcome := 'duplicate'; seq := known; RETURN NEXT; CONTINUE;
    END IF;
    SELECT t.since INTO came FROM tasks t WHERE t.id = p_task_ids[i];
    came := coalesce(came, 0);
    IF p_task_ids[i] IS NOT NULL AND p_versions[i] IS NOT NULL THEN
      PERFORM 1 FROM events e
        WHERE e.channel = p_channels[i] AND e.since = came AND e.task_id = p_task_ids[i] AND e.version >= p_versions[i]
        LIMIT 1;
      IF FOUND THEN
        outcome := 'stale'; seq := NULL; RETURN NEXT; CONTINUE;
      END IF;
    END IF;
    UPDATE channels c
      SET head = c.head + 1, head_event_id = p_event_ids[i], bytes = c.bytes + octet_length(p_bodies[i])
      WHERE c.channel = p_channels[i] RETURNING c.head INTO seq;
    INSERT INTO events (channel, seq, event_id, type, task_id, version, at, body, bytes, since)
      SELECT c.channel, c.head, p_event_ids[i], p_types[i], p_task_ids[i], p_versions[i], p_at, p_bodies[i], c.bytes, came
      FROM channels c WHERE c.channel = p_channels[i];
    outcome := 'appended'; RETURN NEXT;
  END LOOP;
END $append$;
`;

/**
 * A replica of a version that knows no `since` goes on writing while others are upgraded ([LG48]): its lines of a task that
 * a newer one made are put where that task's history stands ([LG52]). What names its `since` does not come here.
 */
export const POSTGRES_LINES = `
CREATE FUNCTION taskwire_line_since() RETURNS trigger LANGUAGE plpgsql AS $line$
BEGIN
  NEW.since := coalesce((SELECT t.since FROM tasks t WHERE t.id = NEW.task_id), 0);
  RETURN NEW;
END $line$;
CREATE TRIGGER history_since BEFORE INSERT ON history
  FOR EACH ROW WHEN (NEW.since = 0) EXECUTE FUNCTION taskwire_line_since();
`;
