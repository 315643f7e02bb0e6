-- Pick columns, put them in another order, and give them other names.
--
-- A mapping file is a view, in the SQL of the source server. The target table (here: contacts) is kept equal to what
-- the view shows. Columns that are not named (nickname, tier, birthday) do not leave the source.
--
-- The primary key of the source table must be among the columns, under whatever name: the target's rows are told apart
-- by it. When it changes at the source, the row changes its key in the target.

CREATE VIEW contacts AS
SELECT id        AS customer_id,
       public_id AS uuid,
       name      AS full_name,
       email,
       preferences,
       avatar,
       joined_at
FROM   shop.customers;
