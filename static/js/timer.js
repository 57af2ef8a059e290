// The timer of a class: big, by keyboard, and it goes on when the page is loaded again.
// Without it the running order is still there with its times.

const timer = document.querySelector("[data-timer]");
const turns = [...document.querySelectorAll("[data-turn]")].map((row) => ({
  row,
  id: row.dataset.turn,
  name: row.dataset.name,
  who: row.dataset.presenters,
  length: Number(row.dataset.minutes) * 60_000, // 0: nobody said how long, so it counts up
}));
const MINUTE = 60_000;

const start = () => {
  const KEY = `seminar:timer:${timer.dataset.timer}`;
  const part = (name) => timer.querySelector(`[data-${name}]`);
  const [face, talk, who, left, word, said] = ["face", "talk", "who", "left", "word", "said"].map(part);
  const toggleButton = timer.querySelector('[data-do="toggle"]');

  const fullButton = timer.querySelector('[data-do="full"]');

  // Which talk, how long each has run (ms), and since when this one runs (a time of day), if it does.
  let state = { turn: turns[0].id, spent: {}, since: null };

  const read = (text) => {
    try {
      const found = JSON.parse(text);
      if (!found || !turns.some((one) => one.id === found.turn)) return;
      const since = Number.isFinite(found.since) ? found.since : null;
      const spent = {};
      for (const { id } of turns) spent[id] = Number(found.spent?.[id]) || 0;
      state = { turn: found.turn, spent, since };
    } catch { /* not ours: begin anew */ }
  };
  const keep = () => {
    try { localStorage.setItem(KEY, JSON.stringify(state)); } catch { /* then it holds for this page */ }
  };
  try { read(localStorage.getItem(KEY)); } catch { /* storage may be forbidden */ }

  const here = () => turns.find((one) => one.id === state.turn);
  const elapsed = () => (state.spent[state.turn] ?? 0) + (state.since === null ? 0 : Math.max(0, Date.now() - state.since));
  const clock = (ms) => {
    const seconds = Math.floor(ms / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };

  let shownState = "";
  const show = () => {
    const { name, who: presenters, length } = here();
    const rest = length - elapsed();
    const isOver = length > 0 && rest <= 0;
    const isSoon = length > 0 && rest > 0 && rest <= MINUTE;
    talk.textContent = name;
    who.textContent = presenters;
    // A second that has begun still counts; over time, it is what went by.
    left.textContent = !length ? clock(elapsed()) : isOver ? `+${clock(-rest)}` : clock(Math.ceil(rest / 1000) * 1000);
    const isRunning = state.since !== null;
    const words = isOver ? "Time is up" : isSoon ? "Last minute" : "";
    word.textContent = isRunning || !elapsed() ? words : `${words ? `${words}, ` : ""}paused`;
    toggleButton.textContent = isRunning ? "Pause" : elapsed() ? "Go on" : "Start";
    const now = isOver ? "over" : isSoon ? "soon" : "plain";
    if (now !== shownState) {
      if (shownState && words) said.textContent = `${name}: ${words}`;
      face.dataset.state = shownState = now;
    }
    turns.forEach((one) => one.row.classList.toggle("is-timed", one.id === state.turn));
  };

  const change = (to) => {
    state = { ...state, ...to };
    keep();
    show();
  };
  // Each talk keeps its time: who went on by mistake comes back to what was left.
  const halt = (ms) => ({ spent: { ...state.spent, [state.turn]: ms }, since: null });
  const choose = (one) => {
    if (!one || one.id === state.turn) return;
    said.textContent = "";
    change({ ...halt(elapsed()), turn: one.id });
  };
  const beside = (by) => choose(turns[turns.findIndex((one) => one.id === state.turn) + by]);
  const actions = {
    toggle: () => (state.since === null
      ? change({ since: Date.now() })
      : change(halt(elapsed()))),
    next: () => beside(1),
    previous: () => beside(-1),
    reset: () => change(halt(0)),
    full: () => (document.fullscreenElement ? document.exitFullscreen() : face.requestFullscreen?.()),
  };

  timer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) actions[button.dataset.do]();
  });
  document.addEventListener("fullscreenchange", () => {
    fullButton.textContent = document.fullscreenElement ? "Leave full screen" : "Full screen";
  });
  turns.forEach((one) => {
    const button = one.row.querySelector("[data-choose]");
    button.hidden = false;
    button.addEventListener("click", () => {
      choose(one);
      face.focus({ preventScroll: true });
      timer.scrollIntoView({ block: "nearest" });
    });
  });

  const KEYS = { " ": "toggle", n: "next", ArrowRight: "next", p: "previous", ArrowLeft: "previous", r: "reset", f: "full" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    // Space presses the button that has the focus.
    if (event.key === " " && event.target.matches("button, summary, a")) return;
    const action = actions[KEYS[event.key]];
    if (!action) return;
    event.preventDefault();
    action();
  });
  // Another window of the same class, on the projector say, shows the same.
  addEventListener("storage", (event) => {
    if (event.key !== KEY || event.newValue === null) return;
    read(event.newValue);
    show();
  });

  timer.hidden = false;
  show();
  setInterval(show, 200);
};

if (timer && turns.length) start();
