"""Ten mistakes a department makes on one form, each in a cell of its own."""

from __future__ import annotations

from tests.forms.form_grid import Grid

NAMES = (
    "Phường Bắc Nha Trang", "Phường Nha Trang", "Phường Tây Nha Trang", "Phường Nam Nha Trang", "Phường Bắc Cam Ranh",
    "Phường Cam Ranh", "Phường Ba Ngòi", "Phường Cam Linh", "Xã Cam Hiệp", "Xã Cam Lâm",
)  # fmt: skip


def ten_mistakes(grid: Grid) -> Grid:
    """The form with the mistakes; `expected` says in which cell each is answered, and by which code or rule."""
    rows = [grid.row(name) for name in NAMES]
    beds, doctors, occupancy, dengue = 4, 5, 6, 7
    grid.cells[rows[0]][beds] = "bốn mươi"  # words for a number
    grid.cells[rows[1]][occupancy] = "1.234"  # reads two ways
    grid.cells[rows[2]][dengue] = ""  # left empty
    grid.cells[rows[3]][beds] = -5  # negative
    grid.cells[rows[4]][doctors] = 2.5  # half a doctor
    grid.cells[rows[5]][occupancy] = 0.985  # the other way of typing per cent
    grid.formulas[rows[6], beds] = ("=F9/0", "#DIV/0!")  # a broken formula
    grid.cells[rows[7]][2] = "Phường Ninh Hòa"  # another commune's name beside the code
    grid.cells[rows[8]][occupancy] = 986  # decimal comma lost
    grid.cells[rows[9]][3] = 0  # no facility, but beds and doctors
    return grid


def expected(grid: Grid) -> dict[str, str]:
    """Cell → rule or problem code that answers it."""
    r = [grid.row(name) + 1 if n != 7 else grid.row(NAMES[8]) for n, name in enumerate(NAMES)]
    rule = "health_facilities."
    return {
        f"E{r[0]}": "read.number.text", f"G{r[1]}": "read.number.ambiguous", f"H{r[2]}": "read.cell.blank",
        f"E{r[3]}": rule + "count.whole", f"F{r[4]}": rule + "count.whole", f"G{r[5]}": "read.percent.ambiguous",
        f"E{r[6]}": "read.formula.no_value", f"B{r[7]}": "read.area.mismatch", f"G{r[8]}": rule + "occupancy.range",
        f"E{r[9]}": rule + "beds.need_facility", f"F{r[9]}": rule + "beds.need_facility",
    }  # fmt: skip
