// The answers in a note's form as a plain object: name of a field to what stands in it.
//
// Two such objects are the same when the server would keep the same: it leaves out what is empty,
// reads a page as a number, and moves pairs of question and answer together.

import { showPairs } from "./pairs.js";

export class Fields {
  constructor(form) {
    this.form = form;
  }

  // Pairs come and go, so they are looked for each time.
  get elements() {
    return [...this.form.elements].filter((one) => one.name.startsWith("answer-") && one.type !== "file");
  }

  read() {
    return this.tidy(this.collect((one) => one.value, (one) => one.checked));
  }

  // What stood there when the page came.
  readFirst() {
    return this.tidy(this.collect((one) => one.defaultValue, (one) => one.defaultChecked));
  }

  collect(valueOf, isChosen) {
    const found = {};
    for (const one of this.elements) {
      if (one.type !== "radio") found[one.name] = valueOf(one);
      else if (isChosen(one)) found[one.name] = one.value;
    }
    return found;
  }

  tidy(values) {
    const found = {};
    const pages = new Set([...this.form.querySelectorAll("input[data-page]")].map((one) => one.name));
    for (const [name, value] of Object.entries(values)) {
      const text = String(value ?? "").replaceAll("\0", "");
      if (text.trim()) found[name] = pages.has(name) ? pageNumber(text) : text;
      if (!found[name]) delete found[name];
    }
    for (const list of this.form.querySelectorAll("[data-pairs]")) moveTogether(found, list.dataset.pairs);
    return found;
  }

  // Put `values` into the form.  What it has no place for is given back.
  write(values) {
    const left = { ...values };
    for (const list of this.form.querySelectorAll("[data-pairs]")) {
      showPairs(list, countPairs(values, list.dataset.pairs));
    }
    for (const one of this.elements) {
      const value = values[one.name] ?? "";
      if (one.type === "radio") one.checked = one.value === value;
      else one.value = value;
      delete left[one.name];
    }
    this.form.dispatchEvent(new Event("written"));
    return left;
  }

  // Where two drafts differ, prompt by prompt, in words.
  differences(mine, theirs) {
    const found = [];
    const known = new Set();
    for (const place of this.form.querySelectorAll("[data-prompt]")) {
      const name = place.dataset.prompt;
      const belongs = (key) => key === name || key.startsWith(`${name}-`);
      const texts = [mine, theirs].map((values) => {
        const names = Object.keys(values).filter(belongs);
        names.forEach((key) => known.add(key));
        return this.words(place, values, names);
      });
      if (texts[0] !== texts[1]) {
        found.push({ heading: place.querySelector("[data-prompt-text]").textContent.trim(), mine: texts[0], theirs: texts[1] });
      }
    }
    for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
      if (!known.has(name) && mine[name] !== theirs[name]) {
        found.push({ heading: "Something that is not asked here", mine: mine[name] ?? "", theirs: theirs[name] ?? "" });
      }
    }
    return found;
  }

  words(place, values, names) {
    const name = place.dataset.prompt;
    if (place.dataset.kind === "scale" || place.dataset.kind === "yes_no") {
      const chosen = [...place.querySelectorAll("input")].find((one) => one.value && one.value === values[name]);
      return chosen ? chosen.closest("label").textContent.trim() : "";
    }
    if (place.dataset.kind === "pairs") {
      return Array.from({ length: countPairs(values, name) }, (_, n) =>
        `${n + 1}. ${values[`${name}-q-${n}`] ?? ""}\n${values[`${name}-a-${n}`] ?? ""}`).join("\n\n");
    }
    const page = values[`${name}-page`];
    return names.length ? (values[name] ?? "") + (page ? ` (p. ${page})` : "") : "";
  }
}

function pageNumber(text) {
  const page = text.trim();
  return /^\d{1,9}$/.test(page) && Number(page) >= 1 && Number(page) <= 100000 ? String(Number(page)) : "";
}

function numbersOf(values, name) {
  const numbers = Object.keys(values)
    .filter((key) => key.startsWith(`${name}-q-`) || key.startsWith(`${name}-a-`))
    .map((key) => Number(key.slice(name.length + 3)));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function countPairs(values, name) {
  return (numbersOf(values, name).at(-1) ?? -1) + 1;
}

function moveTogether(values, name) {
  numbersOf(values, name).forEach((from, to) => {
    if (from === to) return;
    for (const part of ["q", "a"]) {
      const value = values[`${name}-${part}-${from}`];
      delete values[`${name}-${part}-${from}`];
      if (value !== undefined) values[`${name}-${part}-${to}`] = value;
    }
  });
}

export function same(one, other) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

// Whether the server has all of `mine`; the page of a quote it may have found by itself.
export function holds(server, mine) {
  const known = { ...server };
  for (const name of Object.keys(known)) {
    if (name.endsWith("-page") && !(name in mine)) delete known[name];
  }
  return same(known, mine);
}
