"""The ideal customer profile as numbers: criteria, the fit of every account, and the evidence."""

from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.profile import Cutoffs, Profile, cautions, problems, read_profile
from trivet.numbers.insight.icp.section import Section

__all__ = [
    "Criterion",
    "Cutoffs",
    "Profile",
    "Section",
    "cautions",
    "problems",
    "read_profile",
]
