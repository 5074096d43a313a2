-- From version 4 to 5: what a command looks for is found without reading a table whole.

-- Retries pass over the exhausted calls.
CREATE INDEX unmatched_calls_by_attempts ON unmatched_calls (attempts);

-- The last run of each outcome.
DROP INDEX sync_runs_running;
CREATE INDEX sync_runs_by_outcome ON sync_runs (outcome, command);

-- With a trigger each insertion keeps a copy of the pages that it changes.
DROP TRIGGER call_arrives_without_lead;
