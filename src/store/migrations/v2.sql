-- From version 1 to 2.

ALTER TABLE doubtful_windows ADD COLUMN numbers TEXT NOT NULL DEFAULT '[]';

-- Closed days that were read again by call time, for late notes, recordings and
-- corrections, and compared with Callyzer's figures.
CREATE TABLE reread_days (
    provider TEXT NOT NULL,
    day      TEXT NOT NULL,
    read_at  TEXT NOT NULL,
    PRIMARY KEY (provider, day)
) STRICT, WITHOUT ROWID;

-- Days on which the stored calls of an advisor are not those that Callyzer
-- counts: how many calls each has of the statuses that differ.
CREATE TABLE differences (
    provider    TEXT NOT NULL,
    user_id     INTEGER NOT NULL REFERENCES users (id),
    day         TEXT NOT NULL,
    ours        INTEGER NOT NULL,
    theirs      INTEGER NOT NULL,
    found_at    TEXT NOT NULL,
    compared_at TEXT NOT NULL,
    PRIMARY KEY (provider, user_id, day)
) STRICT, WITHOUT ROWID;

-- The advisors' phones as Callyzer last spoke of them. reason: why a phone is
-- taken for silent (unknown, uninstalled, no_contact), null for one that is well.
CREATE TABLE phones (
    provider        TEXT NOT NULL,
    number          TEXT NOT NULL,
    last_contact_at TEXT,
    reason          TEXT CHECK (reason IN ('unknown', 'uninstalled', 'no_contact')),
    checked_at      TEXT NOT NULL,
    PRIMARY KEY (provider, number)
) STRICT, WITHOUT ROWID;
