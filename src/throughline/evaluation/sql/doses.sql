SELECT d.dose_no, p.person_no, d.quantity, d.quantity_nothing, d.route, d.given_by
FROM raw_doses AS d
JOIN raw_incident_people AS p ON p.id = d.person_id
