// A note saves itself: shortly after typing stops, every few seconds while it goes on, and when
// the page is left.  What the server does not have yet is kept in the browser.  "Saved" is said
// when the server has said so, and never before.

import { Fields, holds, same } from "./fields.js";
import { keepCopy, readCopy } from "./kept.js";
import { LONGEST_REQUEST, askDraft, bodyOf, sendDraft } from "./sending.js";
import { showVersions } from "./versions.js";

const PAUSE = 1500; // ms without typing
const LONGEST_WAIT = 8000; // ms while typing goes on
const RETRY_FIRST = 1000;
const RETRY_LAST = 30000;
const ARRIVAL = 1200; // ms that a draft of the page before may need to arrive

export class Editor {
  constructor(form) {
    this.form = form;
    this.fields = new Fields(form);
    this.number = form.elements.namedItem("based_on");
    this.saved = "unsaved" in form.dataset ? {} : this.fields.readFirst(); // what the server has
    this.unanswered = []; // drafts that were sent and may have arrived
    this.sending = null;
    this.timer = 0;
    this.typingSince = 0;
    this.failures = 0;
    this.isPaused = false; // two drafts stand side by side and a person must choose
    this.wasRefused = false;
    this.isLeaving = false;
    this.isForeign = false; // somebody else is signed in
    this.other = null; // the draft that stands beside this one
    this.listen();
    if ("inConflict" in form.dataset) {
      const other = JSON.parse(document.getElementById("note-other-fields").textContent);
      this.enterConflict(this.fields.tidy(other), this.part("conflict").dataset.number);
    }
    this.offerKept();
  }

  part(name) {
    return this.form.querySelector(`[data-${name}]`);
  }

  // A draft whose answer was lost may stand on the server in place of the one last confirmed.
  get isDirty() {
    return this.unanswered.length > 0 || !same(this.fields.read(), this.saved);
  }

