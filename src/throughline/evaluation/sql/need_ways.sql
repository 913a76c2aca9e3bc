-- The referrals for a need, and how each went.
SELECT x.need_no, f.referral_no, f.sent_on, f.accepted_on, f.entered_on, f.ended_as, f.days
FROM referral_needs AS x
JOIN referral_history AS f ON f.referral_no = x.referral_no
