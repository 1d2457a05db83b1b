// Draws a figure with Vega-Embed in several short tasks, so that the page answers between them: the library is run, the
// figure compiled, taken apart, drawn.

const OPTIONS = {
  ast: true,
  defaultStyle: false,
  actions: false,
  hover: false,
  tooltip: { disableDefaultStyle: true },
  loader: { target: "_self" },
};
const NOTHING = { marks: [] };
let library;

const nextTask = () => new Promise((done) => setTimeout(done));

// Vega-Embed, fetched once.
function loadCharts(address) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve(window.vegaEmbed));
    script.addEventListener("error", () => reject(new Error(`${script.src} cannot be loaded`)));
    document.head.append(script);
  });
  return library;
}

// What the library makes of a Vega-Lite specification, and its class of views.
async function compile(vegaEmbed, specification) {
  let vega;
  const patch = (compiled) => {
    vega = compiled;
    return NOTHING;
  };
  const aside = document.createElement("div");
  const { view, finalize } = await vegaEmbed(aside, specification, { ...OPTIONS, renderer: "none", patch });
  finalize();
  return { vega, View: view.constructor };
}

// Views that are first drawn in a task of their own.
function later(View) {
  return class extends View {
    async runAsync(...given) {
      if (!this.isBegun) {
        this.isBegun = true;
        await nextTask();
      }
      return super.runAsync(...given);
    }
  };
}

// The figure in this frame, as vegaEmbed gives it; `specify` is asked for its specification when it is needed.
export async function drawChart(frame, specify, address) {
  const vegaEmbed = await loadCharts(address);
  await nextTask();
  const { vega, View } = await compile(vegaEmbed, specify());
  await nextTask();
  return vegaEmbed(frame, vega, { ...OPTIONS, renderer: "canvas", viewClass: later(View) });
}
