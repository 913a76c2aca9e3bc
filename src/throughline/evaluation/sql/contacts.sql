SELECT k.contact_no, c.client_no, w.worker_no, k.local_on, SUBSTRING(CAST(k.local_on AS VARCHAR), 1, 7) AS month,
       s.site, k.route, s.arm, COALESCE(p.phase, 'none') AS phase, k.kind, k.tally, k.client_id IS NULL AS is_anonymous,
       k.newness, k.place, k.mode, k.who_spoke, k.duration, k.on_behalf_of, k.on_behalf_of_nothing
FROM raw_contacts AS k
JOIN site_names AS n ON n.id = k.site_id
JOIN sites AS s ON s.site = n.site
LEFT JOIN contact_clients AS c ON c.contact_no = k.contact_no
LEFT JOIN worker_numbers AS w ON w.worker_id = k.worker_id
LEFT JOIN phases AS p ON p.site = s.site AND k.local_on >= p.from_on AND (p.to_on IS NULL OR k.local_on <= p.to_on)
