-- The SQLite file of callsync, version 10 (PRAGMA user_version).
--
-- Moments are UTC text, YYYY-MM-DDTHH:MM:SSZ. Days are YYYY-MM-DD in the zone
-- of the account. Numbers are E.164 (+48600100200); what is no valid
-- number stays as received (112, *100#); a hidden number is null.

-- code: in small letters.
CREATE TABLE teams (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE users (
    id     INTEGER PRIMARY KEY,
    login  TEXT NOT NULL UNIQUE,
    name   TEXT NOT NULL,
    role   TEXT NOT NULL
           CHECK (role IN ('administrator', 'head', 'manager', 'advisor-bik', 'advisor-cesje')),
    team   TEXT REFERENCES teams (code),
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1))
) STRICT;

CREATE TABLE advisor_numbers (
    number  TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id)
) STRICT;
CREATE INDEX advisor_numbers_by_user ON advisor_numbers (user_id);

-- By what a telephony system knows a user, where it is not a number: TeleCube's user
-- uuid or extension, mluvii's user id. In small letters.
CREATE TABLE advisor_keys (
    provider TEXT NOT NULL,
    key      TEXT NOT NULL,
    user_id  INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (provider, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX advisor_keys_by_user ON advisor_keys (user_id);

-- Up to here everything that concerns the number is in this file. number: '' for a
-- system that keeps one date for all, a campaign's id for one that keeps a date for each.
CREATE TABLE sync_dates (
    provider       TEXT NOT NULL,
    number         TEXT NOT NULL,
    last_synced_at TEXT NOT NULL,
    PRIMARY KEY (provider, number)
) STRICT, WITHOUT ROWID;

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

-- phone: as given, several numbers separated by |. number: the first valid one, E.164,
-- else null.
CREATE TABLE leads (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL,
    phone        TEXT,
    number       TEXT,
    advisor_id   INTEGER REFERENCES users (id),
    created_at   TEXT NOT NULL,
    refreshed_at TEXT
) STRICT;
CREATE INDEX leads_by_number ON leads (number);

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

-- advisor_id: null for a number that was no advisor's when the call came; set once.
-- lead_id: set once. changed_at: the last time that the row was written. details: what
-- else the system says of the call, a JSON object.
CREATE TABLE calls (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    provider         TEXT NOT NULL,
    provider_call_id TEXT NOT NULL,
    advisor_id       INTEGER REFERENCES users (id),
    advisor_number   TEXT,
    lead_id          INTEGER REFERENCES leads (id),
    client_number    TEXT,
    client_name      TEXT,
    status           TEXT NOT NULL
                     CHECK (status IN ('Przychodzące', 'Wychodzące', 'Nieodebrane', 'Odrzucone')),
    kind             TEXT NOT NULL,
    started_at       TEXT NOT NULL,
    duration_s       INTEGER NOT NULL CHECK (duration_s >= 0),
    note             TEXT,
    recording_url    TEXT,
    uploaded_at      TEXT,
    first_seen_at    TEXT NOT NULL,
    changed_at       TEXT NOT NULL,
    details          TEXT,
    UNIQUE (provider, provider_call_id)
) STRICT;
CREATE INDEX calls_by_lead ON calls (lead_id, started_at);
CREATE INDEX calls_by_client ON calls (client_number, started_at);
CREATE INDEX calls_by_start ON calls (started_at);
CREATE INDEX calls_by_other_kind ON calls (kind) WHERE kind <> 'PhoneCall/Voice';

-- A row exists exactly while the call has no lead. Whoever inserts a call without one
-- inserts its row too; of changes the triggers take care.
CREATE TABLE unmatched_calls (
    call_id         INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
    attempts        INTEGER NOT NULL, -- the first is the call's arrival
    last_attempt_at TEXT NOT NULL
) STRICT;
CREATE INDEX unmatched_calls_by_attempts ON unmatched_calls (attempts);

-- unmatched_calls: how many rows that table has; to count a million takes longer than a
-- command may. max_attempts: after so many attempts a call is exhausted, by the settings
-- of the last run that tried.
CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('unmatched_calls', 0), ('max_attempts', 96);

CREATE TRIGGER unmatched_call_comes AFTER INSERT ON unmatched_calls
BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'unmatched_calls';
END;

CREATE TRIGGER unmatched_call_goes AFTER DELETE ON unmatched_calls
BEGIN
    UPDATE counters SET value = value - 1 WHERE name = 'unmatched_calls';
END;

CREATE TRIGGER call_finds_lead AFTER UPDATE OF lead_id ON calls
WHEN OLD.lead_id IS NULL AND NEW.lead_id IS NOT NULL
BEGIN
    DELETE FROM unmatched_calls WHERE call_id = NEW.id;
END;

CREATE TRIGGER call_loses_lead AFTER UPDATE OF lead_id ON calls
WHEN OLD.lead_id IS NOT NULL AND NEW.lead_id IS NULL
BEGIN
    INSERT INTO unmatched_calls (call_id, attempts, last_attempt_at)
    VALUES (NEW.id, 1, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));
END;

CREATE VIEW unmatched AS
SELECT u.call_id, c.client_number AS number, c.started_at, c.status, c.advisor_id,
       u.attempts, u.last_attempt_at
FROM unmatched_calls u
JOIN calls c ON c.id = u.call_id;

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

-- How long a call was in a phase. operator: the system's key of the user whose phase it
-- is, null for the whole call. created, in_queue, waiting and operator_queue come from
-- the call's routing history, the others from its own record. A phase that was skipped
-- has no row.
CREATE TABLE call_phases (
    call_id  INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    phase    TEXT NOT NULL
             CHECK (phase IN ('created', 'in_queue', 'waiting', 'bcw', 'active', 'acw',
                              'operator_queue', 'operator_acw', 'ringing', 'exchange')),
    operator TEXT,
    seconds  INTEGER NOT NULL CHECK (seconds >= 0)
) STRICT;
CREATE UNIQUE INDEX call_phases_by_call ON call_phases (call_id, phase, ifnull(operator, ''));

-- Calls whose routing history must still be asked for. failed_at: the last attempt that
-- failed.
CREATE TABLE phases_due (
    call_id    INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
    provider   TEXT NOT NULL,
    started_at TEXT NOT NULL,
    failed_at  TEXT
) STRICT;
CREATE INDEX phases_due_in_order ON phases_due (provider, failed_at, started_at);

-- Calls that had not ended when they were read. They are asked for again by their ids
-- until they have. asked_at: when that was last done.
CREATE TABLE unfinished_calls (
    provider         TEXT NOT NULL,
    provider_call_id TEXT NOT NULL,
    started_at       TEXT NOT NULL,
    asked_at         TEXT,
    PRIMARY KEY (provider, provider_call_id)
) STRICT, WITHOUT ROWID;

-- Recordings and files that were fetched. file: the name under which it was fetched last.
-- gone_at: when the system had it no longer.
CREATE TABLE recordings (
    call_id      INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    recording_id TEXT NOT NULL,
    file         TEXT,
    fetched_at   TEXT,
    gone_at      TEXT,
    PRIMARY KEY (call_id, recording_id)
) STRICT, WITHOUT ROWID;

-- Campaigns of phone calls that were requested. id: the system's, null until it answered.
-- state: sent until the answer is known; unknown if none came, so that it may have been
-- created. numbers: a JSON array of those that it calls. request: a hash of what was
-- asked, however its file was written.
CREATE TABLE campaigns (
    request_id INTEGER PRIMARY KEY,
    id         INTEGER,
    state      TEXT NOT NULL CHECK (state IN ('sent', 'created', 'failed', 'unknown')),
    name       TEXT NOT NULL,
    numbers    TEXT NOT NULL,
    request    TEXT NOT NULL,
    sent_at    TEXT NOT NULL,
    sent_by    TEXT NOT NULL
) STRICT;

-- Rows of campaigns' reports without a time, which are no calls. key: what tells a row
-- from the campaign's others. row: the JSON as received. read_at: the last day on which
-- it was read, by its first reading.
CREATE TABLE campaign_results (
    campaign_id INTEGER NOT NULL,
    key         TEXT NOT NULL,
    row         TEXT NOT NULL,
    read_at     TEXT NOT NULL,
    PRIMARY KEY (campaign_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_results_by_key ON campaign_results (key);

-- The provider's own figures, replaced as a whole whenever the day is asked again; of a
-- system that has none, the stored calls, counted.
CREATE TABLE daily_stats (
    provider        TEXT NOT NULL,
    user_id         INTEGER NOT NULL REFERENCES users (id),
    day             TEXT NOT NULL,
    incoming        INTEGER NOT NULL,
    outgoing        INTEGER NOT NULL,
    missed          INTEGER NOT NULL,
    rejected        INTEGER NOT NULL,
    connected       INTEGER NOT NULL,
    talk_time_s     INTEGER NOT NULL,
    incoming_time_s INTEGER NOT NULL,
    outgoing_time_s INTEGER NOT NULL,
    fetched_at      TEXT NOT NULL,
    PRIMARY KEY (provider, user_id, day)
) STRICT, WITHOUT ROWID;

-- Figures that must still be fetched or counted. marks grows whenever the day becomes due
-- again, so that figures asked before that do not settle it.
CREATE TABLE stats_due (
    provider TEXT NOT NULL,
    user_id  INTEGER NOT NULL REFERENCES users (id),
    day      TEXT NOT NULL,
    marks    INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (provider, user_id, day)
) STRICT, WITHOUT ROWID;

-- Incomplete windows: their rows never reached the provider's total. time_filter:
-- whether from_at and to_at are times of upload or of the call. read_at: when it
-- was last read again. numbers: a JSON array of the advisors' numbers asked for.
CREATE TABLE doubtful_windows (
    provider    TEXT NOT NULL,
    kind        TEXT NOT NULL,
    from_at     TEXT NOT NULL,
    to_at       TEXT NOT NULL,
    missing     INTEGER NOT NULL,
    found_at    TEXT NOT NULL,
    time_filter TEXT NOT NULL DEFAULT 'upload' CHECK (time_filter IN ('upload', 'call')),
    read_at     TEXT,
    numbers     TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (provider, kind, time_filter, from_at, to_at)
) STRICT, WITHOUT ROWID;

-- A row for each command that may write, and for each system of a sync. provider:
-- null where no system was asked. process: number and start of the process, while
-- outcome is running.
CREATE TABLE sync_runs (
    id              INTEGER PRIMARY KEY,
    command         TEXT NOT NULL,
    started_at      TEXT NOT NULL,
    finished_at     TEXT,
    outcome         TEXT NOT NULL CHECK (outcome IN ('running', 'ok', 'failed', 'killed')),
    exit_code       INTEGER,
    requests        INTEGER NOT NULL DEFAULT 0,
    calls_read      INTEGER NOT NULL DEFAULT 0,
    calls_new       INTEGER NOT NULL DEFAULT 0,
    calls_changed   INTEGER NOT NULL DEFAULT 0,
    calls_removed   INTEGER NOT NULL DEFAULT 0,
    calls_assigned  INTEGER NOT NULL DEFAULT 0,
    calls_unmatched INTEGER NOT NULL DEFAULT 0,
    quarantined     INTEGER NOT NULL DEFAULT 0,
    error           TEXT,
    account         TEXT,
    as_login        TEXT,
    lead_id         INTEGER,
    provider        TEXT,
    process         TEXT
) STRICT;
CREATE INDEX sync_runs_by_outcome ON sync_runs (outcome, command, provider);

-- Records that could not be understood, as received. Without an id of the
-- provider's the record's own text is the key. number (the advisor's), day and
-- status: as far as they can be read.
CREATE TABLE quarantine (
    id               INTEGER PRIMARY KEY,
    provider         TEXT NOT NULL,
    provider_call_id TEXT,
    reason           TEXT NOT NULL,
    record           TEXT NOT NULL,
    first_seen_at    TEXT NOT NULL,
    last_seen_at     TEXT NOT NULL,
    number           TEXT,
    day              TEXT,
    status           TEXT
) STRICT;
CREATE UNIQUE INDEX quarantine_by_call ON quarantine (provider, provider_call_id)
    WHERE provider_call_id IS NOT NULL;
CREATE UNIQUE INDEX quarantine_by_record ON quarantine (provider, record)
    WHERE provider_call_id IS NULL;
CREATE INDEX quarantine_by_day ON quarantine (provider, day);

-- Closed days that were read again by call time, for late notes, recordings and
-- corrections, and compared with the provider's figures. read_at: null while a day
-- could not be read; it is tried again after the others. Both by the provider's clock.
CREATE TABLE reread_days (
    provider  TEXT NOT NULL,
    day       TEXT NOT NULL,
    read_at   TEXT,
    failed_at TEXT,
    PRIMARY KEY (provider, day)
) STRICT, WITHOUT ROWID;

-- Days on which a number's stored calls differ from the provider's count: how many
-- calls each has of the statuses that differ. user_id: whose the number was.
CREATE TABLE differences (
    provider    TEXT NOT NULL,
    number      TEXT NOT NULL,
    day         TEXT NOT NULL,
    user_id     INTEGER NOT NULL REFERENCES users (id),
    ours        INTEGER NOT NULL,
    theirs      INTEGER NOT NULL,
    found_at    TEXT NOT NULL,
    compared_at TEXT NOT NULL,
    PRIMARY KEY (provider, number, day)
) STRICT, WITHOUT ROWID;

-- The state of the advisors' phones, as the provider last reported it. reason: why a
-- phone counts as silent, else null.
CREATE TABLE phones (
    provider        TEXT NOT NULL,
    number          TEXT NOT NULL,
    last_contact_at TEXT,
    reason          TEXT CHECK (reason IN ('unknown', 'uninstalled', 'no_contact',
                                           'never_in_touch', 'unreadable_date')),
    checked_at      TEXT NOT NULL,
    PRIMARY KEY (provider, number)
) STRICT, WITHOUT ROWID;

-- While the phones cannot be looked at: since when, and the last attempt.
CREATE TABLE phone_checks (
    provider      TEXT PRIMARY KEY,
    failing_since TEXT NOT NULL,
    failed_at     TEXT NOT NULL
) STRICT;

-- Each telephony system's clock and this machine's, as the last run found them.
-- theirs: null if the system told no time that can be believed.
CREATE TABLE clocks (
    provider TEXT PRIMARY KEY,
    theirs   TEXT,
    ours     TEXT NOT NULL
) STRICT;

-- Numbers that were forgotten, and when: calls made until then do not come back. hash: the
-- HMAC-SHA-256 of the number with the key in forgetting, in hexadecimal.
CREATE TABLE forgotten (
    hash         TEXT PRIMARY KEY,
    forgotten_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row. purged_before: the latest day of a purge; nothing made before it is stored or
-- compared. has_remains: 1 from the removal of somebody's rows until nothing of them is
-- left in the file and its log.
CREATE TABLE forgetting (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    key           BLOB NOT NULL,
    purged_before TEXT,
    has_remains   INTEGER NOT NULL DEFAULT 0 CHECK (has_remains IN (0, 1))
) STRICT;
INSERT INTO forgetting (id, key) VALUES (1, randomblob(32));

-- The calls that were forgotten or purged, counted for each day, advisor's number, advisor
-- and kind, so that no figure falls and no day differs because of that. Several rows may
-- have the same of all these.
CREATE TABLE forgotten_figures (
    provider        TEXT NOT NULL,
    day             TEXT NOT NULL,
    advisor_number  TEXT,
    user_id         INTEGER REFERENCES users (id),
    kind            TEXT NOT NULL,
    incoming        INTEGER NOT NULL,
    outgoing        INTEGER NOT NULL,
    missed          INTEGER NOT NULL,
    rejected        INTEGER NOT NULL,
    connected       INTEGER NOT NULL,
    talk_time_s     INTEGER NOT NULL,
    incoming_time_s INTEGER NOT NULL,
    outgoing_time_s INTEGER NOT NULL
) STRICT;
CREATE INDEX forgotten_figures_by_day ON forgotten_figures (provider, day);

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
