// Leaving a page with something typed that was not saved: the browser asks first.

// What says whether a form holds anything that the server does not have.
export const watch = (form) => {
  const content = () => JSON.stringify([...new FormData(form)]);
  const saved = content();
  // A form that was refused, or only tried, begins with what is not saved.
  const began = form.dataset.warnUnsaved === "changed" || form.querySelector("[role=alert]") !== null;
  let isSending = false;
  form.addEventListener("submit", () => { isSending = true; });
  addEventListener("pageshow", (event) => { if (event.persisted) isSending = false; });
  return () => !isSending && (began || content() !== saved);
};

document.querySelectorAll("form[data-warn-unsaved]").forEach((form) => {
  const isDirty = watch(form);
  let isMeant = false; // by a link that says so: <a data-leaves>
  form.addEventListener("click", (event) => { isMeant = event.target.closest("[data-leaves]") !== null; });
  addEventListener("beforeunload", (event) => { if (isDirty() && !isMeant) event.preventDefault(); });
});
