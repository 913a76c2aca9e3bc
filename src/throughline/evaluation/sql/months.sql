WITH days AS (
    SELECT MIN(c.local_on) AS from_on, MAX(c.local_on) AS until_on FROM contacts AS c
    JOIN span AS s ON c.local_on <= s.until_on
    UNION ALL
    SELECT MIN(r.month_on) AS from_on, MAX(r.month_on) AS until_on FROM raw_month_reports AS r
    UNION ALL
    SELECT MIN(o.month_on) AS from_on, MAX(o.month_on) AS until_on FROM raw_open_hours AS o
)
SELECT MIN(d.from_on) AS from_on, MAX(d.until_on) AS until_on FROM days AS d
