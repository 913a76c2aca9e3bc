-- Every client who was met, by number, in the order of the ids of those who were kept. $start and $until bound a range of
-- them; $before is how many numbers were given in the ranges before it.
WITH found AS (
    SELECT m.root_row, m.client_id, m.member
    FROM met_clients AS m
    WHERE m.root_row >= $start AND m.root_row < $until
)
SELECT CAST(f.client_id AS UUID) AS client_id, CAST($before AS BIGINT) + DENSE_RANK() OVER (ORDER BY f.root_row) AS client_no,
       f.member, ROW_NUMBER() OVER (PARTITION BY f.root_row ORDER BY f.client_id) = 1 AS is_counted
FROM found AS f
