"""Staging: landed text becomes typed columns under the canonical names, or goes to quarantine.

Vendor words stop here. Everything is one set of SQL statements a load, made from the mapping:
names are quoted, values are parameters, and how a text becomes a value is written down in
`sql/staging/readers.sql`.
"""

from trivet.numbers.warehouse.staging.stage import stage

__all__ = ["stage"]
