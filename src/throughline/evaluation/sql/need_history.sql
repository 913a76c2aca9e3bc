WITH done AS (
    SELECT a.need_no,
           MAX(CASE a.kind WHEN 'given_here' THEN 4 WHEN 'referred' THEN 3 WHEN 'advised' THEN 2 ELSE 1 END) AS best
    FROM actions AS a
    GROUP BY a.need_no
)
SELECT d.need_no, f.referral_no, c.contact_no, c.client_no, c.site, c.route, c.arm, c.phase, d.domain, d.counts_as,
       c.local_on AS told_on,
       CASE WHEN o.best = 4 THEN 'given_here'
            WHEN o.best = 3 OR f.referral_no IS NOT NULL THEN 'referred'
            WHEN o.best = 2 THEN 'advised'
            WHEN o.best = 1 THEN 'nothing_possible'
            ELSE 'not_recorded' END AS response,
       f.sent_on, f.accepted_on, f.entered_on, f.ended_as, f.days
FROM needs AS d
JOIN contacts AS c ON c.contact_no = d.contact_no
LEFT JOIN done AS o ON o.need_no = d.need_no
LEFT JOIN need_ways AS f ON f.need_no = d.need_no
