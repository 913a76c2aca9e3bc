SELECT f.referral_no, e.sequence, e.state, COALESCE(e.source, 'not_applicable') AS source, e.happened_on
FROM raw_referral_events AS e
JOIN raw_referrals AS f ON f.id = e.referral_id
