-- A site's months from its opening to its closing, and any other month in which it recorded something. A month of which
-- nothing was reported and nothing recorded is not a zero. Staff are the people whose roles record contacts at the site on
-- the month's last day; somebody with two memberships counts once. Trained is who completed a course of the programme's own
-- training; where no course is marked as such, nobody knows.
WITH counted AS (
    SELECT c.site, c.month, SUM(c.tally) AS contacts FROM contacts AS c GROUP BY c.site, c.month
),
given AS (
    SELECT k.site, k.month, SUM(k.quantity) AS pipes FROM pipes_given AS k GROUP BY k.site, k.month
),
reported AS (
    SELECT n.site, m.month, r.reporting
    FROM raw_month_reports AS r
    JOIN site_names AS n ON n.id = r.site_id
    JOIN months AS m ON m.month_on = r.month_on
),
hours AS (
    SELECT n.site, m.month, o.tenths, o.hours_nothing
    FROM raw_open_hours AS o
    JOIN site_names AS n ON n.id = o.site_id
    JOIN months AS m ON m.month_on = o.month_on
),
spine AS (
    SELECT s.site, m.month
    FROM sites AS s
    CROSS JOIN months AS m
    WHERE m.last_on >= s.opened_on AND (s.closed_on IS NULL OR m.month_on <= s.closed_on)
    UNION
    SELECT c.site, c.month FROM counted AS c JOIN months AS m ON m.month = c.month
    UNION
    SELECT r.site, r.month FROM reported AS r
    UNION
    SELECT h.site, h.month FROM hours AS h
),
phased AS (
    SELECT x.site, x.month,
           MAX(CASE WHEN p.from_on <= m.month_on AND (p.to_on IS NULL OR p.to_on >= m.last_on) THEN p.phase END) AS whole,
           COUNT(p.phase) AS some
    FROM spine AS x
    JOIN months AS m ON m.month = x.month
    LEFT JOIN phases AS p ON p.site = x.site AND p.from_on <= m.last_on AND (p.to_on IS NULL OR p.to_on >= m.month_on)
    GROUP BY x.site, x.month
),
recording AS (
    SELECT DISTINCT q.id, q.account_id, q.organisation_id, q.is_all_sites, q.from_on, q.to_on
    FROM raw_memberships AS q
    JOIN recording_roles AS r ON POSITION(',' || r.role || ',' IN ',' || q.roles || ',') > 0
),
working AS (
    SELECT q.account_id, n.site, q.from_on, q.to_on
    FROM recording AS q
    JOIN raw_membership_sites AS y ON y.membership_id = q.id
    JOIN site_names AS n ON n.id = y.site_id
    WHERE q.is_all_sites = 0
    UNION ALL
    SELECT q.account_id, n.site, q.from_on, q.to_on
    FROM recording AS q
    JOIN raw_sites AS s ON s.organisation_id = q.organisation_id
    JOIN site_names AS n ON n.id = s.id
    WHERE q.is_all_sites = 1
),
completed AS (
    SELECT t.account_id, MIN(t.held_on) AS first_on FROM raw_trained AS t GROUP BY t.account_id
),
counting AS (
    SELECT STRING_AGG(c.name, ', ' ORDER BY c.name) AS trained_in FROM raw_courses AS c
),
staffed AS (
    SELECT w.site, m.month, COUNT(DISTINCT w.account_id) AS staff,
           COUNT(DISTINCT CASE WHEN t.first_on <= m.last_on THEN w.account_id END) AS trained
    FROM working AS w
    JOIN months AS m ON w.from_on <= m.last_on AND (w.to_on IS NULL OR w.to_on >= m.last_on)
    LEFT JOIN completed AS t ON t.account_id = w.account_id
    GROUP BY w.site, m.month
),
said AS (
    SELECT x.site, x.month, COALESCE(r.reporting, 'not_recorded') AS reporting,
           CASE WHEN c.contacts IS NOT NULL THEN c.contacts
                WHEN r.reporting = 'complete' THEN 0 END AS contacts
    FROM spine AS x
    LEFT JOIN reported AS r ON r.site = x.site AND r.month = x.month
    LEFT JOIN counted AS c ON c.site = x.site AND c.month = x.month
)
SELECT x.site, s.arm, x.month,
       CASE WHEN f.whole IS NOT NULL THEN f.whole WHEN f.some > 0 THEN 'mixed' ELSE 'none' END AS phase,
       x.reporting,
       CAST(h.tenths AS DECIMAL(9, 1)) * CAST(0.1 AS DECIMAL(2, 1)) AS open_hours,
       CASE WHEN h.tenths IS NULL THEN COALESCE(h.hours_nothing, 'not_recorded') END AS open_hours_nothing,
       x.contacts, CASE WHEN x.contacts IS NULL THEN 'not_recorded' END AS contacts_nothing,
       CASE WHEN x.contacts IS NOT NULL THEN COALESCE(g.pipes, 0) END AS pipes_given,
       CASE WHEN x.contacts IS NULL THEN 'not_recorded' END AS pipes_given_nothing,
       COALESCE(t.staff, 0) AS staff,
       CASE WHEN q.trained_in IS NOT NULL THEN COALESCE(t.trained, 0) END AS staff_trained, q.trained_in
FROM said AS x
JOIN sites AS s ON s.site = x.site
JOIN phased AS f ON f.site = x.site AND f.month = x.month
LEFT JOIN given AS g ON g.site = x.site AND g.month = x.month
LEFT JOIN hours AS h ON h.site = x.site AND h.month = x.month
LEFT JOIN staffed AS t ON t.site = x.site AND t.month = x.month
CROSS JOIN counting AS q
