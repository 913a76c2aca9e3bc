-- Labels stay behind: a person is a number within the freeze. A pair is of questionnaires, whatever scores these have.
WITH told AS (
    SELECT a.assessment_no, k.name AS scale, s.site, s.arm, a.respondent_group, a.moment, a.taken_on, r.respondent_no,
           a.is_of_training = 1 AS is_of_training
    FROM raw_assessments AS a
    JOIN raw_attitude_scales AS k ON k.id = a.scale_id
    JOIN site_names AS n ON n.id = a.site_id
    JOIN sites AS s ON s.site = n.site
    LEFT JOIN raw_attitude_respondents AS r ON r.id = a.respondent_id
),
held AS (
    SELECT respondent_no, BOOL_OR(moment = 'before') AS has_before, BOOL_OR(moment = 'after') AS has_after,
           BOOL_OR(moment = 'follow_up') AS has_follow_up, MAX(taken_on) FILTER (moment = 'follow_up') AS last_on
    FROM told
    WHERE respondent_no IS NOT NULL
    GROUP BY respondent_no
)
SELECT t.*,
       CASE WHEN t.moment = 'follow_up' THEN 'not_applicable'
            WHEN h.has_before AND h.has_after THEN 'linked'
            ELSE 'alone' END AS pair_after,
       CASE WHEN t.moment = 'after' OR (t.moment = 'follow_up' AND t.taken_on < h.last_on) THEN 'not_applicable'
            WHEN h.has_before AND h.has_follow_up THEN 'linked'
            ELSE 'alone' END AS pair_follow_up
FROM told AS t
LEFT JOIN held AS h ON h.respondent_no = t.respondent_no
