SELECT 'contact' AS unit, k.contact_no AS number, k.member FROM raw_contacts AS k
UNION ALL
SELECT 'code' AS unit, n.client_no AS number, c.member
FROM client_numbers AS n
JOIN raw_clients AS c ON CAST(c.id AS UUID) = n.root_id
WHERE n.is_counted
