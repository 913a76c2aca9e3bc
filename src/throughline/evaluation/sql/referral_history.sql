-- Each referral's way: accepted, entered, how it ended, and the days until then. Entering ends it for this purpose; custody
-- or a refusal before it does not, if the person entered later. Open ones are watched until the last day of the data.
WITH ways AS NOT MATERIALIZED (
    SELECT e.referral_no,
           MIN(CASE WHEN e.state IN ('accepted', 'appointment', 'entered', 'completed') THEN e.happened_on END) AS accepted_on,
           MIN(CASE WHEN e.state IN ('entered', 'completed') THEN e.happened_on END) AS entered_on,
           MAX(e.sequence) AS last_sequence
    FROM referral_events AS e
    GROUP BY e.referral_no
),
last_events AS (
    SELECT e.referral_no, e.state, e.source, e.happened_on
    FROM referral_events AS e
    JOIN ways AS w ON w.referral_no = e.referral_no AND w.last_sequence = e.sequence
),
routes AS (
    SELECT x.referral_no, MIN(c.route) AS route
    FROM referral_needs AS x
    JOIN needs AS d ON d.need_no = x.need_no
    JOIN contacts AS c ON c.contact_no = d.contact_no
    GROUP BY x.referral_no
),
ended AS (
    SELECT f.referral_no, w.accepted_on, w.entered_on,
           CASE WHEN w.entered_on IS NOT NULL THEN 'entered'
                WHEN f.state IN ('draft', 'sent', 'received', 'accepted', 'appointment') THEN 'open'
                ELSE f.state END AS ended_as,
           CASE WHEN w.entered_on IS NOT NULL THEN w.entered_on ELSE l.happened_on END AS last_on,
           l.source
    FROM referrals AS f
    LEFT JOIN ways AS w ON w.referral_no = f.referral_no
    LEFT JOIN last_events AS l ON l.referral_no = f.referral_no
)
SELECT f.referral_no, f.site, COALESCE(r.route, 'none') AS route, f.arm, f.phase, f.door, f.kind, f.sent_on,
       CASE WHEN e.accepted_on IS NOT NULL THEN 'yes'
            WHEN e.ended_as = 'open' THEN 'open'
            WHEN e.source = 'unknown' THEN 'dont_know'
            ELSE 'no' END AS accepted,
       CASE WHEN e.entered_on IS NOT NULL THEN 'yes'
            WHEN e.ended_as = 'open' THEN 'open'
            WHEN e.source = 'unknown' THEN 'dont_know'
            ELSE 'no' END AS entered,
       e.accepted_on, e.entered_on, e.ended_as,
       CASE WHEN e.ended_as = 'open' THEN NULL ELSE e.last_on END AS ended_on,
       CASE WHEN e.ended_as = 'open' THEN GREATEST(s.until_on - f.sent_on, 0) ELSE GREATEST(e.last_on - f.sent_on, 0) END AS days
FROM referrals AS f
JOIN ended AS e ON e.referral_no = f.referral_no
LEFT JOIN routes AS r ON r.referral_no = f.referral_no
CROSS JOIN span AS s
