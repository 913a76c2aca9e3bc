SELECT o.code, o.name, o.kind, o.source, o.measure, o.rank, o.direction, o.success_by, p.code IS NOT NULL AS is_planned,
       (SELECT COUNT(*) FROM raw_plans) > 0 AS is_plan_locked
FROM raw_outcomes AS o
LEFT JOIN planned AS p ON p.code = o.code AND p.what IN ('primary', 'secondary')
