/** The page: its state, what people and the engine do to it, and one `show()` that makes the document agree with it.
    Views come from the engine as HTML; nothing is read back from the document. */

import { connect } from "./bridge.js";
import { mountCharts } from "./charts.js";
import { chosenFiles, filesOf } from "./folders.js";
import { inField, takeFiles } from "./input.js";
import { forgetAll, keep, keepOffline, kept } from "./storage.js";
import { mountTimeline } from "./timeline.js";

/**
 * @typedef {{title: string, name: string, partial: boolean, text: Record<string, string>}} Open what the frame shows of a report
 * @typedef {{what: string, how: string, way_out: string, refused: string}} Problem why an input was refused
 * @typedef {{done: number, total: number, text: Record<string, string>, counts: Record<string, number>, concluding: boolean}} Progress
 */

const state = {
  /** what the engine does: starting, ready, working, stopped */
  engine: "starting",
  /** whether the engine takes so long to start that a person should know */
  late: false,
  /** why the engine stopped */
  stopped: "",
  /** files that wait for the engine, or are being read */
  files: /** @type {File[]} */ ([]),
  /** ends the search for the files of folders; null while none are looked for */
  search: /** @type {AbortController | null} */ (null),
  /** how far the search or the reading is; null while there is neither */
  progress: /** @type {Progress | null} */ (null),
  /** when cancelling was asked for, ms; 0 when it was not */
  cancelling: 0,
  /** why the last input was refused; null when it was not */
  problem: /** @type {Problem | null} */ (null),
  /** the open report; the engine holds its contents */
  report: /** @type {Open | null} */ (null),
  /** counts the reports, so that a view of an older one is not taken for the present one */
  edition: 0,
  /** the view the address names: "" (the start), answer, errors */
  wanted: "",
  /** the view whose HTML is in the document, with its edition */
  mounted: "",
  /** files and folders are held over the page: how many, 0 when none */
  over: 0,
  /** requests to other hosts, of the page and of the engine */
  foreign: { page: 0, engine: 0 },
  /** the service worker holds every file */
  offline: false,
  /** a newer version of the page is ready */
  update: /** @type {ServiceWorker | null} */ (null),
  /** light or dark; "" follows the system */
  theme: "",
  /** single keys act */
  keys: true,
  /** said in the paste dialog */
  clip: "",
};

const VIEWS = ["answer", "errors"];
const LATE_MS = 30_000; // ten times what the engine takes on a slow machine; the wait itself has no limit
const TWICE_MS = 1_000; // a second press within this is the same wish
const TURN_MS = 50; // between two looks at how many files there are
const MOST_NAMES = 3;
const root = document.documentElement;
const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const dark = matchMedia("(prefers-color-scheme: dark)");

/** @type {import("./bridge.js").Engine | null} */
let engine = null;

// ---- show ----

/** Which of the page's screens the state asks for. */
function screen() {
  if (state.progress) return "working";
  if (state.problem) return "error";
  if (state.report && VIEWS.includes(state.wanted)) return "report";
  return "empty";
}

function engineLine() {
  if (state.engine === "stopped") return `The engine stopped: ${state.stopped}. Reload the page and open the file again, or a part of it.`;
  if (state.engine === "working") return "Engine working";
  if (state.engine === "ready") return "Engine ready";
  if (state.late) return "Engine still starting: a slow network, or a file of this page is missing. Reload the page to try again.";
  return "Engine is starting. A file is taken already and waits its turn.";
}

function dropLine() {
  if (state.over) return state.over === 1 ? "Let go to read it" : `Let go to read all ${state.over}`; // files or folders, who knows
  if (state.files.length && state.engine === "stopped") return "The engine stopped. Reload the page and open the file again.";
  if (state.files.length) return `${filesLine()} ${state.files.length === 1 ? "waits" : "wait"} for the engine`;
  return "Drop an export here";
}

