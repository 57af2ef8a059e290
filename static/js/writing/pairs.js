// Questions and answers: one more without leaving the page.

export function growPairs(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-more]");
    if (!button) return;
    event.preventDefault();
    const list = form.querySelector(`[data-pairs="${button.dataset.more}"]`);
    showPairs(list, list.children.length + 1);
    list.lastElementChild.querySelector("input").focus();
  });
}

// At least `count` lines, as far as the prompt has so many.
export function showPairs(list, count) {
  const most = Number(list.dataset.most);
  while (list.children.length < Math.min(count, most)) list.append(nextPair(list));
  const more = list.closest("[data-prompt]").querySelector("[data-more]");
  if (more) more.hidden = list.children.length >= most;
}

function nextPair(list) {
  const number = list.children.length;
  const pair = list.lastElementChild.cloneNode(true);
  const renumber = (name) => name.replace(/-\d+$/, `-${number}`);
  for (const field of pair.querySelectorAll("input, textarea")) {
    field.name = field.id = renumber(field.name);
    field.defaultValue = field.value = "";
    field.removeAttribute("aria-invalid");
  }
  pair.querySelectorAll("label").forEach((label) => { label.htmlFor = renumber(label.htmlFor); });
  pair.querySelectorAll("[data-number]").forEach((place) => { place.textContent = number + 1; });
  return pair;
}
