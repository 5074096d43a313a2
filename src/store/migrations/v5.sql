-- From version 4 to 5: what a command looks for is found without reading a table whole.

-- Retries pass over the exhausted calls.
CREATE INDEX unmatched_calls_by_attempts ON unmatched_calls (attempts);

-- How many unmatched calls there are.
CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters SELECT 'unmatched_calls', count(*) FROM unmatched_calls;
CREATE TRIGGER unmatched_call_comes AFTER INSERT ON unmatched_calls
BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'unmatched_calls';
END;
CREATE TRIGGER unmatched_call_goes AFTER DELETE ON unmatched_calls
BEGIN
    UPDATE counters SET value = value - 1 WHERE name = 'unmatched_calls';
END;

-- The last run of each outcome.
DROP INDEX sync_runs_running;
CREATE INDEX sync_runs_by_outcome ON sync_runs (outcome, command);

-- With a trigger each insertion keeps a copy of the pages that it changes.
DROP TRIGGER call_arrives_without_lead;
