// The figures of the statistics page. Each draws the CSV file that stands beside it: dots that are labels, which can be
// hovered, clicked, marked by name, selected with a brush, and gone through with a slider, and be saved as a picture.

const HEIGHT = 340;
const MOST_LISTED = 60;
const MOST_TERMS = 20;
const MOST_NAMES = 8;
const PAUSE_MS = 150;
const { vegaEmbed } = window;
const plots = [];
const field = document.getElementById("mark");
const namesakes = new Set(field.dataset.namesakes.split("\n")); // names that more than one label has
const number = (value) => value.toLocaleString("en-GB");
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const fold = (text) => text.trim().toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

function colour(name) {
  const probe = document.createElement("i");
  probe.className = `colour ${name}`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const midIn = (label) => label.mid.split("/").map(encodeURIComponent).join("/");
const pageOf = (label) => `/label${midIn(label)}`;

function said(label) {
  if (label.share === undefined) return `${number(label.frequency)} images`;
  return `${percent(label.share)} confirmed of ${number(label.frequency)} checked`;
}

// CSV as our own pages write it: a header, then lines; fields with commas or quotes stand in quotes.
function rowsOf(text) {
  const lines = [[]];
  for (const [all, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/g)) {
    if (!all) break;
    lines.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "\n") lines.push([]);
  }
  const [head, ...rest] = lines.filter((line) => line.length);
  return rest.map((line) => Object.fromEntries(head.map((name, place) => [name, line[place]])));
}

async function labelsOf(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return rowsOf(await answer.text()).map((row, place) => ({
    place,
    mid: row.LabelName,
    name: namesakes.has(row.DisplayName) ? `${row.DisplayName} (${row.LabelName})` : row.DisplayName,
    key: `${fold(row.DisplayName)}\n${fold(row.LabelName)}`,
    rank: Number(row.Rank),
    trainable: row.Trainable === "yes" ? "trainable" : "not trainable",
    frequency: Number(row.Precision === undefined ? row.Annotated : row.Verified),
    ...(row.Precision === undefined ? {} : { share: Number(row.Precision) }),
  }));
}

function encodings(plot) {
  const counts = plot.labels.map((label) => label.frequency).filter(Boolean);
  const largest = Math.max(...counts, plot.line, 1);
  const frequency = {
    field: "frequency",
    type: "quantitative",
    scale: { type: "log", nice: false, domain: [0.8 * Math.min(...counts, plot.line || largest), 1.25 * largest] },
    axis: { format: ",~s", tickCount: 6 },
  };
  const title = (channel, text) => ({ ...channel, title: text });
  if (plot.isShare) {
    const share = { field: "share", type: "quantitative", scale: { domain: [0, 1] }, axis: { format: ".0%", tickCount: 5 } };
    return { x: title(share, plot.across), y: title(frequency, plot.up) };
  }
  const rank = { field: "rank", type: "quantitative", scale: { domain: [0, plot.labels.length + 1], nice: false }, axis: { format: ",d", tickCount: 6 } };
  return { x: title(rank, plot.across), y: title(frequency, plot.up) };
}

function tooltip(plot) {
  const shown = [
    { field: "name", title: "Label" },
    { field: "mid", title: "MID" },
    { field: "frequency", title: plot.isShare ? "Checked" : "Images", format: ",d" },
  ];
  const share = { field: "share", title: "Confirmed", format: ".1%" };
  return [...shown, ...(plot.isShare ? [share] : []), { field: "trainable", title: "Trainable" }];
}

