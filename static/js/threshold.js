// The slider of a label's page: it shows the figures of the threshold it stands on, which the page has for all of them,
// moves the mark of the drawing beside it, and keeps the address and the links to other subsets in step.

const PAUSE_MS = 250;

function setUp(part) {
  const slider = part.querySelector(".level-slider");
  const handle = slider.querySelector("input");
  const levels = [...part.querySelectorAll(".kept-level")];
  const mark = part.parentElement.querySelector("[data-mark]");
  const precision = part.querySelector("#reach");
  let timer = 0;

  function show() {
    levels.forEach((level, place) => {
      level.hidden = place !== handle.valueAsNumber;
    });
    const { words, x } = levels[handle.valueAsNumber].dataset;
    handle.setAttribute("aria-valuetext", words);
    for (const end of ["x1", "x2"]) mark.setAttribute(end, x);
  }

  function withThem(href, parameters) {
    const address = new URL(href);
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    return address;
  }

  function note(parameters) {
    history.replaceState(history.state, "", withThem(location.href, parameters));
    for (const scope of document.querySelectorAll(".scopes a")) scope.href = withThem(scope.href, parameters);
  }

  const threshold = () => ({ at: levels[handle.valueAsNumber].dataset.at });

  function reach() {
    clearTimeout(timer);
    if (!precision.checkValidity()) return;
    const wanted = Number((precision.valueAsNumber / 100).toFixed(3)); // as the page of that address reads it
    const place = levels.findIndex(({ dataset }) => dataset.surely && Number(dataset.surely) >= wanted);
    for (const words of part.querySelectorAll("[data-percent]")) words.textContent = precision.value;
    part.querySelector(".reach").hidden = place < 0;
    part.querySelector(".no-reach").hidden = place >= 0;
    if (place >= 0) handle.value = place;
    show();
    note({ p: wanted, ...threshold() });
    const link = part.querySelector(".reach a");
    link.href = location.href;
    link.textContent = `≥ ${threshold().at}`;
  }

  handle.addEventListener("input", show);
  handle.addEventListener("change", () => note(threshold()));
  precision?.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(reach, PAUSE_MS);
  });
  precision?.addEventListener("change", () => precision.reportValidity() && reach());
  for (const form of part.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  show();
}

for (const part of document.querySelectorAll("[data-thresholds]")) setUp(part);
