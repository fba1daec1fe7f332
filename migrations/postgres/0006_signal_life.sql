-- What happened to a signal, by whom and why: raised, moved, muted, unmuted, worsened.
CREATE TABLE signal_event (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  signal_id BYTEA NOT NULL REFERENCES signal (id) ON DELETE CASCADE,
  event TEXT NOT NULL,
  detail TEXT NOT NULL,
  author TEXT,
  reason TEXT,
  at_us BIGINT NOT NULL
);
CREATE INDEX signal_event_of ON signal_event (signal_id, seq);

INSERT INTO signal_event (signal_id, event, detail, at_us)
SELECT id, 'raised', '', raised_at_us FROM signal ORDER BY id;
INSERT INTO signal_event (signal_id, event, detail, reason, at_us)
SELECT id, 'moved', state, note, updated_at_us FROM signal WHERE state <> 'raised' ORDER BY id;

-- Series that are not to warn for a while: until a day, or until they are worse than they were.
CREATE TABLE mute (
  dimension TEXT NOT NULL,
  node TEXT NOT NULL,
  signal_id BYTEA NOT NULL REFERENCES signal (id) ON DELETE CASCADE,
  until_day BIGINT,
  excess DOUBLE PRECISION,
  held BIGINT NOT NULL,
  held_day BIGINT,
  since_us BIGINT NOT NULL,
  PRIMARY KEY (dimension, node)
);
