-- From version 9 to 10: what was forgotten.

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
