-- A referral at each contact whose needs it is for; it is counted at the first.
WITH linked AS (
    SELECT DISTINCT h.referral_no, h.contact_no FROM need_history AS h WHERE h.referral_no IS NOT NULL
)
SELECT l.referral_no, l.contact_no, f.accepted, f.entered,
       l.contact_no = MIN(l.contact_no) OVER (PARTITION BY l.referral_no) AS is_first
FROM linked AS l
JOIN referral_history AS f ON f.referral_no = l.referral_no
