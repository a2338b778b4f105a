-- From when to when each customer had ARR: only that tells who left and who came back.
-- Inlined: it is the spans of the customer's accounts and nothing else.
select
    entity_no,
    from_on,
    until_on
from customer_span
