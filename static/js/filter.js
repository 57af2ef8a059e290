// Finds words on a list: <div data-filter="#list" hidden> with a search box and a place for the count.
// Without this script the box stays hidden, and the browser's own search does.
for (const box of document.querySelectorAll("[data-filter]")) {
  const list = document.querySelector(box.dataset.filter);
  const input = box.querySelector("input");
  const count = box.querySelector("[role=status]");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  // An item's own words count, and those of what it stands under: a child alone says too little.
  const items = [...list.querySelectorAll("li:has(> .entry)")];
  const words = new Map(items.map((item) => [item, fold(item.querySelector(":scope > .entry").textContent)]));

  const filter = () => {
    const sought = fold(input.value).split(/\s+/).filter(Boolean);
    const isFound = (item) => sought.every((word) => words.get(item).includes(word));
    let found = 0;
    for (const item of items) {
      item.hidden = sought.length > 0 && !isFound(item);
      if (!item.hidden) found += 1;
    }
    // Whatever is found is seen with all it stands under.
    for (const item of items) {
      if (item.hidden) continue;
      for (let above = item.parentElement.closest("li"); above; above = above.parentElement.closest("li")) above.hidden = false;
    }
    for (const section of list.querySelectorAll("section")) {
      section.hidden = sought.length > 0 && !section.querySelector("li:not([hidden]) > .entry");
    }
    count.textContent = sought.length ? `${found} of ${items.length}` : "";
  };
  input.addEventListener("input", filter);
  box.hidden = false;
  filter();
}
