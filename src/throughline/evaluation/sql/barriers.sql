SELECT b.barrier_no, c.contact_no, d.need_no, b.kind, COALESCE(w.core, b.kind) AS counts_as, b.level
FROM raw_barriers AS b
JOIN raw_contacts AS c ON CAST(c.id AS UUID) = CAST(b.contact_id AS UUID)
LEFT JOIN raw_needs AS d ON CAST(d.id AS UUID) = CAST(b.need_id AS UUID)
LEFT JOIN raw_codes AS w ON w.list_name = 'barrier_kind' AND w.code = b.kind
