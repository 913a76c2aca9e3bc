-- One row per theme, participant and source in which the participant spoke. A source whose guide asked about nothing in
-- particular was open to every theme. Of analyses that count alone.
WITH spoke AS (
    SELECT DISTINCT p.participant_no, a.analysis_no, s.source_no
    FROM raw_turns AS u
    JOIN raw_participants AS p ON p.id = u.participant_id
    JOIN raw_sources AS s ON s.id = u.source_id
    JOIN raw_analyses AS a ON a.id = p.analysis_id
),
guided AS (
    SELECT DISTINCT q.source_no FROM source_topics AS q
),
asked AS (
    SELECT DISTINCT e.theme_no, q.source_no FROM theme_steps AS e JOIN source_topics AS q ON q.step = e.step
),
counted AS (
    SELECT p.theme_no, p.participant_no, p.source_no, COUNT(*) AS passages
    FROM passages AS p
    GROUP BY p.theme_no, p.participant_no, p.source_no
)
SELECT t.theme_no, k.participant_no, k.source_no,
       a.source_no IS NOT NULL OR g.source_no IS NULL AS was_asked,
       COALESCE(c.passages, 0) AS passages
FROM themes AS t
JOIN counted_analyses AS n ON n.analysis_no = t.analysis_no
JOIN spoke AS k ON k.analysis_no = t.analysis_no
LEFT JOIN asked AS a ON a.theme_no = t.theme_no AND a.source_no = k.source_no
LEFT JOIN guided AS g ON g.source_no = k.source_no
LEFT JOIN counted AS c ON c.theme_no = t.theme_no AND c.participant_no = k.participant_no AND c.source_no = k.source_no
