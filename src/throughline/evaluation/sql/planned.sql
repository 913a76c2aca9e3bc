-- A plan's lists of codes, from its canonical JSON: keys sorted, no spaces, codes without quotes (rules/plans.py).
WITH lists AS (
    SELECT content, UNNEST(['primary', 'secondary', 'covariates', 'subgroups', 'imputed']) AS what FROM raw_plans
),
held AS (
    SELECT what, REGEXP_EXTRACT(content, '"' || what || '":\["([^\]]*)"\]', 1) AS codes FROM lists
)
SELECT DISTINCT what, UNNEST(STRING_SPLIT(codes, '","')) AS code FROM held WHERE codes <> ''
