-- One row per contact with the value of each step. A tally is n contacts of which nothing more is known. Of several referrals
-- the end nearest to yes stands, and one that nobody told of stands before a no: it may have been a yes. Where no return was
-- seen and the window touches a month that the site did not report, or not wholly, nobody knows whether there was one.
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
    SELECT q.contact_no,
           MAX(CASE q.accepted WHEN 'yes' THEN 4 WHEN 'open' THEN 3 WHEN 'dont_know' THEN 2 WHEN 'no' THEN 1 END) AS accepted,
           MAX(CASE q.entered WHEN 'yes' THEN 4 WHEN 'open' THEN 3 WHEN 'dont_know' THEN 2 WHEN 'no' THEN 1 END) AS entered,
           SUM(CASE WHEN q.is_first AND q.accepted = 'yes' THEN 1 ELSE 0 END) AS accepted_yes,
           SUM(CASE WHEN q.is_first AND q.accepted = 'no' THEN 1 ELSE 0 END) AS accepted_no,
           SUM(CASE WHEN q.is_first AND q.accepted = 'open' THEN 1 ELSE 0 END) AS accepted_open,
           SUM(CASE WHEN q.is_first AND q.accepted = 'dont_know' THEN 1 ELSE 0 END) AS accepted_dont_know,
           SUM(CASE WHEN q.is_first AND q.entered = 'yes' THEN 1 ELSE 0 END) AS entered_yes,
           SUM(CASE WHEN q.is_first AND q.entered = 'no' THEN 1 ELSE 0 END) AS entered_no,
           SUM(CASE WHEN q.is_first AND q.entered = 'open' THEN 1 ELSE 0 END) AS entered_open,
           SUM(CASE WHEN q.is_first AND q.entered = 'dont_know' THEN 1 ELSE 0 END) AS entered_dont_know
    FROM contact_referrals AS q
    GROUP BY q.contact_no
),
silent AS (
    SELECT n.site, r.month_on, LAST_DAY(r.month_on) AS last_on
    FROM raw_month_reports AS r
    JOIN site_names AS n ON n.id = r.site_id
    WHERE r.reporting IN ('none', 'partial')
)
SELECT c.contact_no, c.client_no, c.tally AS n, c.local_on, c.month, c.site, c.route, c.arm, c.phase,
       v.value AS crack_use_told,
       CASE WHEN d.contact_no IS NOT NULL THEN 'yes' ELSE u.value END AS further_need_told,
       CASE WHEN d.contact_no IS NOT NULL THEN r.value WHEN u.value = 'yes' THEN 'not_recorded' END AS response,
       CASE f.accepted WHEN 4 THEN 'yes' WHEN 3 THEN 'open' WHEN 2 THEN 'dont_know' WHEN 1 THEN 'no' END AS accepted,
       CASE f.entered WHEN 4 THEN 'yes' WHEN 3 THEN 'open' WHEN 2 THEN 'dont_know' WHEN 1 THEN 'no' END AS entered,
       CASE WHEN c.client_no IS NULL THEN NULL
            WHEN c.local_on + 28 > s.until_on THEN 'open'
            WHEN x.next_on <= c.local_on + 28 THEN 'yes'
            WHEN EXISTS (
                SELECT 1 FROM silent AS q WHERE q.site = c.site AND q.month_on <= c.local_on + 28 AND q.last_on > c.local_on
            ) THEN 'not_recorded' ELSE 'no' END AS came_back_28,
       CASE WHEN c.client_no IS NULL THEN NULL
            WHEN c.local_on + 90 > s.until_on THEN 'open'
            WHEN x.next_on <= c.local_on + 90 THEN 'yes'
            WHEN EXISTS (
                SELECT 1 FROM silent AS q WHERE q.site = c.site AND q.month_on <= c.local_on + 90 AND q.last_on > c.local_on
            ) THEN 'not_recorded' ELSE 'no' END AS came_back_90,
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
CROSS JOIN span AS s
