SELECT t.theme_no, a.analysis_no, t.name, t.status FROM raw_themes AS t JOIN raw_analyses AS a ON a.id = t.analysis_id
