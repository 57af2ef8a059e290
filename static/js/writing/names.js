// An @ offers the people and the papers of the course.

import { insertText } from "./inserting.js";

const MOST = 8;
const ASKED = /(?:^|[^\p{L}\p{N}_@/])@([^\n@]{0,60})$/u;

let names = null; // of this course, asked for once

async function load(url) {
  names ??= fetch(url, { headers: { Accept: "application/json" }, redirect: "error" })
    .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
    .then((answer) => answer.names)
    .catch(() => { names = null; return []; }); // the next @ asks again
  return names;
}

function fitting(all, typed) {
  const words = typed.toLowerCase();
  const rank = ({ name, about }) => {
    const whole = name.toLowerCase();
    if (whole.startsWith(words)) return 0;
    if (whole.split(/\s+/).some((part) => part.startsWith(words))) return 1;
    return words.length > 2 && about.toLowerCase().includes(words) ? 2 : 3;
  };
  return all.map((one) => [rank(one), one]).filter(([n]) => n < 3)
    .sort(([a], [b]) => a - b).slice(0, MOST).map(([, one]) => one);
}

export function offerNames(form) {
  const list = document.createElement("ul");
  list.id = "note-names";
  list.className = "name-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People and papers");
  let field = null;
  let offered = [];
  let chosen = 0;

  const typedIn = (area) => (area.selectionStart === area.selectionEnd ? ASKED.exec(area.value.slice(0, area.selectionStart)) : null);

  async function look(area) {
    if (!typedIn(area)) return close();
    const all = await load(form.dataset.names);
    const typed = typedIn(area)?.[1]; // more may have been typed meanwhile
    offered = typed === undefined || document.activeElement !== area ? [] : fitting(all, typed);
    const isDone = offered.length === 1 && offered[0].name === typed;
    if (!offered.length || isDone) return close();
    return open(area);
  }

  function open(area) {
    field = area;
    list.replaceChildren(...offered.map((one, index) => {
      const option = document.createElement("li");
      option.id = `note-name-${index}`;
      option.setAttribute("role", "option");
      const about = document.createElement("span");
      about.className = "meta";
      about.textContent = one.about || (one.is_paper ? "Paper" : "");
      option.append(one.name, " ", about);
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(index); });
      return option;
    }));
    area.after(list);
    list.style.insetBlockStart = `${area.offsetTop + area.offsetHeight}px`;
    list.hidden = false;
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", list.id);
    mark(0);
  }

  function mark(index) {
    chosen = (index + offered.length) % offered.length;
    [...list.children].forEach((option, n) => option.setAttribute("aria-selected", n === chosen));
    list.children[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", list.children[chosen].id);
  }

  function close() {
    list.hidden = true;
    for (const name of ["aria-activedescendant", "aria-controls", "aria-autocomplete"]) field?.removeAttribute(name);
    field = null;
  }

  function choose(index) {
    const area = field;
    const typed = typedIn(area)?.[1] ?? "";
    const { name } = offered[index];
    close();
    insertText(area, `${name} `, area.selectionStart - typed.length, area.selectionStart);
    close();
  }

  form.addEventListener("input", ({ target }) => { if (target.matches("[data-markdown]")) look(target); });
  form.addEventListener("focusout", close);
  form.addEventListener("keydown", (event) => {
    if (!field || event.isComposing) return;
    const act = {
      ArrowDown: () => mark(chosen + 1),
      ArrowUp: () => mark(chosen - 1),
      Enter: () => choose(chosen),
      Tab: event.shiftKey ? null : () => choose(chosen),
      Escape: close,
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}
