// Marking by keyboard: single keys on the page of a note. Everything works without it.

import { watch } from "./leaving.js";

const form = document.querySelector("[data-mark-form]");
const legend = document.querySelector("[data-keys]");
const switchedOn = document.querySelector("[data-keys-on]");
const unsaved = document.querySelector("[data-unsaved]");
const OFF = "seminar:marking-keys-off";
const OPEN = "seminar:marking-legend";

const stored = (key) => {
  try { return localStorage.getItem(key); } catch { return null; } // storage may be forbidden
};
const store = (key, value) => {
  try { localStorage.setItem(key, value); } catch { /* then it holds for this page */ }
};

const isDirty = watch(form);
let leaving = ""; // the address that was asked for while something was not saved

form.addEventListener("input", () => { leaving = ""; unsaved.hidden = true; });
addEventListener("beforeunload", (event) => { if (isDirty() && !leaving) event.preventDefault(); });

const go = (selector) => {
  const link = document.querySelector(selector);
  if (!link) return;
  if (isDirty() && leaving !== link.href) {
    leaving = link.href;
    unsaved.hidden = false;
    return;
  }
  leaving = link.href;
  location.assign(link.href);
};

const save = () => form.requestSubmit(form.querySelector("[name=then][value=next]"));

const points = form.querySelector("input[name=mark]:not([type=radio])");
const mark = (key) => {
  if (points) {
    if (!/^[0-9]$/.test(key)) return false;
    points.focus();
    points.value = key; // what was there is typed over, as when it is selected
    points.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }
  const choice = form.querySelector(`input[name=mark][data-key="${CSS.escape(key)}"], input[name=mark][value="${CSS.escape(key)}"]`);
  if (!choice) return false;
  choice.checked = true;
  choice.focus({ preventScroll: true });
  choice.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
};

const remark = form.querySelector("[name=remark]");
const act = (key) => {
  switch (key) {
    case "j": case "ArrowRight": go("[data-next]"); return true;
    case "k": case "ArrowLeft": go("[data-previous]"); return true;
    case "r": remark.focus(); return true;
    case "Enter": save(); return true;
    case "?":
      legend.open = true;
      legend.querySelector("summary").focus();
      return true;
    default: return key.length === 1 && mark(key);
  }
};

const types = (element) =>
  element.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.isComposing || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && key === "Enter") {
    event.preventDefault();
    save();
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  if (key === "Escape" && form.contains(target)) { target.blur(); return; }
  if (key === "Escape" && legend.open) { legend.open = false; return; }
  if (types(target) || !switchedOn.checked) return;
  // Arrows choose among radio buttons, and Enter presses what has the focus.
  if (key.startsWith("Arrow") && target.matches("input[type=radio]")) return;
  if (key === "Enter" && target.matches("a, button, summary, input")) return;
  if (act(key)) event.preventDefault();
});

legend.hidden = false;
legend.open = stored(OPEN) !== "closed" && matchMedia("(width >= 62rem)").matches;
legend.addEventListener("toggle", () => store(OPEN, legend.open ? "open" : "closed"));
switchedOn.checked = stored(OFF) === null;
switchedOn.addEventListener("change", () => {
  if (switchedOn.checked) { try { localStorage.removeItem(OFF); } catch { /* nothing was kept */ } }
  else store(OFF, "yes");
});
