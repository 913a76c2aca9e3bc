-- Phases of a site never overlap (a rule of the study); were they to, the later start wins, so that a day has one phase.
WITH ordered AS (
    SELECT p.site_id, p.phase, p.from_on, p.to_on,
           LEAD(p.from_on) OVER (PARTITION BY p.site_id ORDER BY p.from_on, p.phase) AS next_on
    FROM raw_phases AS p
)
SELECT n.site, s.arm, o.phase, o.from_on,
       CASE WHEN o.next_on IS NOT NULL AND (o.to_on IS NULL OR o.to_on >= o.next_on) THEN o.next_on - 1 ELSE o.to_on END AS to_on
FROM ordered AS o
JOIN site_names AS n ON n.id = o.site_id
JOIN sites AS s ON s.site = n.site
