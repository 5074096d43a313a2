-- From version 2 to 3.

-- Which telephony system a run asked, and the process while it runs.
ALTER TABLE sync_runs ADD COLUMN provider TEXT;
ALTER TABLE sync_runs ADD COLUMN process TEXT;
UPDATE sync_runs SET provider = 'callyzer' WHERE command IN ('sync', 'sync --since', 'refresh-lead');
CREATE INDEX sync_runs_running ON sync_runs (id) WHERE outcome = 'running';

ALTER TABLE doubtful_windows RENAME COLUMN axis TO time_filter;
-- Windows of version 1 did not keep their numbers: they were asked for all.
UPDATE doubtful_windows
SET numbers = (SELECT json_group_array(n.number)
               FROM advisor_numbers n JOIN users u ON u.id = n.user_id
               WHERE u.active AND u.role IN ('advisor-bik', 'advisor-cesje'))
WHERE numbers = '[]';
