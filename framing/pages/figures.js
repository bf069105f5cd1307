// Draws one chart of the comparison page with Plotly and tells the server which point was clicked.
// A chart on the screen is drawn at once; the others when the reader comes near, or when the browser has nothing to do.

const NEAR = "200px"; // a chart is drawn this far before it comes on the screen
const PAUSE = 300; // milliseconds without news from the server, after which charts off the screen are drawn
const TYPE = 15; // pixels of a wall's type at which a figure is as on a desk (17 there): its small print grows a little more
const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false };

const waiting = new Set();
const charts = new WeakMap();
let pause = null;

export default function ({ parentElement, data, setStateValue }) {
  const chart = charts.get(parentElement) ?? made(parentElement);
  chart.data = data;
  chart.click = (point) => setStateValue("selection", { points: [point], at: Date.now() });
  chart.holder.style.height = `${data.height * scale(data)}px`; // at once, so that nothing below moves when it is drawn
  chart.holder.setAttribute("aria-label", data.label);
  chart.take.hidden = !data.take;
  chart.take.describe(data.take?.title);
  want(chart);
  return () => remove(chart, parentElement);
}

function made(parentElement) {
  const holder = document.createElement("div");
  holder.className = "fr-chart";
  holder.setAttribute("role", "figure");
  const chart = { holder, near: false, drawn: "", width: 0 };
  chart.take = takeBar(() => chart.data); // from take.js, which is sent along
  parentElement.append(holder, chart.take);
  chart.nearness = new IntersectionObserver(
    (entries) => {
      chart.near = entries.at(-1).isIntersecting;
      if (chart.near && waiting.has(chart)) draw(chart);
    },
    { rootMargin: `${NEAR} 0px` },
  );
  chart.nearness.observe(holder);
  chart.size = new ResizeObserver(() => holder.clientWidth !== chart.width && want(chart));
  chart.size.observe(holder);
  charts.set(parentElement, chart);
  return chart;
}

function remove(chart, parentElement) {
  chart.nearness.disconnect();
  chart.size.disconnect();
  waiting.delete(chart);
  charts.delete(parentElement);
  if (chart.drawn) window.Plotly.purge(chart.holder);
  chart.holder.remove();
  chart.take.remove();
}

/** Have a chart drawn: now where the reader sees it, later where not. */
function want(chart) {
  waiting.add(chart);
  chart.holder.dataset.state = "waiting";
  if (chart.near) requestAnimationFrame(() => waiting.has(chart) && draw(chart));
  clearTimeout(pause);
  pause = setTimeout(drawNext, PAUSE);
}

/** Draw one of the waiting charts, so that a click comes in between, and ask for the next. */
function drawNext() {
  requestIdleCallback(
    async () => {
      const [chart] = waiting;
      if (!chart) return;
      await draw(chart);
      drawNext();
    },
    { timeout: 1000 },
  );
}

async function draw(chart) {
  waiting.delete(chart);
  const { holder, data } = chart;
  const width = holder.clientWidth;
  const factor = scale(data);
  const wanted = JSON.stringify([data.figure, data.picked, width, factor]);
  if (!width) return;
  if (wanted === chart.drawn) return void (holder.dataset.state = "drawn");
  try {
    const Plotly = await load(data.plotly); // from plotly.js, which is sent along
    if (!holder.isConnected) return;
    const figure = JSON.parse(data.figure);
    const { fontFamily, color } = getComputedStyle(holder);
    if (factor !== 1) enlarge(figure, factor);
    mark(figure.data, data.picked, color);
    figure.layout.width = width;
    figure.layout.font.family = figure.layout.hoverlabel.font.family = fontFamily;
    const first = !chart.drawn;
    [chart.drawn, chart.width] = [wanted, width];
    await Plotly.react(holder, figure.data, figure.layout, CONFIG);
    finish(chart);
    if (!waiting.has(chart)) holder.dataset.state = "drawn";
    if (first) {
      holder.on("plotly_click", (event) => clicked(chart, event.points[0]));
      holder.on("plotly_afterplot", () => finish(chart)); // a click on the legend draws anew without us
    }
  } catch (error) {
    fail(chart, error);
  }
}

