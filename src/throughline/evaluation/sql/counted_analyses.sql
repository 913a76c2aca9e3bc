SELECT a.analysis_no
FROM raw_analyses AS a
JOIN counting_approaches AS c ON c.approach = a.approach
WHERE a.with_counts = 1 OR NOT c.is_on_request
