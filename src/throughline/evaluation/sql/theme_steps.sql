SELECT t.theme_no, w.step FROM raw_themes AS t JOIN step_names AS w ON POSITION(',' || w.step || ',' IN ',' || t.steps || ',') > 0
