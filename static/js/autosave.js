// A note saves itself: shortly after typing stops, every few seconds while it goes on, and when
// the page is left.  What the server does not have yet is kept in the browser.  "Saved" is said
// when the server has said so, and never before.

const PAUSE = 1500; // ms without typing
const LONGEST_WAIT = 8000; // ms while typing goes on
const TIMEOUT = 15000; // ms until an answer counts as lost
const RETRY_FIRST = 1000;
const RETRY_LAST = 30000;
const KEEPALIVE_LIMIT = 60000; // bytes a browser still sends for a page that is gone

class Editor {
  constructor(form) {
    this.form = form;
    this.area = form.elements.namedItem("answer-text");
    this.number = form.elements.namedItem("based_on");
    this.saved = this.area.defaultValue; // what the server has
    this.unanswered = []; // texts that were sent and may have arrived
    this.sending = null;
    this.timer = 0;
    this.typingSince = 0;
    this.failures = 0;
    this.isPaused = false; // two texts stand side by side and a person must choose
    this.isLeaving = false;
    this.listen();
    if ("inConflict" in form.dataset) this.enterConflict(this.part("other").textContent);
    this.offerKept();
  }

  part(name) {
    return this.form.querySelector(`[data-${name}]`);
  }

  get text() {
    return this.area.value;
  }

  // A text whose answer was lost may stand on the server in place of the one last confirmed.
  get isDirty() {
    return this.text !== this.saved || this.unanswered.length > 0;
  }

