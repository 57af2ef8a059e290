// Two drafts side by side, prompt by prompt.

export function showVersions(place, differences, [mine, theirs]) {
  place.replaceChildren(...differences.map((one) => {
    const section = make("section", "");
    const pair = make("div", "note-pair");
    pair.append(version(mine, one.mine), version(theirs, one.theirs));
    section.append(make("h3", "", one.heading), pair);
    return section;
  }));
}

function version(whose, text) {
  const side = make("div", "");
  const words = make("pre", "note-other", text);
  words.dir = "auto";
  side.append(make("p", "meta", whose), words);
  return side;
}

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
