// Small behaviour that every page has. Everything works without it.

// A form that has been sent cannot be sent twice by a second press.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("hx-post") || form.method === "dialog") return;
  const buttons = form.querySelectorAll("button[type=submit], button:not([type])");
  // After the browser has read the form, or a pressed button's value would be lost.
  setTimeout(() => buttons.forEach((button) => button.setAttribute("disabled", "")), 0);
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form button[disabled]").forEach((button) => button.removeAttribute("disabled"));
});

// Copy buttons: <button data-copy="#id of what to copy">.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  const label = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = label; }, 1500);
});

// Print buttons: <button data-print hidden>, for without scripts they would do nothing.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});

// A menu closes when the pointer or the keyboard leaves it.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

// A new course starts with the time zone of whoever makes it.
const zone = document.querySelector("form[data-new] input[data-guess-zone]");
if (zone && zone.value === "UTC") zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

// After a refused form, the keyboard is where the first thing is to be mended.
document.querySelector("main [aria-invalid=true]")?.focus();
