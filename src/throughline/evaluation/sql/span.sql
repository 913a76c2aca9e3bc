-- A device whose clock runs ahead must not lengthen the time that anything was watched: the server's day bounds it.
WITH days AS (
    SELECT MIN(k.local_on) AS from_on, MAX(LEAST(k.local_on, k.served_on)) AS until_on FROM raw_contacts AS k
    UNION ALL
    SELECT MIN(e.happened_on) AS from_on, MAX(LEAST(e.happened_on, e.known_on)) AS until_on FROM raw_referral_events AS e
)
SELECT MIN(d.from_on) AS from_on, MAX(d.until_on) AS until_on FROM days AS d
