// What a press of a button in the form did not bring about, and that the text is not touched by it.

export function sayFailures(form) {
  const place = form.querySelector("[data-action-failed]");
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    form.addEventListener(name, ({ detail }) => {
      const status = detail.xhr?.status;
      place.textContent = status === 403 || status === 404
        ? "That did not work: you are signed out or signed in as somebody else, or it is no longer there. Your text stays here."
        : "That did not work: the server could not be reached. Your text stays here; try again.";
      place.hidden = false;
    });
  }
  form.addEventListener("htmx:beforeRequest", () => { place.hidden = true; });
}
