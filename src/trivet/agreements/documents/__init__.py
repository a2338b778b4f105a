"""One mechanism for every governed document: versions, proposals, signatures.

Metric definitions, the ICP, the lead-management and customer-lifecycle processes and playbooks are
kinds of document. A kind says what its body may hold and how it reads; it registers itself here.
"""