const count = (/** @type {number} */ n) => n.toLocaleString("en");

/** The files by name, as far as a line can hold them. */
function filesLine() {
  const names = state.files.slice(0, MOST_NAMES).map((file) => file.name);
  const more = state.files.length - names.length;
  return names.join(", ") + (more ? ` and ${count(more)} more ${more === 1 ? "file" : "files"}` : "");
}

function cancelLine() {
  if (state.search) return "Nothing is read yet.";
  if (state.progress?.concluding) {
    return `Cancelling now starts the engine anew, without what was read${state.report ? " and without the open report" : ""}.`;
  }
  return state.cancelling ? "Cancelling. If the engine does not answer, cancel again: it then starts anew." : "Cancelling keeps what was read, marked as partial.";
}

/** The texts of the frame, by the name in `data-text`. */
function texts() {
  const away = state.foreign.page + state.foreign.engine;
  return {
    engine: engineLine(),
    drop: dropLine(),
    over: dropLine(),
    foreign: String(away),
    elsewhere: `${away} ${away === 1 ? "request" : "requests"} to other hosts`,
    policy: document.querySelector("meta[http-equiv=Content-Security-Policy]")?.getAttribute("content") ?? "",
    offline: state.offline ? "This page's files are kept, so a reload works too." : "",
    errors: "",
    inputs: "",
    passed: "",
    set_aside: "",
    reading: filesLine(),
    task: "Reading",
    bytes: "",
    events: "",
    rate: "",
    left: "",
    cancelling: cancelLine(),
    clip: state.clip,
    what: "",
    how: "",
    way_out: "",
    refused: "",
    untouched: state.report ? "The open report stays as it is." : "",
    ...state.report?.text,
    ...state.progress?.text,
    ...(state.progress?.concluding && { task: state.cancelling ? "Looking for causes in what was read" : "Looking for causes" }),
    ...state.problem,
  };
}

let shown = "";

/** Makes the document agree with the state. */
function show() {
  const now = screen();
  root.dataset.state = now === "report" ? "answer" : now;
  root.dataset.view = now === "report" ? state.wanted : "";
  root.dataset.engine = state.engine;
  if (state.theme) root.dataset.theme = state.theme;
  else delete root.dataset.theme;

  const said = texts();
  for (const slot of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-text]"))) {
    const text = said[/** @type {keyof typeof said} */ (slot.dataset.text)] ?? "";
    if (slot.textContent !== text) slot.textContent = text;
  }
  for (const cell of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-count]"))) {
    const count = state.progress?.counts[cell.dataset.count ?? ""] ?? 0;
    cell.className = !count ? "zero" : cell.dataset.count === "invocations" ? "" : "bad";
  }

  const bar = /** @type {HTMLProgressElement} */ ($("bar"));
  bar.max = Math.max(1, state.progress?.total ?? 1);
  if (state.search) bar.removeAttribute("value"); // nobody knows how many files there will be
  else bar.value = state.progress?.done ?? 0;

  for (const name of ["empty", "working", "error", "report"]) $(`view-${name}`).hidden = name !== now;
  if (["empty", "error"].includes(now) && $("readable").parentElement !== $(`view-${now}`)) $(`view-${now}`).append($("readable"));
  $("views").hidden = !state.report;
  for (const link of /** @type {NodeListOf<HTMLElement>} */ ($("views").querySelectorAll("a"))) {
    link.toggleAttribute("aria-current", now === "report" && link.dataset.view === state.wanted);
  }
  $("reopen").hidden = !state.report || now !== "report";
  $("back").hidden = !state.report;
  $("update").hidden = !state.update;
  $("theme").textContent = isDark() ? "Light" : "Dark";
  $("drop").classList.toggle("over", state.over > 0);
  $("over").hidden = !(state.over && now !== "empty");
  document.title = title(now);

  if (now === "report") mount();
  const place = now + root.dataset.view + state.edition;
  if (now !== "report" && place !== shown) arrive(now);
  if (now !== "report") shown = place;
}

