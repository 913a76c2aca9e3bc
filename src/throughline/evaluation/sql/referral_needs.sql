SELECT f.referral_no, d.need_no
FROM raw_referral_needs AS x
JOIN raw_referrals AS f ON f.id = x.referral_id
JOIN raw_needs AS d ON d.id = x.need_id
