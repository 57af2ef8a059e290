// The browser's copy of what the server does not have yet.

export function keepCopy(key, fields) {
  try {
    if (fields) localStorage.setItem(key, JSON.stringify({ fields, at: Date.now() }));
    else localStorage.removeItem(key);
  } catch { /* full or forbidden: the server's copy is all there is */ }
}

// {fields, at}, or null.
export function readCopy(key) {
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(key)); } catch { /* unreadable or forbidden */ }
  if (typeof kept?.text === "string") kept.fields = { "answer-text": kept.text }; // of an older page
  return kept?.fields && typeof kept.fields === "object" ? kept : null;
}
