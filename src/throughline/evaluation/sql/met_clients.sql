-- Every client who was met, with the place among all clients of the one who was kept.
WITH kept AS (
    SELECT c.id AS client_id, COALESCE(r.root, c.id) AS root FROM raw_clients AS c LEFT JOIN client_roots AS r ON r.id = c.id
)
SELECT DISTINCT z.client_row AS root_row, k.client_id, z.member
FROM kept AS k
JOIN raw_clients AS z ON z.id = k.root
JOIN raw_contacts AS m ON m.client_id = k.client_id
