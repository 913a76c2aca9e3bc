SELECT c.contact_no, d.topic, COALESCE(w.core, d.topic) AS counts_as, d.answer, d.raised_by
FROM raw_disclosures AS d
JOIN raw_contacts AS c ON CAST(c.id AS UUID) = CAST(d.contact_id AS UUID)
LEFT JOIN raw_codes AS w ON w.list_name = 'topic' AND w.code = d.topic
