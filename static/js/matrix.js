// The progress matrix by keyboard: one stop for Tab, arrows from cell to cell, Enter opens a note,
// or where there is none the student's page.
// Without this script names and readings are links, and cells are words.
const HAS_NOTE = /^[hluUkKcC]/; // the classes of what is handed in, see matrix.py
const table = document.querySelector(".matrix");
if (table) enhance(table);

// What is chosen above the table is shown at once.
const choices = document.querySelector("[data-choices]");
choices?.addEventListener("change", () => choices.requestSubmit());

function enhance(table) {
  const heads = [...table.querySelectorAll("thead th[data-r]")];
  const rows = [...table.tBodies[0].rows];
  const before = rows[0].cells.length - heads.length; // name, total, skips
  // Row -1 are the heads of the readings; a cell with a link in it is that link.
  const at = (row, column) => {
    const cell = row < 0 ? heads[column - before] : rows[row].cells[column];
    return cell && (cell.querySelector("a") ?? cell);
  };
  const placeOf = (target) => {
    const cell = target.closest("th, td");
    if (!cell) return null;
    const row = rows.indexOf(cell.parentElement);
    if (row >= 0) return [row, cell.cellIndex];
    const head = heads.indexOf(cell);
    return head >= 0 ? [-1, head + before] : null;
  };

  table.setAttribute("role", "grid");
  table.classList.add("is-grid");
  table.closest(".matrix-frame").removeAttribute("tabindex"); // the cells are what is tabbed to
  for (const link of table.querySelectorAll("a")) link.tabIndex = -1;
  let current = at(0, before);
  current.tabIndex = 0;

  const go = (row, column) => {
    const target = at(
      Math.max(-1, Math.min(rows.length - 1, row)),
      Math.max(row < 0 ? before : 0, Math.min(rows[0].cells.length - 1, column)),
    );
    if (!target) return;
    current.tabIndex = -1;
    current = target;
    current.tabIndex = 0;
    current.focus();
    current.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const open = (cell) => {
    const column = cell.cellIndex - before;
    if (column < 0 || cell.tagName !== "TD") return;
    const reading = heads[column].dataset.r;
    const student = cell.parentElement.dataset.s;
    location.href = HAS_NOTE.test(cell.className)
      ? table.dataset.note.replace("{reading}", reading).replace("{student}", student)
      : `students/${student}/#reading-${reading}`;
  };

  const PAGE = 10;
  const last = rows[0].cells.length - 1;
  const moves = {
    ArrowUp: (row, column) => [row - 1, column],
    ArrowDown: (row, column) => [row + 1, column],
    ArrowLeft: (row, column) => [row, column - 1],
    ArrowRight: (row, column) => [row, column + 1],
    PageUp: (row, column) => [Math.max(0, row - PAGE), column],
    PageDown: (row, column) => [row + PAGE, column],
    Home: (row) => [row, 0],
    End: (row) => [row, last],
  };

  table.addEventListener("keydown", (event) => {
    const place = placeOf(event.target);
    if (!place || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && event.target.tagName === "TD") {
      event.preventDefault();
      open(event.target);
      return;
    }
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    let [row, column] = move(...place);
    if (event.ctrlKey && event.key === "Home") [row, column] = [0, 0];
    if (event.ctrlKey && event.key === "End") [row, column] = [rows.length - 1, last];
    go(row, column);
  });
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (cell) open(cell);
  });
  table.addEventListener("focusin", (event) => {
    if (event.target === current || !placeOf(event.target)) return;
    current.tabIndex = -1;
    current = event.target;
    current.tabIndex = 0;
  });
}
