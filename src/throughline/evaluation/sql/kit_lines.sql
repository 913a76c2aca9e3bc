-- Kits are taken apart into what they hold.
WITH items AS (
    SELECT l.contact_id, l.item_id, l.quantity FROM raw_kit_lines AS l WHERE l.item_id IS NOT NULL
    UNION ALL
    SELECT l.contact_id, k.item_id, l.quantity * k.quantity AS quantity
    FROM raw_kit_lines AS l
    JOIN raw_kit_components AS k ON k.kit_version_id = l.kit_version_id
)
SELECT c.contact_no, i.kind AS item_kind, COALESCE(w.core, i.kind) AS counts_as, SUM(t.quantity) AS quantity
FROM items AS t
JOIN raw_items AS i ON i.id = t.item_id
JOIN raw_contacts AS c ON CAST(c.id AS UUID) = CAST(t.contact_id AS UUID)
LEFT JOIN raw_codes AS w ON w.list_name = 'item_kind' AND w.code = i.kind
WHERE t.quantity > 0
GROUP BY c.contact_no, i.kind, COALESCE(w.core, i.kind)