function title(/** @type {string} */ now) {
  const share = state.progress ? Math.round((100 * state.progress.done) / Math.max(1, state.progress.total)) : 0;
  const doing = state.search ? "Looking for files" : state.progress?.concluding ? "Looking for causes" : `Reading ${share}%`;
  const name = now === "working" ? doing : now === "error" ? state.problem?.what.replace(/\.$/, "") : now === "report" ? state.report?.title : "";
  return name ? `${name} · Lambdascope` : "Lambdascope";
}

/** Puts the wanted view of the open report into the document, once. */
async function mount() {
  const wanted = `${state.wanted}${state.edition}`;
  if (state.mounted === wanted) {
    if (shown !== wanted) arrive("report");
    shown = wanted;
    return;
  }
  state.mounted = wanted;
  shown = wanted;
  const place = $("view-report");
  place.replaceChildren(); // what stands there belongs to another view or another report
  const html = await ask((e) => e.view(state.wanted));
  if (html === null || state.mounted !== wanted) return;
  place.innerHTML = html;
  document.dispatchEvent(new Event("lambdascope:view"));
  arrive("report");
  mountTimeline(place, (name, params = "{}") => ask((e) => e.view(name, params)), say);
  mountCharts(place, (name, params = "{}") => ask((e) => e.view(name, params)));
}

let begun = false;

/** A new screen starts at its top, with its heading in focus; the first one leaves the focus where the browser has it. */
function arrive(/** @type {string} */ now) {
  if (begun) {
    scrollTo(0, 0);
    $(`view-${now}`).querySelector("h1")?.focus({ preventScroll: true });
  }
  begun = true;
}

function isDark() {
  return state.theme ? state.theme === "dark" : dark.matches;
}

/** For people who listen: said once, by the live region. */
function say(/** @type {string} */ text) {
  $("live").textContent = text;
}

// ---- the engine ----

/**
 * Asks the engine; a call that fails for good stops it.
 * @template T
 * @param {(engine: import("./bridge.js").Engine) => Promise<T>} call
 * @returns {Promise<T | null>}
 */
async function ask(call) {
  const asked = engine;
  try {
    return asked ? await call(asked) : null;
  } catch (error) {
    if (asked === engine) fail(String(error instanceof Error ? error.message : error));
    return null;
  }
}

/** A call failed: where memory or the worker itself is gone the engine is too, else only this one thing did not work. */
function fail(/** @type {string} */ why) {
  if (/memory|fatal|unreachable|worker/i.test(why)) return stop(why);
  if (state.engine === "working") state.engine = "ready";
  state.progress = null;
  state.files = [];
  state.mounted = "";
  state.problem = { what: "The engine could not do this.", how: `It says: ${lastLine(why)}.`, way_out: "This is a fault of the program.", refused: "" };
  show();
}

/** Python's tracebacks end with the line that names the cause. */
const lastLine = (/** @type {string} */ why) => (why.trim().split("\n").at(-1) ?? "").replace(/\.$/, "").slice(0, 160);

function stop(/** @type {string} */ why) {
  state.stopped = /memory/i.test(why) ? "out of memory" : lastLine(why) || "an error in the engine";
  state.engine = "stopped";
  state.progress = null;
  say(engineLine());
  show();
}

let quarter = 0;

function onProgress(/** @type {string} */ step) {
  if (state.engine !== "working") return;
  const progress = /** @type {Progress} */ (JSON.parse(step));
  state.progress = progress;
  const now = Math.floor((4 * progress.done) / Math.max(1, progress.total));
  if (now > quarter && now < 4) say(`${25 * now}% read`);
  quarter = now;
  show();
}

