SELECT a.action_no, d.need_no, a.kind, a.taken_on
FROM raw_actions AS a
JOIN raw_needs AS d ON CAST(d.id AS UUID) = CAST(a.need_id AS UUID)
