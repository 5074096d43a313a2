-- From version 3 to 4.

-- Each telephony system's clock and this machine's, as the last run found them.
-- theirs: null if the system told no time that can be believed.
CREATE TABLE clocks (
    provider TEXT PRIMARY KEY,
    theirs   TEXT,
    ours     TEXT NOT NULL
) STRICT;

-- Differences are those of a number. Where an advisor has several, theirs stand at
-- the first one until the next comparison.
CREATE TABLE new_differences (
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
INSERT OR IGNORE INTO new_differences
SELECT provider, number, day, user_id, ours, theirs, found_at, compared_at
FROM (SELECT d.*, ifnull((SELECT min(number) FROM advisor_numbers WHERE user_id = d.user_id),
                         (SELECT min(advisor_number) FROM calls
                          WHERE advisor_id = d.user_id
                            AND started_at >= d.day AND started_at < d.day || 'Z')) AS number
      FROM differences d)
WHERE number IS NOT NULL;
DROP TABLE differences;
ALTER TABLE new_differences RENAME TO differences;

-- A closed day that could not be read has no mark, and is tried after the others.
CREATE TABLE new_reread_days (
    provider  TEXT NOT NULL,
    day       TEXT NOT NULL,
    read_at   TEXT,
    failed_at TEXT,
    PRIMARY KEY (provider, day)
) STRICT, WITHOUT ROWID;
INSERT INTO new_reread_days SELECT provider, day, read_at, NULL FROM reread_days;
DROP TABLE reread_days;
ALTER TABLE new_reread_days RENAME TO reread_days;

-- More reasons why a phone counts as silent.
CREATE TABLE new_phones (
    provider        TEXT NOT NULL,
    number          TEXT NOT NULL,
    last_contact_at TEXT,
    reason          TEXT CHECK (reason IN ('unknown', 'uninstalled', 'no_contact',
                                           'never_in_touch', 'unreadable_date')),
    checked_at      TEXT NOT NULL,
    PRIMARY KEY (provider, number)
) STRICT, WITHOUT ROWID;
INSERT INTO new_phones SELECT * FROM phones;
DROP TABLE phones;
ALTER TABLE new_phones RENAME TO phones;

-- While the phones cannot be looked at: since when, and the last attempt.
CREATE TABLE phone_checks (
    provider      TEXT PRIMARY KEY,
    failing_since TEXT NOT NULL,
    failed_at     TEXT NOT NULL
) STRICT;

-- What can be read of a record.
ALTER TABLE quarantine ADD COLUMN number TEXT;
ALTER TABLE quarantine ADD COLUMN day TEXT;
ALTER TABLE quarantine ADD COLUMN status TEXT;
UPDATE quarantine
SET day = CASE WHEN record ->> '$.call_date' GLOB '20[0-9][0-9]-[01][0-9]-[0-3][0-9]'
               THEN record ->> '$.call_date' END,
    status = CASE record ->> '$.call_type'
                  WHEN 'Incoming' THEN 'Przychodzące' WHEN 'Outgoing' THEN 'Wychodzące'
                  WHEN 'Missed' THEN 'Nieodebrane' WHEN 'Rejected' THEN 'Odrzucone' END,
    number = (SELECT n.number FROM advisor_numbers n
              WHERE n.number = '+' || ltrim(record ->> '$.emp_country_code', '+')
                               || (record ->> '$.emp_number'))
WHERE provider = 'callyzer' AND json_valid(record);
CREATE INDEX quarantine_by_day ON quarantine (provider, day);

-- Nearly all calls are phone calls.
DROP INDEX calls_by_kind;
CREATE INDEX calls_by_other_kind ON calls (kind) WHERE kind <> 'PhoneCall/Voice';
