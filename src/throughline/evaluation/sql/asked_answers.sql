-- Every answer; and of who had another form, not asked what only that of others asked at their site in their phase.
SELECT site_id, phase, answered_on, respondent, form_id, question, thousandths, value_nothing FROM raw_answers
UNION ALL
SELECT p.site_id, p.phase, p.answered_on, p.respondent, p.form_id, t.question, NULL AS thousandths, 'not_asked' AS value_nothing
FROM (
    SELECT site_id, phase, respondent, MAX(answered_on) AS answered_on, MAX(form_id) AS form_id FROM raw_answers GROUP BY ALL
) AS p
JOIN (SELECT DISTINCT site_id, phase, question FROM raw_answers) AS t ON t.site_id = p.site_id AND t.phase = p.phase
-- two conditions, not one with OR: each is a hash join of its own
WHERE NOT EXISTS (
    SELECT 1 FROM (SELECT DISTINCT form_id, question FROM raw_answers) AS a
    WHERE a.question = t.question AND a.form_id IS NOT DISTINCT FROM p.form_id
) AND NOT EXISTS (
    SELECT 1 FROM raw_answers AS r
    WHERE r.question = t.question AND r.site_id = p.site_id AND r.phase = p.phase AND r.respondent = p.respondent
)
