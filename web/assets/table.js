// A dense table: rows that a person sorts, walks by the arrow keys and chooses. Every text is a text, never markup.

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
const MAX_FRAMES = 120, STILL = 15; // animation frames to wait for a panel to be drawn, and that it then keeps its height
const NARROW = "(max-width: 900px)"; // there the chosen row's panel lies above the table (style.css)

// Of what is a table by its looks alone where there is little room (table.css).
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };

const tables = new WeakMap(); // the place of a table -> the table
const newest = new Map(); // the name of a table -> the one that was mounted last; another place of it goes on from there

export function table({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".table");
  if (!tables.has(place)) tables.set(place, new Table(place, data.panel));
  tables.get(place).show(data, id => setTriggerValue("chosen", id));
}

function node(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (ROLES[tag]) made.setAttribute("role", ROLES[tag]);
  made.append(...children);
  return made;
}

const textOf = cell => (typeof cell === "object" ? cell.text ?? "" : cell);
const valueOf = cell => (typeof cell === "object" && cell.sort !== undefined ? cell.sort : textOf(cell));

class Table {
  constructor(place, name) {
    const before = newest.get(name);
    newest.set(name, this);
    this.place = place;
    this.sort = before?.sort ?? null; // { column, down } where a person sorted by a column; null: in the server's order, by groups
    this.at = before?.at ?? null; // the row that the Tab key meets
    this.asked = before?.asked ?? false; // a row was tapped or entered, and is not drawn as the chosen one yet
    this.byFinger = before?.byFinger ?? false; // it was tapped: who walks the rows by keys stays among them
    this.data = before?.data;
    this.drawn = "";
    place.addEventListener("click", event => this.tapped(event.target, event.detail > 0));
    place.addEventListener("keydown", event => this.keyed(event));
  }

  show(data, choose) {
    this.choose = choose;
    const drawing = JSON.stringify(data);
    if (drawing === this.drawn) return;
    const before = this.data?.chosen ?? "";
    this.data = data;
    this.drawn = drawing;
    if (data.chosen && data.chosen !== before) this.at = data.chosen;
    this.draw();
    if (this.asked && data.chosen !== before) this.follow(data.chosen ? "" : before);
  }

  draw() {
    const { columns, rows, label, empty } = this.data, focused = this.focusedRow() ?? (this.asked ? this.at : null);
    const figures = columns.slice(1).every(column => column.kind === "number");
    const made = node("table", figures ? "figures" : "", node("caption", "unseen", label), this.head(columns));
    for (const [group, members] of this.groups(rows)) made.append(this.body(group, members));
    this.place.replaceChildren(made);
    if (!rows.length) this.place.append(node("p", "empty", empty));
    if (!rows.some(row => row.id === this.at)) this.at = rows[0]?.id ?? null;
    this.reach();
    if (focused !== null) this.button(focused)?.focus({ preventScroll: true });
  }

  head(columns) {
    const row = node("tr", "");
    columns.forEach((column, number) => {
      const heading = node("th", `${column.kind} ${column.narrow ? "" : "wide"}`);
      heading.scope = "col";
      heading.style.width = column.width;
      if (column.kind === "bar") heading.append(this.ticks());
      else if (column.sorts) {
        const sorted = this.sort?.column === number;
        if (sorted) heading.setAttribute("aria-sort", this.sort.down ? "descending" : "ascending");
        const button = node("button", "sorts", column.label, node("i", "", sorted ? (this.sort.down ? " ↓" : " ↑") : ""));
        button.type = "button";
        button.dataset.column = number;
        button.lastChild.setAttribute("aria-hidden", "true");
        heading.append(button);
      } else heading.append(column.label);
      row.append(heading);
    });
    return node("thead", "", row);
  }

  // The days of the time axis above its bars.
  ticks() {
    const { axis } = this.data, made = node("div", "axis", node("span", "unseen", axis.label));
    for (const { at, text } of axis.ticks) {
      const tick = node("span", "tick", text);
      tick.style.left = `${100 * at}%`;
      made.append(tick);
    }
    if (axis.now !== null) {
      const now = node("span", "tick now", axis.today);
      now.style.left = `${100 * axis.now}%`;
      made.append(now);
    }
    return made;
  }

  // The groups in the order of their first rows; one without a name where a person sorted by a column.
  groups(rows) {
    if (this.sort) return [["", [...rows].sort(this.order())]];
    const found = new Map();
    for (const row of rows) found.set(row.group, [...(found.get(row.group) ?? []), row]);
    return found;
  }

