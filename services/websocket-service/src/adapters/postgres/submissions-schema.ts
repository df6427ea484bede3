/**
 * The way in for an application that shares the database: what it publishes in its own transaction waits in a table that
 * the replicas empty. So the event exists exactly if the application's change does, and one program knows how to apply it.
 * The function runs with its owner's rights, so that the application needs none on the tables.
 */
export const POSTGRES_SUBMISSIONS = `
CREATE TABLE submissions (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  body TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL
);

CREATE FUNCTION taskwire_publish(event JSONB) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = taskwire, pg_temp AS $publish$
DECLARE
  submission BIGINT;
BEGIN
  IF jsonb_typeof(event) IS DISTINCT FROM 'object' OR NOT event ? 'event_type' OR NOT event ? 'task_id' THEN
    RAISE EXCEPTION 'taskwire_publish takes one event as a JSON object with event_type, user_id, task_id and data'
      USING ERRCODE = '22023';
  END IF;
  INSERT INTO submissions (body, at) VALUES (event::text, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
    RETURNING id INTO submission;
  RETURN submission;
END $publish$;
REVOKE EXECUTE ON FUNCTION taskwire_publish(JSONB) FROM PUBLIC;

-- Under its own name where this user may write to the schema "public", else as taskwire.taskwire_publish alone.
DO $alias$ BEGIN
  CREATE OR REPLACE FUNCTION public.taskwire_publish(event JSONB) RETURNS BIGINT
    LANGUAGE sql AS 'SELECT taskwire.taskwire_publish(event)';
EXCEPTION WHEN insufficient_privilege OR invalid_schema_name THEN NULL;
END $alias$;
`;
