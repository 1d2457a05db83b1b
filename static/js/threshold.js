// The slider of a label's page: it shows the figures of the threshold it stands on, which the page has for all of them,
// and keeps the address and its plain forms in step.

function setUp(part) {
  const slider = part.querySelector(".level-slider");
  const handle = slider.querySelector("input");
  const levels = [...part.querySelectorAll(".kept-level")];
  const reaches = [...part.querySelectorAll(".reach")];
  const precision = part.querySelector("#reach");

  function show() {
    levels.forEach((level, place) => {
      level.hidden = place !== handle.valueAsNumber;
    });
    handle.setAttribute("aria-valuetext", levels[handle.valueAsNumber].dataset.words);
  }

  function note(name, value) {
    const address = new URL(location.href);
    address.searchParams.set(name, value);
    history.replaceState(history.state, "", address);
  }

  const noteThreshold = () => note("at", levels[handle.valueAsNumber].dataset.at);

  function reach() {
    for (const words of reaches) words.hidden = words.dataset.precision !== precision.value;
    const at = precision.selectedOptions[0].dataset.at;
    const place = levels.findIndex((level) => level.dataset.at === at);
    if (place >= 0) handle.value = place;
    show();
    note("p", precision.value);
    noteThreshold();
  }

  handle.addEventListener("input", show);
  handle.addEventListener("change", noteThreshold);
  precision?.addEventListener("change", reach);
  for (const form of part.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelector("button").hidden = true;
  }
  part.querySelector(".threshold-form").hidden = true;
  slider.hidden = levels.length < 2;
  show();
}

for (const part of document.querySelectorAll("[data-thresholds]")) setUp(part);
