-- Merged incidents count as the one that was kept. $start, $until and $before are as in client_numbers.
WITH numbered AS (
    SELECT i.id, CAST($before AS BIGINT) + ROW_NUMBER() OVER (ORDER BY i.incident_row) AS incident_no
    FROM raw_incidents AS i
    WHERE i.merged_into_id IS NULL AND i.incident_row >= $start AND i.incident_row < $until
)
SELECT n.id, n.incident_no FROM numbered AS n
UNION ALL
SELECT r.id, n.incident_no FROM incident_roots AS r JOIN numbered AS n ON n.id = r.root
