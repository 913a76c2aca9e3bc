-- Incidents that were merged, each with the one that was kept in the end.
WITH RECURSIVE up AS (
    SELECT i.id, i.merged_into_id AS root, 1 AS depth FROM raw_incidents AS i WHERE i.merged_into_id IS NOT NULL
    UNION ALL
    SELECT u.id, i.merged_into_id AS root, u.depth + 1 AS depth
    FROM up AS u
    JOIN raw_incidents AS i ON i.id = u.root
    WHERE i.merged_into_id IS NOT NULL AND u.depth < 100
),
last_steps AS (
    SELECT u.id, MAX(u.depth) AS depth FROM up AS u GROUP BY u.id
)
SELECT u.id, u.root FROM up AS u JOIN last_steps AS l ON l.id = u.id AND l.depth = u.depth
