"""The facts kept."""

from trivet.agreements.books.models.approval import Approval
from trivet.agreements.books.models.book import Book
from trivet.agreements.books.models.comparison import Comparison
from trivet.agreements.books.models.correction import Correction, Outcome
from trivet.agreements.books.models.edition import Edition
from trivet.agreements.books.models.frozen_figure import FrozenFigure
from trivet.agreements.books.models.restatement import Restatement

__all__ = [
    "Approval", "Book", "Comparison", "Correction", "Edition", "FrozenFigure", "Outcome",
    "Restatement",
]  # fmt: skip
