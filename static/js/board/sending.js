// What is done on the board is posted, one change after the other, and the server answers with the
// board as it is then, other people's changes with it. What is not answered yet is shown as waiting;
// what was not done goes back.

import { bar, board, handleOf, isHeld, news, putBack, say } from "./page.js";

const LOOK_EVERY = 3000; // ms between looks for what others did
const PATIENCE = 15_000; // ms for the server to answer

const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") };

let newest = null; // a board that came while something was carried

// What the bar covers is known to the styles, so that nothing hides below it.
const fit = () => document.documentElement.style.setProperty("--bar", `${bar().offsetHeight}px`);
addEventListener("resize", fit);

// What was said about the last page is seen where one lands on this one.
const landing = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
const messages = document.querySelector(".messages");
if (landing && messages) bar().prepend(messages);
fit();
if (landing) landing.scrollIntoView({ behavior: "instant" });

// --- What is sent ---

const waiting = []; // {url, values, home, name}: the first is on its way

export function send(change) {
  tell("");
  waiting.push(change);
  document.body.classList.add("is-sending");
  change.home?.item.classList.add("is-waiting");
  if (waiting.length === 1) sendAll();
}

async function sendAll() {
  let refusal = "";
  let answer = null;
  while (waiting.length) {
    const change = waiting[0];
    // What is undone is what was done last, also where that was sent a moment before.
    const last = answer?.querySelector("[name=number]")?.value;
    if (change.values.number && last) change.values.number = last;
    try {
      answer = await ask(change.url, { method: "POST", body: new URLSearchParams(change.values) });
    } catch (failure) {
      // The last first, so that each finds its neighbours where it left them.
      const lost = waiting.splice(0).reverse();
      const focused = document.activeElement;
      for (const one of lost) if (one.home) { one.home.item.classList.remove("is-waiting"); putBack(one.home); }
      if (board().contains(focused)) focused.focus({ preventScroll: true }); // what is put elsewhere loses it
      document.body.classList.remove("is-sending");
      if (answer ?? newest) show(answer ?? newest);
      const names = lost.reverse().map((one) => one.name);
      tell(`NOT done: ${names.join("; ")}. ${reason(failure)} Try again.`);
      return;
    }
    waiting.shift();
    refusal ||= answer.querySelector("[data-refusal]")?.textContent ?? "";
    if (!waiting.length) {
      document.body.classList.remove("is-sending");
      show(answer, change);
    }
  }
  tell(refusal);
  if (!refusal) say(board().dataset.said || "Done");
}

addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });

// The board that the server answers with.  Throws where it is none.
async function ask(url, options = {}) {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE), ...options });
  if (response.status === 204) return null;
  const page = document.createElement("template");
  page.innerHTML = await response.text();
  const found = page.content.querySelector("#board");
  if (!found) throw new Refused(response.status);
  return found;
}

class Refused extends Error {
  constructor(status) { super(String(status)); this.status = status; }
}

function reason(failure) {
  if (!(failure instanceof Refused)) return "The server did not answer.";
  if (failure.status >= 500) return "The server has failed.";
  return "You are signed out, or may not plan this course any more: sign in again in another tab.";
}

// What went wrong, until the next change.
let told = "";
function tell(words) {
  told = words;
  if (words) say(words);
  setTimeout(fit, 0);
  for (const one of bar().querySelectorAll("[data-refusal]")) one.remove();
  if (!words) return;
  const note = document.createElement("p");
  note.className = "board-refusal";
  note.dataset.refusal = "";
  note.textContent = words;
  bar().prepend(note);
}

// --- Another board in the place of this one ---

function show(next, change = null) {
  if (isHeld()) { newest = next; return; }
  newest = null;
  const before = placesOf(board());
  const focus = focusPlace();
  const anchor = [...board().querySelectorAll(".board-meeting, .board-shelf")]
    .find((one) => one.getBoundingClientRect().bottom > bar().getBoundingClientRect().bottom);
  const top = anchor?.getBoundingClientRect().top;
  const scrolled = board().querySelector(".board-shelf")?.scrollTop ?? 0;
  board().replaceWith(next);
  if (told) tell(told);
  fit();
  board().querySelector(".board-shelf")?.scrollTo({ top: scrolled, behavior: "instant" });
  for (const [id, place] of placesOf(board())) {
    if (before.get(id) !== place) document.getElementById(id).classList.add("has-moved");
  }
  // What one looks at stays where it is, whatever was put in above it.
  const stays = anchor?.id ? document.getElementById(anchor.id) : null;
  if (stays) scrollBy({ top: stays.getBoundingClientRect().top - top, behavior: "instant" });
  restoreFocus(focus, before, change);
}

// The board that came while something was carried, once that is put down.
export function showNewest() {
  if (newest && !waiting.length) show(newest);
}

const placesOf = (root) => new Map([...root.querySelectorAll("[data-item]")]
  .map((item) => [item.id, item.parentElement.dataset.agenda]));

function focusPlace() {
  const one = document.activeElement;
  if (!one || !board().contains(one)) return null;
  const around = one.closest("[id]");
  return { id: around.id, place: [...around.querySelectorAll("a, button")].indexOf(one) };
}

function restoreFocus(focus, before, change) {
  if (!focus) return;
  const around = document.getElementById(focus.id);
  let target = focus.place < 0 ? around : around?.querySelectorAll("a, button")[focus.place];
  if (!target && change?.values.to) {
    // An entry of a reading list is an item of the plan now.
    const list = board().querySelector(`[data-agenda="${change.values.to}"]`);
    const made = list && [...list.children].find((one) => one.dataset.item && !before.has(one.id));
    target = made && handleOf(made);
  }
  (target ?? bar()).focus({ preventScroll: true });
}

async function look() {
  if (isHeld() || waiting.length || document.hidden) return;
  const version = board().dataset.version;
  try {
    const next = await ask(`${board().dataset.base}?version=${version}`);
    document.body.classList.remove("is-out-of-touch");
    // Meanwhile something may have been sent from here: its answer knows more.
    if (!next || waiting.length || board().dataset.version !== version) return;
    const last = board().dataset.last;
    show(next);
    if (next.dataset.last !== last) say(next.dataset.last || "The plan was published.", news);
  } catch {
    document.body.classList.add("is-out-of-touch");
  }
}
setInterval(look, LOOK_EVERY);
document.addEventListener("visibilitychange", look);

// Undo, and a week more.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("#board form");
  if (!form) return;
  event.preventDefault();
  event.stopPropagation();
  const button = form.querySelector("button");
  if (waiting.some((one) => one.url === form.action)) return; // pressed twice
  send({ url: form.action, values: Object.fromEntries(new FormData(form)), name: button.getAttribute("aria-label") ?? button.textContent.trim() });
}, { capture: true });
