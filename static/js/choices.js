// Choices add up, whatever is still on its way. A link or a form belongs to the query that its part of the page was made
// for, which stands there as data-address. Where another has been asked for since, what it changes is done to that one.

const ROLES = ["label", "any", "not"];
const SETS = ["state", "subset", "license", "author", "license_check"];
const OF_PAGES = ["per_page", "size", "page"];
const ORDER = [
  ...["label", "any", "min_any", "not", "confidence", "state", "subset", "license", "author", "q", "id"],
  ...["license_check", "sort", "seed", ...OF_PAGES],
];

// ---- Queries: each parameter's name with its values ----

function read(parameters) {
  return Object.fromEntries(ORDER.map((name) => [name, parameters.getAll(name).filter(Boolean)]));
}

// Without parameters all images are shuffled by the day in UTC; with any, they are by ImageID unless another order is said.
function readAddress(address) {
  const { search, searchParams } = new URL(address, location.href);
  const query = read(searchParams);
  if (!search) Object.assign(query, { sort: ["random"], seed: [new Date().toISOString().slice(0, 10).replaceAll("-", "")] });
  if (query.sort[0] === "image_id") query.sort = [];
  return query;
}

function addressOf(query) {
  const isAll = ORDER.every((name) => OF_PAGES.includes(name) || !query[name].length);
  const said = isAll ? { ...query, sort: ["image_id"] } : query;
  return `/?${new URLSearchParams(ORDER.flatMap((name) => said[name].map((value) => [name, value])))}`;
}

function termOf(text) {
  const [, mid, range, states] = /^([^@:]*)(?:@([^:]*))?(?::(.*))?$/.exec(text);
  return { mid, range, states: states ? states.split(",") : [] };
}

function textOf({ mid, range, states }) {
  return [mid, range ? `@${range}` : "", states.length ? `:${states.join(",")}` : ""].join("");
}

const same = (one, other) => one.length === other.length && one.every((value) => other.includes(value));
const without = (values, others) => values.filter((value) => !others.includes(value));
const unlessUsual = (values, usual) => (same(values, usual) ? [] : values);
const isTermOf = (query, { role, text }) => query[role].includes(text);

function missing(query, other) {
  const terms = ROLES.flatMap((role) => query[role].map((text) => ({ role, text })));
  return terms.filter((term) => !isTermOf(other, term));
}

// ---- What one query became, done to another ----

// One value alone takes the place of others; one added or taken away leaves them. None chosen means all usual, but for
// choosing, where none is ticked then: the first one narrows, and further ones widen.
function changedSet(from, to, now, usual, by) {
  if (same(from, to)) return now;
  if (by === "itself") return to;
  if (by === "choosing" && !from.length) return unlessUsual([...new Set([...now, ...to])], usual);
  const spelledOut = (values) => (values.length ? values : usual);
  const isLast = by === "taking" && from.length === 1;
  const [before, after] = [spelledOut(from), isLast ? to : spelledOut(to)];
  const kept = without(spelledOut(now), without(before, after));
  const values = [...kept, ...without(without(after, before), kept)];
  return unlessUsual(values, usual);
}

// A term as it is now: as it was, or what became of it since.
function current(term, from, now) {
  if (isTermOf(now, term)) return term;
  const { mid } = termOf(term.text);
  const since = missing(now, from).filter(({ text }) => termOf(text).mid === mid);
  return since.find(({ role }) => role === term.role) ?? since[0];
}

function replaceTerm(now, old, term) {
  const place = old ? now[old.role].indexOf(old.text) : -1;
  if (place >= 0 && term?.role === old.role) now[old.role].splice(place, 1, term.text);
  else {
    if (place >= 0) now[old.role].splice(place, 1);
    if (term) now[term.role].push(term.text);
  }
  for (const role of ROLES) now[role] = [...new Set(now[role])];
}

function editTerm(old, term, from, now, how) {
  const place = current(old, from, now);
  if (!place) return replaceTerm(now, null, term);
  const [before, after, today] = [old, term, place].map(({ text }) => termOf(text));
  const usual = now.state.length ? now.state : how.usual.state;
  const text = textOf({
    mid: after.mid,
    range: before.range === after.range ? today.range : after.range,
    states: changedSet(before.states, after.states, today.states, usual, how.by),
  });
  return replaceTerm(now, place, { role: old.role === term.role ? place.role : term.role, text });
}

function changeTerms(from, to, now, how) {
  const [gone, come] = [missing(from, to), missing(to, from)];
  const isEdit = gone.length === 1 && come.length === 1 && termOf(gone[0].text).mid === termOf(come[0].text).mid;
  if (isEdit) editTerm(gone[0], come[0], from, now, how);
  else {
    for (const term of gone) replaceTerm(now, current(term, from, now), null);
    for (const term of come) replaceTerm(now, current(term, from, now), term);
  }
  return gone.length + come.length > 0;
}

