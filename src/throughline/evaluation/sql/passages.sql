-- Codings of a theme's codes that touch a participant's own turns: what others say around them does not count.
SELECT DISTINCT t.theme_no, p.participant_no, s.source_no, c.start_at, c.end_at, c.code_id
FROM raw_theme_codes AS x
JOIN raw_themes AS t ON t.id = x.theme_id
JOIN raw_codings AS c ON c.code_id = x.code_id
JOIN raw_sources AS s ON s.id = c.source_id
JOIN raw_turns AS u ON u.source_id = c.source_id AND c.start_at < u.end_at AND c.end_at > u.start_at
JOIN raw_participants AS p ON p.id = u.participant_id
