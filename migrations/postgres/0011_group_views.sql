-- Questions about groups that people keep under a name.
CREATE TABLE group_view (
  name TEXT NOT NULL PRIMARY KEY,
  question TEXT NOT NULL
);
