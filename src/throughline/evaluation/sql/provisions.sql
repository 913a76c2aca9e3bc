-- What began twice on one day at a site is one row: still given where one of the two is, else to the later end.
SELECT n.site, p.provision, p.from_on,
       CASE WHEN COUNT(*) = COUNT(p.to_on) THEN MAX(p.to_on) END AS to_on
FROM raw_provisions AS p
JOIN site_names AS n ON n.id = p.site_id
GROUP BY n.site, p.provision, p.from_on
