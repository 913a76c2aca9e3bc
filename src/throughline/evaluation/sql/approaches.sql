-- Numbered within wave and site in the order of their ids. Who arrives late moves the numbers of those after: no number says who
-- somebody is in another freeze.
WITH everybody AS (
    SELECT id, wave, phase, site_id, through, reached, reason FROM raw_approaches
    UNION ALL
    SELECT id, wave, phase, site_id, 'elsewhere' AS through, reached, reason FROM raw_came_from_elsewhere
)
SELECT e.wave, s.site, s.arm, e.phase, ROW_NUMBER() OVER (PARTITION BY e.wave, s.site ORDER BY e.id) AS approach_no, e.through,
       e.reached, e.reason
FROM everybody AS e
JOIN site_names AS n ON n.id = e.site_id
JOIN sites AS s ON s.site = n.site