/** Reads what was dropped, once the files in its folders are found. */
async function take(/** @type {(File | FileSystemDirectoryEntry)[]} */ given) {
  if (state.progress) return;
  if (given.every((one) => one instanceof File)) return open(/** @type {File[]} */ (given));
  const search = (state.search = new AbortController());
  let last = -TURN_MS;
  const told = (/** @type {number} */ found) => {
    if (performance.now() - last < TURN_MS) return;
    last = performance.now();
    const text = { task: "Looking for files", bytes: `${count(found)} ${found === 1 ? "file" : "files"} found` };
    state.progress = { done: 0, total: 1, text, counts: {}, concluding: false };
    show();
  };
  state.problem = null;
  state.files = [];
  say("Looking for files");
  told(0);
  let files = /** @type {File[]} */ ([]);
  try {
    files = await filesOf(given, search.signal, told);
  } catch (error) {
    if (!search.signal.aborted) state.problem = { what: "The folder cannot be read.", how: `The browser says: ${error}.`, way_out: "Drop it again, or choose its files.", refused: "" };
  }
  state.search = null;
  state.progress = null;
  if (files.length) return open(files);
  const names = given.map(({ name }) => name).join(", ");
  if (!search.signal.aborted && !state.problem) state.problem = nothingIn(names);
  show();
}

const nothingIn = (/** @type {string} */ folder) => ({ what: `${folder} holds no file.`, how: "Hidden files are left out.", way_out: "Choose another folder.", refused: folder });

/** Reads files, or lets them wait for the engine. */
async function open(/** @type {File[]} */ files) {
  if (!files.length || state.progress) return;
  state.files = files;
  state.problem = null;
  if (state.engine !== "ready") {
    if (!state.report) state.wanted = "";
    say(dropLine());
    return show();
  }
  state.engine = "working";
  state.cancelling = 0;
  state.progress = { done: 0, total: files.reduce((sum, file) => sum + file.size, 0), text: {}, counts: {}, concluding: false };
  quarter = 0;
  say(`Reading ${filesLine()}`);
  show();
  const told = await ask((e) => e.analyze(files));
  if (told === null) return;
  const answer = JSON.parse(told);
  state.engine = "ready";
  state.progress = null;
  state.files = [];
  if (answer.stopped) return stop(answer.stopped);
  if (answer.problem) {
    state.problem = answer.problem;
    say(answer.problem.what);
    return show();
  }
  state.report = answer;
  state.foreign.engine = answer.foreign;
  state.edition += 1;
  state.wanted = "answer";
  if (location.hash !== "#answer") history.pushState(null, "", "#answer");
  say(answer.title);
  show();
}

/** An export does not name its function, so an example is opened under the name a person would have given it. */
async function example(/** @type {string} */ address, /** @type {string} */ name) {
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`status ${response.status}`);
    await open([new File([await response.blob()], name)]);
  } catch (error) {
    state.problem = { what: `The example ${name} cannot be fetched.`, how: `${error}.`, way_out: "Reload the page, or open a file of your own.", refused: name };
    show();
  }
}

function pasted(/** @type {string} */ text) {
  if (text.trim()) open([new File([text], "pasted text")]);
}

// ---- saving and copying ----

const SUFFIX = { html: ["html", "text/html"], json: ["json", "application/json"], markdown: ["md", "text/markdown"] };

