-- A draft has not been sent and is no referral yet. It counts from the day it was sent, else from the day it was made.
WITH sent AS (
    SELECT e.referral_no, MIN(e.happened_on) AS sent_on
    FROM referral_events AS e
    WHERE e.state = 'sent'
    GROUP BY e.referral_no
),
dated AS (
    SELECT f.referral_no, f.site_id, f.to_organisation, f.door, f.kind, f.reason, f.state, COALESCE(e.sent_on, f.made_on) AS sent_on
    FROM raw_referrals AS f
    LEFT JOIN sent AS e ON e.referral_no = f.referral_no
)
SELECT f.referral_no, s.site, s.arm, COALESCE(p.phase, 'none') AS phase, f.to_organisation, f.door, f.kind, f.reason,
       f.sent_on, f.state
FROM dated AS f
JOIN site_names AS n ON n.id = f.site_id
JOIN sites AS s ON s.site = n.site
LEFT JOIN phases AS p ON p.site = s.site AND f.sent_on >= p.from_on AND (p.to_on IS NULL OR f.sent_on <= p.to_on)
