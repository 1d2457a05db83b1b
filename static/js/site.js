// What every page has: theme, keyboard help, the keys that work everywhere, copying.

const root = document.documentElement;
const themes = ["system", "light", "dark"];

function showTheme() {
  const theme = root.dataset.theme ?? "system";
  for (const button of document.querySelectorAll(".theme")) {
    button.dataset.theme = theme;
    button.title = `Theme: ${theme}`;
    button.setAttribute("aria-label", button.title);
  }
}

function nextTheme() {
  const theme = themes[(themes.indexOf(root.dataset.theme ?? "system") + 1) % themes.length];
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; samesite=lax; max-age=${theme === "system" ? 0 : 365 * 86_400}${secure}`;
  showTheme();
  announce(`Theme: ${theme}`);
}

function announce(text) {
  const region = document.getElementById("announce");
  if (region) region.textContent = text;
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
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

async function copyFrom(button) {
  const source = button.dataset.copy;
  const text = source ? document.querySelector(source).textContent : location.href;
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

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest(".theme")) {
    event.preventDefault();
    nextTheme();
  }
  if (target.closest("[data-help]")) document.getElementById("help").showModal();
  const button = target.closest("[data-copy], [data-copy-link]");
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
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("search")?.focus();
  } else if (event.key === "?") {
    document.getElementById("help")?.showModal();
  } else if (event.key === "[" || event.key === "]") {
    document.querySelector(event.key === "[" ? "[data-previous]" : "[data-next]")?.click();
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
  note.textContent = "No picture to be had";
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

showTheme();
