-- From version 8 to 9: phases, unfinished calls and recordings of a contact centre, and
-- campaigns.

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
