// Wishes are ranked by dragging cards, by buttons, or by typing numbers.
// Whatever moves, the numbers in the fields say it: they are what is sent.

const FAR_ENOUGH = 5; // px before a press becomes a drag
const EDGE = 80; // px at the top and bottom of the window in which it scrolls

const form = document.querySelector("[data-ranking][data-open]");

if (form) {
  const ranked = form.querySelector("[data-list=ranked]");
  const unranked = form.querySelector("[data-list=unranked]");
  const says = form.querySelector("[data-says]");
  const field = (offer) => offer.querySelector("input");
  const cards = (list) => [...list.querySelectorAll(":scope > [data-offer]")];
  const rankOf = (offer) => (/^\d+$/.test(field(offer).value.trim()) ? Number(field(offer).value) : NaN);

  // In the order of the term, to which what is taken out goes back.
  const places = new Map([...form.querySelectorAll("[data-offer]")]
    .sort((a, b) => Number(a.dataset.place) - Number(b.dataset.place))
    .map((offer) => [offer, Number(offer.dataset.place)]));

  form.querySelectorAll("[data-moves]").forEach((one) => { one.hidden = false; });

  // What the page says of the whole ranking.
  const count = () => {
    const all = cards(ranked);
    const needed = Number(form.dataset.needed);
    const possible = all.filter((offer) => !("cannot" in offer.dataset)).length;
    form.querySelector("[data-count]").textContent = all.length;
    form.querySelector("[data-possible]").textContent = possible;
    form.querySelector("[data-partly]").hidden = possible === all.length;
    form.querySelector("[data-none]").hidden = all.length > 0;
    form.querySelector("[data-short]").hidden = all.length >= needed;
    form.querySelector("[data-blocked]").hidden = all.length < needed || possible >= needed;
  };

  // 1, 2, 3 from the top; two that were equal and stayed neighbours are equal still.
  const number = (moved) => {
    let rank = 0;
    let before = null;
    for (const offer of cards(ranked)) {
      const was = rankOf(offer);
      const isTied = before !== null && offer !== moved && before.offer !== moved && was === before.was;
      if (!isTied) rank += 1;
      field(offer).value = rank;
      before = { offer, was };
    }
    count();
  };

  const tell = (offer) => {
    const isRanked = offer.parentElement === ranked;
    says.textContent = isRanked
      ? `${offer.dataset.name}: rank ${field(offer).value}, place ${cards(ranked).indexOf(offer) + 1} of ${cards(ranked).length}`
      : `${offer.dataset.name}: not ranked`;
  };

  const takeOut = (offer) => {
    field(offer).value = "";
    const next = cards(unranked).find((one) => one !== offer && places.get(one) > places.get(offer));
    unranked.insertBefore(offer, next ?? null);
    number(null);
  };

  const rankLast = (offer) => {
    field(offer).value = "";
    ranked.append(offer);
    number(offer);
  };

  // --- Buttons ---

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const offer = button.closest("[data-offer]");
    const all = cards(ranked);
    const place = all.indexOf(offer);
    switch (button.dataset.move) {
      case "up": if (place > 0) { ranked.insertBefore(offer, all[place - 1]); number(offer); } break;
      case "down": if (place >= 0 && place < all.length - 1) { ranked.insertBefore(offer, all[place + 1].nextSibling); number(offer); } break;
      case "in": rankLast(offer); break;
      case "out": takeOut(offer); break;
    }
    // The button that was pressed may be gone from its card: the keyboard stays on the card.
    const focused = button.checkVisibility() ? button : [...offer.querySelectorAll("[data-move]")].find((one) => one.checkVisibility());
    focused?.focus({ preventScroll: true });
    offer.scrollIntoView({ block: "nearest" });
    tell(offer);
  });

  // --- Numbers ---

  form.addEventListener("change", (event) => {
    const offer = event.target.closest("[data-offer]");
    if (!offer || event.target !== field(offer)) return;
    if (field(offer).value.trim() === "") takeOut(offer);
    else {
      if (offer.parentElement !== ranked) ranked.append(offer);
      const order = (one) => (Number.isNaN(rankOf(one)) ? Infinity : rankOf(one));
      ranked.append(...cards(ranked).sort((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b))));
      count();
    }
    tell(offer);
  });
  // Enter in a field sorts what was typed; saving has its own button.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-offer] input")) return;
    event.preventDefault();
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // --- Mouse and finger ---

  let drag = null; // {offer, pointer, x, y, started, list, next}: and where it came from

  const follow = () => {
    // Between the two lists the nearer one: an empty one is as high as its heading.
    const list = drag.y > unranked.parentElement.getBoundingClientRect().top ? unranked : ranked;
    const before = cards(list).find((one) => {
      if (one === drag.offer) return false;
      const box = one.getBoundingClientRect();
      return drag.y < box.top + box.height / 2;
    }) ?? null;
    if (drag.offer.parentElement !== list || drag.offer.nextElementSibling !== before) list.insertBefore(drag.offer, before);
  };

  const scrollAtEdges = () => {
    if (!drag?.started) return;
    const near = drag.y < EDGE ? drag.y - EDGE : Math.max(0, drag.y - innerHeight + EDGE);
    if (near) {
      scrollBy({ top: Math.max(-18, Math.min(18, near / 4)), behavior: "instant" });
      follow();
    }
    requestAnimationFrame(scrollAtEdges);
  };

  const stop = (isDropped) => {
    const { offer, started, list, next } = drag;
    drag = null;
    if (!started) return;
    offer.classList.remove("is-dragged");
    document.body.classList.remove("is-dragging");
    if (!isDropped) list.insertBefore(offer, next);
    else if (offer.parentElement === unranked) takeOut(offer);
    else number(offer);
    tell(offer);
  };

  form.addEventListener("pointerdown", (event) => {
    const offer = event.target.closest("[data-offer]");
    if (!offer || drag || event.button !== 0 || !event.isPrimary || event.target.closest("input, button, a")) return;
    // A finger beside the grip scrolls.
    if (event.pointerType !== "mouse" && !event.target.closest("[data-grip]")) return;
    drag = { offer, pointer: event.pointerId, x: event.clientX, y: event.clientY, started: false, list: offer.parentElement, next: offer.nextElementSibling };
  });
  addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    if (!drag.started) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR_ENOUGH) return;
      drag.started = true;
      drag.offer.classList.add("is-dragged");
      document.body.classList.add("is-dragging");
      getSelection()?.removeAllRanges();
      requestAnimationFrame(scrollAtEdges);
    }
    event.preventDefault();
    drag.y = event.clientY;
    follow();
  });
  addEventListener("pointerup", (event) => { if (drag?.pointer === event.pointerId) stop(true); });
  addEventListener("pointercancel", (event) => { if (drag?.pointer === event.pointerId) stop(false); });
  addEventListener("blur", () => { if (drag) stop(false); });
  addEventListener("keydown", (event) => { if (event.key === "Escape" && drag) stop(false); });
  form.addEventListener("dragstart", (event) => event.preventDefault());
}
