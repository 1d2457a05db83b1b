// What every page has: theme, keyboard help, the keys that work everywhere, copying.

import { announce, putOnTop } from "./dom.js";
import { keyOf } from "./keys.js";

const root = document.documentElement;

function showTheme() {
  const theme = root.dataset.theme ?? "system";
  for (const button of document.querySelectorAll(".theme")) {
    button.dataset.theme = theme;
    button.title = `Theme: ${theme}`;
    button.setAttribute("aria-label", button.title);
  }
}

// From the system's theme to the other one first, so that each click but the last shows.
function themes() {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  return isDark ? ["system", "light", "dark"] : ["system", "dark", "light"];
}

function nextTheme() {
  const order = themes();
  const theme = order[(order.indexOf(root.dataset.theme ?? "system") + 1) % order.length];
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; samesite=lax; max-age=${theme === "system" ? 0 : 365 * 86_400}${secure}`;
  showTheme();
  announce(`Theme: ${theme}`);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not a secure context, or not allowed: the old way.
    const area = document.createElement("textarea");
    area.value = text;
    area.readOnly = true;
    area.className = "visually-hidden";
    putOnTop(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

async function copyFrom(button) {
  const { copy: source, copyText = location.href } = button.dataset;
  const text = source ? document.querySelector(source).textContent : copyText;
  const done = await copy(text);
  const label = button.querySelector("span") ?? button;
  const before = (label.dataset.words ??= label.textContent);
  label.textContent = done ? "Copied" : "Not copied";
  announce(done ? "Copied" : "Copying is not allowed here");
  button.focus({ preventScroll: true });
  setTimeout(() => {
    label.textContent = before;
  }, 1800);
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open], .chip > details[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

// Choices and sliders take arrows and the space bar, never a sign.
const TYPED = "input:not([type=radio], [type=checkbox], [type=range]), select, textarea, [contenteditable]";

function isTyping(target) {
  return target.closest?.(TYPED) !== null;
}

// What takes arrows itself: choices, sliders, and whatever is wider than its place.
const TAKES_ARROWS = "input, [role=region], .menu";
const STEPS = { "[": "[data-previous]", "]": "[data-next]" };
const STEPS_OF_AN_IMAGE = { k: "previous", j: "next", ArrowLeft: "previous", ArrowRight: "next" };

// The link to which a key leads on: signs from page to page; on an image's page letters and arrows, too.
function stepOf(key, target) {
  if (key.startsWith("Arrow") && target.closest?.(TAKES_ARROWS)) return null;
  const word = STEPS_OF_AN_IMAGE[key];
  return STEPS[key] ?? (word && `.around [data-${word}]`);
}

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest(".theme")) {
    event.preventDefault();
    nextTheme();
  }
  if (target.closest("[data-help]")) document.getElementById("help").showModal();
  const button = target.closest("[data-copy], [data-copy-text], [data-copy-link]");
  if (button) copyFrom(button);
  closeMenus(target);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details.menu[open], .chip > details[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    return;
  }
  if (event.defaultPrevented || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const key = keyOf(event);
  const step = stepOf(key, event.target);
  if (key === "/") {
    event.preventDefault();
    document.getElementById("search")?.focus();
  } else if (key === "?") {
    document.getElementById("help")?.showModal();
  } else if (step && !event.repeat) {
    document.querySelector(step)?.click();
  }
});

// Back and forward to what htmx showed, from a page that was loaded again since and has no htmx.
addEventListener("popstate", (event) => {
  if (event.state?.htmx && !window.htmx) location.reload();
});

// The same while the scripts were on their way: the address is another, and nobody has fetched what it names.
const [loaded] = performance.getEntriesByType("navigation");
if (loaded && loaded.name.split("#")[0] !== location.href.split("#")[0]) location.reload();

// A picture that cannot be had leaves a neutral tile; its credit stays.
function leaveNeutral(picture) {
  const frame = picture.closest(".pic");
  if (!frame || frame.querySelector(".none")) return;
  const note = document.createElement("span");
  note.className = "none";
  note.textContent = "Picture unavailable";
  frame.append(note);
  picture.hidden = true;
}

document.addEventListener(
  "error",
  (event) => {
    if (event.target instanceof HTMLImageElement) leaveNeutral(event.target);
  },
  true,
);
for (const picture of document.images) {
  if (picture.complete && picture.naturalWidth === 0 && picture.currentSrc) leaveNeutral(picture);
}

// A click beside a dialog closes it.
for (const help of document.querySelectorAll("dialog")) {
  help.addEventListener("click", (event) => {
    if (event.target === help) help.close();
  });
}

// What suggests is fetched when somebody goes to the search box.
const searchBox = document.querySelector(".search[data-suggest] input");
searchBox?.setAttribute("role", "combobox");
searchBox?.setAttribute("aria-autocomplete", "list");
searchBox?.setAttribute("aria-expanded", "false");
searchBox?.addEventListener("focus", () => import("./suggest.js"), { once: true });

showTheme();