async function save(/** @type {"html" | "json" | "markdown"} */ kind) {
  const text = await ask((e) => e.save(kind));
  if (text === null || !state.report) return;
  const [suffix, type] = SUFFIX[kind];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = `${state.report.name.replace(/(\.(json|jsonl|csv|log|txt|ya?ml|md|gz|zip))+$/i, "")}-lambdascope.${suffix}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  say(`Saved ${link.download}`);
}

async function copyMarkdown(/** @type {HTMLElement | null} */ button) {
  const text = await ask((e) => e.save("markdown"));
  if (text === null) return;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return say("The browser does not let this page copy. Use Save as Markdown.");
  }
  say("Copied");
  if (!button || button.classList.contains("done")) return;
  const label = button.textContent;
  button.textContent = "Copied";
  button.classList.add("done");
  setTimeout(() => {
    button.textContent = label;
    button.classList.remove("done");
    say("");
  }, 1500);
}

// ---- what people do ----

function choose() {
  $("files").click();
}

/** A reading keeps what it has; in all else the engine hears nothing, and only its end ends it. */
function cancel() {
  if (!state.progress) return;
  if (state.search) return state.search.abort();
  if (state.progress.concluding || (state.cancelling && performance.now() - state.cancelling > TWICE_MS)) return restart();
  if (state.cancelling) return;
  state.cancelling = performance.now();
  ask((e) => e.cancel());
  show();
}

/** Ends the engine and starts it anew; what it held is gone. */
function restart() {
  engine?.end();
  engine = null;
  Object.assign(state, { engine: "starting", late: false, progress: null, files: [], report: null, mounted: "", cancelling: 0 });
  say("Cancelled. The engine starts anew.");
  go("");
  return connected();
}

async function forget() {
  await forgetAll();
  state.theme = "";
  state.keys = true;
  state.offline = false;
  root.dataset.tool = "aws-cli";
  say("Forgotten");
  show();
}

/** @type {Record<string, (target: HTMLElement) => void>} */
const actions = {
  choose,
  "choose-folder": () => $("folder").click(),
  paste: () => {
    /** @type {HTMLTextAreaElement} */ ($("text")).value = "";
    state.clip = "";
    show();
    /** @type {HTMLDialogElement} */ ($("clip")).showModal();
  },
  "read-text": () => {
    const text = /** @type {HTMLTextAreaElement} */ ($("text")).value;
    if (text.trim()) {
      /** @type {HTMLDialogElement} */ ($("clip")).close();
      pasted(text);
    } else {
      state.clip = "Nothing is pasted yet.";
      show();
    }
  },
  theme: () => {
    state.theme = isDark() ? "light" : "dark";
    keep("theme", state.theme);
    show();
  },
  keys: () => /** @type {HTMLDialogElement} */ ($("sheet")).showModal(),
  forget,
  cancel,
  back: () => go("answer"),
  start: () => go(""),
  update: () => state.update?.postMessage("update"),
  "copy-markdown": copyMarkdown,
  "save-html": () => save("html"),
  "save-json": () => save("json"),
  "save-markdown": () => save("markdown"),
};

/** Goes to a view; the address carries it. */
function go(/** @type {string} */ view) {
  state.problem = null;
  state.wanted = view;
  if (location.hash.slice(1) !== view) history.pushState(null, "", view ? `#${view}` : location.pathname);
  show();
}

document.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const button = /** @type {HTMLElement | null} */ (target.closest("[data-do], [data-example], [data-tabs] [role=tab]"));
  const link = /** @type {HTMLAnchorElement | null} */ (target.closest("a[href^='#']"));
  if (button?.dataset.do) actions[button.dataset.do]?.(button);
  else if (button?.dataset.example) example(button.dataset.example, button.dataset.name ?? button.dataset.example);
  else if (button) chooseTab(button);
  else if (link && (link.hash === "" || VIEWS.includes(link.hash.slice(1)))) {
    event.preventDefault();
    go(link.hash.slice(1));
  }
});

/** Tabs of the page itself: each has a panel. */
function chooseTab(/** @type {HTMLElement} */ chosen) {
  for (const tab of /** @type {NodeListOf<HTMLElement>} */ (chosen.parentElement?.querySelectorAll("[role=tab]") ?? [])) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    $(tab.getAttribute("aria-controls") ?? "").hidden = tab !== chosen;
  }
}

addEventListener("popstate", () => {
  state.problem = null;
  state.wanted = location.hash.slice(1);
  show();
});

