SELECT 'contact' AS unit, k.contact_no AS number, k.member FROM raw_contacts AS k
UNION ALL
SELECT 'code' AS unit, n.client_no AS number, n.member FROM client_numbers AS n WHERE n.is_counted
