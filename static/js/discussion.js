// New comments come by themselves while the page is looked at; forms open and close in place.

const EVERY = 10_000; // ms between two questions for news

function poll() {
  const place = document.getElementById("discussion-poll");
  if (place && document.visibilityState === "visible") htmx.trigger(place, "poll");
}
setInterval(poll, EVERY);
document.addEventListener("visibilitychange", poll);

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-close-slot]");
  const slot = link?.closest(".comment-slot");
  if (!slot) return;
  event.preventDefault();
  slot.replaceChildren();
  slot.closest(".comment").querySelector(".comment-actions a")?.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const form = event.target.closest?.(".comment-slot .comment-form");
  const body = form?.elements.namedItem("body");
  // Escape never throws away what was typed.
  if (!form || (body && body.value !== body.defaultValue)) return;
  form.querySelector("[data-close-slot]").click();
});

// After posting, editing or deleting, the keyboard goes on at the comment.
document.body.addEventListener("commentStored", (event) => {
  const comment = document.getElementById(`comment-${event.detail.id}`);
  comment?.setAttribute("tabindex", "-1");
  comment?.focus();
});

// A form that could not be sent says so and keeps what was typed.
function sayFailure(event) {
  const place = event.target.closest?.("#discussion form")?.querySelector("[data-form-error]");
  if (!place) return;
  const status = event.detail.xhr?.status;
  place.textContent =
    status === 403 || status === 404
      ? "Not posted: you are signed out, or it is no longer there. Your text stays here."
      : "Not posted: the server could not be reached. Your text stays here; try again.";
  place.hidden = false;
}
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.body.addEventListener(name, sayFailure);
}
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const place = event.target.closest?.("#discussion form")?.querySelector("[data-form-error]");
  if (place) place.hidden = true;
});
