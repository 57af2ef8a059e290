// What is on the agendas is moved with the mouse, a finger or the keyboard.

import { bar, board, dialog, handleOf, holdWhile, isAtHome, itemsOf, lists, putBack, say, whereabouts } from "./page.js";
import { send, showNewest } from "./sending.js";

const FAR_ENOUGH = 5; // px before a press becomes a drag
const EDGE = 80; // px at the top and bottom of the window in which it scrolls

let drag = null; // {item, x, y, pointer, started, ghost, gap, list, before}
let lifted = null; // {item, list, next}: what the keyboard carries, and where it came from
holdWhile(() => drag !== null || lifted !== null);

function move(home, list) {
  const { item } = home;
  const { entry } = item.dataset;
  const base = board().dataset.base;
  let next = item.nextElementSibling;
  while (next && !next.dataset.item) next = next.nextElementSibling;
  const values = { to: list.dataset.agenda, before: next?.dataset.item ?? "" };
  if (!entry) values.seen = home.list.dataset.agenda;
  const url = entry ? `${base}entries/${entry}/schedule/` : `${base}items/${item.dataset.item}/move/`;
  const name = list.dataset.agenda === "shelf" ? `taking ${item.dataset.name} off its class` : `moving ${item.dataset.name} to ${list.dataset.name}`;
  send({ url, values, home, name });
}

// An entry that was put into a class is nothing to be moved before the server has made it an item.
const isFree = (item) => !(item.dataset.entry && item.classList.contains("is-waiting"));

// --- Mouse and finger ---

function overWhat(x, y) {
  const under = document.elementFromPoint(x, y);
  if (drag.item.dataset.entry && under?.closest(".board-entries")) return null; // back where it was
  const around = under?.closest(".board-meeting, .board-shelf");
  return under?.closest("[data-agenda]") ?? around?.querySelector("[data-agenda]") ?? null;
}

function start() {
  const { item } = drag;
  const box = item.getBoundingClientRect();
  drag.started = true;
  drag.home = whereabouts(item);
  drag.ghost = item.cloneNode(true);
  drag.ghost.removeAttribute("id");
  drag.ghost.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));
  drag.ghost.classList.add("board-ghost");
  drag.ghost.setAttribute("aria-hidden", "true");
  drag.ghost.inert = true;
  const width = Math.min(box.width, 300);
  drag.ghost.style.inlineSize = `${width}px`;
  drag.grip = { x: Math.min(drag.x - box.left, width - 16), y: Math.min(drag.y - box.top, 24) };
  drag.gap = document.createElement("li");
  drag.gap.className = "board-gap";
  drag.gap.setAttribute("aria-hidden", "true");
  item.classList.add("is-dragged");
  document.body.append(drag.ghost);
  document.body.classList.add("is-dragging");
  getSelection()?.removeAllRanges();
  requestAnimationFrame(scrollAtEdges);
}

function follow(x, y) {
  drag.x = x;
  drag.y = y;
  drag.ghost.style.translate = `${x - drag.grip.x}px ${y - drag.grip.y}px`;
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

// The nearer to the edge, the faster; in the shelf, where that scrolls in itself, also that.
function scrollAtEdges() {
  if (!drag?.started) return;
  const shelf = board().querySelector(".board-shelf");
  const box = shelf.getBoundingClientRect();
  const isInShelf = shelf.scrollHeight > shelf.clientHeight && drag.x > box.left && drag.x < box.right && drag.y > box.top;
  const floor = Math.max(0, bar().getBoundingClientRect().bottom);
  const speed = (top, bottom) => {
    const near = drag.y < top + EDGE ? drag.y - top - EDGE : Math.max(0, drag.y - bottom + EDGE);
    return Math.max(-18, Math.min(18, near / 4));
  };
  const by = isInShelf ? speed(box.top, Math.min(box.bottom, innerHeight)) : speed(floor, innerHeight);
  if (by) {
    (isInShelf ? shelf : window).scrollBy({ top: by, behavior: "instant" });
    follow(drag.x, drag.y);
  }
  requestAnimationFrame(scrollAtEdges);
}

function stop(drop) {
  const { item, started, home, ghost, gap, list, before } = drag;
  drag = null;
  if (!started) {
    // A tap becomes a click after a moment, on what stands there then.
    setTimeout(() => { if (!drag) showNewest(); }, 300);
    return;
  }
  ghost.remove();
  gap.remove();
  list?.classList.remove("is-over");
  item.classList.remove("is-dragged");
  document.body.classList.remove("is-dragging");
  if (drop && list) list.insertBefore(item, before);
  if (!isAtHome(home)) move(home, list);
  else showNewest();
}

// The press that ends a drag follows no link.
function swallowClick() {
  const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
}

document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest?.("#board .board-item");
  if (!item || event.button !== 0 || !event.isPrimary || drag || lifted || !isFree(item)) return;
  const onHandle = event.target.closest("[data-handle]");
  if (!onHandle && event.pointerType !== "mouse") return; // a finger beside the handle scrolls
  drag = { item, x: event.clientX, y: event.clientY, pointer: event.pointerId, started: false };
});
document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  if (!drag.started) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR_ENOUGH) return;
    if (!board().contains(drag.item)) { drag = null; return; } // an answer came before it moved
    start();
  }
  event.preventDefault();
  follow(event.clientX, event.clientY);
});
document.addEventListener("pointerup", (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  if (drag.started) swallowClick();
  stop(true);
});
document.addEventListener("pointercancel", (event) => { if (drag?.pointer === event.pointerId) stop(false); });
document.addEventListener("scroll", () => { if (drag?.started) follow(drag.x, drag.y); }, { capture: true, passive: true });
addEventListener("blur", () => { if (drag) stop(false); });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("#board")) event.preventDefault(); });

