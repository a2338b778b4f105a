"""From the export's cells to the text of a canonical column: which column, mapped to what."""

# ruff: noqa: S608 - names are quoted, values are parameters; see the package.

from __future__ import annotations

from trivet.numbers.warehouse.staging.parameters import Parameters, quoted
from trivet.numbers.workspace.feed import ColumnRule, Feed


class Cells:
    """The texts of one load's rows.

    present   the load's own columns; one that an old export does not have reads as empty

    A text may ask for its cell many times (a value map does for each of its values), so cells are
    read first, in a query of their own: `rows`, to ask for when all texts have been asked for.
    """

    def __init__(self, feed: Feed, present: frozenset[str], parameters: Parameters) -> None:
        self._feed = feed
        self._present = present
        self._parameters = parameters
        self._asked: dict[str, str] = {}

    def rows(self, landed: str) -> str:
        """SQL: the rows of a relation that are records of the feed's table, with their cells."""
        cells = "".join(f", {self._read(column)} as {n}" for column, n in self._asked.items())
        applies = self.applies()
        where = f" where {applies}" if applies else ""
        return f"(select _file_row{cells} from {landed}{where})"

    def cell(self, column: str) -> str:
        """SQL for an export's cell within `rows`: null when blank or one of the `missing`."""
        # By number: to DuckDB names that differ in case only are one name.
        return self._asked.setdefault(column, f"cell_{len(self._asked)}")

    def _read(self, column: str) -> str:
        read = self._written(column)
        if not self._feed.missing or column not in self._present:
            return read
        words = self._parameters.add([word.strip().casefold() for word in self._feed.missing])
        return f"case when list_contains({words}, lower({read})) then null else {read} end"

    def _written(self, column: str) -> str:
        return f"read_cell({quoted(column)})" if column in self._present else "null::varchar"

    def text(self, rule: ColumnRule, scope: str = "") -> str:
        """SQL for the text of a canonical column, after value map, `otherwise` and `default`.

        scope   of an id, where its rule names none
        """
        if rule.constant is not None:
            return f"{self._parameters.add(rule.constant)}::varchar"
        said = self._origin(rule)
        if not isinstance(rule.scope, dict):
            said = self._scoped(said, rule.scope or scope)
        named = {key.strip(): value for key, value in rule.values.items()}
        default = named.pop("", None) if rule.default is None else rule.default
        if named or rule.otherwise is not None:
            said = self._mapped(said, named, rule.otherwise)
        if default is not None:
            said = f"coalesce({said}, {self._parameters.add(default)}::varchar)"
        return said

    def error(self, rule: ColumnRule) -> str | None:
        """SQL: the cell where it is a spreadsheet's error; None where the text still shows it.

        A value map, or a default for what it does not name, would make a good word of it.
        """
        if not rule.values and rule.otherwise is None:
            return None
        named = self._parameters.add([key.strip() for key in rule.values])
        said = self._origin(rule)
        return (
            f"case when is_spreadsheet_error({said}) and not list_contains({named}, {said})"
            f" then {said} end"
        )

    def _origin(self, rule: ColumnRule) -> str:
        within = rule.scope if isinstance(rule.scope, dict) else {}
        cells = [self._scoped(self.cell(name), within.get(name, "")) for name in rule.reads]
        if rule.joined:
            return (
                f"nullif(concat_ws({self._parameters.add(rule.joined_by)}, {', '.join(cells)}), '')"
            )
        return cells[0] if len(cells) == 1 else f"coalesce({', '.join(cells)})"

    def _scoped(self, said: str, scope: str) -> str:
        """An id with the object it is of. One of 15 characters or more is the vendor's for all."""
        if not scope:
            return said
        before = self._parameters.add(f"{scope}:")
        return f"case when length({said}) < 15 then {before} || {said} else {said} end"

    def _mapped(self, said: str, named: dict[str, str], otherwise: str | None) -> str:
        add = self._parameters.add
        whens = " ".join(
            f"when {said} = {add(key)} then {add(value)}::varchar" for key, value in named.items()
        )
        # An empty cell is not one of "the others": what nobody filled in stays a stated gap.
        rest = said if otherwise is None else f"{add(otherwise)}::varchar"
        return f"case when {said} is null then null {whens} else {rest} end"

    def applies(self) -> str | None:
        """SQL: true for the landed rows that are records of the feed's table; None if all are."""
        conditions = [f"{self._read(name)} is not null" for name in self._feed.when_present]
        for name, texts in self._feed.only.items():
            allowed = self._parameters.add([text.strip() for text in texts])
            # Without `missing`: a filter speaks of what is written there.
            conditions.append(f"list_contains({allowed}, coalesce({self._written(name)}, ''))")
        return " and ".join(conditions) or None
