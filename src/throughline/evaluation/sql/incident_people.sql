SELECT p.person_no, n.incident_no, p.age_band, p.gender, p.fatal, p.naloxone_given
FROM raw_incident_people AS p
JOIN incident_numbers AS n ON n.id = p.incident_id
