-- From version 7 to 8: sync_health knows of a sync that a setting kept from asking any system.

DROP VIEW sync_health;

-- Is it working? One row. last_success: the oldest of the systems' last successes, null
-- while one that was asked has none. last_failure, last_error: of the last pass that
-- failed, of a system or, without one, for a setting that concerns them all; a killed one
-- has no error. oldest_last_synced_at: of the active advisors, null
-- while one of their numbers or keys has no date.
CREATE VIEW sync_health AS
WITH systems (provider) AS (
    SELECT column1 FROM (VALUES ('callyzer'), ('telecube'), ('mluvii'), ('dialog'), (NULL))
    WHERE EXISTS (SELECT 1 FROM sync_runs r
                  WHERE r.outcome IN ('running', 'ok', 'failed', 'killed')
                    AND r.command = 'sync' AND r.provider IS column1)),
ends (provider, succeeded, failed, killed) AS (
    SELECT s.provider,
           (SELECT max(r.id) FROM sync_runs r
            WHERE r.outcome = 'ok' AND r.command = 'sync' AND r.provider IS s.provider),
           (SELECT max(r.id) FROM sync_runs r
            WHERE r.outcome = 'failed' AND r.command = 'sync' AND r.provider IS s.provider),
           (SELECT max(r.id) FROM sync_runs r
            WHERE r.outcome = 'killed' AND r.command = 'sync' AND r.provider IS s.provider)
    FROM systems s),
success (at) AS (
    SELECT CASE WHEN count(*) = count(r.finished_at) THEN min(r.finished_at) END
    FROM ends e LEFT JOIN sync_runs r ON r.id = e.succeeded
    WHERE e.provider IS NOT NULL),
failure (at, error) AS (
    SELECT ifnull(r.finished_at, r.started_at), r.error
    FROM ends e JOIN sync_runs r ON r.id = max(ifnull(e.failed, 0), ifnull(e.killed, 0))
    ORDER BY 1 DESC LIMIT 1),
unmatched_counts (waiting, total) AS (
    SELECT (SELECT count(*) FROM unmatched_calls
            WHERE attempts < (SELECT value FROM counters WHERE name = 'max_attempts')),
           (SELECT value FROM counters WHERE name = 'unmatched_calls'))
SELECT success.at AS last_success, failure.at AS last_failure, failure.error AS last_error,
       (SELECT CASE WHEN count(*) = count(d.last_synced_at) THEN min(d.last_synced_at) END
        FROM advisor_dates d JOIN users u ON u.id = d.user_id
        WHERE u.active AND u.role IN ('advisor-bik', 'advisor-cesje')) AS oldest_last_synced_at,
       unmatched_counts.waiting, unmatched_counts.total - unmatched_counts.waiting AS exhausted,
       (SELECT count(*) FROM quarantine) AS quarantined,
       (SELECT count(*) FROM differences) AS differences,
       (SELECT count(*) FROM doubtful_windows) AS doubtful_windows,
       (SELECT count(*) FROM phones p
        JOIN advisor_numbers n ON n.number = p.number
        JOIN users u ON u.id = n.user_id
        WHERE p.reason IS NOT NULL AND u.active
          AND u.role IN ('advisor-bik', 'advisor-cesje')) AS silent_phones
FROM success CROSS JOIN unmatched_counts LEFT JOIN failure ON true;
