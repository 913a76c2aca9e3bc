-- One row per contact with the value of each step. A tally is n contacts of which nothing more is known.
WITH told AS (
    SELECT d.contact_no,
           MAX(CASE WHEN d.counts_as = 'crack_use' THEN a.place END) AS crack,
           MAX(CASE WHEN d.counts_as <> 'crack_use' THEN a.place END) AS further
    FROM disclosures AS d
    JOIN answer_places AS a ON a.answer = d.answer
    GROUP BY d.contact_no
),
needed AS (
    SELECT h.contact_no,
           MAX(CASE WHEN h.response IN ('given_here', 'referred') THEN 8 WHEN h.response = 'not_recorded' THEN 2 ELSE 6 END) AS response,
           MAX(a.place) AS accepted,
           MAX(e.place) AS entered
    FROM need_history AS h
    LEFT JOIN referral_history AS f ON f.referral_no = h.referral_no
    LEFT JOIN step_values AS a ON a.value = f.accepted
    LEFT JOIN step_values AS e ON e.value = f.entered
    GROUP BY h.contact_no
),
first_contacts AS (
    SELECT h.referral_no, MIN(h.contact_no) AS contact_no FROM need_history AS h WHERE h.referral_no IS NOT NULL GROUP BY h.referral_no
),
referred AS (
    SELECT t.contact_no,
           SUM(CASE WHEN f.accepted = 'yes' THEN 1 ELSE 0 END) AS accepted_yes,
           SUM(CASE WHEN f.accepted = 'no' THEN 1 ELSE 0 END) AS accepted_no,
           SUM(CASE WHEN f.accepted = 'open' THEN 1 ELSE 0 END) AS accepted_open,
           SUM(CASE WHEN f.accepted = 'dont_know' THEN 1 ELSE 0 END) AS accepted_dont_know,
           SUM(CASE WHEN f.entered = 'yes' THEN 1 ELSE 0 END) AS entered_yes,
           SUM(CASE WHEN f.entered = 'no' THEN 1 ELSE 0 END) AS entered_no,
           SUM(CASE WHEN f.entered = 'open' THEN 1 ELSE 0 END) AS entered_open,
           SUM(CASE WHEN f.entered = 'dont_know' THEN 1 ELSE 0 END) AS entered_dont_know
    FROM first_contacts AS t
    JOIN referral_history AS f ON f.referral_no = t.referral_no
    GROUP BY t.contact_no
),
met AS (
    SELECT DISTINCT c.client_no, c.local_on FROM contacts AS c WHERE c.client_no IS NOT NULL
),
next_met AS (
    SELECT m.client_no, m.local_on, LEAD(m.local_on) OVER (PARTITION BY m.client_no ORDER BY m.local_on) AS next_on FROM met AS m
)
SELECT c.contact_no, c.client_no, c.tally AS n, c.local_on, c.month, c.site, c.route, c.arm, c.phase,
       v.value AS crack_use_told,
       CASE WHEN d.contact_no IS NOT NULL THEN 'yes' ELSE u.value END AS further_need_told,
       CASE WHEN d.contact_no IS NOT NULL THEN r.value WHEN u.value = 'yes' THEN 'not_recorded' END AS response,
       a.value AS accepted, e.value AS entered,
       CASE WHEN c.client_no IS NULL THEN NULL
            WHEN c.local_on + 28 > s.until_on THEN 'open'
            WHEN x.next_on <= c.local_on + 28 THEN 'yes' ELSE 'no' END AS came_back_28,
       CASE WHEN c.client_no IS NULL THEN NULL
            WHEN c.local_on + 90 > s.until_on THEN 'open'
            WHEN x.next_on <= c.local_on + 90 THEN 'yes' ELSE 'no' END AS came_back_90,
       COALESCE(f.accepted_yes, 0) AS accepted_yes, COALESCE(f.accepted_no, 0) AS accepted_no,
       COALESCE(f.accepted_open, 0) AS accepted_open, COALESCE(f.accepted_dont_know, 0) AS accepted_dont_know,
       COALESCE(f.entered_yes, 0) AS entered_yes, COALESCE(f.entered_no, 0) AS entered_no,
       COALESCE(f.entered_open, 0) AS entered_open, COALESCE(f.entered_dont_know, 0) AS entered_dont_know
FROM contacts AS c
LEFT JOIN told AS t ON t.contact_no = c.contact_no
LEFT JOIN needed AS d ON d.contact_no = c.contact_no
LEFT JOIN referred AS f ON f.contact_no = c.contact_no
LEFT JOIN next_met AS x ON x.client_no = c.client_no AND x.local_on = c.local_on
LEFT JOIN step_values AS v ON v.place = COALESCE(t.crack, 2)
LEFT JOIN step_values AS u ON u.place = COALESCE(t.further, 2)
LEFT JOIN step_values AS r ON r.place = d.response
LEFT JOIN step_values AS a ON a.place = d.accepted
LEFT JOIN step_values AS e ON e.place = d.entered
CROSS JOIN span AS s
