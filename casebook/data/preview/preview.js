"use strict";
// Shows the built page in a frame, puts each new one in its place, and says what is wrong.

const at = (id) => document.getElementById(id);
const pages = at("pages"), trouble = at("trouble");
let shown = null, coming = null, version = "";

const events = new EventSource("events");
events.onopen = () => { at("ended").hidden = true; };
events.onerror = () => { at("ended").hidden = false; };
events.onmessage = ({ data }) => show(JSON.parse(data));

function show(state) {
  if (state.page && state.version !== version) load(state.page);
  if (state.page) version = state.version;
  at("waiting").hidden = true;
  say(state);
}

// The next page is made ready unseen, so that nothing flickers and nothing jumps.
function load(page) {
  if (coming) coming.remove();
  const next = coming = document.createElement("iframe");
  next.title = document.body.dataset.title;
  next.className = "coming";
  next.src = place() || `pages/${page}`;
  next.addEventListener("load", () => {
    next.contentDocument.addEventListener("click", leave);
    if (next !== coming) return;
    if (shown) resume(shown, next);
    next.className = "";
    if (shown) shown.remove();
    shown = next;
    coming = null;
  });
  pages.append(next);
}

// Where the reader is: a link may have led to another built page.
function place() {
  const { pathname = "" } = shown && shown.contentWindow.location || {};
  return pathname.startsWith("/pages/") ? pathname : "";
}

function resume(old, next) {
  const { contentWindow: from, contentDocument: before } = old;
  const open = [...before.querySelectorAll("details")].map((one) => one.open);
  next.contentDocument.querySelectorAll("details").forEach((one, i) => { one.open = open[i] ?? one.open; });
  next.contentWindow.scrollTo({ left: from.scrollX, top: from.scrollY, behavior: "instant" });
  if (document.activeElement === old) next.contentWindow.focus();
}

// Foreign sites get a window of their own; the frame holds built pages only.
function leave(event) {
  const link = event.target.closest("a[href]");
  if (!link || !link.protocol.startsWith("http") || link.origin === location.origin) return;
  event.preventDefault();
  window.open(link.href, "_blank", "noopener");
}

function say(state) {
  const box = trouble.querySelector("details");
  trouble.hidden = !(state.heading || state.message);
  trouble.className = state.page ? "" : "covers";
  if (!state.page) box.open = true;
  else if (!trouble.dataset.page) box.open = false;
  trouble.dataset.page = state.page;
  pages.inert = !state.page;
  box.querySelector("summary").textContent = state.heading || document.body.dataset.title;
  at("message").textContent = state.message;
  at("hint").textContent = state.hint;
  at("findings").replaceChildren(...state.findings.map(finding));
}

function finding(one) {
  const item = element("li", one.severity);
  const head = element("p", "", element("b", "", one.location), " ", element("span", "label", one.label));
  item.append(head, element("p", "", one.message));
  if (one.line) item.append(excerpt(one));
  if (one.hint) item.append(element(one.hint.includes("\n") ? "pre" : "p", "hint", one.hint));
  return item;
}

function excerpt({ line, character, number }) {
  const signs = [...line], before = signs.slice(0, character - 1).join("");
  const rest = signs.slice(character - 1).join("");
  const [meant] = rest.match(/^(?:[\p{L}\p{N}_.-]+|.)/u) || [" "];
  const code = element("code", "", before, element("mark", "", meant), rest.slice(meant.length));
  return element("pre", "line", element("span", "number", String(number)), code);
}

function element(name, kind, ...inside) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.append(...inside);
  return made;
}
