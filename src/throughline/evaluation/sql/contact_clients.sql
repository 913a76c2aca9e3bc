SELECT k.contact_no, n.client_no
FROM raw_contacts AS k
JOIN client_numbers AS n ON n.client_id = CAST(k.client_id AS UUID)
