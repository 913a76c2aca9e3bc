-- One row per client code and window: all its contacts, and those of each phase. It stands at the site, arm and route of
-- the first contact in the window, and counts once. Of a step's values in the window, the nearest to yes stands;
-- of ends of referrals, one that nobody told of stands before a no.
WITH windowed AS NOT MATERIALIZED (
    SELECT 'all' AS code_window, h.* FROM client_history AS h
    UNION ALL
    SELECT h.phase AS code_window, h.* FROM client_history AS h
),
placed AS (
    SELECT w.code_window, w.client_no, MIN(w.contact_no) AS contact_no
    FROM windowed AS w
    JOIN (
        SELECT f.code_window, f.client_no, MIN(f.local_on) AS first_on FROM windowed AS f GROUP BY f.code_window, f.client_no
    ) AS d ON d.code_window = w.code_window AND d.client_no = w.client_no AND d.first_on = w.local_on
    GROUP BY w.code_window, w.client_no
),
best AS (
    SELECT w.code_window, w.client_no, COUNT(*) AS contacts,
           MAX(w.crack) AS crack, MAX(w.further) AS further, MAX(w.response) AS response, MAX(w.accepted) AS accepted,
           MAX(w.entered) AS entered,
           MIN(CASE WHEN w.crack = y.place THEN w.local_on END) AS crack_use_told_on,
           MIN(CASE WHEN w.further = y.place THEN w.local_on END) AS further_need_told_on,
           MIN(CASE WHEN w.response = y.place THEN w.local_on END) AS response_on,
           MIN(w.accepted_on) AS accepted_on, MIN(w.entered_on) AS entered_on
    FROM windowed AS w
    JOIN step_values AS y ON y.value = 'yes'
    GROUP BY w.code_window, w.client_no
)
SELECT b.client_no, b.code_window, h.site, h.route, h.arm, h.phase, b.contacts,
       c.value AS crack_use_told, f.value AS further_need_told, r.value AS response,
       CASE b.accepted WHEN 4 THEN 'yes' WHEN 3 THEN 'open' WHEN 2 THEN 'dont_know' WHEN 1 THEN 'no' END AS accepted,
       CASE b.entered WHEN 4 THEN 'yes' WHEN 3 THEN 'open' WHEN 2 THEN 'dont_know' WHEN 1 THEN 'no' END AS entered,
       h.came_back_28, h.came_back_90, h.local_on AS first_contact_on, b.crack_use_told_on, b.further_need_told_on,
       b.response_on, b.accepted_on, b.entered_on, h.next_on AS came_back_on
FROM best AS b
JOIN placed AS p ON p.code_window = b.code_window AND p.client_no = b.client_no
JOIN client_history AS h ON h.contact_no = p.contact_no AND h.client_no = b.client_no
JOIN step_values AS c ON c.place = b.crack
JOIN step_values AS f ON f.place = b.further
LEFT JOIN step_values AS r ON r.place = b.response
