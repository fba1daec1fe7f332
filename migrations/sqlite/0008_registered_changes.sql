-- What the organisation changed: releases, prices, lots, processes. `touches` is a JSON object of facts.
CREATE TABLE registered_change (
  id BLOB NOT NULL PRIMARY KEY,
  external_id TEXT UNIQUE,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  note TEXT NOT NULL,
  day INTEGER NOT NULL,
  touches TEXT NOT NULL,
  registered_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX registered_change_day ON registered_change (day);
