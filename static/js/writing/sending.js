// A draft on its way to the server, and what came of it.

const TIMEOUT = 15000; // ms until an answer counts as lost
const KEEPALIVE_LIMIT = 60000; // bytes a browser still sends for a page that is gone
export const LONGEST_REQUEST = 5_500_000; // bytes; the server reads no more than 6 MB

const JSON_PLEASE = { Accept: "application/json" };

// The form without its files, which go their own way.
export function bodyOf(form) {
  const entries = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(entries);
}

// One of {stored}, {conflict}, {refused}, {foreign}, {failed}: what the server said, or why it
// did not.
export async function sendDraft(form) {
  const body = bodyOf(form);
  let response;
  try {
    response = await fetch(form.action, {
      method: "POST",
      body,
      headers: JSON_PLEASE,
      keepalive: body.toString().length < KEEPALIVE_LIMIT, // goes on when the page is closed
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (response.ok) return { stored: await response.json() };
    if (response.status === 409) return { conflict: await response.json() };
    if (response.status === 422) return { refused: (await response.json()).error };
  } catch {
    return { failed: "no connection to the server" };
  }
  if (response.status === 400 || response.status === 413) {
    return { refused: "the text is too long for one request." };
  }
  if (response.status === 403 || response.status === 404) return renewToken(form);
  return { failed: "the server has a problem" };
}

// Signed out, or signed in again elsewhere: a new session wants a new token.  Somebody else's is
// not taken: with it this text would go into their note.
async function renewToken(form) {
  try {
    const response = await fetchDraft(form);
    if (!response.ok) return { failed: "you are signed out: sign in again in another tab" };
    const { author, csrf_token: token } = await response.json();
    if (author !== form.elements.namedItem("author").value) return { foreign: true };
    form.elements.namedItem("csrfmiddlewaretoken").value = token;
  } catch {
    return { failed: "no connection to the server" };
  }
  return { failed: "you were signed out for a moment" };
}

function fetchDraft(form) {
  return fetch(form.action, {
    headers: JSON_PLEASE,
    redirect: "error",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT),
  });
}

// What the server has of this author's draft now; null where it cannot be had.
export async function askDraft(form) {
  try {
    const response = await fetchDraft(form);
    const answer = response.ok ? await response.json() : null;
    return answer?.author === form.elements.namedItem("author").value ? answer : null;
  } catch {
    return null;
  }
}
