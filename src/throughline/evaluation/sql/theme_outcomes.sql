SELECT t.theme_no, o.code AS outcome FROM raw_themes AS t JOIN raw_outcomes AS o ON POSITION(',' || o.code || ',' IN ',' || t.outcomes || ',') > 0
