SELECT s.source_no, w.step
FROM raw_sources AS s
JOIN step_names AS w ON POSITION(',' || w.step || ',' IN ',' || s.topics || ',') > 0
