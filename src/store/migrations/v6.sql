-- A second telephony system: users by its keys, notes apart from calls, dates of each
-- system for itself.
ALTER TABLE calls ADD COLUMN details TEXT;

CREATE TABLE advisor_keys (
    provider TEXT NOT NULL,
    key      TEXT NOT NULL,
    user_id  INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (provider, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX advisor_keys_by_user ON advisor_keys (user_id);

-- Notes that a system has apart from its calls.
CREATE TABLE call_notes (
    call_id    INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    note_id    TEXT NOT NULL,
    author     TEXT,
    text       TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (call_id, note_id)
) STRICT, WITHOUT ROWID;

-- Calls whose notes must still be asked for. failed_at: the last attempt that failed.
CREATE TABLE notes_due (
    call_id    INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
    provider   TEXT NOT NULL,
    started_at TEXT NOT NULL,
    failed_at  TEXT
) STRICT;
CREATE INDEX notes_due_in_order ON notes_due (provider, failed_at, started_at);

DROP INDEX sync_runs_by_outcome;
CREATE INDEX sync_runs_by_outcome ON sync_runs (outcome, command, provider);

DROP VIEW advisors;
-- Up to when the calls of each number, and of each key, are in this file. What was never
-- synchronised counts (null) once its system was asked at all.
CREATE VIEW advisor_dates AS
SELECT n.user_id, 'callyzer' AS provider, d.last_synced_at
FROM advisor_numbers n
LEFT JOIN sync_dates d ON d.provider = 'callyzer' AND d.number = n.number
WHERE d.number IS NOT NULL
   OR EXISTS (SELECT 1 FROM sync_runs
              WHERE outcome IN ('running', 'ok', 'failed', 'killed')
                AND command = 'sync' AND provider = 'callyzer')
UNION ALL
SELECT k.user_id, k.provider, d.last_synced_at
FROM advisor_keys k
LEFT JOIN sync_dates d ON d.provider = k.provider AND d.number = ''
WHERE d.number IS NOT NULL
   OR EXISTS (SELECT 1 FROM sync_runs r
              WHERE r.outcome IN ('running', 'ok', 'failed', 'killed')
                AND r.command = 'sync' AND r.provider = k.provider);

-- last_synced_at: the oldest of the advisor's numbers and keys, null while one has none.
CREATE VIEW advisors AS
SELECT u.id, u.login, u.name, u.team, u.active,
       CASE WHEN count(*) = count(d.last_synced_at)
            THEN min(d.last_synced_at) END AS last_synced_at
FROM users u
LEFT JOIN advisor_dates d ON d.user_id = u.id
WHERE u.role IN ('advisor-bik', 'advisor-cesje')
GROUP BY u.id;
