// How many words an answer has so far, where the prompt says how many it should have.

export function countWords(form) {
  const count = (place) => {
    const field = form.elements.namedItem(place.dataset.wordsFor);
    place.querySelector("[data-word-count]").textContent = field.value.match(/\S+/g)?.length ?? 0;
  };
  const places = [...form.querySelectorAll("[data-words-for]")];
  form.addEventListener("input", (event) => places.filter((one) => one.dataset.wordsFor === event.target.name).forEach(count));
  form.addEventListener("written", () => places.forEach(count));
}
