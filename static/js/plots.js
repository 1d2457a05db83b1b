// The figures of the statistics page. Each draws the CSV file that stands beside it: dots that are labels, which can be
// hovered, clicked, marked by name, selected with a brush, and gone through with a slider, and be saved as a picture.
// The library and a figure's data are fetched when the figure comes near to be seen.

const HEIGHT = 340;
const MOST_LISTED = 60;
const MOST_NAMES = 8;
const NAME_PX = 180;
const NAME_RISE_PX = 12;
const LINE_PX = 16;
const PAUSE_MS = 150;
const FINGER_PX = 24;
const NEAR = "300px 0px";
const plots = [];
const isDark = matchMedia("(prefers-color-scheme: dark)");
const field = document.getElementById("mark");
const namesakes = new Set(field.dataset.namesakes.split("\n")); // names that more than one label has
const renamed = new Map(field.dataset.renamed.split("\n").map((line) => line.split("\t"))); // the data set's own, by MID
const number = (value) => value.toLocaleString("en-GB");
const percent = (share) => `${(100 * share).toFixed(1)}%`;
// As the site's other searches fold: letters that Unicode does not take apart stand here.
const PLAIN = { ø: "o", ł: "l", đ: "d", ð: "d", ħ: "h", ı: "i", æ: "ae", œ: "oe", þ: "th", ß: "ss" };
const plain = (text) => text.toLowerCase().replace(/[øłđðħıæœþß]/g, (letter) => PLAIN[letter]);
const fold = (text) => plain(text).normalize("NFKD").replace(/\p{M}/gu, "").trim().replace(/\s+/g, " ");

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
  if (label.share === undefined) return `${number(label.frequency)} image${label.frequency === 1 ? "" : "s"}, any state`;
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

// Labels that have a dot, in the order of their ranks: those without images have none.
async function labelsOf(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const labels = rowsOf(await answer.text()).map((row) => ({
    mid: row.LabelName,
    name: namesakes.has(row.DisplayName) ? `${row.DisplayName} (${row.LabelName})` : row.DisplayName,
    key: [row.DisplayName, renamed.get(row.LabelName) ?? "", row.LabelName].map(fold).join("\n"),
    rank: Number(row.Rank),
    trainable: row.Trainable === "yes" ? "trainable" : "not trainable",
    frequency: Number(row.Precision === undefined ? row.Annotated : row.Verified),
    ...(row.Precision === undefined ? {} : { share: Number(row.Precision) }),
  }));
  return labels.filter((label) => label.frequency > 0).map((label, place) => ({ ...label, place }));
}

function encodings(plot) {
  const counts = plot.labels.map((label) => label.frequency);
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
    { field: "frequency", title: plot.isShare ? "Checked" : "Images, any state", format: ",d" },
  ];
  const share = { field: "share", title: "Confirmed", format: ".1%" };
  return [...shown, ...(plot.isShare ? [share] : []), { field: "trainable", title: "Trainable" }];
}

function layers(plot, colours) {
  const { x, y } = encodings(plot);
  const isMarked = "wanted[datum.place]";
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
    transform: [{ filter: "named[datum.place]" }],
    mark: { type: "text", dy: -NAME_RISE_PX, align: { expr: "named[datum.place]" }, fontSize: 12, fontWeight: 600, fill: colours.ink, limit: NAME_PX },
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
      { name: "named", value: {} },
      { name: "here", value: plot.here },
    ],
    data: { values: plot.labels },
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

let library;

// Vega-Embed, fetched once.
function charts() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = field.dataset.charts;
    script.addEventListener("load", () => resolve(window.vegaEmbed));
    script.addEventListener("error", () => reject(new Error(`${script.src} cannot be loaded`)));
    document.head.append(script);
  });
  return library;
}

