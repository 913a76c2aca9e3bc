SELECT d.need_no, c.contact_no, d.domain, COALESCE(w.core, d.domain) AS counts_as, d.urgency,
       COALESCE(d.closed_as, 'open') AS closed_as, d.closed_on
FROM raw_needs AS d
JOIN raw_contacts AS c ON CAST(c.id AS UUID) = CAST(d.contact_id AS UUID)
LEFT JOIN raw_codes AS w ON w.list_name = 'need_domain' AND w.code = d.domain
