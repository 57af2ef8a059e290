// The board: what is on the agendas is moved with the mouse, a finger or the keyboard. Each move is
// posted and the server answers with the board as it is then, other people's changes with it.

const LOOK_EVERY = 4000; // ms between looks for what others did
const FAR_ENOUGH = 5; // px before a press becomes a drag
const EDGE = 70; // px at the top and bottom of the window in which it scrolls

const says = document.getElementById("board-says");
const dialog = document.getElementById("move-dialog");
const board = () => document.getElementById("board");
const lists = () => [...board().querySelectorAll("[data-agenda]")];

let drag = null; // {item, x, y, pointer, started, ghost, gap, list, before}
let lifted = null; // {item, list, next}: what the keyboard carries, and where it came from
let posted = null; // {item, list, next}: what waits for the server, and where it goes back to
let answeredAt = 0; // when the server last answered a move

const say = (words) => { says.textContent = ""; requestAnimationFrame(() => { says.textContent = words; }); };
const itemsOf = (list) => [...list.children].filter((child) => child.matches(".board-item:not(.is-dragged)"));
const whereabouts = (item) => ({ item, list: item.parentElement, next: item.nextElementSibling });
const putBack = ({ item, list, next }) => list.insertBefore(item, next?.parentElement === list ? next : null);

function post(home, to, before) {
  const { item, list } = home;
  const entry = item.dataset.entry;
  const base = board().dataset.base;
  const values = { to, before: before?.dataset.item ?? "" };
  if (!entry) values.seen = list.dataset.agenda;
  posted = home;
  const url = entry ? `${base}entries/${entry}/schedule/` : `${base}items/${item.dataset.item}/move/`;
  htmx.ajax("POST", url, { target: "#board", swap: "outerHTML", values });
}

// --- Mouse and finger ---

function overWhat(x, y) {
  const under = document.elementFromPoint(x, y);
  const around = under?.closest(".board-meeting, .board-shelf");
  return under?.closest("[data-agenda]") ?? around?.querySelector("[data-agenda]") ?? null;
}

function start() {
  const { item } = drag;
  drag.started = true;
  drag.home = whereabouts(item);
  drag.ghost = item.cloneNode(true);
  drag.ghost.removeAttribute("id");
  drag.ghost.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));
  drag.ghost.classList.add("board-ghost");
  drag.ghost.setAttribute("aria-hidden", "true");
  drag.gap = document.createElement("li");
  drag.gap.className = "board-gap";
  drag.gap.setAttribute("aria-hidden", "true");
  item.classList.add("is-dragged");
  document.body.append(drag.ghost);
  document.body.classList.add("is-dragging");
  scrollAtEdges();
}

function follow(x, y) {
  drag.x = x;
  drag.y = y;
  drag.ghost.style.translate = `${x + 12}px ${y + 8}px`;
  const list = overWhat(x, y);
  drag.list?.classList.remove("is-over");
  drag.list = list;
  if (!list) { drag.gap.remove(); return; }
  list.classList.add("is-over");
  drag.before = itemsOf(list).find((one) => {
    const box = one.getBoundingClientRect();
    return y < box.top + box.height / 2;
  }) ?? null;
  list.insertBefore(drag.gap, drag.before);
}

function scrollAtEdges() {
  if (!drag?.started) return;
  const down = drag.y > innerHeight - EDGE ? 1 : drag.y < EDGE ? -1 : 0;
  if (down) { scrollBy(0, down * 14); follow(drag.x, drag.y); }
  requestAnimationFrame(scrollAtEdges);
}

function stop(drop) {
  const { item, started, home, ghost, gap, list, before } = drag;
  drag = null;
  if (!started) return;
  ghost.remove();
  gap.remove();
  list?.classList.remove("is-over");
  item.classList.remove("is-dragged");
  document.body.classList.remove("is-dragging");
  if (!drop || !list) return;
  list.insertBefore(item, before);
  if (item.parentElement === home.list && item.nextElementSibling === home.next) return;
  post(home, list.dataset.agenda, before);
}

document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest?.("#board .board-item");
  if (!item || event.button !== 0 || drag || lifted) return;
  const onHandle = event.target.closest("[data-handle]");
  if (!onHandle && event.pointerType !== "mouse") return; // a finger beside the handle scrolls
  drag = { item, x: event.clientX, y: event.clientY, pointer: event.pointerId, started: false };
});
document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  if (!drag.started) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR_ENOUGH) return;
    start();
  }
  event.preventDefault();
  follow(event.clientX, event.clientY);
});
document.addEventListener("pointerup", (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  const { started } = drag;
  stop(true);
  // The press that ends a drag follows no link.
  if (started) addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
});
document.addEventListener("pointercancel", (event) => { if (drag?.pointer === event.pointerId) stop(false); });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("#board")) event.preventDefault(); });

// --- Keyboard ---

function describe(item) {
  const list = item.parentElement;
  const all = itemsOf(list);
  say(`${item.dataset.name}: ${list.dataset.name}, place ${all.indexOf(item) + 1} of ${all.length}`);
}

