-- One row per client code and window: all its contacts, and those of each phase. It stands at the site, arm and route of
-- the first contact in the window, and counts once. Of a step's values in the window, the nearest to yes stands.
WITH windowed AS NOT MATERIALIZED (
    SELECT 'all' AS code_window, h.* FROM history AS h WHERE h.client_no IS NOT NULL
    UNION ALL
    SELECT h.phase AS code_window, h.* FROM history AS h WHERE h.client_no IS NOT NULL
),
placed AS (
    SELECT w.code_window, w.client_no, MIN(w.contact_no) AS contact_no
    FROM windowed AS w
    JOIN (
        SELECT f.code_window, f.client_no, MIN(f.local_on) AS first_on FROM windowed AS f GROUP BY f.code_window, f.client_no
    ) AS d ON d.code_window = w.code_window AND d.client_no = w.client_no AND d.first_on = w.local_on
    GROUP BY w.code_window, w.client_no
),
reached AS (
    SELECT h.contact_no, MIN(h.accepted_on) AS accepted_on, MIN(h.entered_on) AS entered_on
    FROM need_history AS h
    GROUP BY h.contact_no
),
best AS (
    SELECT w.code_window, w.client_no, COUNT(*) AS contacts,
           MAX(c.place) AS crack, MAX(f.place) AS further, MAX(r.place) AS response, MAX(a.place) AS accepted, MAX(e.place) AS entered,
           MIN(CASE WHEN w.crack_use_told = 'yes' THEN w.local_on END) AS crack_use_told_on,
           MIN(CASE WHEN w.further_need_told = 'yes' THEN w.local_on END) AS further_need_told_on,
           MIN(CASE WHEN w.response = 'yes' THEN w.local_on END) AS response_on,
           MIN(x.accepted_on) AS accepted_on, MIN(x.entered_on) AS entered_on
    FROM windowed AS w
    JOIN step_values AS c ON c.value = w.crack_use_told
    JOIN step_values AS f ON f.value = w.further_need_told
    LEFT JOIN step_values AS r ON r.value = w.response
    LEFT JOIN step_values AS a ON a.value = w.accepted
    LEFT JOIN step_values AS e ON e.value = w.entered
    LEFT JOIN reached AS x ON x.contact_no = w.contact_no
    GROUP BY w.code_window, w.client_no
),
days AS (
    SELECT DISTINCT h.client_no, h.local_on FROM history AS h WHERE h.client_no IS NOT NULL
),
later AS (
    SELECT d.client_no, d.local_on, LEAD(d.local_on) OVER (PARTITION BY d.client_no ORDER BY d.local_on) AS next_on FROM days AS d
)
SELECT b.client_no, b.code_window, h.site, h.route, h.arm, h.phase, b.contacts,
       c.value AS crack_use_told, f.value AS further_need_told, r.value AS response, a.value AS accepted, e.value AS entered,
       h.came_back_28, h.came_back_90, h.local_on AS first_contact_on, b.crack_use_told_on, b.further_need_told_on,
       b.response_on, b.accepted_on, b.entered_on, l.next_on AS came_back_on
FROM best AS b
JOIN placed AS p ON p.code_window = b.code_window AND p.client_no = b.client_no
JOIN history AS h ON h.contact_no = p.contact_no AND h.client_no = b.client_no
LEFT JOIN later AS l ON l.client_no = h.client_no AND l.local_on = h.local_on
JOIN step_values AS c ON c.place = b.crack
JOIN step_values AS f ON f.place = b.further
LEFT JOIN step_values AS r ON r.place = b.response
LEFT JOIN step_values AS a ON a.place = b.accepted
LEFT JOIN step_values AS e ON e.place = b.entered
