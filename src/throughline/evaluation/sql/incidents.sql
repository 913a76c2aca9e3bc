WITH reports AS (
    SELECT n.incident_no, COUNT(*) AS reports
    FROM raw_incident_reports AS r
    JOIN incident_numbers AS n ON n.id = r.incident_id
    GROUP BY n.incident_no
)
SELECT n.incident_no, i.occurred_on, i.occurred_on_nothing, i.place_band, i.flags, COALESCE(r.reports, 0) AS reports
FROM raw_incidents AS i
JOIN incident_numbers AS n ON n.id = i.id
LEFT JOIN reports AS r ON r.incident_no = n.incident_no
WHERE i.merged_into_id IS NULL
