"""How sure a criterion is: over a plain table of verdicts, outcomes and order, nothing else.

What scipy has is scipy's; here is only what it is asked for and what the answers are taken to mean.
"""
