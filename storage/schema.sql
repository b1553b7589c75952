-- schema.sql - everything that Tocsin keeps, version 1. Readable in the stock sqlite3 shell.
--
-- Days are days since 1970-01-01: date(recorded * 86400, 'unixepoch') gives the date. Months are
-- year * 12 + month - 1. Times are seconds (issued: nanoseconds) since 1970-01-01 UTC. The views at the end
-- say all of it in codes, names and dates, and are what other tools should read; docs/store.md explains.
-- One process writes (the aggregator, or a command that holds the folder's lock); everybody else reads.

-- Codes as they came, numbered from 1 within their kind. Numbers never change.
--   kind 1 origin   2 place (an area code with the source's name for it)   3 offence   4 markers
--        5 outcome  6 area (of the reference data)   7 category (of the reference data)   8 scheme
CREATE TABLE code (
    kind INTEGER NOT NULL,
    id   INTEGER NOT NULL,
    code TEXT    NOT NULL,
    name TEXT    NOT NULL DEFAULT '', -- place: what the source calls it
    hint TEXT    NOT NULL DEFAULT '', -- place: the wider area that counts where the finer is not known
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- Every version of every incident, in order of arrival. Rows are never deleted.
CREATE TABLE version (
    id           INTEGER PRIMARY KEY, -- 1, 2, 3 ...
    origin       INTEGER NOT NULL,    -- code of kind 1; with the reference, the identity
    reference    TEXT    NOT NULL,
    revision     INTEGER NOT NULL,    -- the source's number of this version; 0 where it has none
    issued       INTEGER NOT NULL,    -- when the source issued it (nanoseconds)
    received     INTEGER NOT NULL,    -- when it was first stored (seconds)
    status       INTEGER NOT NULL,    -- 0 recorded, 1 cancelled, 2 withdrawn by a later issue of its snapshot
    current      INTEGER NOT NULL,    -- 1: of the incident's versions this is the one that stands
    previous     INTEGER,             -- the version of the same incident that arrived before; NULL: the first
    recorded     INTEGER,             -- UK local date of recording (day)
    month_only   INTEGER NOT NULL,    -- 1: only the month is known, recorded is its last day
    offence      INTEGER,             -- code of kind 3
    place        INTEGER,             -- code of kind 2
    markers      INTEGER,             -- code of kind 4; NULL: none
    outcome      INTEGER,             -- code of kind 5
    recorded_at  TEXT,                -- the source's stamp, where it knew the time
    occurred_at  TEXT,
    occurred_to  TEXT,
    latitude     INTEGER,             -- millionths of a degree
    longitude    INTEGER
);

-- Counts of one month, one area (districts and above, each with all that lies in it) and one origin, by
-- category and day. An incident counts once under the node of the offence tree that its offence belongs to,
-- and once under each marker category that it bears; nodes above are sums (category_tree).
CREATE TABLE count_month (
    id        INTEGER PRIMARY KEY, -- ((area << 12 | month - 23640) << 20) | origin: one area's months together
    area      INTEGER NOT NULL,    -- code of kind 6
    month     INTEGER NOT NULL,
    origin    INTEGER NOT NULL,    -- code of kind 1
    totals    TEXT    NOT NULL,    -- {"category": count, ...} of the month; categories are codes of kind 7
    days      TEXT    NOT NULL,    -- {"category": {"day of the month": count, ...}, ...}; day 0: known by month only
    outranked TEXT                 -- as days: kept, not counted, because an origin of better rank covers it
);

-- What could not be counted, with its reason, until the reference data or the source is mended.
CREATE TABLE reject (
    id         INTEGER PRIMARY KEY,
    digest     INTEGER NOT NULL,   -- of all that follows: the same reject twice is one
    received   INTEGER NOT NULL,   -- seconds
    resolved   INTEGER,            -- when it was counted after all, or made moot by a good version; NULL: open
    reason     INTEGER NOT NULL,   -- 1 unknown offence 2 unknown area 3 impossible date 4 future date
                                   -- 5 too large 6 unreadable 7 bad field
    words      TEXT    NOT NULL,   -- the reason in words, with the value
    origin     TEXT    NOT NULL,
    reference  TEXT    NOT NULL,   -- '' where it could not be read
    revision   INTEGER NOT NULL,   -- of the version that was rejected; 0 where it could not be read
    source     TEXT    NOT NULL,   -- the collector
    stream     TEXT    NOT NULL,   -- the file, pipe or feed
    line       INTEGER NOT NULL,   -- in it, from 1; 0 unknown
    record     BLOB,               -- the incident, as PROTOCOL.md's Incident: can be tried again; or NULL
    row        BLOB,               -- the source's row, at most its first 64 KiB; or NULL
    size       INTEGER NOT NULL,   -- octets of the whole row
    row_digest INTEGER NOT NULL    -- XXH3 of the whole row
);
CREATE UNIQUE INDEX reject_digest ON reject (digest);
CREATE INDEX reject_open ON reject (origin, reference) WHERE resolved IS NULL;

-- How far each stream has been taken: in the same transaction as its records.
CREATE TABLE stream (
    source   TEXT    NOT NULL,
    stream   TEXT    NOT NULL,
    position INTEGER NOT NULL,     -- the collector's own count: octets, records
    digest   BLOB    NOT NULL,     -- of all that came before it
    instance INTEGER NOT NULL,     -- drawn by the collector that sent last, when it started
    epoch    INTEGER NOT NULL,     -- grows when another instance takes the stream over
    updated  INTEGER NOT NULL,     -- seconds
    accepted INTEGER NOT NULL DEFAULT 0,
    repeated INTEGER NOT NULL DEFAULT 0,
    replaced INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source, stream)
) WITHOUT ROWID;

-- Issues of snapshots: each is the whole of what its origin says under a revision.
CREATE TABLE issue (
    id            INTEGER PRIMARY KEY,
    origin        INTEGER NOT NULL, -- code of kind 1
    revision      INTEGER NOT NULL,
    issued        INTEGER NOT NULL, -- nanoseconds
    digest        BLOB    NOT NULL, -- of its whole content
    received      INTEGER NOT NULL, -- seconds
    first_version INTEGER NOT NULL, -- versions that it brought lie from here
    last_version  INTEGER           -- to here; NULL: its end has not come yet
);
CREATE UNIQUE INDEX issue_slot ON issue (origin, revision, digest);

-- What origins have declared that they have sent in full: every declaration that said something new, as it came.
CREATE TABLE coverage (
    origin              INTEGER NOT NULL, -- code of kind 1
    area                INTEGER NOT NULL, -- code of kind 6
    category            INTEGER NOT NULL, -- code of kind 7; 0: all
    scheme              INTEGER NOT NULL, -- code of kind 8: the offences and markers that the source can tell; 0: all
    from_day            INTEGER NOT NULL,
    to_day              INTEGER NOT NULL,
    declared            INTEGER NOT NULL, -- seconds
    PRIMARY KEY (origin, area, category, scheme, from_day, to_day)
) WITHOUT ROWID;

-- What each origin promises: the latest word of its declarations.
CREATE TABLE promise (
    origin     INTEGER NOT NULL,
    area       INTEGER NOT NULL,
    interval_s INTEGER NOT NULL, -- 0: none
    retired    INTEGER NOT NULL, -- 1: no more will come
    declared   INTEGER NOT NULL, -- seconds
    PRIMARY KEY (origin, area)
) WITHOUT ROWID;

-- Derived: the days on which a category of an area is wholly known, from coverage and the reference data.
CREATE TABLE covered (
    area     INTEGER NOT NULL,
    category INTEGER NOT NULL,
    from_day INTEGER NOT NULL,
    to_day   INTEGER NOT NULL,
    PRIMARY KEY (area, category, from_day)
) WITHOUT ROWID;

-- Where series stand against their thresholds; a series without a row is normal. A fold over the counts: it can
-- be worked out anew, and tocsin verify does.
--   levels 0 normal 1 watch 2 elevated 3 priority; directions 0 none 1 rising 2 falling
CREATE TABLE level (
    area                INTEGER NOT NULL, -- code of kind 6
    category            INTEGER NOT NULL, -- code of kind 7
    level               INTEGER NOT NULL,
    direction           INTEGER NOT NULL,
    rule                TEXT    NOT NULL, -- that decided, by its name in priorities.yaml; '': normal
    since               INTEGER,          -- the date as of which it took this level (day); NULL: from the beginning
    as_of               INTEGER NOT NULL, -- the date it was last looked at (day)
    announced           INTEGER NOT NULL, -- the level that was announced last
    announced_direction INTEGER NOT NULL,
    alert               INTEGER NOT NULL, -- the alert that is open on it; 0: none is
    PRIMARY KEY (area, category)
) WITHOUT ROWID;

-- Areas that records came in for while a load was going on: their levels wait for its end.
CREATE TABLE unjudged_area (area INTEGER PRIMARY KEY);

-- What was announced, when, and on what figures; and what people did about it: history, never rewritten. Numbers
-- have no gap, and are what subscribers go by.
--   kinds by the counts         raised, escalated, lowered, turned (rising to falling or back), cleared, standing (where a
--                               series stands at the end of a load, whatever it was before)
--         by people             acknowledged, commented, reopened, silenced, unsilenced
--         of Tocsin's own state raised, cleared (subject says of what)
CREATE TABLE event (
    id               INTEGER PRIMARY KEY, -- 1, 2, 3 ...
    at               INTEGER NOT NULL,    -- seconds
    kind             TEXT    NOT NULL,
    alert            INTEGER NOT NULL,    -- the event that opened the alert it belongs to; 0: to none (a silence)
    subject          TEXT    NOT NULL,    -- of Tocsin's own state: 'source ORIGIN', 'disk', 'backup'; '': of a series
    area             INTEGER NOT NULL,    -- code of kind 6; 0: none (a silence: everywhere)
    category         INTEGER NOT NULL,    -- code of kind 7; 0: none (a silence: all)
    as_of            INTEGER NOT NULL,    -- the date looked from (day)
    level_before     INTEGER NOT NULL,
    level            INTEGER NOT NULL,
    direction_before INTEGER NOT NULL,
    direction        INTEGER NOT NULL,
    rule             TEXT    NOT NULL,    -- that decided, by its name in priorities.yaml
    corrected        INTEGER NOT NULL,    -- 1: records of earlier dates changed it, not the passing of time
    lowest           INTEGER NOT NULL,    -- code of kind 7: the lowest category that explains the move; 0: none does
    batch            INTEGER NOT NULL,    -- the first event of those that belong into one message
    figures          TEXT    NOT NULL,    -- JSON: what was compared, the thresholds, p
    words            TEXT    NOT NULL,    -- the same in plain English
    caveats          TEXT    NOT NULL,    -- JSON: a list of sentences
    who              TEXT    NOT NULL,    -- by people: who did it
    note             TEXT    NOT NULL     -- and what they said
);
CREATE INDEX event_series ON event (area, category);
CREATE INDEX event_alert ON event (alert);

-- Alerts, open and closed: what the events add up to. One life: from normal to some level, until normal again.
CREATE TABLE alert (
    id           INTEGER PRIMARY KEY, -- the event that opened it
    subject      TEXT    NOT NULL,    -- as the event's
    area         INTEGER NOT NULL,
    category     INTEGER NOT NULL,
    level        INTEGER NOT NULL,    -- as announced last; 0: cleared
    direction    INTEGER NOT NULL,
    highest      INTEGER NOT NULL,    -- the highest level that it had
    opened       INTEGER NOT NULL,    -- seconds
    changed      INTEGER NOT NULL,    -- the last event (seconds)
    closed       INTEGER,             -- seconds; NULL: open
    decided      INTEGER NOT NULL,    -- the event that set its level
    acknowledged INTEGER              -- the event that acknowledged it; NULL: nobody has, or it was opened again
);
CREATE INDEX alert_open ON alert (closed, area, category, subject);

-- What is not to page, and until when. It is announced all the same, and shown as silenced.
CREATE TABLE silence (
    id       INTEGER PRIMARY KEY, -- the event with which it began
    alert    INTEGER NOT NULL,    -- only this one; 0: all of the area and category
    area     INTEGER NOT NULL,    -- code of kind 6, with all that lies in it; 0: everywhere
    category INTEGER NOT NULL,    -- code of kind 7, with all beneath; 0: all
    from_day INTEGER NOT NULL,
    to_day   INTEGER NOT NULL,    -- the last day
    recurs   TEXT    NOT NULL,    -- '', 'weekly' or 'yearly': the same days again
    who      TEXT    NOT NULL,
    why      TEXT    NOT NULL,
    ended    INTEGER              -- the event with which it was ended before its time
);

-- The reference data in force, as its files have it (docs/reference-data.md); line is the file's.
CREATE TABLE areas (line INTEGER, code TEXT, name TEXT, level TEXT, parent TEXT, valid_from TEXT, valid_to TEXT, successor TEXT, aliases TEXT);
CREATE TABLE groups (line INTEGER, "group" TEXT, name TEXT, kind TEXT, member TEXT);
CREATE TABLE populations (line INTEGER, area TEXT, year TEXT, population TEXT, source TEXT);
CREATE TABLE categories (line INTEGER, category TEXT, title TEXT, parent TEXT, marker TEXT, police_generated TEXT, bridging TEXT);
CREATE TABLE offences (line INTEGER, offence TEXT, description TEXT, category TEXT, valid_from TEXT, valid_to TEXT);
CREATE TABLE sources (line INTEGER, origin TEXT, title TEXT, rank TEXT, promised_interval TEXT);
CREATE TABLE comparators (line INTEGER, area TEXT, comparator TEXT);
CREATE TABLE comparator_rates (line INTEGER, comparator TEXT, category TEXT, period TEXT, rate TEXT, population TEXT, definition TEXT, source TEXT);
CREATE TABLE recording_changes (line INTEGER, date TEXT, area TEXT, category TEXT, text TEXT, source TEXT);
CREATE TABLE indicators (line INTEGER, priority TEXT, measure TEXT, area TEXT, period TEXT, value TEXT, n TEXT, source TEXT);

-- Derived from it: which areas and categories lie under which, themselves included (ids of kinds 6 and 7).
CREATE TABLE area_tree (ancestor INTEGER NOT NULL, area INTEGER NOT NULL, PRIMARY KEY (ancestor, area)) WITHOUT ROWID;
CREATE TABLE category_tree (ancestor INTEGER NOT NULL, category INTEGER NOT NULL, PRIMARY KEY (ancestor, category)) WITHOUT ROWID;

-- Odds and ends by name: the reference data's digest and folder, the baseline.
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- === views: codes, names and dates =================================================================

-- The incidents as they stand: one row each, cancelled ones left out.
CREATE VIEW incident AS
SELECT o.code AS origin, v.reference, v.revision, date(v.recorded * 86400, 'unixepoch') AS recorded,
       v.month_only, f.code AS offence, p.code AS area, p.name AS area_name, coalesce(m.code, '') AS markers,
       coalesce(u.code, '') AS outcome, v.recorded_at, v.occurred_at, v.occurred_to,
       v.latitude / 1e6 AS latitude, v.longitude / 1e6 AS longitude,
       datetime(v.received, 'unixepoch') AS received,
       EXISTS (SELECT 1 FROM reject r WHERE r.resolved IS NULL AND r.origin = o.code AND r.reference = v.reference
               AND (r.revision >= v.revision OR r.revision = 0)) AS newer_rejected -- 0: it could not be read
FROM version v
JOIN code o ON o.kind = 1 AND o.id = v.origin
JOIN code f ON f.kind = 3 AND f.id = v.offence
JOIN code p ON p.kind = 2 AND p.id = v.place
LEFT JOIN code m ON m.kind = 4 AND m.id = v.markers
LEFT JOIN code u ON u.kind = 5 AND u.id = v.outcome
WHERE v.current = 1 AND v.status = 0;

-- All versions, for "what did we know when".
CREATE VIEW incident_version AS
SELECT v.id, o.code AS origin, v.reference, v.revision,
       strftime('%Y-%m-%dT%H:%M:%SZ', v.issued / 1000000000, 'unixepoch') AS issued,
       strftime('%Y-%m-%dT%H:%M:%SZ', v.received, 'unixepoch') AS received,
       CASE v.status WHEN 0 THEN 'recorded' WHEN 1 THEN 'cancelled' ELSE 'withdrawn' END AS status,
       v.current, date(v.recorded * 86400, 'unixepoch') AS recorded, f.code AS offence, p.code AS area,
       coalesce(m.code, '') AS markers
FROM version v
JOIN code o ON o.kind = 1 AND o.id = v.origin
LEFT JOIN code f ON f.kind = 3 AND f.id = v.offence
LEFT JOIN code p ON p.kind = 2 AND p.id = v.place
LEFT JOIN code m ON m.kind = 4 AND m.id = v.markers;

-- Counts by day as kept: of every area (district and above), by origin, a node's own records only.
CREATE VIEW own_daily_count AS
SELECT m.area AS area_id, CAST(c.key AS INTEGER) AS category_id, m.origin AS origin_id, m.month,
       CASE d.key WHEN '0' THEN date(printf('%04d-%02d-01', m.month / 12, m.month % 12 + 1), '+1 month', '-1 day')
                  ELSE printf('%04d-%02d-%02d', m.month / 12, m.month % 12 + 1, d.key) END AS day,
       d.key = '0' AS month_only, d.value AS count
FROM count_month m
JOIN json_each(m.days) c
JOIN json_each(c.value) d;

-- Counts by day of every area and every category, with all that lies under it.
CREATE VIEW daily_count AS
SELECT a.code AS area, c.code AS category, own.day, sum(own.count) AS count
FROM code a
JOIN own_daily_count own ON own.area_id = a.id
JOIN category_tree ct ON ct.category = own.category_id
JOIN code c ON c.kind = 7 AND c.id = ct.ancestor
WHERE a.kind = 6
GROUP BY a.code, c.code, own.day;

-- The same by month, from the months' totals.
CREATE VIEW monthly_count AS
SELECT a.code AS area, c.code AS category, printf('%04d-%02d', m.month / 12, m.month % 12 + 1) AS month,
       sum(t.value) AS count
FROM code a
JOIN count_month m ON m.area = a.id
JOIN json_each(m.totals) t
JOIN category_tree ct ON ct.category = CAST(t.key AS INTEGER)
JOIN code c ON c.kind = 7 AND c.id = ct.ancestor
WHERE a.kind = 6
GROUP BY a.code, c.code, m.month;

-- The days wholly known, in codes and dates.
CREATE VIEW known AS
SELECT a.code AS area, c.code AS category, date(k.from_day * 86400, 'unixepoch') AS from_date,
       date(k.to_day * 86400, 'unixepoch') AS to_date
FROM covered k
JOIN code a ON a.kind = 6 AND a.id = k.area
JOIN code c ON c.kind = 7 AND c.id = k.category;

-- For each area the rolling year that ends where its coverage ends (of the first root of the offence tree that is
-- covered; as reports have it), and the one before (NULL unless both are wholly covered). A window that ends a month
-- begins after the same month's end a year earlier.
--   coverage  'complete'; 'at least' or 'unknown' (count is NULL) where some of the year's days are not covered, or
--             some of its records are known only as something wider
CREATE VIEW rolling_year AS
WITH reach AS (
    SELECT area, date(to_day * 86400, 'unixepoch') AS as_of FROM (
        SELECT k.area, max(k.to_day) AS to_day,
               row_number() OVER (PARTITION BY k.area ORDER BY t.parent || t.marker <> '',
                                  CASE t.parent || t.marker WHEN '' THEN t.line END, max(k.to_day) DESC) AS place
        FROM covered k
        JOIN code c ON c.kind = 7 AND c.id = k.category
        JOIN categories t ON t.category = c.code
        GROUP BY k.area, k.category)
    WHERE place = 1
), ends AS (
    SELECT area, as_of, date(as_of, '+1 day', 'start of month') = date(as_of, '+1 day') AS month_end FROM reach
), years AS (
    SELECT area, as_of,
           CASE WHEN month_end THEN date(as_of, 'start of month', '-11 months')
                ELSE date(as_of, '-1 year', '+1 day') END AS since,
           CASE WHEN month_end THEN date(as_of, 'start of month', '-23 months')
                ELSE date(as_of, '-2 years', '+1 day') END AS since_before
    FROM ends
), own AS (
    SELECT y.area, o.category_id,
           sum(o.count) FILTER (WHERE o.day BETWEEN y.since AND y.as_of) AS count,
           sum(o.count) FILTER (WHERE o.day >= y.since_before AND o.day < y.since) AS previous
    FROM years y
    JOIN own_daily_count o ON o.area_id = y.area
     AND o.month BETWEEN strftime('%Y', y.since_before) * 12 + strftime('%m', y.since_before) - 1
                     AND strftime('%Y', y.as_of) * 12 + strftime('%m', y.as_of) - 1
    GROUP BY y.area, o.category_id
), summed AS (
    SELECT own.area, ct.ancestor AS category, sum(own.count) AS count, sum(own.previous) AS previous
    FROM own JOIN category_tree ct ON ct.category = own.category_id
    GROUP BY own.area, ct.ancestor
), wider AS ( -- records of categories above: some of them may belong here
    SELECT own.area, ct.category, sum(own.count) AS count, sum(own.previous) AS previous
    FROM own JOIN category_tree ct ON ct.ancestor = own.category_id AND ct.category <> own.category_id
    GROUP BY own.area, ct.category
)
SELECT area, area_name, category, title, as_of, since AS "from",
       CASE WHEN whole THEN coalesce(count, 0) ELSE nullif(count, 0) END AS count,
       CASE WHEN whole_before THEN coalesce(previous, 0) END AS previous,
       CASE WHEN whole THEN 'complete' WHEN coalesce(count, 0) > 0 THEN 'at least' ELSE 'unknown' END AS coverage
FROM (
    SELECT a.code AS area, n.name AS area_name, c.code AS category, t.title, y.as_of, y.since, s.count, s.previous,
           EXISTS (SELECT 1 FROM covered k WHERE k.area = y.area AND k.category = c.id
                   AND date(k.from_day * 86400, 'unixepoch') <= y.since
                   AND date(k.to_day * 86400, 'unixepoch') >= y.as_of) AND coalesce(w.count, 0) = 0 AS whole,
           EXISTS (SELECT 1 FROM covered k WHERE k.area = y.area AND k.category = c.id
                   AND date(k.from_day * 86400, 'unixepoch') <= y.since_before
                   AND date(k.to_day * 86400, 'unixepoch') >= y.as_of)
           AND coalesce(w.count, 0) + coalesce(w.previous, 0) = 0 AS whole_before
    FROM years y
    JOIN code a ON a.kind = 6 AND a.id = y.area
    JOIN areas n ON n.code = a.code
    JOIN code c ON c.kind = 7
    JOIN categories t ON t.category = c.code
    LEFT JOIN summed s ON s.area = y.area AND s.category = c.id
    LEFT JOIN wider w ON w.area = y.area AND w.category = c.id
);

-- What stands rejected.
CREATE VIEW open_reject AS
SELECT id, datetime(received, 'unixepoch') AS received, words, origin, reference, source, stream, line
FROM reject WHERE resolved IS NULL;

-- Where series stand, in codes and words: all that are not normal.
CREATE VIEW current_alerts AS
SELECT l.alert, a.code AS area, n.name AS area_name, c.code AS category, t.title,
       CASE l.level WHEN 1 THEN 'watch' WHEN 2 THEN 'elevated' ELSE 'priority' END AS level,
       CASE l.direction WHEN 1 THEN 'rising' ELSE 'falling' END AS direction, l.rule,
       date(l.since * 86400, 'unixepoch') AS since, date(l.as_of * 86400, 'unixepoch') AS as_of
FROM level l
JOIN code a ON a.kind = 6 AND a.id = l.area
JOIN code c ON c.kind = 7 AND c.id = l.category
LEFT JOIN areas n ON n.code = a.code
LEFT JOIN categories t ON t.category = c.code
WHERE l.level > 0;

-- What was announced, in codes and words.
CREATE VIEW announced AS
SELECT e.id, strftime('%Y-%m-%dT%H:%M:%SZ', e.at, 'unixepoch') AS at, e.kind, e.alert, e.subject,
       coalesce(a.code, '') AS area, coalesce(c.code, '') AS category, date(e.as_of * 86400, 'unixepoch') AS as_of,
       CASE e.level WHEN 0 THEN 'normal' WHEN 1 THEN 'watch' WHEN 2 THEN 'elevated' ELSE 'priority' END AS level,
       CASE e.direction WHEN 0 THEN '' WHEN 1 THEN 'rising' ELSE 'falling' END AS direction,
       e.rule, e.words, e.caveats, e.figures, e.who, e.note
FROM event e
LEFT JOIN code a ON a.kind = 6 AND a.id = e.area
LEFT JOIN code c ON c.kind = 7 AND c.id = e.category;
