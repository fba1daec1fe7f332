-- Which model was put to work when. The last of an axis is in force; without any, the one in the models folder is.
CREATE TABLE model_promotion (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  axis TEXT NOT NULL,
  model TEXT NOT NULL,
  previous TEXT NOT NULL,
  note TEXT NOT NULL,
  promoted_at_us INTEGER NOT NULL,
  relabelled_at_us INTEGER
) STRICT;

-- What the previous model had counted, so that old and new can be seen side by side.
CREATE TABLE model_overlap (
  promotion INTEGER NOT NULL REFERENCES model_promotion (seq),
  node TEXT NOT NULL,
  day INTEGER NOT NULL,
  complaints INTEGER NOT NULL,
  PRIMARY KEY (promotion, node, day)
) STRICT, WITHOUT ROWID;
