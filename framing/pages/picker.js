// A table whose numbers are buttons: a click tells the server which one, and it lists the sentences behind it.
// Every text is set as text, never parsed: names and words come from articles.

const tables = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  const table = tables.get(parentElement) ?? made(parentElement);
  table.click = (pick) => setStateValue("selection", { points: [{ customdata: pick }], at: Date.now() });
  const wanted = JSON.stringify(data);
  if (wanted !== table.drawn) draw(table, data);
  table.drawn = wanted;
  return () => {
    tables.delete(parentElement);
    table.holder.remove();
  };
}

function made(parentElement) {
  const holder = element("div", "fr-scroll");
  holder.tabIndex = 0;
  holder.setAttribute("role", "region");
  parentElement.append(holder);
  const table = { holder, drawn: "", open: new Set() };
  tables.set(parentElement, table);
  return table;
}

function draw(table, { caption, columns, groups, picked, few, wide }) {
  const { holder } = table;
  const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.pick : null;
  const chosen = JSON.stringify(picked);
  const made = element("table", wide ? "fr-table fr-picker fr-wide" : "fr-table fr-picker");
  made.append(element("caption", "", caption));
  const head = made.createTHead().insertRow();
  columns.forEach((name) => head.append(scoped(element("th", "", name), "col")));
  groups.forEach((group) => made.append(body(table, group, columns.length, chosen, few)));
  holder.setAttribute("aria-label", caption);
  holder.replaceChildren(made);
  if (focused) [...holder.querySelectorAll("button")].find((button) => button.dataset.pick === focused)?.focus({ preventScroll: true });
}

function body(table, { title, rows }, width, chosen, few) {
  const part = element("tbody");
  if (title) {
    const name = part.insertRow().appendChild(scoped(element("th", "fr-group", title), "rowgroup"));
    name.colSpan = width;
  }
  const made = rows.map((cells) => row(table, cells, chosen));
  part.append(...made);
  const hidden = made.slice(few).filter((_, i) => !isChosen(rows[few + i], chosen));
  if (hidden.length > 1 && !table.open.has(title)) {
    hidden.forEach((each) => (each.hidden = true));
    const more = element("button", "fr-more", `Show ${hidden.length} more`);
    more.type = "button";
    const last = part.insertRow();
    more.addEventListener("click", () => {
      table.open.add(title);
      hidden.forEach((each) => (each.hidden = false));
      last.remove();
      hidden[0].querySelector("button")?.focus({ preventScroll: true });
    });
    const cell = last.insertCell();
    cell.colSpan = width;
    cell.append(more);
  }
  return part;
}

function isChosen(cells, chosen) {
  return cells.some(({ pick }) => pick && JSON.stringify(pick) === chosen);
}

function row(table, cells, chosen) {
  const made = element("tr");
  cells.forEach((cell, i) => {
    const place = i ? element("td") : scoped(element("th"), "row");
    if (cell.bar) place.append(bar(cell));
    if (cell.bar) place.className = "fr-barred";
    place.append(cell.pick ? button(table, cell, chosen) : cell.link ? link(cell) : element("span", "", cell.text));
    if (cell.note) place.append(element("small", "", cell.note));
    made.append(place);
  });
  return made;
}

function button(table, { text, pick, says }, chosen) {
  const made = element("button", "fr-pick", text);
  made.type = "button";
  made.dataset.pick = JSON.stringify(pick);
  made.setAttribute("aria-pressed", String(made.dataset.pick === chosen));
  if (says) made.setAttribute("aria-label", says);
  made.addEventListener("click", () => table.click(pick));
  return made;
}

/** A link to another view of the dashboard: relative addresses alone. */
function link({ text, link, says }) {
  const made = element("a", "", text);
  if (link.startsWith("./?")) made.href = link;
  made.target = "_self";
  if (says) made.setAttribute("aria-label", says);
  return made;
}

/** A bar from one place to another, both 0 to 1 of the cell; `sign` is hatched where it goes down. */
function bar({ bar: [from, to], zero }) {
  const holder = element("span", "fr-bar");
  holder.setAttribute("aria-hidden", "true");
  const filled = holder.appendChild(element("i", to < from ? "fr-down" : ""));
  filled.style.left = `${100 * Math.min(from, to)}%`;
  filled.style.width = `${100 * Math.abs(to - from)}%`;
  if (zero !== null && zero !== undefined) holder.appendChild(element("b")).style.left = `${100 * zero}%`;
  return holder;
}

function element(name, kind = "", text = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}

function scoped(cell, scope) {
  cell.scope = scope;
  return cell;
}