for (const id of ["files", "folder"]) {
  $(id).addEventListener("change", () => {
    const input = /** @type {HTMLInputElement} */ ($(id));
    const files = id === "folder" ? chosenFiles(input.files) : [...(input.files ?? [])];
    input.value = "";
    open(files);
  });
}

$("fn").addEventListener("input", () => {
  const name = /** @type {HTMLInputElement} */ ($("fn")).value.replace(/[^\w./#-]/g, "") || "orders-api";
  for (const slot of document.querySelectorAll("[data-fn]")) slot.textContent = name;
});

$("single").addEventListener("change", () => {
  state.keys = /** @type {HTMLInputElement} */ ($("single")).checked;
  keep("keys", state.keys ? "on" : "off");
  show();
});

dark.addEventListener("change", show);

takeFiles({
  over: (count) => {
    if (count === state.over) return;
    state.over = count;
    show();
  },
  files: take,
  text: pasted,
});

/** Moves between rows of findings or errors. */
function step(/** @type {number} */ by) {
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".rows summary")]);
  const at = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}

/** @type {Record<string, () => void>} */
const shortcuts = {
  o: choose,
  "?": () => actions.keys(root),
  1: () => state.report && go("answer"),
  4: () => state.report && go("errors"),
  j: () => step(1),
  k: () => step(-1),
  n: () => document.dispatchEvent(new CustomEvent("lambdascope:failure", { detail: 1 })),
  p: () => document.dispatchEvent(new CustomEvent("lambdascope:failure", { detail: -1 })),
  c: () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".fix [data-copy]")]).find((button) => button.offsetParent)?.click(),
  m: () => screen() === "report" && copyMarkdown(null),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && state.progress) return event.repeat ? undefined : cancel();
  if (event.key === "Escape" && state.problem && state.report) return go("answer");
  if (event.target instanceof HTMLElement && event.target.matches("[data-tabs] [role=tab]") && /^Arrow(Left|Right)$/.test(event.key)) {
    const tabs = /** @type {HTMLElement[]} */ ([...(event.target.parentElement?.querySelectorAll("[role=tab]") ?? [])]);
    const next = tabs[(tabs.indexOf(event.target) + (event.key === "ArrowRight" ? 1 : -1) + tabs.length) % tabs.length];
    chooseTab(next);
    return next.focus();
  }
  const act = shortcuts[event.key.toLowerCase()];
  if (!state.keys || !act || event.defaultPrevented) return;
  event.preventDefault();
  act();
});

// ---- what the browser tells ----

/** Counts what went to other hosts; the engine counts its own. */
new PerformanceObserver((list) => {
  const away = list.getEntries().filter(({ name }) => /^https?:/.test(name) && new URL(name).origin !== location.origin);
  if (!away.length) return;
  state.foreign.page += away.length;
  show();
}).observe({ type: "resource", buffered: true });

/** Waits until the engine runs, then gives it the files that wait. */
async function connected() {
  const late = setTimeout(() => {
    state.late = true;
    show();
  }, LATE_MS);
  try {
    engine = await connect(onProgress, stop);
  } catch (error) {
    return stop(String(error instanceof Error ? error.message : error));
  } finally {
    clearTimeout(late);
  }
  if (/** @type {string} */ (state.engine) === "stopped") return;
  state.engine = "ready";
  show();
  if (state.files.length) open(state.files);
}

async function start() {
  state.theme = kept("theme") ?? "";
  state.keys = kept("keys") !== "off";
  /** @type {HTMLInputElement} */ ($("single")).checked = state.keys;
  show();
  const early = [.../** @type {HTMLInputElement} */ ($("files")).files ?? []];
  if (early.length) open(early); // chosen before this script ran
  await connected();
  if (state.engine === "stopped") return;
  // Only now: the first visit's network belongs to the engine.
  keepOffline((told) => {
    Object.assign(state, told);
    if (state.offline) root.dataset.offline = "ready";
    show();
  });
}

start();