// --- Keyboard ---

function describe(item) {
  const list = item.parentElement;
  const all = itemsOf(list);
  say(`${item.dataset.name}: ${list.dataset.name}, place ${all.indexOf(item) + 1} of ${all.length}`);
}

function step(item, key) {
  const all = lists();
  const here = all.indexOf(item.parentElement);
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
  handleOf(item).focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
  describe(item);
}

function putDown(drop) {
  const home = lifted;
  const { item } = home;
  lifted = null;
  item.classList.remove("is-lifted");
  handleOf(item).removeAttribute("aria-pressed");
  if (drop && !isAtHome(home)) {
    move(home, item.parentElement);
    return;
  }
  const hadFocus = item.contains(document.activeElement);
  putBack(home);
  if (hadFocus) handleOf(item).focus();
  say(`${item.dataset.name} stays where it was.`);
  showNewest();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag?.started) {
    stop(false);
    addEventListener("pointerup", swallowClick, { once: true });
    return;
  }
  const handle = event.target.closest?.("#board [data-handle]");
  if (!handle || event.ctrlKey || event.metaKey || event.altKey) return;
  const item = handle.closest(".board-item");
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    if (event.repeat || !isFree(item)) return;
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
  } else if (!lifted && event.key.toLowerCase() === "m" && isFree(item)) {
    event.preventDefault();
    askWhere(item);
  }
});
document.addEventListener("keyup", (event) => {
  // Firefox clicks a button when the space bar comes up.
  if (event.key === " " && event.target.closest?.("#board [data-handle]")) event.preventDefault();
});
document.addEventListener("focusout", (event) => {
  // Whoever leaves while carrying something leaves it where it was; moving it takes the focus, too.
  if (!lifted || !lifted.item.contains(event.target)) return;
  setTimeout(() => { if (lifted && document.hasFocus() && !lifted.item.contains(document.activeElement)) putDown(false); }, 0);
});

// --- "To which class?", for everybody who would rather not drag ---

function askWhere(item) {
  const home = whereabouts(item);
  const select = dialog.querySelector("select");
  dialog.querySelector("h2").textContent = `Move ${item.dataset.name}`;
  select.replaceChildren(...lists().map((list) => {
    const { agenda, name, week } = list.dataset;
    const there = itemsOf(list).map((one) => one.dataset.name.slice(0, 30)).join(", ");
    return new Option(week ? `Week ${week}: ${name}${there && ` (${there})`}` : "Not scheduled", agenda);
  }));
  select.value = home.list.dataset.agenda ?? select.options[0]?.value;
  dialog.returnValue = "";
  dialog.onclose = () => {
    handleOf(item).focus({ preventScroll: true });
    const to = lists().find((list) => list.dataset.agenda === select.value);
    if (dialog.returnValue !== "move" || !to || to === home.list) {
      showNewest();
      return;
    }
    to.append(item);
    handleOf(item).focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    move(home, to);
  };
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const item = event.target.closest?.("#board [data-handle]")?.closest(".board-item");
  if (item && !lifted && isFree(item)) askWhere(item);
});
