SELECT s.source_no, a.analysis_no, s.kind, COALESCE(n.site, 'none') AS site, COALESCE(t.arm, 'none') AS arm,
       COALESCE(p.phase, 'none') AS phase, s.language, s.guide_version, s.is_deidentified = 1 AS is_deidentified
FROM raw_sources AS s
JOIN raw_analyses AS a ON a.id = s.analysis_id
LEFT JOIN site_names AS n ON n.id = s.site_id
LEFT JOIN sites AS t ON t.site = n.site
LEFT JOIN phases AS p ON p.site = n.site AND s.collected_on >= p.from_on AND (p.to_on IS NULL OR s.collected_on <= p.to_on)