/** What Plotly does not draw. */
function finish({ holder, data }) {
  explain(holder, data.meaning);
  stepBack(holder);
}

/** What a label's name means, where the pointer rests on it; beside the chart the same is there to read. */
function explain(holder, meaning) {
  const known = new Map(Object.entries(meaning).map(([name, text]) => [name.toLowerCase(), text])); // a legend has small letters
  for (const text of holder.querySelectorAll(":is(.ytick, .xtick) text, .legendtext")) {
    const name = text.textContent.replace(/ \(weak\)$/, "").toLowerCase();
    if (!known.has(name)) continue;
    const place = text.closest(".traces")?.querySelector(".legendtoggle") ?? text; // it lies over the legend's text
    if (place.querySelector("title")) continue;
    const told = document.createElementNS("http://www.w3.org/2000/svg", "title");
    told.textContent = known.get(name);
    place.append(told);
    if (place !== text) continue;
    text.style.pointerEvents = "all";
    text.style.cursor = "help";
  }
}

/** Which bars step back, for the sheet: asked by `:has()`, it would be asked anew with every change on the page. */
function stepBack(holder) {
  for (const bar of holder.querySelectorAll(".bars .point"))
    bar.classList.toggle("fr-back", bar.querySelector("path")?.style.opacity === "0.6");
}

/** How much larger than on a desk the page's type is where it is meant for a wall. */
function scale({ large }) {
  return large ? parseFloat(getComputedStyle(document.documentElement).fontSize) / TYPE : 1;
}

/** Type, marks, lines, margins and height of a figure, all by the same factor; what lies on an axis stays. */
function enlarge({ data, layout }, factor) {
  const grown = (value) => (Array.isArray(value) ? value.map(grown) : typeof value === "number" ? value * factor : value);
  const grow = (part, keys) => part && keys.forEach((key) => key in part && (part[key] = grown(part[key])));
  const walk = (part) => {
    if (!part || typeof part !== "object") return;
    for (const [key, value] of Object.entries(part)) {
      if (/font$/.test(key)) grow(value, ["size"]);
      else if (key === "marker") grow(value, ["size"]);
      else if (key === "line") grow(value, ["width"]);
      else if (key === "error_x" || key === "error_y") grow(value, ["thickness", "width"]);
      if (key !== "customdata" && key !== "x" && key !== "y") walk(value);
    }
  };
  walk(data);
  walk(layout);
  layout.height *= factor;
  grow(layout.margin, ["l", "r", "t", "b", "pad"]);
  for (const key of Object.keys(layout)) if (/^[xy]axis/.test(key)) grow(layout[key], ["ticklabelstandoff"]);
  (layout.annotations ?? []).forEach((note) => grow(note, ["xshift", "yshift", "ax", "ay"]));
}

function clicked(chart, { curveNumber, pointIndex, customdata }) {
  if (customdata) chart.click({ curve_number: curveNumber, point_index: pointIndex, customdata: [...customdata] });
}

/** Mark the point that stands for the picked number, if it is in this chart, by a rim of `ink`: the others step back. */
function mark(traces, picked, ink) {
  if (!picked) return;
  const wanted = JSON.stringify(picked);
  const found = traces.map((trace) => (trace.customdata ?? []).flatMap((cell, i) => (JSON.stringify(cell) === wanted ? [i] : [])));
  if (!found.some((points) => points.length)) return;
  traces.forEach((trace, i) => {
    trace.selectedpoints = found[i];
    if (found[i].length) trace.marker.line = rim(trace, found[i], ink);
  });
}

function rim({ customdata, marker: { line = {}, color } }, points, ink) {
  const each = (picked, other) => customdata.map((_, i) => (points.includes(i) ? picked : other));
  return { ...line, width: each(3, line.width ?? 0), color: each(ink, line.color ?? color) };
}

function fail(chart, error) {
  console.error("A chart could not be drawn:", error);
  chart.holder.textContent = "This chart could not be drawn. Reload the page; the numbers can be chosen beside it all the same.";
}
