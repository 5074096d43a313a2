-- From version 6 to 7: several numbers of a lead, and views for the CRM. The codes of
-- teams are put into small letters by the program.

-- All valid numbers of each lead.
CREATE TABLE lead_numbers (
    number  TEXT NOT NULL,
    lead_id INTEGER NOT NULL REFERENCES leads (id) ON DELETE CASCADE,
    PRIMARY KEY (number, lead_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lead_numbers_by_lead ON lead_numbers (lead_id);

-- Whoever writes a lead's number alone writes it here too, also without foreign keys.
CREATE TRIGGER lead_gets_number AFTER INSERT ON leads
BEGIN
    DELETE FROM lead_numbers WHERE lead_id = NEW.id;
    INSERT INTO lead_numbers (number, lead_id)
    SELECT NEW.number, NEW.id WHERE NEW.number IS NOT NULL;
END;

CREATE TRIGGER lead_goes AFTER DELETE ON leads
BEGIN
    DELETE FROM lead_numbers WHERE lead_id = OLD.id;
END;

CREATE TRIGGER lead_changes_number AFTER UPDATE OF number ON leads
WHEN OLD.number IS NOT NEW.number
BEGIN
    DELETE FROM lead_numbers WHERE number = OLD.number AND lead_id = NEW.id;
    INSERT OR IGNORE INTO lead_numbers (number, lead_id)
    SELECT NEW.number, NEW.id WHERE NEW.number IS NOT NULL;
END;

INSERT INTO lead_numbers SELECT number, id FROM leads WHERE number IS NOT NULL ORDER BY number, id;

-- Until a run tells the settings'.
INSERT INTO counters VALUES ('max_attempts', 96);

-- A lead's call register: WHERE lead_id = 7 ORDER BY started_at DESC, call_id DESC.
CREATE VIEW lead_register AS
SELECT c.lead_id, c.id AS call_id, iif(c.status = 'Wychodzące', 'out', 'in') AS direction,
       c.status, c.started_at, c.duration_s, u.name AS advisor, c.client_number AS number,
       c.kind, c.note, c.recording_url, c.provider
FROM calls c
LEFT JOIN users u ON u.id = c.advisor_id
WHERE c.lead_id IS NOT NULL;

-- An advisor's figures of a day, of all systems together: WHERE team = 'bik' AND day
-- BETWEEN … Each system's are found by user and day. calls: incoming and outgoing.
CREATE VIEW team_days AS
WITH RECURSIVE providers (provider) AS (
    SELECT min(provider) FROM daily_stats
    UNION ALL
    SELECT (SELECT min(provider) FROM daily_stats WHERE provider > providers.provider)
    FROM providers WHERE providers.provider IS NOT NULL)
SELECT u.team, d.day, d.user_id, u.name AS advisor,
       (SELECT m.name FROM users m
        WHERE m.team = u.team AND m.role = 'manager' AND m.active
        ORDER BY m.id LIMIT 1) AS manager,
       sum(d.incoming) AS incoming, sum(d.outgoing) AS outgoing, sum(d.missed) AS missed,
       sum(d.rejected) AS rejected, sum(d.incoming + d.outgoing) AS calls,
       sum(d.connected) AS connected, sum(d.talk_time_s) AS talk_time_s
FROM users u
CROSS JOIN providers p
CROSS JOIN daily_stats d ON d.provider = p.provider AND d.user_id = u.id
WHERE u.role IN ('advisor-bik', 'advisor-cesje')
GROUP BY u.team, d.user_id, d.day;

-- Is it working? One row. last_success: the oldest of the systems' last successes, null
-- while one that was asked has none. last_failure, last_error: of the last pass that
-- failed; a killed one has no error. oldest_last_synced_at: of the active advisors, null
-- while one of their numbers or keys has no date.
CREATE VIEW sync_health AS
WITH systems (provider) AS (
    SELECT column1 FROM (VALUES ('callyzer'), ('telecube'), ('mluvii'), ('dialog'))
    WHERE EXISTS (SELECT 1 FROM sync_runs r
                  WHERE r.outcome IN ('running', 'ok', 'failed', 'killed')
                    AND r.command = 'sync' AND r.provider = column1)),
ends (succeeded, failed, killed) AS (
    SELECT (SELECT max(r.id) FROM sync_runs r
            WHERE r.outcome = 'ok' AND r.command = 'sync' AND r.provider = s.provider),
           (SELECT max(r.id) FROM sync_runs r
            WHERE r.outcome = 'failed' AND r.command = 'sync' AND r.provider = s.provider),
           (SELECT max(r.id) FROM sync_runs r
            WHERE r.outcome = 'killed' AND r.command = 'sync' AND r.provider = s.provider)
    FROM systems s),
success (at) AS (
    SELECT CASE WHEN count(*) = count(r.finished_at) THEN min(r.finished_at) END
    FROM ends e LEFT JOIN sync_runs r ON r.id = e.succeeded),
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
