-- A scale's range, and which way of a subscale is better, from the canonical JSON of its key: keys sorted, no spaces, names
-- without signs that mean anything in a pattern (vocabulary/attitudes.py).
SELECT a.assessment_no, v.subscale,
       REGEXP_EXTRACT(
           k.key, '"higher_is_better":(true|false),"items":\[[-0-9,]*\],"may_miss":[0-9]+,"name":"' || v.subscale || '"', 1
       ) = 'true' AS is_higher_better,
       CAST(REGEXP_EXTRACT(k.key, '"lowest":(-?[0-9]+)', 1) AS BIGINT) AS lowest,
       CAST(REGEXP_EXTRACT(k.key, '"highest":(-?[0-9]+)', 1) AS BIGINT) AS highest,
       CAST(v.thousandths AS DECIMAL(18, 3)) * CAST(0.001 AS DECIMAL(4, 3)) AS value, v.value_nothing
FROM raw_attitude_scores AS v
JOIN raw_assessments AS a ON a.id = v.assessment_id
JOIN raw_attitude_scales AS k ON k.id = a.scale_id
