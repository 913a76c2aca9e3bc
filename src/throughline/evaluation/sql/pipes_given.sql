SELECT c.contact_no, c.site, c.month, k.quantity
FROM kit_lines AS k
JOIN contacts AS c ON c.contact_no = k.contact_no
WHERE k.counts_as = 'safe_inhalation_pipe'