// What belongs to terms goes with them: how many of the `any` must be there, and the order by confidence.
function tidy(query) {
  if (Number(query.min_any[0] ?? 1) > query.any.length) query.min_any = query.any.length > 1 ? [query.any.length] : [];
  if (query.sort[0] === "-confidence" && !query.label.length) query.sort = [];
  if (query.sort[0] !== "random") query.seed = [];
}

function rebase(base, target, asked, how) {
  if (base === asked) return target;
  const [from, to, now] = [base, target, asked].map(readAddress);
  const hasMoved = addressOf({ ...from, page: [] }) !== addressOf({ ...now, page: [] });
  const hasNewTerms = changeTerms(from, to, now, how);
  let isNew = hasNewTerms;
  for (const name of SETS) {
    isNew ||= !same(from[name], to[name]);
    now[name] = changedSet(from[name], to[name], now[name], how.usual[name] ?? [], how.by);
  }
  const follow = hasNewTerms ? ["min_any", "sort", "seed"] : [];
  for (const name of without(["confidence", "q", "id", "min_any", "sort", "seed", "per_page", "size"], follow)) {
    if (same(from[name], to[name])) continue;
    isNew ||= name !== "size";
    now[name] = to[name];
  }
  if (isNew) now.page = [];
  else if (!same(from.page, to.page) && !hasMoved) now.page = to.page;
  tidy(now);
  return addressOf(now);
}

// ---- Forms: the query that a form asks for ----

function rangeOf(low, high) {
  const number = (text) => (Number.isNaN(Number(text)) ? text : String(Number(text)));
  return `${number(low || "0")}-${number(high || "1")}`;
}

function formAddress(data) {
  const query = read(data);
  const text = (name) => (data.get(name) ?? "").trim();
  const [role, ...rest] = text("edit").split("=");
  const old = rest.join("=");
  if (data.has("confidence_low")) {
    const range = rangeOf(text("confidence_low"), text("confidence_high"));
    query.confidence = range === "0-1" ? [] : [range];
  } else if (ROLES.includes(role) && query[role].includes(old)) {
    const isOpen = !text("low") && !text("high");
    const range = isOpen && !query.confidence.length ? "" : rangeOf(text("low"), text("high"));
    replaceTerm(query, { role, text: old }, { role, text: textOf({ ...termOf(old), range }) });
  }
  return addressOf(query);
}

// ---- What is asked for: shown, or on its way ----

const here = () => location.pathname + location.search;
const loader = () => document.getElementById("facets-loader");
const shown = () => loader()?.dataset.query ?? null;
const asked = () => pending?.address ?? restoring ?? shown();
let pending = null;
let restoring = null;
let isBehind = false;
let typed = [];
let used = null;
let findAgain = false;

function usual() {
  return JSON.parse(document.querySelector("#facets [data-usual]")?.dataset.usual ?? "{}");
}

function rebased(element, target) {
  const base = element.closest("[data-address]")?.dataset.address ?? shown();
  if (!base || !asked()) return target;
  return rebase(base, target, asked(), { usual: { state: [], ...usual() }, by: element.dataset.by ?? "itself" });
}

function goTo(address, { replace = false, swap = "innerHTML show:window:top" } = {}) {
  const mine = { address, replace };
  pending = mine;
  setTimeout(() => {
    if (pending !== mine) return;
    // What was given up for a newer choice, or did not come, is told by the request's events.
    htmx.ajax("GET", address, { source: "#main", target: "#results", swap }).catch(() => {});
  });
}

document.addEventListener("htmx:configRequest", (event) => {
  const { detail } = event;
  if (detail.elt.matches("form.find") && asked()) {
    const found = new FormData();
    for (const [name, values] of Object.entries({ ...readAddress(asked()), page: [] })) {
      for (const value of values) found.append(name, value);
    }
    found.append("find", detail.formData.get("find") ?? "");
    detail.parameters = found;
  }
  if (detail.target.id !== "results") return;
  if (detail.elt.id === "main") return;
  const isForm = detail.elt.tagName === "FORM";
  const target = isForm ? formAddress(detail.formData) : detail.path;
  const address = rebased(detail.elt, target);
  if (address !== target) {
    detail.path = isForm ? address.replace(/^\/\?/, "/go?") : address;
    detail.parameters = new FormData();
  }
  pending = { address };
  detail.elt.closest(".value")?.classList.add("asked");
});

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (detail.target.id !== "results" || !pending) return;
  pending.xhr = detail.xhr;
  // What is given up for a newer choice is asked for until that one has been worked out.
  detail.xhr.addEventListener("abort", () => setTimeout(ended, 0, detail.xhr));
  for (const name of ["load", "error", "timeout"]) detail.xhr.addEventListener(name, () => ended(detail.xhr));
});

