// The left panel of the wall: the arrivals of a gathering, or the work that is not done, each with its course against the plan.
// Which of them it is, the server decides.

import { node, span } from "/assets/tile.js";

const MINUTE = 60000, DAY = 1440 * MINUTE;
const STEPS = [10, 15, 30, 60, 120, 180, 360, 720].map(minutes => minutes * MINUTE).concat([1, 2, 7, 14, 28, 56, 112].map(days => days * DAY));
const MAX_TICKS = 5;
const TROUBLE = ["late", "at_risk"]; // a task that is not done bears no mark of what is well

// How many the plan expects by a moment: the rule of `planned_share`, against which it is tested. `plan`: [moment, number] pairs.
export function plannedBy(plan, moment) {
  if (!plan.length || moment <= plan[0][0]) return plan.length ? plan[0][1] : 0;
  for (let i = 1; i < plan.length; i++) {
    const [[early, low], [late, high]] = [plan[i - 1], plan[i]];
    if (moment <= late) return low + ((high - low) * (moment - early)) / (late - early);
  }
  return plan[plan.length - 1][1];
}

// Draws into `box` once its size is known. `wall` provides words, figures, the clock and its ticks.
export function panel(wall) {
  const { panel: shown, arrivals, work } = wall.board;
  wall.chart = null;
  if (work) return shown === "countdown" ? countdown(wall, work) : owed(wall, work);
  return arrivals ? arriving(wall, arrivals) : node("section", "panel people", span("label", wall.say("present")));
}

function bar(share) {
  const made = node("div", "bar", node("i", ""));
  made.firstChild.style.width = `${Math.min(share, 1) * 100}%`;
  return made;
}

function row(name, value) { return node("div", "row", span("", name), span("value", value)); }

// "+53 so với kế hoạch (318)": by the clock, as the plan goes on.
function againstPlan(wall, actual, planned) {
  const made = wall.ticking("against", now => {
    const expected = Math.round(planned(now)), difference = actual - expected;
    if (!difference) return wall.say("on_plan", { planned: wall.figure(expected) });
    const sign = difference > 0 ? "+" : "−";
    return wall.say("against_plan", { difference: `${sign}${wall.figure(Math.abs(difference))}`, planned: wall.figure(expected) });
  });
  wall.every(() => made.classList.toggle("behind-plan", actual < Math.round(planned(wall.now()))));
  return made;
}

// --- arrivals ---

function arriving(wall, arrivals) {
  const { expected, here, missing, absent, excused, substituted, per_item: items, behind, plan } = arrivals;
  const title = wall.together(items, arrivals.forums);
  const most = Math.max(...behind.map(one => one.missing));
  wall.chart = node("div", "curve");
  wall.course = () => courseOfArrivals(wall, arrivals);
  return node(
    "section", "panel people",
    node("div", "row label", span("", wall.say("present")), span("at", `${title} · ${wall.near(arrivals.starts)}`)),
    node("div", "count", span("here", wall.figure(here)), span("of", `/ ${wall.figure(expected)}`)),
    bar(expected ? here / expected : 0),
    plan.length && wall.now() >= plan[0][0] ? againstPlan(wall, here, now => plannedBy(plan, now)) : null,
    ...(items.length > 1 ? items.map(item => row(wall.in(item.short), `${wall.figure(item.here)} / ${wall.figure(item.expected)}`)) : []),
    node(
      "div", "figures",
      row(wall.say("missing"), wall.figure(missing - absent)),
      absent ? row(wall.say("absent"), wall.figure(absent)) : null, // known only where the roll is closed
      row(wall.say("excused"), wall.figure(excused)),
      row(wall.say("substituted"), wall.figure(substituted)),
    ),
    wall.chart,
    node("div", "label behind-title", wall.say(behind.length ? "behind" : "all_in")),
    node("div", "behind fits", ...behind.map(one => {
      const made = node("div", "row short", span("", wall.in(one.name)), bar(one.missing / most), span("value", wall.say("short_of", { count: wall.figure(one.missing) })));
      return made;
    })),
  );
}

function courseOfArrivals(wall, { curve, plan, starts, expected, here }) {
  const from = Math.min(plan.length ? plan[0][0] : starts - 60 * MINUTE, curve.length ? curve[0][0] : starts);
  const to = Math.max(starts + 20 * MINUTE, curve.length ? curve[curve.length - 1][0] : 0);
  const last = curve.length ? Math.max(Math.min(wall.now(), to), curve[curve.length - 1][0]) : 0;
  return {
    from, to, top: Math.max(expected, here, 1), starts,
    plan: plan.length ? [...plan, [to, plan[plan.length - 1][1]]] : [],
    actual: curve.length ? [[curve[0][0], 0], ...curve, [last, here]] : [],
  };
}

// --- work ---

function countdown(wall, work) {
  const { days, done, total, planned, course } = work;
  wall.chart = course ? node("div", "curve") : null;
  wall.course = () => courseOfWork(wall, work);
  return node(
    "section", "panel people work counts-down",
    node("div", "row label", span("", wall.say("days_left")), span("at", wall.date(work.starts))),
    node("div", "count", span("here", wall.figure(days)), span("of", wall.say("days"))),
    row(wall.say("work_done"), `${wall.figure(done)} / ${wall.figure(total)}`),
    bar(total ? done / total : 0),
    total ? againstPlan(wall, done, () => planned) : null,
    wall.chart,
    ...tasks(wall, work, [work.late && wall.say("work_late", { count: wall.figure(work.late) }), work.due && wall.say("work_due", { count: wall.figure(work.due) })], "work_none"),
  );
}