function step(item, key) {
  const all = lists();
  const here = item.parentElement.matches("[data-agenda]") ? all.indexOf(item.parentElement) : -1;
  const siblings = here < 0 ? [] : itemsOf(all[here]);
  const place = siblings.indexOf(item);
  const into = (number, atEnd) => {
    const list = all[number];
    if (list) list.insertBefore(item, atEnd ? null : itemsOf(list)[0] ?? null);
  };
  if (here < 0) into(key === "ArrowUp" || key === "ArrowLeft" ? all.length - 1 : 0, true);
  else if (key === "ArrowUp" && place > 0) all[here].insertBefore(item, siblings[place - 1]);
  else if (key === "ArrowDown" && place < siblings.length - 1) all[here].insertBefore(item, siblings[place + 1].nextElementSibling);
  else if (key === "ArrowUp" || key === "ArrowLeft") into(here - 1, true);
  else into(here + 1, key === "ArrowRight");
  item.querySelector("[data-handle]").focus();
  item.scrollIntoView({ block: "nearest" });
  describe(item);
}

function putDown(drop) {
  const { item } = lifted;
  const home = lifted;
  lifted = null;
  item.classList.remove("is-lifted");
  item.querySelector("[data-handle]").removeAttribute("aria-pressed");
  const stayed = item.parentElement === home.list && item.nextElementSibling === home.next;
  if (drop && !stayed && item.parentElement.matches("[data-agenda]")) {
    post(home, item.parentElement.dataset.agenda, item.nextElementSibling);
    return;
  }
  putBack(home);
  item.querySelector("[data-handle]").focus();
  say(`${item.dataset.name} stays where it was.`);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag?.started) { stop(false); return; }
  const handle = event.target.closest?.("#board [data-handle]");
  if (!handle || event.ctrlKey || event.metaKey || event.altKey) return;
  const item = handle.closest(".board-item");
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    if (lifted) { putDown(true); return; }
    lifted = whereabouts(item);
    item.classList.add("is-lifted");
    handle.setAttribute("aria-pressed", "true");
    say(`${item.dataset.name} lifted. Arrow keys move it, Enter drops it, Escape puts it back.`);
  } else if (lifted && event.key.startsWith("Arrow")) {
    event.preventDefault();
    step(lifted.item, event.key);
  } else if (lifted && event.key === "Escape") {
    putDown(false);
  } else if (!lifted && event.key.toLowerCase() === "m") {
    event.preventDefault();
    ask(item);
  }
});
document.addEventListener("focusout", (event) => {
  // Whoever leaves while carrying something leaves it where it was; moving it takes the focus, too.
  if (!lifted || !lifted.item.contains(event.target)) return;
  setTimeout(() => { if (lifted && !lifted.item.contains(document.activeElement)) putDown(false); }, 0);
});

// --- "To which class?", for everybody who would rather not drag ---

function ask(item) {
  const home = whereabouts(item);
  const select = dialog.querySelector("select");
  dialog.querySelector("h2").textContent = `Move ${item.dataset.name}`;
  select.value = home.list.dataset.agenda ?? select.options[0]?.value;
  dialog.returnValue = "";
  dialog.onclose = () => {
    item.querySelector("[data-handle]")?.focus();
    if (dialog.returnValue === "move" && select.value !== home.list.dataset.agenda) post(home, select.value, null);
  };
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const handle = event.target.closest?.("#board [data-handle]");
  if (handle && event.detail > 0) ask(handle.closest(".board-item")); // the keyboard has detail 0
});

// --- What others did, and what went wrong ---

setInterval(() => {
  if (!drag && !lifted && !posted && !dialog.open && !document.hidden) htmx.trigger(document.body, "look");
}, LOOK_EVERY);

document.addEventListener("htmx:beforeRequest", (event) => { event.detail.xhr.startedAt = performance.now(); });
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "board") return;
  const isLook = event.detail.requestConfig.verb === "get";
  // A look that began before a move was answered knows less than the board that stands there.
  if (isLook && (drag || lifted || posted || event.detail.xhr.startedAt < answeredAt)) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.requestConfig?.verb !== "post" || !board()) return;
  answeredAt = performance.now();
  const moved = posted && document.getElementById(posted.item.id);
  posted = null;
  const refusal = board().querySelector(".board-refusal");
  if (refusal) { say(refusal.textContent); return; }
  moved?.classList.add("has-moved");
  say(board().querySelector(".board-bar .meta")?.textContent ?? "Done.");
});
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, () => {
    if (!posted) return;
    putBack(posted);
    const words = `${posted.item.dataset.name} was NOT moved: the server did not answer. Try again.`;
    posted = null;
    let note = board().querySelector(".board-refusal");
    if (!note) {
      note = document.createElement("p");
      note.className = "board-refusal";
      board().querySelector(".board-bar").prepend(note);
    }
    note.textContent = words;
    say(words);
  });
}