// Told by the request itself: the link that was clicked may be gone, and its events with it.
function ended(xhr) {
  if (pending?.xhr !== xhr) return;
  const { address, isTaken } = pending;
  pending = null;
  if (isTaken) return;
  for (const value of document.querySelectorAll(".asked")) value.classList.remove("asked");
  document.dispatchEvent(new CustomEvent("choices:failed", { detail: { address } }));
  if (isBehind) htmx.trigger(loader(), "again");
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "results" && pending?.xhr === detail.xhr) {
    pending.isTaken = detail.shouldSwap;
  } else if (detail.target.id === "facets") {
    isBehind = detail.requestConfig.elt !== loader() || pending !== null;
    if (isBehind) detail.shouldSwap = false;
  }
});

// The address is that of the grid. Only another one is a step to go back from.
document.addEventListener("htmx:beforeHistoryUpdate", ({ detail }) => {
  if (detail.history.path === here() || pending?.replace) detail.history.type = "replace";
});

addEventListener("popstate", (event) => {
  if (!event.state?.htmx) return;
  const left = pending;
  [pending, typed] = [null, []];
  left?.xhr?.abort();
  restoring = here();
});

document.addEventListener("htmx:historyCacheMiss", ({ detail }) => {
  detail.xhr.addEventListener("error", () => {
    document.dispatchEvent(new CustomEvent("choices:failed", { detail: { address: here() } }));
  });
});

// What was asked for since has lost its place in the page; what was left for another step is not to be shown.
document.addEventListener("htmx:historyRestore", ({ detail }) => {
  const isHere = detail.path === here();
  if (isHere) restoring = null;
  if (pending) {
    const { address, xhr } = pending;
    goTo(address);
    xhr?.abort();
  } else if (!isHere) goTo(here(), { replace: true });
});

// Links of the grid: one listener for all, so that htmx has nothing to look at in thirty tiles.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-grid] :is(a.l, [data-exclude])");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  goTo(rebased(link, link.getAttribute("href")));
});

document.addEventListener("choices:go", ({ detail }) => goTo(detail.address, detail));

// A range whose form goes before it is sent.
document.addEventListener("range:leave", (event) => {
  goTo(rebased(event.target, formAddress(new FormData(event.target))));
});

// In another window, or copied, a link leads to the same.
for (const name of ["pointerdown", "contextmenu"]) {
  document.addEventListener(name, (event) => {
    const link = event.target.closest?.("#facets a[href], .chips a[href]");
    if (!link || !/^\/(\?|$)/.test((link.dataset.to ??= link.getAttribute("href")))) return;
    link.setAttribute("href", rebased(link, link.dataset.to));
  });
}

// ---- What is typed stays, also where its box is replaced ----

const termInForm = (box) => box.form?.elements.edit?.value;

document.addEventListener("input", (event) => {
  if (event.target.matches("#main input.field[id]")) event.target.dataset.typed = "";
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.target.id !== "results") return;
  if (detail.elt.tagName === "FORM") for (const box of detail.elt.elements) delete box.dataset.typed;
  // A label that was looked for and chosen is found; other text is not done with.
  if (detail.elt.closest("#label-values")) used = document.getElementById("find-label")?.value ?? null;
});

function remember() {
  typed = [...document.querySelectorAll("#main [data-typed]")].map((box) => ({
    box,
    term: termInForm(box),
    caret: box.type === "search" ? [box.selectionStart, box.selectionEnd] : null,
  }));
}

function giveBack() {
  for (const { box: old, term, caret } of typed) {
    const box = document.getElementById(old.id);
    if (!box || box === old || termInForm(box) !== term) continue;
    const isSearch = box.id === "find-label";
    if (isSearch && old.value === used) continue;
    box.value = old.value;
    box.dataset.typed = "";
    if (caret && box === document.activeElement) box.setSelectionRange(...caret);
    findAgain ||= isSearch && box.value !== "";
  }
  if (typed.some(({ box }) => box.id === "find-label" && !box.isConnected)) used = null;
}

for (const name of ["htmx:beforeSwap", "htmx:oobBeforeSwap"]) document.addEventListener(name, remember);
document.addEventListener("htmx:oobAfterSwap", giveBack);
document.addEventListener("htmx:afterSwap", () => {
  giveBack();
  typed = [];
});
document.addEventListener("htmx:afterSettle", () => {
  if (!findAgain) return;
  findAgain = false;
  document.getElementById("find-label").form.requestSubmit();
});
