// Takes a chart away as PNG or SVG, made in this browser from the Plotly that drew it: no service, no request.
// The picture stands alone: title, what is shown and of how many, and the program that made it. Texts are set as text.

const TAKE_WIDTH = 960;
const TAKE_EDGE = 24;
const TAKE_FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"; // a picture cannot bring the page's font along
const TAKE_GROUNDS = { light: ["#ffffff", "#1b1f24", "#4d5661"], dark: ["#11151b", "#e8ebef", "#b4bdc8"] };
const SVG = "http://www.w3.org/2000/svg";

/** The line of buttons below a chart; `figure()` gives the figure as it was sent. */
function takeBar(figure) {
  const bar = document.createElement("div");
  bar.className = "fr-take";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Take this chart");
  const dark = Object.assign(document.createElement("input"), { type: "checkbox" });
  const label = document.createElement("label");
  label.append(dark, " dark ground");
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  const buttons = ["png", "svg"].map((kind) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: kind.toUpperCase() });
    button.addEventListener("click", async () => {
      try {
        await takePicture(figure(), kind, dark.checked ? "dark" : "light");
        said.textContent = "";
      } catch (error) {
        console.error("The picture could not be made:", error);
        said.textContent = "This picture could not be made. Try the other kind.";
      }
    });
    return button;
  });
  bar.append("Take this chart: ", ...buttons, label, said);
  bar.describe = (title) => buttons.forEach((button) => button.setAttribute("aria-label", `${title}: take as ${button.textContent}`));
  return bar;
}

async function takePicture({ figure, plotly, take }, kind, ground) {
  const Plotly = await load(plotly);
  const picture = await composed(Plotly, JSON.parse(figure), take, ground);
  const text = new XMLSerializer().serializeToString(picture);
  const blob = new Blob([text], { type: "image/svg+xml;charset=utf-8" });
  save(kind === "svg" ? blob : await rastered(blob, picture), `${take.name}.${kind}`);
}

/** The chart as an SVG with title and lines above and the credit below. */
async function composed(Plotly, { data, layout }, take, ground) {
  const [paper, ink, quiet] = TAKE_GROUNDS[ground];
  const width = TAKE_WIDTH - 2 * TAKE_EDGE;
  const inked = { ...layout, width, font: { ...layout.font, family: TAKE_FONT, color: ink } };
  inked.legend = { ...layout.legend, font: { ...layout.legend?.font, color: ink } };
  for (const axis of Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name)))
    inked[axis] = { ...layout[axis], tickfont: { ...layout[axis].tickfont, color: ink } };
  const address = await Plotly.toImage({ data, layout: inked }, { format: "svg", width, height: layout.height });
  const chart = new DOMParser().parseFromString(decodeURIComponent(address.slice(address.indexOf(",") + 1)), "image/svg+xml").documentElement;

  const picture = document.createElementNS(SVG, "svg");
  const ground_ = shape(picture, "rect", { fill: paper });
  shape(picture, "title", {}, take.title);
  let y = TAKE_EDGE;
  for (const [text, size, color] of [[take.title, 20, ink], ...take.lines.map((line) => [line, 13, quiet])]) {
    for (const line of wrapped(text, size, width)) {
      y += Math.round(1.4 * size);
      shape(picture, "text", { x: TAKE_EDGE, y, fill: color, "font-size": size, "font-weight": size > 13 ? 700 : 400, "font-family": TAKE_FONT }, line);
    }
  }
  y += 14;
  chart.setAttribute("x", TAKE_EDGE);
  chart.setAttribute("y", y);
  picture.append(document.importNode(chart, true));
  y += layout.height + 18;
  shape(picture, "text", { x: TAKE_EDGE, y, fill: quiet, "font-size": 12, "font-family": TAKE_FONT }, take.credit);
  const size = { width: TAKE_WIDTH, height: y + 16 };
  for (const [name, value] of Object.entries({ ...size, viewBox: `0 0 ${size.width} ${size.height}`, role: "img" })) picture.setAttribute(name, value);
  for (const [name, value] of Object.entries(size)) ground_.setAttribute(name, value);
  return picture;
}

function shape(parent, name, attributes, text = "") {
  const made = parent.appendChild(document.createElementNS(SVG, name));
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

/** A text in lines that fit the width. */
function wrapped(text, size, width) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${size > 13 ? "bold " : ""}${size}px ${TAKE_FONT}`;
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (pen.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The picture in twice its size in pixels, sharp on paper and on any screen. */
async function rastered(blob, picture) {
  const address = URL.createObjectURL(blob);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = ["width", "height"].map((side) => 2 * Number(picture.getAttribute(side)));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((made) => (made ? resolve(made) : reject(new Error("no pixels"))), "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
