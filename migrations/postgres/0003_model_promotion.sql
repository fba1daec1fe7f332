-- Which model was put to work when. The last of an axis is in force; without any, the one in the models folder is.
CREATE TABLE model_promotion (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  axis TEXT NOT NULL,
  model TEXT NOT NULL,
  previous TEXT NOT NULL,
  note TEXT NOT NULL,
  promoted_at_us BIGINT NOT NULL,
  relabelled_at_us BIGINT
);

-- What the previous model had counted, so that old and new can be seen side by side.
CREATE TABLE model_overlap (
  promotion BIGINT NOT NULL REFERENCES model_promotion (seq),
  node TEXT NOT NULL,
  day BIGINT NOT NULL,
  complaints BIGINT NOT NULL,
  PRIMARY KEY (promotion, node, day)
);
