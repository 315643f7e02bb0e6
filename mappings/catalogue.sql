-- Decide by value: CASE, COALESCE, IF, and functions of text.

CREATE VIEW catalogue AS
SELECT sku,
       CONCAT(name, IF(tags LIKE '%sale%', ' (SALE)', '')) AS title,
       COALESCE(description, '(no description)')           AS description,
       price,
       weight_kg,
       CASE WHEN stock <= 0  THEN 'sold out'
            WHEN stock < 100 THEN 'few left'
            ELSE                  'in stock'
       END                                                 AS availability
FROM   shop.products;
