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
           MAX(CASE WHEN h.response IN ('given_here', 'referred') THEN 8 WHEN h.response = 'not_recorded' THEN 2 ELSE 6 END) AS response
    FROM need_history AS h
    GROUP BY h.contact_no
),
ways AS (
    SELECT q.contact_no, MAX(a.place) AS accepted, MAX(e.place) AS entered,
           SUM(CASE WHEN q.is_first AND q.accepted = 'yes' THEN 1 ELSE 0 END) AS accepted_yes,
           SUM(CASE WHEN q.is_first AND q.accepted = 'no' THEN 1 ELSE 0 END) AS accepted_no,
           SUM(CASE WHEN q.is_first AND q.accepted = 'open' THEN 1 ELSE 0 END) AS accepted_open,
           SUM(CASE WHEN q.is_first AND q.accepted = 'dont_know' THEN 1 ELSE 0 END) AS accepted_dont_know,
           SUM(CASE WHEN q.is_first AND q.entered = 'yes' THEN 1 ELSE 0 END) AS entered_yes,
           SUM(CASE WHEN q.is_first AND q.entered = 'no' THEN 1 ELSE 0 END) AS entered_no,
           SUM(CASE WHEN q.is_first AND q.entered = 'open' THEN 1 ELSE 0 END) AS entered_open,
           SUM(CASE WHEN q.is_first AND q.entered = 'dont_know' THEN 1 ELSE 0 END) AS entered_dont_know
    FROM contact_referrals AS q
    LEFT JOIN step_values AS a ON a.value = q.accepted
    LEFT JOIN step_values AS e ON e.value = q.entered
    GROUP BY q.contact_no
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
LEFT JOIN ways AS f ON f.contact_no = c.contact_no
LEFT JOIN met_again AS x ON x.contact_no = c.contact_no
LEFT JOIN step_values AS v ON v.place = COALESCE(t.crack, 2)
LEFT JOIN step_values AS u ON u.place = COALESCE(t.further, 2)
LEFT JOIN step_values AS r ON r.place = d.response
LEFT JOIN step_values AS a ON a.place = f.accepted
LEFT JOIN step_values AS e ON e.place = f.entered
CROSS JOIN span AS s
