// The header's search box suggests while one types: a combobox with a list, as the ARIA practices describe it.
// The focus stays in the box; arrows choose, Enter opens what is chosen or else searches, Esc closes the list, then clears.

import { announce } from "./dom.js";

const PAUSE_MS = 90;
const form = document.querySelector(".search[data-suggest]");
const box = form?.querySelector("input");
const { suggest, home } = form?.dataset ?? {};

let list = null;
let options = [];
let chosen = -1;
let asked = 0; // answers to older questions are dropped
let underway = null;
let timer = 0;

const number = new Intl.NumberFormat("en");
const counted = (count) => `${number.format(count)} image${count === 1 ? "" : "s"}`;

function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

// The name, with the beginnings of its words that were typed in bold.
function marked(name, text) {
  const words = text.split(/[\s_'’-]+/u).filter(Boolean);
  if (!words.length) return element("bdi", "name", name);
  const made = element("bdi", "name");
  const either = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&")).join("|");
  let end = 0;
  for (const match of name.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])(?:${either})`, "giu"))) {
    made.append(name.slice(end, match.index), element("b", "", match[0]));
    end = match.index + match[0].length;
  }
  made.append(name.slice(end));
  return made;
}

function groupsOf(found, text) {
  const labels = found.labels.map((label) => ({
    name: marked(label.name, text),
    note: label.mid,
    count: counted(label.count),
    href: `${home}?${label.query}`,
    more: `${home}label${label.mid}`,
  }));
  const authors = found.authors.map((author) => ({
    name: marked(author.name || author.key, text),
    note: author.name && author.key,
    count: counted(author.count),
    href: `${home}?${author.query}`,
    more: `${home}author/${encodeURIComponent(author.key)}`,
  }));
  const images = found.images.map((image) => ({
    name: marked(image.title ?? "Untitled", ""),
    note: image.author ? `by ${image.author}` : "",
    count: image.image_id,
    href: `${home}image/${image.image_id}`,
  }));
  const title = {
    name: element("span", "name", "“", element("bdi", "", element("b", "", text)), "” in titles and authors"),
    note: "",
    count: counted(found.count ?? 0),
    href: `${home}?${found.query}`,
  };
  return [
    ["Images", images],
    [found.nearest ? "Nearest labels" : "Labels", labels],
    ["Authors", authors],
    ["Titles", found.count ? [title] : []],
  ].filter(([, entries]) => entries.length);
}

function optionOf(entry) {
  const option = element("li", "", entry.name);
  option.id = `suggestion-${options.length}`;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.href = entry.href;
  if (entry.more) option.dataset.more = entry.more;
  if (entry.note) option.append(element("bdi", "note", entry.note));
  option.append(element("span", "count", entry.count));
  options.push(option);
  return option;
}

function groupOf([head, entries], place) {
  const title = element("div", "head", head);
  title.id = `suggestions-${place}`;
  const group = element("ul", "", ...entries.map(optionOf));
  group.setAttribute("role", "group");
  group.setAttribute("aria-labelledby", title.id);
  title.setAttribute("role", "presentation");
  return [title, group];
}

function close() {
  list?.parentElement.remove();
  list = null;
  options = [];
  chosen = -1;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
  box.removeAttribute("aria-controls");
}

function show(found, text) {
  close();
  const groups = groupsOf(found, text);
  if (!groups.length) {
    announce(`Nothing is called “${text}”; Enter shows what else can be tried`);
    return;
  }
  list = element("div", "", ...groups.flatMap(groupOf));
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  const hint = element("p", "hint", "↑↓ choose · Enter pictures · → page of a label or author");
  hint.setAttribute("aria-hidden", "true");
  form.append(element("div", "suggestions", list, hint));
  box.setAttribute("aria-expanded", "true");
  box.setAttribute("aria-controls", list.id);
  announce(`${options.length} suggestion${options.length === 1 ? "" : "s"}`);
}

async function ask() {
  const text = box.value.trim();
  const question = ++asked;
  underway?.abort();
  if (!text) {
    close();
    return;
  }
  underway = new AbortController();
  try {
    const answer = await fetch(`${suggest}?${new URLSearchParams({ q: text })}`, { signal: underway.signal });
    const found = answer.ok ? await answer.json() : null;
    if (question !== asked) return;
    if (found && document.activeElement === box) show(found, text);
    else close();
  } catch {
    if (question === asked) close(); // no suggestions: the form still searches
  }
}

function stopAsking() {
  clearTimeout(timer);
  asked += 1;
  underway?.abort();
}

function forget() {
  stopAsking();
  close();
}

function choose(place) {
  options[chosen]?.setAttribute("aria-selected", "false");
  chosen = place;
  const option = options[chosen];
  if (!option) {
    box.removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", option.id);
}

// Below the last option, and above the first one, is the box itself. A list in which one chooses stays as it is.
function step(by) {
  stopAsking();
  const places = options.length + 1;
  choose(((chosen + 1 + by + places) % places) - 1);
}

function leaveFor(href) {
  forget();
  location.assign(href);
}

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const option = options[chosen];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!list && event.key === "ArrowDown") ask();
    if (!list) return;
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && option) leaveFor(option.dataset.href);
  else if (event.key === "ArrowRight" && option?.dataset.more && box.selectionEnd === box.value.length) {
    leaveFor(option.dataset.more);
  } else if (event.key === "Escape" && (list || box.value)) {
    if (!list) box.value = "";
    forget();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

if (box) {
  box.addEventListener("input", () => {
    clearTimeout(timer);
    choose(-1);
    timer = setTimeout(ask, PAUSE_MS);
  });
  box.addEventListener("keydown", onKey);
  box.addEventListener("blur", forget);
  form.addEventListener("submit", forget);
  // The focus stays in the box, so that a press on an option does not close the list before it is let go.
  form.addEventListener("mousedown", (event) => {
    if (event.target.closest(".suggestions")) event.preventDefault();
  });
  form.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    if (event.ctrlKey || event.metaKey) open(option.dataset.href, "_blank", "noopener");
    else leaveFor(option.dataset.href);
  });
  if (document.activeElement === box && box.value !== box.defaultValue) ask(); // typed while this was on its way
}
