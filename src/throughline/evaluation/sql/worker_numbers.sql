SELECT d.worker_id, ROW_NUMBER() OVER (ORDER BY d.worker_id) AS worker_no
FROM (SELECT DISTINCT worker_id FROM raw_contacts WHERE worker_id IS NOT NULL) AS d