  order() {
    const { column, down } = this.sort, language = document.documentElement.lang || "vi";
    return (one, other) => {
      const [a, b] = [one, other].map(row => valueOf(row.cells[column]));
      const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), language, { numeric: true });
      return down ? -order : order;
    };
  }

  body(group, rows) {
    const made = node("tbody", "");
    if (group) {
      const heading = node("th", "", group, node("span", "count", String(rows.length)));
      heading.setAttribute("role", "rowheader");
      made.append(node("tr", "group", heading));
    }
    made.append(...rows.map(row => this.row(row)));
    return made;
  }

  row(row) {
    const made = node("tr", `row ${row.tone} ${row.id === this.data.chosen ? "chosen" : ""}`);
    made.dataset.id = row.id;
    row.cells.forEach((cell, number) => made.append(this.cell(row, cell, this.data.columns[number])));
    return made;
  }

  cell(row, cell, column) {
    const made = node("td", `${column.kind} ${column.narrow ? "" : "wide"} ${column.wraps ? "wraps" : ""}`), text = textOf(cell);
    if (column.kind === "bar") {
      made.append(this.bar(cell));
      return made;
    }
    const line = node("span", cell.tone ? `mark ${cell.tone}` : "", ...(cell.mark ? [node("b", "", cell.mark), " "] : []), text);
    if (column.kind === "opens" && this.data.opens) {
      const button = node("button", "opens", line);
      button.type = "button";
      if (row.id === this.data.chosen) button.setAttribute("aria-current", "true");
      made.append(button);
    } else made.append(line);
    if (text.length > 20 && !column.wraps) made.title = text;
    for (const tag of cell.tags ?? []) made.append(" ", node("span", `tag ${tag.tone}`, tag.text));
    const under = [this.sort && column.kind === "opens" ? row.group : "", cell.under ?? ""].filter(Boolean).join(" · ");
    if (under) made.append(node("small", "", under));
    return made;
  }

  // From start to due, the baseline as a thin line below it, and what is overdue up to now; the dates stand in the other columns.
  bar({ parts = [] }) {
    const made = node("div", "bars");
    made.setAttribute("aria-hidden", "true");
    const { now, days } = this.data.axis;
    if (days) made.append(span("days", days));
    for (const { kind, from, to } of parts) made.append(span(kind, [from, to]));
    if (now !== null) made.append(span("now", [now, now]));
    return made;
  }

  tapped(target, byFinger) {
    const column = target.closest(".sorts")?.dataset.column, row = target.closest("tr.row");
    if (column !== undefined) this.sortBy(Number(column));
    else if (row && this.data.opens) {
      this.at = row.dataset.id;
      this.reach();
      this.asked = true;
      this.byFinger = byFinger;
      this.choose(this.at === this.data.chosen ? "" : this.at);
    }
  }

  // Up, then down, then as the server gave it.
  sortBy(column) {
    const { sort } = this;
    this.sort = sort?.column !== column ? { column, down: false } : sort.down ? null : { column, down: true };
    this.draw();
    this.place.querySelector(`[data-column="${column}"]`).focus();
  }

  keyed(event) {
    const step = STEPS[event.key], button = event.target.closest("button.opens");
    if (step === undefined || !button) return;
    event.preventDefault();
    const all = [...this.place.querySelectorAll("button.opens")];
    const next = all[Math.min(Math.max(all.indexOf(button) + step, 0), all.length - 1)];
    this.at = next.closest("tr").dataset.id;
    this.reach();
    next.focus();
  }

  // One row is met by the Tab key, the others by the arrows.
  reach() {
    for (const button of this.place.querySelectorAll("button.opens"))
      button.tabIndex = button.closest("tr").dataset.id === this.at ? 0 : -1;
  }

  button(id) { return this.place.querySelector(`tr[data-id="${id}"] button.opens`); }

  focusedRow() {
    const row = this.place.getRootNode().activeElement?.closest?.("tr.row");
    return row?.dataset.id ?? null;
  }

  // On a narrow screen what was chosen is drawn above the table: show it, and once it is closed the row again.
  follow(closed) {
    this.asked = false;
    if (!closed && this.byFinger && this.data.field) this.goOn(`.st-key-${this.data.field}${this.data.chosen} textarea`);
    if (!matchMedia(NARROW).matches) return;
    if (closed) this.button(closed)?.scrollIntoView({ block: "center" });
    else this.showPanel();
  }

  // In the panel's field, once it is drawn, unless the person went on elsewhere.
  goOn(field, frames = MAX_FRAMES) {
    const found = document.querySelector(field);
    if (document.activeElement?.matches("input, textarea")) return;
    if (found) found.focus({ preventScroll: true });
    else if (frames) requestAnimationFrame(() => this.goOn(field, frames - 1));
  }

  // It is drawn piece by piece, and what grows above the table would push it out of sight.
  showPanel(height = 0, still = 0, frames = MAX_FRAMES) {
    const panel = document.querySelector(this.data.panel), now = panel?.getBoundingClientRect().height ?? 0;
    if (now !== height) panel?.scrollIntoView({ block: "start" });
    if (frames && still < STILL) requestAnimationFrame(() => this.showPanel(now, panel && now === height ? still + 1 : 0, frames - 1));
  }
}

function span(kind, [from, to]) {
  const made = node("i", kind);
  made.style.left = `${100 * from}%`;
  made.style.width = `${100 * (to - from)}%`;
  return made;
}
