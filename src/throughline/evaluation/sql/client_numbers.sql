-- Every client who was met, by number. Merges are followed to the one who was kept.
WITH RECURSIVE up AS (
    SELECT c.id, c.merged_into_id AS root, 1 AS depth
    FROM raw_clients AS c
    WHERE c.merged_into_id IS NOT NULL
    UNION ALL
    SELECT u.id, c.merged_into_id AS root, u.depth + 1 AS depth
    FROM up AS u
    JOIN raw_clients AS c ON c.id = u.root
    WHERE c.merged_into_id IS NOT NULL AND u.depth < 100
),
last_steps AS (
    SELECT u.id, MAX(u.depth) AS depth FROM up AS u GROUP BY u.id
),
roots AS (
    SELECT u.id, u.root FROM up AS u JOIN last_steps AS l ON l.id = u.id AND l.depth = u.depth
),
met AS (
    SELECT DISTINCT k.client_id FROM raw_contacts AS k WHERE k.client_id IS NOT NULL
),
kept AS (
    SELECT m.client_id, COALESCE(r.root, m.client_id) AS root FROM met AS m LEFT JOIN roots AS r ON r.id = m.client_id
),
numbered AS (
    SELECT d.root, ROW_NUMBER() OVER (ORDER BY d.root) AS client_no FROM (SELECT DISTINCT root FROM kept) AS d
)
SELECT CAST(k.client_id AS UUID) AS client_id, n.client_no, CAST(k.root AS UUID) AS root_id,
       ROW_NUMBER() OVER (PARTITION BY n.client_no ORDER BY k.client_id) = 1 AS is_counted
FROM kept AS k
JOIN numbered AS n ON n.root = k.root
