-- The next day on which a contact's client was met, where there is one.
WITH days AS (
    SELECT DISTINCT c.client_no, c.local_on FROM contacts AS c WHERE c.client_no IS NOT NULL
),
later AS (
    SELECT d.client_no, d.local_on, LEAD(d.local_on) OVER (PARTITION BY d.client_no ORDER BY d.local_on) AS next_on FROM days AS d
)
SELECT c.contact_no, c.client_no, l.next_on
FROM contacts AS c
JOIN later AS l ON l.client_no = c.client_no AND l.local_on = c.local_on
WHERE l.next_on IS NOT NULL
