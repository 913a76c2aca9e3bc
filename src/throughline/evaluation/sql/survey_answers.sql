SELECT s.site, s.arm, a.phase, a.answered_on, a.respondent, a.question,
       a.value, a.value_nothing
FROM (
    SELECT site_id, phase, answered_on, respondent, question, CAST(thousandths AS DOUBLE) / 1000 AS value, value_nothing FROM asked_answers
    UNION ALL
    SELECT site_id, phase, answered_on, respondent, question, value, value_nothing FROM worked_out_answers
) AS a
JOIN site_names AS n ON n.id = a.site_id
JOIN sites AS s ON s.site = n.site
