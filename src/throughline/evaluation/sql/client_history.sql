-- The history of those with a client code, which lies in the order of the codes: each step's value by its place.
WITH reached AS (
    SELECT n.client_no, n.contact_no, MIN(n.accepted_on) AS accepted_on, MIN(n.entered_on) AS entered_on
    FROM need_history AS n
    GROUP BY n.client_no, n.contact_no
)
SELECT h.client_no, h.contact_no, h.local_on, h.site, h.route, h.arm, h.phase, h.came_back_28, h.came_back_90, m.next_on,
       c.place AS crack, f.place AS further, r.place AS response,
       CASE h.accepted WHEN 'yes' THEN 4 WHEN 'open' THEN 3 WHEN 'dont_know' THEN 2 WHEN 'no' THEN 1 END AS accepted,
       CASE h.entered WHEN 'yes' THEN 4 WHEN 'open' THEN 3 WHEN 'dont_know' THEN 2 WHEN 'no' THEN 1 END AS entered,
       x.accepted_on, x.entered_on
FROM history AS h
JOIN step_values AS c ON c.value = h.crack_use_told
JOIN step_values AS f ON f.value = h.further_need_told
LEFT JOIN step_values AS r ON r.value = h.response
LEFT JOIN reached AS x ON x.client_no = h.client_no AND x.contact_no = h.contact_no
LEFT JOIN met_again AS m ON m.client_no = h.client_no AND m.contact_no = h.contact_no
