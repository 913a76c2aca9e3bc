SELECT j.step, t.theme_no, a.analysis_no, j.judgement
FROM raw_joint_rows AS j
JOIN raw_analyses AS a ON a.id = j.analysis_id
LEFT JOIN raw_themes AS t ON t.id = j.theme_id
WHERE j.step <> ''