function layers(plot, colours) {
  const { x, y } = encodings(plot);
  const isMarked = "wanted && indexof(datum.key, wanted) >= 0";
  const dots = {
    name: "dots",
    params: [{ name: "brush", select: { type: "interval", encodings: ["x", "y"] }, value: plot.box && { x: plot.box[x.field], y: plot.box[y.field] } }],
    mark: { type: "point", filled: true, opacity: 0.65, cursor: "pointer" },
    encoding: {
      x,
      y,
      size: { value: plot.labels.length > 1000 ? 22 : 46 },
      color: {
        field: "trainable",
        type: "nominal",
        scale: { domain: ["trainable", "not trainable"], range: [colours.accent, colours.soft] },
        legend: { title: null, orient: "top" },
      },
      shape: {
        field: "trainable",
        type: "nominal",
        scale: { domain: ["trainable", "not trainable"], range: ["circle", "diamond"] },
      },
      tooltip: tooltip(plot),
    },
  };
  const ring = (filter, stroke, size) => ({
    transform: [{ filter }],
    mark: { type: "point", filled: false, stroke, strokeWidth: 2.5, opacity: 1, size, cursor: "pointer" },
    encoding: { x, y, tooltip: tooltip(plot) },
  });
  const names = {
    transform: [{ filter: isMarked }, { window: [{ op: "row_number", as: "nth" }] }, { filter: `datum.nth <= ${MOST_NAMES}` }],
    mark: { type: "text", dy: -12, fontSize: 12, fontWeight: 600, fill: colours.ink, limit: 180 },
    encoding: { x, y, text: { field: "name" } },
  };
  const line = {
    data: { values: [{ at: plot.line }] },
    mark: { type: "rule", stroke: colours.no, strokeDash: [6, 4], strokeWidth: 1.5 },
    encoding: { y: { field: "at", type: "quantitative" } },
  };
  const here = ring("datum.place === here", colours.ink, 160);
  return [...(plot.line ? [line] : []), dots, ring(isMarked, colours.no, 110), names, here];
}

function specification(plot, colours) {
  return {
    description: `${plot.title}. The table below has the same numbers.`,
    width: "container",
    height: HEIGHT,
    autosize: { type: "fit", contains: "padding", resize: true },
    background: colours.panel,
    params: [
      { name: "wanted", value: plot.wanted },
      { name: "here", value: plot.here },
    ],
    data: { values: plot.labels },
    transform: [{ filter: "datum.frequency > 0" }],
    layer: layers(plot, colours),
    config: {
      aria: false,
      view: { stroke: null },
      axis: {
        labelColor: colours.soft,
        titleColor: colours.soft,
        gridColor: colours.line,
        domainColor: colours.edge,
        tickColor: colours.edge,
        titleFontWeight: 500,
        labelFontSize: 12,
        titleFontSize: 12,
        titleLimit: 320,
      },
      legend: { labelColor: colours.ink, labelFontSize: 12 },
      font: getComputedStyle(document.body).fontFamily,
    },
  };
}

async function draw(plot) {
  const names = ["accent", "soft", "ink", "no", "line", "edge", "panel"];
  const colours = Object.fromEntries(names.map((name) => [name, colour(name)]));
  plot.result?.finalize();
  plot.result = await vegaEmbed(plot.part.querySelector(".plot-view"), specification(plot, colours), {
    ast: true,
    defaultStyle: false,
    actions: false,
    renderer: "canvas",
    tooltip: { disableDefaultStyle: true },
    loader: { target: "_self" },
  });
  const { view } = plot.result;
  view.addEventListener("click", (event, item) => {
    if (item?.datum?.mid) location.assign(pageOf(item.datum));
  });
  view.addSignalListener("brush", (name, box) => {
    clearTimeout(plot.timer);
    plot.timer = setTimeout(() => list(plot, box), PAUSE_MS);
  });
  plot.part.dataset.drawn = "yes";
}

function link(href, text) {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = text;
  return made;
}

const linkTo = (label) => link(pageOf(label), label.name);

// ---- Brush: what lies in the box ----

// The images that the figure counts for these labels.
function imagesWith(role, labels, { dataset: { states, subset } }) {
  const terms = labels.map((label) => `${role}=${midIn(label)}:${states}`);
  return `/?${[...terms, ...(subset ? [`subset=${subset}`] : [])].join("&")}`;
}

function inside(label, box) {
  return Object.entries(box).every(([field, ends]) => label[field] >= Math.min(...ends) && label[field] <= Math.max(...ends));
}

