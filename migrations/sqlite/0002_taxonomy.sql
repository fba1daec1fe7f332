-- Versions of the taxonomy, once an organisation edits it. Before that the bundled one is in force.
CREATE TABLE taxonomy_version (
  number INTEGER NOT NULL PRIMARY KEY,
  version TEXT NOT NULL,
  body TEXT NOT NULL,
  note TEXT NOT NULL,
  published_at_us INTEGER NOT NULL
) STRICT;