function owed(wall, work) {
  const { done, total, named, late } = work;
  return node(
    "section", "panel people work",
    node("div", "row label", span("", wall.say("work_owed"))),
    node("div", "count", span("here", wall.figure(named)), span("of", wall.say("work"))),
    row(wall.say("work_done"), `${wall.figure(done)} / ${wall.figure(total)}`),
    bar(total ? done / total : 0),
    ...received(wall, wall.board.received),
    ...tasks(wall, work, [late && wall.say("work_late", { count: wall.figure(late) })], "work_all_done"),
  );
}

// How many delegates have acknowledged the document that was sent to all of them.
function received(wall, sent) {
  if (!sent) return [];
  const { title, acknowledged, expected } = sent;
  return [
    row(wall.say("received"), `${wall.figure(acknowledged)} / ${wall.figure(expected)}`),
    bar(expected ? acknowledged / expected : 0),
    node("div", "label", title),
  ];
}

// The tasks by name, each with its section and its due time; `none`: what is said where none of them is named. A plan without
// tasks is no good news.
function tasks(wall, { total, named, tasks }, counts, none) {
  if (!total) return [node("div", "label", wall.say("work_empty"))];
  if (!named) return [node("div", "none", `✓ ${wall.say(none)}`)];
  const title = counts.filter(Boolean).join(" · ");
  const list = node("div", "due-list fits", ...tasks.map(task => one(wall, task)));
  list.rest = { place: span("more", ""), total: named, key: "work_more" };
  return [title ? node("div", "label behind-title", title) : null, list, list.rest.place];
}

function one(wall, task) {
  const due = wall.ticking("when", () => wall.say(task.overdue ? "overdue" : "due", { at: wall.dayAndTime(task.due) }));
  return node(
    "div", `due ${task.overdue ? "late" : task.level}`,
    span("mark", task.overdue ? wall.marks.late : TROUBLE.includes(task.level) ? wall.marks[task.level] : ""),
    node("div", "", node("div", "text", `${task.number}. ${wall.in(task.title)}`), node("div", "facts", wall.sectionName[task.section] ?? "", " · ", due)),
  );
}

function courseOfWork(wall, { course, done, total }) {
  const moment = step => course.from + step * course.days * DAY;
  const points = list => list.map((number, step) => [moment(step), number]);
  return {
    from: course.from, to: moment(course.planned.length - 1), top: Math.max(total, 1), starts: null,
    plan: points(course.planned), actual: [...points(course.done), [wall.now(), done]],
  };
}

// --- a course against its plan ---

export function draw(wall, box, { from, to, top, plan, actual, starts }) {
  const { width, height } = box.getBoundingClientRect();
  if (width < 50 || height < 30) return;
  const unit = parseFloat(getComputedStyle(box).fontSize) / 20; // the font is 20 of the wall's own pixels
  const values = roundValues(top), moments = roundMoments(from, to, wall.board.event.offset * MINUTE);
  const gutter = (10 + 12.5 * Math.max(...values.map(value => wall.figure(value).length))) * unit;
  const left = gutter, right = width - 2 * unit, floor = height - 30 * unit, ceiling = 12 * unit;
  const x = moment => left + ((Math.min(Math.max(moment, from), to) - from) / (to - from)) * (right - left);
  const y = value => floor - (value / top) * (floor - ceiling);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const shape = (tag, name, attributes, text) => {
    const made = document.createElementNS(svg.namespaceURI, tag);
    made.setAttribute("class", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    svg.append(made);
  };
  const path = list => list.map(([moment, value], i) => `${i ? "L" : "M"}${x(moment).toFixed(1)},${y(value).toFixed(1)}`).join("");
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  for (const value of values) {
    shape("line", "grid", { x1: left, x2: right, y1: y(value), y2: y(value) });
    shape("text", "tick", { x: left - 8 * unit, y: y(value) + 7 * unit, "text-anchor": "end" }, wall.figure(value));
  }
  if (plan.length) shape("path", "plan", { d: path(plan) });
  if (actual.length) {
    shape("path", "area", { d: `${path(actual)}L${x(actual[actual.length - 1][0])},${floor}L${x(actual[0][0])},${floor}Z` });
    shape("path", "actual", { d: path(actual) });
  }
  const upright = (name, moment) => shape("line", name, { x1: x(moment), x2: x(moment), y1: ceiling + 24 * unit, y2: floor }); // below the legend
  if (starts) upright("start", starts);
  if (wall.now() >= from && wall.now() <= to) upright("now", wall.now());
  let free = 0; // labels keep their distance
  for (const moment of moments.list) {
    const text = moments.step < DAY ? wall.time(moment) : wall.dayShort(moment), half = 6.2 * text.length * unit;
    const at = Math.min(Math.max(x(moment), half), width - half);
    if (at - half < free) continue;
    shape("text", "tick", { x: at, y: height - 5 * unit, "text-anchor": "middle" }, text);
    free = at + half + 6 * unit;
  }
  const legend = (line, word, place) => {
    const start = left + (8 + place * 125) * unit;
    shape("path", line, { d: `M${start},${ceiling + 8 * unit}h${28 * unit}` });
    shape("text", "tick legend", { x: start + 35 * unit, y: ceiling + 15 * unit }, wall.say(word));
  };
  if (actual.length) legend("actual", "actual", 0);
  if (plan.length) legend("plan", "plan", actual.length ? 1 : 0);
  box.replaceChildren(svg);
}

function roundValues(top) { // 0, 500, 1.000: at most three above zero
  const rough = top / 3, power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max([1, 2, power > 1 ? 2.5 : 2, 5, 10].find(factor => factor * power >= rough) * power, 1);
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
}

function roundMoments(from, to, offset) { // whole hours, half hours, days: in local time
  const step = STEPS.find(one => (to - from) / one <= MAX_TICKS) ?? STEPS[STEPS.length - 1];
  const list = [];
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) list.push(at);
  return { step, list };
}