  listen() {
    this.form.addEventListener("input", (event) => this.typed(event));
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
      if (!this.isLeaving && (this.failures || this.isPaused) && this.isDirty) event.preventDefault();
    });
  }

  // --- when to save ---------------------------------------------------------------------------

  typed(event) {
    if (!event.target.name?.startsWith("answer-") || event.target.type === "file") return;
    if (this.wasRefused) this.isPaused = this.wasRefused = false; // what is sent now is another one
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
    if (this.isPaused || this.isLeaving || !this.isDirty) return;
    this.isAsking = false;
    this.keep();
    this.save();
  }

  // --- saving ---------------------------------------------------------------------------------

  save() {
    clearTimeout(this.timer);
    if (this.sending || this.isPaused || this.isAsking || !this.isDirty) return;
    this.typingSince = 0;
    this.sending = this.send(this.fields.read()).finally(() => {
      this.sending = null;
      if (!this.failures && !this.isPaused && !this.isLeaving && this.isDirty) this.later(PAUSE);
    });
  }

  async send(fields) {
    if (!this.failures) this.say("saving", "Saving…");
    this.unanswered.push(fields);
    this.keep();
    const { stored, conflict, refused, foreign, failed } = await sendDraft(this.form);
    this.isForeign = Boolean(foreign);
    if (stored) this.stored(fields, stored);
    else if (conflict) this.answerConflict(conflict);
    else if (refused) this.refused(refused);
    else if (foreign) this.foreign();
    else this.failed(failed);
  }

  stored(fields, answer) {
    this.unanswered = [];
    this.failures = 0;
    this.saved = fields;
    this.number.value = answer.draft_number;
    this.keep();
    if (this.isDirty) this.say("saving", "Saving…"); // there is a newer text already
    else this.say("saved", `Saved ${answer.saved}`);
  }

  // The draft is newer on the server.  If it is one that was sent from here and whose answer was
  // lost, nobody else has written anything.
  answerConflict(answer) {
    const other = this.fields.tidy(answer.fields);
    const sent = [...this.unanswered, ...(this.kept ? [this.kept, ...this.keptSent] : [])];
    if (sent.some((one) => holds(other, one))) this.stored(other, answer);
    else this.enterConflict(other, answer.draft_number);
  }

  refused(reason) {
    this.unanswered = [];
    this.failures = 0;
    // Sending the same again would be refused again; the next key tries anew.
    this.isPaused = this.wasRefused = true;
    this.say("failed", `NOT saved: ${reason}`);
  }

  failed(reason) {
    this.say("failed", `NOT saved (${reason}). Your text is kept in this browser. Trying again.`);
    this.tryAgain();
  }

  // The text waits here until its author is back, and is nobody else's.
  foreign() {
    const { author } = this.form.elements.namedItem("author").dataset;
    this.unanswered = [];
    this.keep();
    this.say("failed", "NOT saved: you are signed in as somebody else now. This text is kept in this "
      + `browser; it is saved when you sign in as ${author} again.`);
    this.tryAgain();
  }

  tryAgain() {
    const delay = Math.min(RETRY_LAST, RETRY_FIRST * 2 ** this.failures);
    this.failures += 1;
    this.later(delay);
  }

  submitted(event) {
    if (event.submitter?.hasAttribute("data-keep-mine")) return;
    if (this.other) {
      event.preventDefault();
      this.part("conflict").focus();
      this.say("conflict", "NOT sent: choose one of the two texts first");
      return;
    }
    if (event.submitter?.hasAttribute("data-save")) {
      event.preventDefault();
      this.save();
      return;
    }
    if (this.isForeign && this.isDirty && !this.sending) {
      event.preventDefault();
      const { submitter } = event;
      this.save();
      this.sending?.then(() => { if (!this.isForeign) setTimeout(() => this.form.requestSubmit(submitter), 0); });
      return;
    }
    if (bodyOf(this.form).toString().length > LONGEST_REQUEST) {
      event.preventDefault();
      this.refused("the text is too long for one request. Shorten it; it stays here.");
      return;
    }
    if (this.sending) {
      // It changes the number that this form is about to send.
      event.preventDefault();
      const { submitter } = event;
      this.sending.finally(() => setTimeout(() => this.form.requestSubmit(submitter), 0));
      return;
    }
    clearTimeout(this.timer);
    this.keep();
    this.unanswered.push(this.fields.read());
    this.isLeaving = true;
  }

  // --- two drafts -----------------------------------------------------------------------------

  enterConflict(other, number) {
    this.isPaused = true;
    this.wasRefused = false;
    this.failures = 0;
    this.unanswered = [];
    this.other = other;
    this.otherNumber = number; // the form has the old one until somebody chooses
    const differences = this.fields.differences(this.fields.read(), this.other);
    showVersions(this.part("differences"), differences, ["Yours, in the form", "The other one, saved"]);
    this.part("conflict").hidden = false;
    this.say("conflict", "NOT saved: choose one of the two texts");
  }

  leaveConflict() {
    this.isPaused = false;
    this.saved = this.other;
    this.number.value = this.otherNumber;
    this.other = null;
    this.part("conflict").hidden = true;
    this.fields.elements[0]?.focus();
  }

  keepMine(event) {
    event.preventDefault();
    this.leaveConflict();
    this.save();
  }

  useOther(event) {
    event.preventDefault();
    this.fields.write(this.other);
    this.leaveConflict();
    this.keep();
    this.say("saved", "This is the text that was saved last");
  }

  // --- the browser's copy ---------------------------------------------------------------------

  keep() {
    if (this.kept) return; // an older one waits to be looked at
    keepCopy(this.form.dataset.autosave, this.isDirty ? this.fields.read() : null, this.unanswered);
  }

  async offerKept() {
    const kept = readCopy(this.form.dataset.autosave);
    const now = this.fields.read();
    const fields = kept && this.fields.tidy(kept.fields);
    if (!kept || holds(now, fields) || holds(this.saved, fields)) {
      this.keep();
      return;
    }
    this.kept = fields;
    this.keptSent = kept.sent.map((one) => this.fields.tidy(one));
    if (same(now, this.saved) && !this.other) {
      this.isAsking = true;
      const hasArrived = await this.findArrived(now);
      this.isAsking = false;
      if (hasArrived) return;
      if (this.isDirty) this.later(PAUSE);
    }
    this.part("kept-when").textContent = whenWords(kept.at);
    const differences = this.fields.differences(fields, now);
    showVersions(this.part("kept-differences"), differences, ["Kept in this browser", "In the form now"]);
    this.part("kept").hidden = false;
    this.form.closest("details")?.setAttribute("open", "");
  }

  // A page that is left sends its text, which may come after the next page was asked for.
  async findArrived(first) {
    for (const wait of [0, ARRIVAL]) {
      await new Promise((resolve) => { setTimeout(resolve, wait); });
      const answer = await askDraft(this.form);
      const fields = answer && this.fields.tidy(answer.fields);
      if (!fields || !holds(fields, this.kept)) continue;
      if (!same(this.fields.read(), first)) return false; // typed on meanwhile: a person must look
      this.fields.write(answer.fields);
      this.kept = null;
      this.stored(this.fields.read(), answer);
      return true;
    }
    return false;
  }

  useKept() {
    const left = Object.values(this.fields.write(this.kept));
    if (left.length) {
      // Its questions are asked no more: the words go on where there is room for them.
      const room = this.form.querySelector("textarea[data-markdown]") ?? this.fields.elements[0];
      room.value = [room.value, ...left].filter(Boolean).join("\n\n");
    }
    this.discardKept();
    this.save();
  }

  discardKept() {
    this.kept = null;
    this.part("kept").hidden = true;
    this.keep();
    this.fields.elements[0]?.focus();
  }

  // --- what is said ---------------------------------------------------------------------------

  say(state, words) {
    const place = this.part("save-state");
    place.dataset.state = state;
    place.replaceChildren(state === "conflict" ? linkTo(this.part("conflict"), words) : words);
    // Read out only what changes the picture, or it would interrupt every few seconds.
    const isBad = state === "failed" || state === "conflict";
    const news = this.part("save-news");
    if ((isBad && news.textContent !== words) || (state === "saved" && this.lastSaid !== "saved")) {
      news.textContent = words;
      this.lastSaid = state;
    }
  }
}

// As the times of pages are written: Wed Sep 17, 8:30.
function whenWords(at) {
  const when = new Date(at);
  const day = when.toLocaleDateString("en-US", { weekday: "short", month: "short", day: "numeric" });
  return `${day.replace(",", "")}, ${when.getHours()}:${String(when.getMinutes()).padStart(2, "0")}`;
}

function linkTo(place, words) {
  const link = document.createElement("a");
  link.href = `#${place.id}`;
  link.textContent = words;
  return link;
}
