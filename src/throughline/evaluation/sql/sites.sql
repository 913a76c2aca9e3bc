-- Two sites of one name are told apart: by their organisation, or where that does not do it by the word for each.
SELECT n.site,
       CASE WHEN COUNT(*) OVER (PARTITION BY s.name) = 1 THEN s.name
            WHEN COUNT(*) OVER (PARTITION BY s.name, s.organisation) = 1 THEN s.name || ' (' || s.organisation || ')'
            ELSE s.name || ' (' || n.site || ')' END AS name,
       s.organisation, s.kind, s.area, s.time_zone, s.opened_on, s.closed_on, COALESCE(s.arm, 'none') AS arm
FROM raw_sites AS s
JOIN site_names AS n ON n.id = s.id
