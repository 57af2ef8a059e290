// A file is attached as soon as it is chosen, and one sees how far it is.

const LARGEST = 20 * 1024 * 1024;

export function uploadFiles(form) {
  for (const input of form.querySelectorAll("[data-upload]")) {
    const place = input.closest("[data-prompt]");
    place.querySelector("[data-upload-button]").hidden = true;
    place.querySelector("[data-choose]").hidden = false;
    input.classList.add("visually-hidden"); // its label looks like the other buttons
    input.addEventListener("change", () => upload(form, input, place));
  }
  // The button that was pressed is gone with its file.
  form.addEventListener("htmx:afterSwap", ({ target }) => {
    const place = target.matches("[data-files]") && target.closest("[data-prompt]");
    if (!place) return;
    place.querySelector("[data-upload-state]").textContent = "";
    place.querySelector("[data-upload]").focus();
  });
}

function upload(form, input, place) {
  const state = place.querySelector("[data-upload-state]");
  const files = [...input.files].filter((file) => file.size <= LARGEST);
  const tooLarge = [...input.files].filter((file) => file.size > LARGEST);
  const complain = () => tooLarge.map(({ name }) => `“${name}” is larger than 20 MB and was not attached.`).join(" ");
  state.textContent = ""; // only what became of the last choice is said
  sayProblem(place, "");
  if (!files.length) {
    if (tooLarge.length) sayProblem(place, complain());
    input.value = "";
    return;
  }
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "author", "version", "role"]) body.append(name, form.elements.namedItem(name).value);
  body.append("prompt", input.dataset.upload);
  files.forEach((file) => body.append(input.name, file));
  const what = files.length === 1 ? files[0].name : `${files.length} files`;
  state.textContent = `Uploading ${what}…`;
  input.disabled = true;

  const request = new XMLHttpRequest(); // fetch does not say how far an upload is
  request.open("POST", form.action.replace(/draft\/$/, "files/"));
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    if (loaded < total) state.textContent = `Uploading ${what}: ${Math.floor((100 * loaded) / total)} %`;
  });
  const end = (words) => {
    state.textContent = words;
    input.disabled = false;
    input.value = "";
    input.focus();
    if (!tooLarge.length) return;
    const problem = place.querySelector("[data-files] .error").textContent;
    sayProblem(place, [problem, complain()].filter(Boolean).join(" "));
  };
  request.addEventListener("load", () => {
    if (request.status !== 200 && request.status !== 422) {
      end(request.status === 403 || request.status === 404
        ? `${what}: NOT attached, you are signed out or signed in as somebody else. Sign in in another tab and choose it again.`
        : `${what}: NOT attached, the server has a problem. Choose it again.`);
      return;
    }
    const list = place.querySelector("[data-files]");
    list.outerHTML = request.responseText;
    htmx.process(place);
    end(request.status === 200 ? `${what}: attached.` : files.length === 1 ? `${what}: not attached.` : `${what}: not all attached.`);
  });
  request.addEventListener("error", () => end(`${what}: NOT attached, no connection to the server. Choose it again.`));
  request.send(body);
}

function sayProblem(place, words) {
  const problem = place.querySelector("[data-files] .error");
  problem.textContent = words;
  problem.hidden = !words;
}
