// Words put into a field as if they had been typed, so that they can be undone and are saved.

export function insertText(field, text, from = field.selectionStart, to = field.selectionEnd) {
  field.focus();
  field.setSelectionRange(from, to);
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function setValue(field, text) {
  insertText(field, text, 0, field.value.length);
}
