// A file dropped anywhere on a form goes into its file field, which is then as if it had been chosen.
for (const input of document.querySelectorAll("input[type=file][data-drop]")) {
  const form = input.form;
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("is-dropped-on", event.type === "dragover");
  };
  form.addEventListener("dragover", over);
  form.addEventListener("dragleave", over);
  form.addEventListener("drop", (event) => {
    over(event);
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    input.focus();
  });
}
