// The browser's copy of what the server does not have yet.

// `sent` are the drafts that are on their way, or were when the page was left.
export function keepCopy(key, fields, sent = []) {
  try {
    if (fields) localStorage.setItem(key, JSON.stringify({ fields, sent, at: Date.now() }));
    else localStorage.removeItem(key);
  } catch { /* full or forbidden: the server's copy is all there is */ }
}

// {fields, sent, at}, or null.
export function readCopy(key) {
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(key)); } catch { /* unreadable or forbidden */ }
  if (typeof kept?.text === "string") kept.fields = { "answer-text": kept.text }; // of an older page
  if (kept && !Array.isArray(kept.sent)) kept.sent = [];
  return kept?.fields && typeof kept.fields === "object" ? kept : null;
}
