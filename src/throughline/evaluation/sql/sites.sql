SELECT n.site, s.name, s.organisation, s.kind, s.area, s.time_zone, s.opened_on, s.closed_on,
       COALESCE(s.arm, 'none') AS arm
FROM raw_sites AS s
JOIN site_names AS n ON n.id = s.id
