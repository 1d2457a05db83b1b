// The two-handled slider over a histogram. Its steps are the values that the data has; the number boxes
// beside it are what the form sends, so that both always say the same.

const PAUSE_MS = 350;
const unsent = new Set(); // forms whose handle was moved, and that are not yet sent

// The steps at the ends of what the boxes say: those inside it, so that a handle never stands for more than its box.
function firstFrom(values, low) {
  const found = values.findIndex((value) => value >= low);
  return found < 0 ? values.length - 1 : found;
}

function lastTo(values, high) {
  return Math.max(0, values.findLastIndex((value) => value <= high));
}

// What a range keeps, as the page says it of the present one: images, and precision where the range ends at 1.
function told(levels, low, high) {
  const inside = levels.filter(({ at }) => Number(at) >= Number(low) && Number(at) <= Number(high));
  if (!inside.length) return "";
  const number = inside.reduce((sum, { count }) => (count === null ? NaN : sum + count), 0);
  const images = Number.isNaN(number) ? "" : `${number.toLocaleString("en")} image${number === 1 ? "" : "s"}`;
  const precision = Number(high) === 1 ? inside[0].precision : "";
  const text = [images, precision].filter(Boolean).join(", ");
  if (precision) return `≥ ${Number(low)}: ${text}`;
  return text && `${Number(low)}–${Number(high)}: ${text}`;
}

function setUp(form) {
  const slider = form.querySelector(".slider");
  const texts = form.dataset.range.split(",");
  if (!slider || !slider.hidden || texts.length < 2) return;
  const values = texts.map(Number);
  const last = values.length - 1;
  const [low, high] = slider.querySelectorAll("input");
  const [from, to] = form.querySelectorAll("input[type=number]");
  const bars = form.parentElement.querySelectorAll(".hist > li");
  const figures = form.parentElement.querySelector("[data-levels]");
  const levels = figures && JSON.parse(figures.dataset.levels);
  let timer = 0;

  function show() {
    const [first, second] = [low.valueAsNumber, high.valueAsNumber];
    low.setAttribute("aria-valuetext", figures?.textContent || from.value || texts[first]);
    high.setAttribute("aria-valuetext", to.value || texts[second]);
    low.style.zIndex = first > last / 2 ? 2 : 1;
    high.style.zIndex = 1;
    slider.style.setProperty("--from", first / last);
    slider.style.setProperty("--to", second / last);
  }

  function markBars() {
    const [least, most] = [Number(from.value || 0), Number(to.value || 1)];
    bars.forEach((bar, index) => bar.classList.toggle("in", values[index] >= least && values[index] <= most));
  }

  function fromHandles(moved) {
    if (low.valueAsNumber > high.valueAsNumber) {
      if (moved === low) low.value = high.value;
      else high.value = low.value;
    }
    if (moved === low) from.value = low.valueAsNumber === 0 ? "" : texts[low.valueAsNumber];
    else to.value = high.valueAsNumber === last ? "" : texts[high.valueAsNumber];
    if (figures) figures.textContent = told(levels, from.value || "0", to.value || "1");
    show();
    markBars();
  }

  function send() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (unsent.delete(form) && form.isConnected) form.requestSubmit();
    }, PAUSE_MS);
  }

  for (const handle of [low, high]) {
    handle.min = 0;
    handle.max = last;
    handle.step = 1;
    handle.addEventListener("input", () => {
      clearTimeout(timer);
      unsent.add(form);
      fromHandles(handle);
    });
    handle.addEventListener("change", send);
    handle.addEventListener("pointerup", () => unsent.has(form) && send()); // back where it was is no change
  }
  low.value = from.value === "" ? 0 : firstFrom(values, Number(from.value));
  high.value = to.value === "" ? last : lastTo(values, Number(to.value));
  slider.style.setProperty("--n", values.length);
  slider.hidden = false;
  show();
}

function setUpAll(part) {
  for (const form of part.querySelectorAll("form[data-range]")) setUp(form);
}

// A handle that was moved has the last word: filters that come meanwhile are of the query before and are left, since its
// own follow; a form that must go says what it was to send.
function keepWhatIsMoved(detail) {
  for (const form of unsent) {
    if (!form.isConnected) unsent.delete(form);
    else if (detail.target.id === "facets") detail.shouldSwap = false;
    else if (detail.shouldSwap && detail.target.contains(form)) {
      unsent.delete(form);
      form.dispatchEvent(new CustomEvent("range:leave", { bubbles: true }));
    }
  }
}

// A handle that is replaced by its successor hands the focus on.
let handleInFocus = "";
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  keepWhatIsMoved(detail);
  const active = document.activeElement;
  handleInFocus = active?.matches("[data-range] input[type=range]") ? active.id : "";
});
document.addEventListener("htmx:load", (event) => {
  setUpAll(event.target);
  if (handleInFocus && document.activeElement === document.body) {
    document.getElementById(handleInFocus)?.focus({ preventScroll: true });
  }
});
setUpAll(document);
