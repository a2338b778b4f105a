"""Norvik Analytics: a made-up company, as the exports of its five systems.

`write_company` writes a whole workspace: a commented `trivet.toml`, and the exports of a CRM like
Salesforce's, a marketing automation platform like HubSpot's, a customer success platform like
Gainsight's, billing, and finance. It is one company: what one system says another one confirms,
except for a few dirty rows of every kind (dirty_rows.py). Nothing in it is real; domains end in
`.example`.

Norvik sells software subscriptions in US dollars, euros and pounds. Its systems go back to
February 2024, 33 whole months and the first weeks of November 2026: the exports are of
2026-11-20, so the third quarter is final. An earlier export of accounts and opportunities, of
2026-08-15, shows what has changed since.

Stories that a visitor can find (docs/tutorial/the-demo-company.md says where):

- the win rate of EMEA mid-market falls from the middle of 2026, after a rival's launch;
- customers won with the spring offer of 2025 leave a year later: the cohort of 2025-Q2;
- the Pipeline Clinic, a webinar series of 2026-Q1, works: marketing sources more that quarter;
- people in APAC who ask for a demo wait too long since the middle of 2025;
- expansion comes from the accounts that use the product most;
- list prices rose on 2026-01-01, and the retention waterfall shows it;
- health goes down over the last months before a customer leaves;
- a data team of six to twenty goes with winning, venture capital with winning and with leaving;
  the cloud data warehouse that everybody asks for goes with nothing.

How it is made: a company is drawn in parts of 2,000 accounts (shard.py), each noun from its own
random stream: accounts, people, new_business, customers (renewals, expansions, departures),
responses, leads, activities, health, touches, and the account fields a profile asks for. An
opportunity's whole path is drawn once and cut at the day of the export. Then salesforce.py,
hubspot.py, gainsight.py and finance.py write what each system would export.
"""

from trivet.demo_company.company import write_company

__all__ = ["write_company"]
