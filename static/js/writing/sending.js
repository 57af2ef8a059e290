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

// One of {stored}, {conflict}, {refused}, {failed}: what the server said, or why it did not.
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

// Signed out, or signed in again elsewhere: a new session wants a new token.
async function renewToken(form) {
  try {
    const response = await fetch(form.action, {
      headers: JSON_PLEASE,
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!response.ok) return { failed: "you are signed out: sign in again in another tab" };
    form.elements.namedItem("csrfmiddlewaretoken").value = (await response.json()).csrf_token;
  } catch {
    return { failed: "no connection to the server" };
  }
  return { failed: "your session was renewed" };
}
