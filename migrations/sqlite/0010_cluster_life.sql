-- What a cluster is put aside until; since when it stands where it does, and whether a person put it there.
ALTER TABLE cluster ADD COLUMN aside TEXT;
ALTER TABLE cluster ADD COLUMN state_since_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cluster ADD COLUMN state_by_person INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cluster ADD COLUMN owner_by_person INTEGER NOT NULL DEFAULT 0;
-- How urgent it is, and why: the computed parts stay beside what a person says.
ALTER TABLE cluster ADD COLUMN priority TEXT NOT NULL DEFAULT 'low';
ALTER TABLE cluster ADD COLUMN priority_by_person INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cluster ADD COLUMN load TEXT;
-- Customers who complained, and complaints that differ in more than numbers and names.
ALTER TABLE cluster ADD COLUMN customers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cluster ADD COLUMN texts INTEGER NOT NULL DEFAULT 0;
UPDATE cluster SET state_since_us = updated_at_us;
UPDATE cluster SET state_by_person = 1 WHERE state <> 'new';
UPDATE cluster SET owner_by_person = 1 WHERE owner IS NOT NULL;

-- A number equal for texts that differ in nothing that matters.
CREATE TABLE complaint_print (
  complaint_id BLOB NOT NULL PRIMARY KEY REFERENCES complaint (id) ON DELETE CASCADE,
  print INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who answers for what, in order: the last rule that fits holds.
CREATE TABLE owner_rule (
  place INTEGER NOT NULL PRIMARY KEY,
  area TEXT,
  failure_type TEXT,
  unit TEXT,
  owner TEXT NOT NULL
) STRICT;

CREATE TABLE cluster_comment (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  cluster_id BLOB NOT NULL REFERENCES cluster (id),
  person TEXT,
  body TEXT NOT NULL,
  mentions TEXT NOT NULL,
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX cluster_comment_of ON cluster_comment (cluster_id, seq);