function list(plot, box) {
  plot.box = Object.keys(box).length ? box : undefined;
  const shown = plot.part.querySelector(".brushed");
  const found = plot.box ? plot.labels.filter((label) => label.frequency > 0 && inside(label, box)) : [];
  shown.hidden = !found.length;
  if (!found.length) return;
  const words = `${number(found.length)} label${found.length === 1 ? "" : "s"} selected`;
  const more = found.length > MOST_LISTED ? `, the first ${MOST_LISTED} listed` : "";
  shown.querySelector(".brushed-count").textContent = words + more;
  const browse = shown.querySelector(".brushed-browse");
  const terms = found.slice(0, MOST_TERMS);
  browse.href = imagesWith("any", terms, plot.part);
  browse.textContent = `Browse images with any of ${found.length > MOST_TERMS ? `the first ${MOST_TERMS}` : "them"}`;
  const lines = document.createElement("ol");
  lines.append(
    ...found.slice(0, MOST_LISTED).map((label) => {
      const line = document.createElement("li");
      const value = plot.isShare ? percent(label.share) : number(label.frequency);
      const images = link(imagesWith("label", [label], plot.part), "Browse");
      images.ariaLabel = `Browse images with ${label.name}`;
      line.append(linkTo(label), ` ${value} `, images);
      return line;
    }),
  );
  shown.querySelector("ol")?.remove();
  shown.append(lines);
}

// ---- Slider: one label after the other, for keyboards and fingers ----

function setUpWalk(plot) {
  const handle = plot.part.querySelector(".walk input");
  const words = plot.part.querySelector(".walk-here");
  handle.max = Math.max(0, plot.labels.length - 1);

  function show() {
    const label = plot.labels[handle.valueAsNumber];
    if (!label) return;
    plot.here = handle.valueAsNumber;
    handle.setAttribute("aria-valuetext", `${number(label.rank)}. ${label.name}: ${said(label)}`);
    words.replaceChildren(`${number(label.rank)}. `, linkTo(label), `: ${said(label)}`);
    plot.result?.view.signal("here", plot.here).runAsync();
  }

  handle.addEventListener("input", show);
  handle.addEventListener("keydown", (event) => {
    const label = plot.labels[handle.valueAsNumber];
    if (event.key === "Enter" && label) location.assign(pageOf(label));
  });
  show();
}

// ---- Saving ----

function offer(blob, name) {
  const file = link(URL.createObjectURL(blob), name);
  file.download = name;
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), 1000);
}

async function save(plot, kind) {
  const { view } = plot.result;
  const name = `openimages-labels-${plot.part.dataset.figure}.${kind}`;
  if (kind === "svg") return offer(new Blob([await view.toSVG()], { type: "image/svg+xml" }), name);
  const canvas = await view.toCanvas(2);
  return canvas.toBlob((blob) => offer(blob, name), "image/png");
}

// ---- Marking by name ----

function mark(text) {
  const wanted = fold(text);
  const found = new Map();
  for (const plot of plots) {
    plot.wanted = wanted;
    plot.result?.view.signal("wanted", wanted).runAsync();
    for (const label of plot.labels) if (wanted && label.key.includes(wanted)) found.set(label.mid, label);
  }
  const words = document.getElementById("marked");
  words.textContent = wanted ? `${number(found.size)} label${found.size === 1 ? "" : "s"} marked${found.size ? ": " : ""}` : "";
  [...found.values()].slice(0, MOST_NAMES).forEach((label, nth) => {
    words.append(nth ? ", " : "", linkTo(label));
  });
}

async function setUp(part) {
  const plot = {
    part,
    isShare: part.dataset.figure === "precision",
    across: part.dataset.across,
    up: part.dataset.up,
    title: part.querySelector("h2").textContent,
    line: Number(part.dataset.line),
    wanted: "",
    here: 0,
  };
  try {
    plot.labels = await labelsOf(part.dataset.csv);
    await draw(plot);
  } catch (error) {
    part.querySelector(".plot-parts").hidden = true;
    console.error(error); // the other figures are none the worse
    return;
  }
  plots.push(plot);
  setUpWalk(plot);
  for (const button of part.querySelectorAll("[data-save]")) {
    button.addEventListener("click", () => save(plot, button.dataset.save));
  }
  part.querySelector(".brushed-clear").addEventListener("click", () => {
    list(plot, {});
    draw(plot);
  });
}

field.addEventListener("input", () => mark(field.value));
await Promise.all([...document.querySelectorAll("[data-figure]")].map(setUp));
if (field.value) mark(field.value);

// Another theme has other colours.
const redraw = () => plots.forEach(draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