async function draw(plot) {
  const vegaEmbed = await charts();
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
  let isTouched = false;
  view.addEventListener("touchstart", () => {
    isTouched = true;
  });
  view.addEventListener("click", (event, item) => {
    if (isTouched) touch(plot, pointIn(view, event));
    else if (item?.datum?.mid) location.assign(pageOf(item.datum));
    isTouched = false;
  });
  view.addSignalListener("brush", (name, box) => {
    clearTimeout(plot.timer);
    plot.timer = setTimeout(() => list(plot, box), PAUSE_MS);
  });
  await showNames(plot);
  view.addResizeListener(() => showNames(plot));
  plot.part.dataset.drawn = document.documentElement.dataset.theme ?? (isDark.matches ? "dark" : "light");
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
  const found = plot.box ? plot.labels.filter((label) => inside(label, box)) : [];
  shown.hidden = !found.length;
  if (!found.length) return;
  const words = `${number(found.length)} label${found.length === 1 ? "" : "s"} selected`;
  const more = found.length > MOST_LISTED ? `, the first ${MOST_LISTED} listed` : "";
  shown.querySelector(".brushed-count").textContent = words + more;
  const browse = shown.querySelector(".brushed-browse");
  const most = Number(browse.dataset.most);
  const terms = found.slice(0, most);
  browse.href = imagesWith("any", terms, plot.part);
  browse.textContent = `Browse images with any of ${found.length > most ? `the first ${most}` : "them"}`;
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

// ---- Fingers: they hover nowhere, cover what they point at, and scroll where they drag ----

function pointIn(view, event) {
  const canvas = view.container().querySelector("canvas").getBoundingClientRect();
  const [left, top] = view.origin();
  return [event.clientX - canvas.left - left, event.clientY - canvas.top - top];
}

// The dot next to a finger is named first; touched again it leads to its page.
function touch(plot, [x, y]) {
  const { view } = plot.result;
  const away = (label) => Math.hypot(view.scale("x")(label.share ?? label.rank) - x, view.scale("y")(label.frequency) - y);
  const distances = plot.labels.map(away);
  const place = distances.indexOf(Math.min(...distances));
  if (!(distances[place] <= FINGER_PX)) return;
  if (plot.touched === place) location.assign(pageOf(plot.labels[place]));
  plot.touched = place;
  plot.walkTo(place);
}

// While its button is pressed, dragging selects and does not scroll.
function setUpDragging(plot) {
  const button = plot.part.querySelector(".by-dragging");
  const frame = plot.part.querySelector(".plot-view");
  let from;

  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", isOn);
    frame.classList.toggle("dragging", isOn);
  });
  frame.addEventListener("pointerdown", (event) => {
    from = event.pointerType === "touch" && frame.classList.contains("dragging") ? pointIn(plot.result.view, event) : undefined;
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) return;
    const { view } = plot.result;
    const [x, y] = pointIn(view, event);
    view.signal("brush_x", [from[0], x]).signal("brush_y", [from[1], y]).runAsync();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    frame.addEventListener(end, () => {
      from = undefined;
    });
  }
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

  plot.walkTo = (place) => {
    handle.value = place;
    show();
  };
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

const ruler = document.createElement("canvas").getContext("2d");

function widthOf(name) {
  ruler.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
  return Math.min(NAME_PX, ruler.measureText(name).width);
}

// Where the name of a dot stands: over it, or from it inwards at the sides of the figure.
function placeOf(label, plot) {
  const { view } = plot.result;
  const x = view.scale("x")(plot.isShare ? label.share : label.rank);
  const y = view.scale("y")(label.frequency) - NAME_RISE_PX;
  const wide = widthOf(label.name);
  const align = x < wide / 2 ? "left" : x > view.width() - wide / 2 ? "right" : "center";
  return { align, y, left: x - { left: 0, center: wide / 2, right: wide }[align], wide };
}

// The names of the first few marked dots, but for those that would stand over another.
function showNames(plot) {
  const shown = [];
  const named = {};
  for (const label of plot.labels.filter(({ place }) => plot.wanted[place])) {
    if (shown.length === MOST_NAMES) break;
    const one = placeOf(label, plot);
    const meets = (other) =>
      Math.abs(one.y - other.y) < LINE_PX && one.left < other.left + other.wide && other.left < one.left + one.wide;
    if (shown.some(meets)) continue;
    shown.push(one);
    named[label.place] = one.align;
  }
  return plot.result.view.signal("named", named).runAsync();
}

async function mark(text) {
  await Promise.all([...figures].map(setUpOnce));
  if (text !== field.value) return;
  const words = fold(text).split(" ").filter(Boolean);
  const found = new Map();
  for (const plot of plots) {
    const marked = plot.labels.filter((label) => words.length && words.every((word) => label.key.includes(word)));
    plot.wanted = Object.fromEntries(marked.map((label) => [label.place, true]));
    plot.result?.view.signal("wanted", plot.wanted).runAsync().then(() => showNames(plot));
    for (const label of marked) found.set(label.mid, label);
  }
  const said = document.getElementById("marked");
  said.textContent = words.length ? `${number(found.size)} label${found.size === 1 ? "" : "s"} highlighted${found.size ? ": " : ""}` : "";
  [...found.values()].slice(0, MOST_NAMES).forEach((label, nth) => {
    said.append(nth ? ", " : "", linkTo(label));
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
    wanted: {},
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
  setUpDragging(plot);
  for (const button of part.querySelectorAll("[data-save]")) {
    button.addEventListener("click", () => save(plot, button.dataset.save));
  }
  part.querySelector(".brushed-clear").addEventListener("click", () => {
    list(plot, {});
    draw(plot);
  });
}

const figures = document.querySelectorAll("[data-figure]");
const begun = new Map();

function setUpOnce(part) {
  if (!begun.has(part)) begun.set(part, setUp(part));
  return begun.get(part);
}

const watcher = new IntersectionObserver(
  (seen) => {
    for (const { target } of seen.filter(({ isIntersecting }) => isIntersecting)) {
      watcher.unobserve(target);
      setUpOnce(target);
    }
  },
  { rootMargin: NEAR },
);
figures.forEach((part) => watcher.observe(part));
field.addEventListener("input", () => mark(field.value));
if (field.value) mark(field.value);

// Another theme has other colours.
const redraw = () => plots.forEach(draw);
isDark.addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
