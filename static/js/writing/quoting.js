// Passages of the paper go into the field in which one was writing.

import { insertText, setValue } from "./inserting.js";

export function insertQuotes(form) {
  const words = form.elements.namedItem("quote_words");
  if (!words) return;
  let last = null;
  form.addEventListener("focusin", ({ target }) => {
    if (target.matches("textarea[name^='answer-']")) last = target;
  });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.querySelector("[data-find-passages]").click();
  });
  const place = form.querySelector("#note-passages");
  const addButtons = () => {
    for (const passage of place.querySelectorAll("[data-passage]:not(:has(button))")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-small";
      button.textContent = "Insert";
      button.setAttribute("aria-label", `Insert this quote of page ${passage.dataset.page}`);
      button.addEventListener("click", () => insert(passage));
      passage.querySelector("figcaption").append(" ", button);
    }
  };
  new MutationObserver(addButtons).observe(place, { childList: true });
  addButtons();

  function insert(passage) {
    const quote = passage.querySelector("blockquote").textContent.trim();
    const { page } = passage.dataset;
    const isEmptyQuote = (field) => !field.value.trim();
    const quotes = [...form.querySelectorAll("[data-kind=quote] textarea")];
    const field = last?.isConnected ? last : quotes.find(isEmptyQuote) ?? form.querySelector("textarea[data-markdown]");
    if (!field) return;
    if (quotes.includes(field) && isEmptyQuote(field)) {
      setValue(field, quote);
      setValue(form.elements.namedItem(`${field.name}-page`), page);
      field.focus();
      return;
    }
    const before = field.value.slice(0, field.selectionStart);
    const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    insertText(field, `${gap}> ${quote} (p. ${page})\n\n`);
  }
}
