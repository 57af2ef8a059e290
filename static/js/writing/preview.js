// A preview that follows the typing, rendered by the server.

import { bodyOf } from "./sending.js";

const PAUSE = 700; // ms without typing
const REMEMBERED = "seminar:note-preview";

export function keepPreview(form) {
  const writing = form.closest("[data-writing]");
  const place = writing.querySelector("#note-preview");
  const toggle = form.querySelector("[data-preview-toggle]");
  const box = toggle.querySelector("input");
  const address = form.action.replace(/draft\/$/, "preview/");
  let timer = 0;
  let running = null;

  async function refresh() {
    running?.abort(); // an older one would come late and be wrong
    running = new AbortController();
    try {
      const response = await fetch(address, {
        method: "POST",
        body: bodyOf(form),
        headers: { "HX-Request": "true" },
        redirect: "error",
        signal: running.signal,
      });
      if (response.ok) place.innerHTML = await response.text();
    } catch { /* no connection: the last preview stays, and saving says what is wrong */ }
  }

  function follow() {
    if (!box.checked) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  }

  function show() {
    writing.toggleAttribute("data-preview", box.checked);
    // What changes with every word is not read out.
    place.setAttribute("aria-live", box.checked ? "off" : "polite");
    if (box.checked) refresh();
    else place.replaceChildren();
  }

  let isWanted = false;
  try { isWanted = localStorage.getItem(REMEMBERED) === "yes"; } catch { /* forbidden */ }
  toggle.hidden = false;
  box.checked = isWanted;
  if (isWanted) show();
  box.addEventListener("change", () => {
    try { localStorage.setItem(REMEMBERED, box.checked ? "yes" : "no"); } catch { /* forbidden */ }
    show();
  });
  form.addEventListener("input", follow);
  form.addEventListener("written", follow);
}
