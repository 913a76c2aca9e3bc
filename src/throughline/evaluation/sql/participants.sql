WITH heard AS (
    SELECT DISTINCT t.participant_id, s.site, s.arm, s.phase
    FROM raw_turns AS t
    JOIN raw_sources AS r ON r.id = t.source_id
    JOIN sources AS s ON s.source_no = r.source_no
)
SELECT p.participant_no, a.analysis_no, p.participant_group,
       CASE WHEN COUNT(DISTINCT h.site) > 1 THEN 'mixed' ELSE COALESCE(MIN(h.site), 'none') END AS site,
       CASE WHEN COUNT(DISTINCT h.arm) > 1 THEN 'mixed' ELSE COALESCE(MIN(h.arm), 'none') END AS arm,
       CASE WHEN COUNT(DISTINCT h.phase) > 1 THEN 'mixed' ELSE COALESCE(MIN(h.phase), 'none') END AS phase
FROM raw_participants AS p
JOIN raw_analyses AS a ON a.id = p.analysis_id
LEFT JOIN heard AS h ON h.participant_id = p.id
GROUP BY p.participant_no, a.analysis_no, p.participant_group
