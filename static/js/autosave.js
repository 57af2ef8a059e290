// Writing a note.  Everything here works without scripts, only with more presses.

import { Editor } from "./writing/editor.js";
import { sayFailures } from "./writing/failures.js";
import { offerNames } from "./writing/names.js";
import { growPairs } from "./writing/pairs.js";
import { keepPreview } from "./writing/preview.js";
import { insertQuotes } from "./writing/quoting.js";
import { uploadFiles } from "./writing/uploading.js";
import { countWords } from "./writing/words.js";

for (const form of document.querySelectorAll("form[data-autosave]")) {
  growPairs(form);
  new Editor(form);
  countWords(form);
  keepPreview(form);
  offerNames(form);
  insertQuotes(form);
  uploadFiles(form);
  sayFailures(form);
  form.querySelector("[data-error-summary]")?.focus();
}
