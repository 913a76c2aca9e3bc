-- What began twice on one day at a site is one row: still running where one of the two is, else to the later end.
SELECT n.site, c.component, c.from_on,
       CASE WHEN COUNT(*) = COUNT(c.to_on) THEN MAX(c.to_on) END AS to_on
FROM raw_components AS c
JOIN site_names AS n ON n.id = c.site_id
GROUP BY n.site, c.component, c.from_on
