-- From when to when each customer had ARR: only that tells who left and who came back.
-- Inlined: it is the spans of the customer's accounts and nothing else.
select
    customer.entity_no,
    span.from_on,
    span.until_on
from customer_span as span
join customer using (account_id)