  listen() {
    this.area.addEventListener("input", () => this.typed());
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.part("keep-mine").addEventListener("click", (event) => this.keepMine(event));
    this.part("use-other").addEventListener("click", (event) => this.useOther(event));
    this.part("kept-use").addEventListener("click", () => this.useKept());
    this.part("kept-discard").addEventListener("click", () => this.discardKept());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
      else if (this.failures) this.save();
    });
    addEventListener("pagehide", () => this.leave());
    addEventListener("online", () => { if (this.failures) this.save(); });
    addEventListener("pageshow", (event) => { if (event.persisted) this.isLeaving = false; });
    addEventListener("beforeunload", (event) => {
      if (this.isDirty && !this.isLeaving && (this.failures || this.isPaused)) event.preventDefault();
    });
  }

  // --- when to save ---------------------------------------------------------------------------

  typed() {
    this.keep();
    this.typingSince ||= Date.now();
    if (this.failures) return; // a retry is on its way and takes the newest text
    this.later(Math.min(PAUSE, Math.max(0, this.typingSince + LONGEST_WAIT - Date.now())));
  }

  later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  leave() {
    if (!this.isDirty || this.isPaused || this.isLeaving) return;
    this.keep();
    this.save();
  }

  // --- saving ---------------------------------------------------------------------------------

  save() {
    clearTimeout(this.timer);
    if (this.sending || this.isPaused || !this.isDirty) return;
    this.typingSince = 0;
    this.sending = this.send(this.text).finally(() => {
      this.sending = null;
      if (this.isDirty && !this.failures && !this.isPaused && !this.isLeaving) this.later(PAUSE);
    });
  }

  async send(text) {
    if (!this.failures) this.say("saving", "Saving…");
    const body = new URLSearchParams(new FormData(this.form));
    body.set("answer-text", text);
    let response;
    this.unanswered.push(text);
    try {
      response = await fetch(this.form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        keepalive: body.toString().length < KEEPALIVE_LIMIT, // goes on when the page is closed
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT),
      });
      if (response.ok) return this.stored(text, await response.json());
      if (response.status === 409) return this.answerConflict(await response.json());
      if (response.status === 422) return this.refused((await response.json()).error);
      if (response.status === 400 || response.status === 413) return this.refused("the text is too long for one request.");
    } catch {
      return this.failed("no connection to the server");
    }
    if (response.status === 403 || response.status === 404) return this.renew();
    return this.failed("the server has a problem");
  }

  stored(text, answer) {
    this.unanswered = [];
    this.failures = 0;
    this.saved = text;
    this.number.value = answer.draft_number;
    this.keep();
    if (this.isDirty) this.say("saving", "Saving…"); // there is a newer text already
    else this.say("saved", `Saved ${answer.saved}`);
  }

  // The text is newer on the server.  If it is one that was sent from here and whose answer was
  // lost, nobody else has written anything.
  answerConflict(answer) {
    this.number.value = answer.draft_number;
    if (this.unanswered.includes(answer.fields["answer-text"])) {
      return this.stored(answer.fields["answer-text"], answer);
    }
    return this.enterConflict(answer.fields["answer-text"]);
  }

  refused(reason) {
    this.unanswered = [];
    this.failures = 0;
    // Sending the same text again would be refused again; the next key tries anew.
    this.isPaused = true;
    this.area.addEventListener("input", () => { this.isPaused = false; this.typed(); }, { once: true });
    this.say("failed", `NOT saved: ${reason}`);
  }

  failed(reason) {
    const delay = Math.min(RETRY_LAST, RETRY_FIRST * 2 ** this.failures);
    this.failures += 1;
    this.say("failed", `NOT saved (${reason}). Your text is kept in this browser. Trying again.`);
    this.later(delay);
  }

  // Signed out, or signed in again elsewhere: a new session wants a new token.
  async renew() {
    try {
      const response = await fetch(this.form.action, {
        headers: { Accept: "application/json" },
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT),
      });
      if (!response.ok) return this.failed("you are signed out: sign in again in another tab");
      this.form.elements.namedItem("csrfmiddlewaretoken").value = (await response.json()).csrf_token;
    } catch {
      return this.failed("no connection to the server");
    }
    return this.failed("your session was renewed");
  }

  submitted(event) {
    if (event.submitter?.hasAttribute("data-save")) {
      event.preventDefault();
      this.save();
      return;
    }
    if (event.submitter?.hasAttribute("data-keep-mine")) return;
    if (this.sending) {
      // It changes the number that this form is about to send.
      event.preventDefault();
      const { submitter } = event;
      this.sending.finally(() => setTimeout(() => this.form.requestSubmit(submitter), 0));
      return;
    }
    clearTimeout(this.timer);
    this.keep();
    this.unanswered.push(this.text);
    this.isLeaving = true;
  }

  // --- two texts ------------------------------------------------------------------------------

  enterConflict(other) {
    this.isPaused = true;
    this.failures = 0;
    this.unanswered = [];
    this.other = other;
    this.part("other").textContent = other;
    this.part("conflict").hidden = false;
    this.say("conflict", "NOT saved: choose one of the two texts");
  }

  leaveConflict() {
    this.isPaused = false;
    this.saved = this.other;
    this.part("conflict").hidden = true;
    this.area.focus();
  }

  keepMine(event) {
    event.preventDefault();
    this.leaveConflict();
    this.save();
  }

  useOther(event) {
    event.preventDefault();
    this.area.value = this.other;
    this.leaveConflict();
    this.keep();
    this.say("saved", "This is the text that was saved last");
  }

  // --- the browser's copy ---------------------------------------------------------------------

  get key() {
    return this.form.dataset.autosave;
  }

  keep() {
    if (this.kept) return; // an older one waits to be looked at
    try {
      if (this.isDirty) localStorage.setItem(this.key, JSON.stringify({ text: this.text, at: Date.now() }));
      else localStorage.removeItem(this.key);
    } catch { /* full or forbidden: the server's copy is all there is */ }
  }

  offerKept() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.key)); } catch { /* unreadable or forbidden */ }
    if (!kept || typeof kept.text !== "string" || kept.text === this.text || kept.text === this.saved) {
      this.keep();
      return;
    }
    this.kept = kept;
    this.part("kept-when").textContent = new Date(kept.at).toLocaleString();
    this.part("kept-text").textContent = kept.text;
    this.part("kept").hidden = false;
    this.form.closest("details")?.setAttribute("open", "");
  }

  useKept() {
    this.area.value = this.kept.text;
    this.discardKept();
    this.save();
  }

  discardKept() {
    this.kept = null;
    this.part("kept").hidden = true;
    this.keep();
    this.area.focus();
  }

  // --- what is said ---------------------------------------------------------------------------

  say(state, words) {
    const place = this.part("save-state");
    const before = place.dataset.state;
    place.dataset.state = state;
    place.textContent = words;
    // Read out only what changes the picture, or it would interrupt every few seconds.
    const isBad = state === "failed" || state === "conflict";
    const wasBad = before === "failed" || before === "conflict";
    if (isBad || (state === "saved" && (wasBad || !this.hasSpoken))) {
      this.part("save-news").textContent = words;
      this.hasSpoken = true;
    }
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Editor(form);
