-- What happened to a signal, by whom and why: raised, moved, muted, unmuted, worsened.
CREATE TABLE signal_event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  signal_id BLOB NOT NULL REFERENCES signal (id) ON DELETE CASCADE,
  event TEXT NOT NULL,
  detail TEXT NOT NULL,
  author TEXT,
  reason TEXT,
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX signal_event_of ON signal_event (signal_id, seq);

INSERT INTO signal_event (signal_id, event, detail, at_us)
SELECT id, 'raised', '', raised_at_us FROM signal ORDER BY id;
INSERT INTO signal_event (signal_id, event, detail, reason, at_us)
SELECT id, 'moved', state, note, updated_at_us FROM signal WHERE state <> 'raised' ORDER BY id;

-- Series that are not to warn for a while: until a day, or until they are worse than they were.
CREATE TABLE mute (
  dimension TEXT NOT NULL,
  node TEXT NOT NULL,
  signal_id BLOB NOT NULL REFERENCES signal (id) ON DELETE CASCADE,
  until_day INTEGER,
  excess REAL,
  held INTEGER NOT NULL,
  held_day INTEGER,
  since_us INTEGER NOT NULL,
  PRIMARY KEY (dimension, node)
) STRICT;
