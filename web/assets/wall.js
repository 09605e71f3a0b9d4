// Draws the wall from the board document. The server decides (levels, silence, lateness, which reasons are shown, and the moments
// at which any of these change); this module runs the clock and the ages.
// All text from people is set as text, never as markup.

import { keepAwake } from "/assets/awake.js";
import { live } from "/assets/live.js";
import { tile } from "/assets/tile.js";

const STAND_MARKS = { go: "✓", conditional: "!", no_go: "✕", voided: "✕", expired: "?", silent: "?" };
const OUTCOME_MARKS = { go: "✓", conditional: "!", not_ready: "✕" };
const MINUTE = 60000;

// Streamlit's own messages on a lost connection are English and would cover the wall, which draws its own notice.
const HIDDEN = '[data-testid="stDialog"], [data-testid="stStatusWidget"] { display: none !important; }';

export function mount({ data, parentElement }) {
  const wall = (parentElement.wall ??= new Wall(parentElement));
  wall.dress(data);
  return () => wall.leave();
}

// The key of an age's words, and its numbers: the rule of `Words.age`, against which it is tested.
export function age(ms) {
  const total = Math.max(Math.floor(ms / MINUTE), 0), hours = Math.floor(total / 60), minutes = total % 60;
  if (total < 1) return { key: "age.now", facts: {} };
  if (!hours) return { key: "age.minutes", facts: { number: total } };
  if (hours >= 24) return { key: "age.days", facts: { number: Math.floor(hours / 24) } };
  return minutes ? { key: "age.hours_minutes", facts: { hours, minutes } } : { key: "age.hours", facts: { number: hours } };
}

function node(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children.filter(child => child !== null && child !== undefined && child !== ""));
  return made;
}

const span = (name, text) => node("span", name, text);

class Wall {
  constructor(root) {
    this.root = root.querySelector(".wall");
    this.style = document.head.appendChild(Object.assign(document.createElement("style"), { textContent: HIDDEN }));
    this.ticks = [];
    this.letSleep = keepAwake();
    this.forget = live.drawBoard(board => this.travels || this.draw(board)); // a live board does not replace one of the past
    this.onState = () => this.notice();
    live.states.add(this.onState);
    this.timer = setInterval(() => this.tick(), 500);
    this.sized = new ResizeObserver(() => this.board && this.draw(this.board));
    this.sized.observe(this.root);
    this.onFonts = () => this.board && this.draw(this.board); // what fits depends on the font, whose weights load at first use
    document.fonts.addEventListener("loadingdone", this.onFonts);
  }

  leave() {
    this.style.remove();
    this.letSleep();
    this.forget();
    live.states.delete(this.onState);
    clearInterval(this.timer);
    this.sized.disconnect();
    document.fonts.removeEventListener("loadingdone", this.onFonts);
  }

  dress({ words, marks, language, board, framed, slider }) {
    this.words = words;
    this.marks = marks; // by level, the same as on every other page
    this.language = language;
    this.framed = framed;
    this.figures = new Intl.NumberFormat(language === "vi" ? "vi-VN" : "en-GB");
    document.documentElement.lang = language;
    this.slider = slider;
    this.root.classList.toggle("has-slider", Boolean(slider));
    this.travels = Boolean(board?.past);
    const newest = !this.travels && live.board && board && live.board.revision > board.revision ? live.board : board;
    if (newest) this.draw(newest);
    else if (!this.board) this.root.replaceChildren(span("loading", this.say("waiting")));
  }

  // --- words and figures ---

  say(key, facts = {}) {
    return (this.words[key] ?? key).replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name, one, several) =>
      several === undefined ? facts[name] ?? "" : String(facts[name]) === "1" ? one : several); // as `Counted` of data.words
  }
  in(both) { return both?.[this.language] ?? ""; }
  figure(value) { return this.figures.format(value); }
  local(moment) { return new Date(moment + this.board.event.offset * MINUTE); }
  time(moment) {
    const at = this.local(moment);
    return `${String(at.getUTCHours()).padStart(2, "0")}:${String(at.getUTCMinutes()).padStart(2, "0")}`;
  }
  day(moment) {
    const at = this.local(moment);
    if (this.language === "vi") return `${at.getUTCDate()}/${at.getUTCMonth() + 1}/${at.getUTCFullYear()}`;
    return at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  }
  near(moment) { // the time, and the day where it is not today
    const today = this.day(moment) === this.day(this.now());
    return today ? this.time(moment) : `${this.day(moment).replace(/[/ ]\d{4}$/, "")} ${this.time(moment)}`;
  }
  span(ms) {
    const { key, facts } = age(ms);
    return this.say(key, Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, this.figure(value)])));
  }
  lasting(ms) { // a countdown: rounded up, and "1 minute" rather than "just now"
    return this.span(Math.max(Math.ceil(ms / MINUTE), 1) * MINUTE);
  }
  now() {
    const { real, event, speed } = this.board.clock;
    return event + (live.now - real) * speed;
  }

  // --- drawing ---

  every(update) { // a value that the clock changes: now, and at every tick
    update();
    this.ticks.push(update);
  }

  ticking(name, text) {
    const made = span(name, "");
    this.every(() => { const current = text(this.now()); if (made.textContent !== current) made.textContent = current; });
    return made;
  }

  draw(board) {
    this.board = board;
    this.ticks = [];
    this.root.classList.toggle("is-past", Boolean(board.past));
    const past = board.past ? node("div", "band", this.say("viewing_past", { at: `${this.time(this.now())}, ${this.day(this.now())}` })) : null;
    const foot = board.roll_call ? this.rollCall(board.roll_call) : this.programme(); // a running roll-call replaces the programme
    this.root.replaceChildren(...(past ? [past] : []), this.head(), this.people(), this.sections(), this.side(), foot, this.noticeBox());
    this.fit();
    this.curve();
    this.moveNowLines();
    this.notice();
  }

  tick() {
    if (!this.board) return;
    this.ticks.forEach(update => update());
    this.moveNowLines();
  }

  head() {
    const { event, running, next } = this.board;
    const badge = event.rehearsal ? span("rehearsal", this.say("rehearsal")) : null;
    const name = node("div", "name", node("h1", "", this.in(event.name)), node("div", "row theme-row", badge, span("theme", this.in(event.theme))));
    const going = running.length
      ? [span("label", this.say("now")), ...this.parallel(running), this.until(Math.max(...running.map(item => item.ends)))]
      : [span("label", this.say("now")), span("what quiet", this.say("nothing_now"))];
    const coming = next
      ? [span("label", this.say("next")), span("what", this.in(next.short)), span("where", this.in(next.venue)), this.countdown(next)]
      : [span("label", this.say("next")), span("what quiet", this.say("nothing_next"))];
    const clock = node("div", "clock", this.ticking("time", now => this.time(now)), this.ticking("date", now => this.date(now)));
    this.state = span("state", "");
    clock.append(this.state);
    return node("header", "head", name, node("div", "going", node("div", "line", ...going), node("div", "line next", ...coming)), clock);
  }

  // The planned end of what is going on; once it has passed, by how much.
  until(ends) {
    const made = this.ticking("until", now => now < ends + MINUTE ? this.say("ends", { at: this.time(ends) }) : this.say("over_by", { span: this.lasting(now - ends) }));
    this.every(() => made.classList.toggle("late", this.now() >= ends + MINUTE));
    return made;
  }

  // Forums side by side go by their number, other items by their names.
  together(items, forums) {
    return items.length > 1 && forums ? this.say("forums", { count: items.length }) : items.map(item => this.in(item.short)).join(" · ");
  }

  parallel(items) {
    const title = this.together(items, this.board.running_forums);
    const places = new Set(items.map(item => this.in(item.venue)));
    return [span("what", title), ...(places.size === 1 ? [span("where", [...places][0])] : [])];
  }

  countdown(item) {
    const made = this.ticking("countdown", now => {
      const left = item.starts - now;
      return left >= 0 ? this.say("in", { span: this.lasting(left) }) : this.say("late_by", { span: this.lasting(-left) });
    });
    this.every(() => made.classList.toggle("late", item.starts < this.now()));
    return made;
  }

  date(now) {
    const weekday = this.say(`weekday_${this.local(now).getUTCDay()}`);
    return `${weekday} ${this.day(now)}`;
  }

  people() {
    const { arrivals } = this.board;
    if (!arrivals) return node("section", "panel people", span("label", this.say("present")));
    const share = arrivals.expected ? (arrivals.here / arrivals.expected) * 100 : 0;
    const bar = node("div", "bar", node("i", ""));
    bar.firstChild.style.width = `${share}%`;
    const title = this.together(arrivals.per_item, arrivals.forums);
    this.chart = node("div", "curve");
    return node(
      "section", "panel people",
      node("div", "row label", span("", this.say("present")), span("at", `${title} · ${this.near(arrivals.starts)}`)),
      node("div", "count", span("here", this.figure(arrivals.here)), span("of", `/ ${this.figure(arrivals.expected)}`)),
      bar,
      ...(arrivals.per_item.length > 1 ? arrivals.per_item.map(item => this.row(this.in(item.short), `${this.figure(item.here)} / ${this.figure(item.expected)}`)) : []),
      arrivals.absent // known only where the roll is closed, which may differ between parallel forums
        ? this.row(`${this.say("missing")} · ${this.say("absent")}`, `${this.figure(arrivals.missing - arrivals.absent)} · ${this.figure(arrivals.absent)}`)
        : this.row(this.say("missing"), this.figure(arrivals.missing)),
      this.row(`${this.say("excused")} · ${this.say("substituted")}`, `${this.figure(arrivals.excused)} · ${this.figure(arrivals.substituted)}`),
      this.chart,
      node("div", "label behind-title", arrivals.behind.length ? this.say("behind") : this.say("all_in")),
      node("div", "behind fits", ...arrivals.behind.map(one => this.row(this.in(one.name), `${this.figure(one.missing)} / ${this.figure(one.expected)}`))),
    );
  }

  row(name, value) { return node("div", "row", span("", name), span("value", value)); }

  sections() {
    const tiles = this.board.sections.map(section => tile(this, section));
    const made = node("section", "sections", ...tiles);
    made.style.setProperty("--columns", tiles.length > 10 ? 3 : 2);
    return made;
  }

  side() {
    const { entries, entries_open: open, newest, sections } = this.board;
    this.sectionName = Object.fromEntries(sections.map(section => [section.id, this.in(section.name)]));
    const more = span("more", "");
    this.entryList = node("div", "entries fits", ...entries.map(entry => this.entry(entry)));
    this.entryMore = more;
    return node(
      "section", "panel side",
      node("div", "row label", span("", this.say("entries")), span("value", this.figure(open))),
      entries.length ? this.entryList : node("div", "none", `✓ ${this.say("no_entries")}`),
      more,
      node("div", "label newest-title", this.say("newest")),
      node("div", "newest fits", ...newest.map(change => this.change(change))),
    );
  }

  entry(entry) {
    const facts = this.ticking("facts", now => [this.say(`entry.${entry.status}`), this.span(now - entry.opened), this.sectionName[entry.section]].filter(Boolean).join(" · "));
    return node("div", `entry p${entry.priority}`, span("priority", `P${entry.priority}`), node("div", "", node("div", "text", `#${String(entry.number).padStart(3, "0")} ${entry.text}`), facts));
  }

  change(change) {
    const where = this.sectionName[change.section] ?? "";
    return node("div", `change ${change.status ?? ""}`, span("at", this.time(change.at)), node("div", "", where ? span("where", `${where} `) : null, span("what", this.sentence(change))));
  }

  sentence(change) {
    const subject = this.in(change.subject);
    const number = String(change.number ?? "").padStart(3, "0");
    switch (change.command) {
      case "report_status": return `${this.say(`status.${change.status}`)}: ${change.text || subject}`;
      case "edit_task": return `${subject}: ${this.say("plan_edited")}`;
      case "confirm_section": return this.say("confirmed");
      case "set_headline": return change.text;
      case "call_silence": return this.say("call_silence", { office: this.say(`rung.${change.level}`) });
      case "acknowledge_silence": return this.say("acknowledge_silence");
      case "open_entry": return `${this.say("entry_opened", { number })}: ${change.text}`;
      case "update_entry": return [this.say(`entry_${change.status}`, { number }), change.text].filter(Boolean).join(": ");
      case "start_item": return `${subject}: ${this.say("item_started")}`;
      case "finish_item": return `${subject}: ${this.say("item_finished")}`;
      case "publish_media": return `${change.text} – ${this.say("published")}`;
      case "plan_media": return `${change.text} – ${this.say("planned")}`;
      case "sign_review":
      case "hold_review": return `${this.say("reviewed")}: ${change.text}`;
      case "give_directive": return `${this.say("directive", { number: change.number })}: ${change.text}`;
      case "give_decision": return `${this.say("decision", { number: change.number })}: ${change.text}`;
      case "acknowledge_directive": return this.say("directive_acknowledged", { number: change.number });
      case "report_directive": return this.say("directive_done", { number: change.number });
      case "withdraw_directive": return this.say("directive_withdrawn", { number: change.number });
      default: return this.words[`ticker_${change.command}`] ? this.say(`ticker_${change.command}`, { subject, number: change.number }) : change.text;
    }
  }

  // --- a roll-call: the question, the time left, the count of each answer, and the sections that are not GO ---

  rollCall(call) {
    this.lines = [];
    const question = node("div", "asked", span("label", this.say("roll_call")), node("div", call.question.length > 30 ? "question long" : "question", call.question));
    const figures = Object.keys(STAND_MARKS).filter(stand => call.counts[stand] || ["go", "no_go", "silent"].includes(stand));
    const counts = node("div", "counts", ...figures.map(stand => node("div", `stand ${stand}`, span("figure", this.figure(call.counts[stand])), span("said", this.say(stand === "conditional" ? "roll_call_short" : `stand.${stand}`)))));
    return node("section", `panel roll-call ${call.outcome ?? "runs"}`, question, call.outcome ? this.outcome(call) : this.timeLeft(call), counts, this.heldUpBy(call));
  }

  timeLeft(call) {
    const left = this.ticking("left", now => this.clockLeft(call.about - now));
    return node("div", "due", span("label", this.near(call.about)), left, span("label", this.say("roll_call_left")));
  }

  clockLeft(ms) { // 18:05, or 1:18:05
    const seconds = Math.max(Math.ceil(ms / 1000), 0), two = number => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    return `${hours ? `${hours}:` : ""}${hours ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  }

  outcome(call) {
    return node("div", "due", span("label", `${this.say("roll_call_result")} · ${this.near(call.about)}`), node("div", "result", `${OUTCOME_MARKS[call.outcome]} ${this.say(`outcome.${call.outcome}`)}`));
  }

  heldUpBy(call) {
    if (!call.waiting.length) return node("div", "held", span("all", `✓ ${this.say("roll_call_all")}`));
    const names = call.waiting.map(one => node("div", `who ${one.stand}`, `${STAND_MARKS[one.stand]} ${this.in(one.name)}${one.entry ? ` #${String(one.entry).padStart(3, "0")}` : ""}`));
    this.heldList = node("div", "held fits", ...names);
    this.heldMore = node("div", "rest", "");
    return node("div", "holding", this.heldList, this.heldMore);
  }

  programme() {
    const items = this.board.programme;
    const made = node("section", "panel programme");
    this.lines = [];
    if (!items.length) return made;
    const from = Math.min(...items.map(item => item.starts)), to = Math.max(...items.map(item => item.ends));
    const lanes = Math.max(...items.map(item => item.lane)) + 1;
    const track = node("div", lanes > 2 ? "track dense" : "track");
    track.style.setProperty("--lanes", lanes);
    const at = moment => ((moment - from) / (to - from)) * 100;
    for (let hour = Math.ceil(from / (60 * MINUTE)) * 60 * MINUTE; hour < to; hour += 60 * MINUTE) {
      const tick = node("i", "hour", span("", this.time(hour)));
      tick.style.left = `${at(hour)}%`;
      track.append(tick);
    }
    for (const item of items) {
      const next = Math.min(to, ...items.filter(other => other.lane === item.lane && other.starts > item.starts).map(other => other.starts));
      track.append(this.bar(item, at, next));
    }
    const line = node("i", "now-line");
    track.append(line);
    this.lines.push({ line, from, to });
    made.append(node("div", "when", span("label", this.say("programme")), span("value", this.day(from).replace(/[/ ]\d{4}$/, "")), this.framed ? this.ways() : null), track);
    return made;
  }

  ways() { // buttons that leave the wall, fill the screen and look back; a television (/tv) has none
    const home = node("a", "way", this.say("home"));
    home.href = "/";
    const full = node("button", "way", this.say("fullscreen"));
    full.onclick = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
    const time = node("a", "way", this.say(this.slider ? "back_to_live" : "look_back"));
    time.href = this.slider ? "/wall" : "/wall?travel=1";
    return node("div", "ways", home, this.slider ? null : full, time);
  }

  bar(item, at, next) {
    const label = span("", this.in(item.short));
    const made = node("div", "item", label);
    // The name of a short item may extend into the free time after it.
    label.style.width = `${((next - item.starts) / (item.ends - item.starts)) * 100}%`;
    made.style.left = `${at(item.starts)}%`;
    made.style.width = `calc(${at(item.ends) - at(item.starts)}% - 3px)`;
    made.style.setProperty("--lane", item.lane);
    this.every(() => {
      const late = item.late_from !== null && this.now() > item.late_from;
      made.className = `item ${item.progress} ${late ? "late" : ""} ${item.kind}`;
    });
    return made;
  }

  moveNowLines() {
    for (const { line, from, to } of this.lines ?? []) {
      const share = (this.now() - from) / (to - from);
      line.hidden = share < 0 || share > 1;
      line.style.left = `${share * 100}%`;
    }
  }

  // --- the arrival curve ---

  curve() {
    const { arrivals } = this.board;
    if (!arrivals || !this.chart) return;
    const { width, height } = this.chart.getBoundingClientRect();
    if (width < 50 || height < 30) return;
    const points = [...arrivals.curve];
    const starts = arrivals.starts, plan = arrivals.plan;
    const from = Math.min(plan.length ? plan[0][0] : starts - 60 * MINUTE, points.length ? points[0][0] : starts);
    const to = Math.max(starts + 20 * MINUTE, points.length ? points[points.length - 1][0] : 0);
    const top = Math.max(arrivals.expected, arrivals.here, 1);
    const unit = parseFloat(getComputedStyle(this.root).getPropertyValue("--unit-px")) || width / 480;
    const floor = height - 26 * unit, ceiling = 6 * unit;
    const x = moment => ((Math.min(Math.max(moment, from), to) - from) / (to - from)) * width;
    const y = value => floor - (value / top) * (floor - ceiling);
    const path = list => list.map(([moment, value], i) => `${i ? "L" : "M"}${x(moment).toFixed(1)},${y(value).toFixed(1)}`).join("");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    const shape = (tag, name, attributes) => {
      const made = document.createElementNS(svg.namespaceURI, tag);
      made.setAttribute("class", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      svg.append(made);
      return made;
    };
    const label = (text, left, bottom, anchor, name = "tick") => { shape("text", name, { x: left, y: bottom, "text-anchor": anchor }).textContent = text; };
    shape("line", "axis", { x1: 0, x2: width, y1: floor, y2: floor });
    if (plan.length) shape("path", "plan", { d: path([...plan, [to, plan[plan.length - 1][1]]]) });
    const end = Math.min(this.now(), to);
    if (points.length) {
      const drawn = [[points[0][0], 0], ...points, [Math.max(end, points[points.length - 1][0]), arrivals.here]];
      shape("path", "area", { d: `${path(drawn)}L${x(drawn[drawn.length - 1][0])},${floor}L${x(drawn[0][0])},${floor}Z` });
      shape("path", "actual", { d: path(drawn) });
    }
    const now = this.now();
    if (now >= from && now <= to) shape("line", "now", { x1: x(now), x2: x(now), y1: ceiling, y2: floor });
    shape("line", "start", { x1: x(starts), x2: x(starts), y1: ceiling, y2: floor });
    label(this.time(from), 0, height - 3 * unit, "start");
    label(this.time(starts), Math.min(x(starts), width - 30 * unit), height - 3 * unit, "middle");
    if (plan.length) label(`– – ${this.say("plan")}`, 2, ceiling + 20 * unit, "start", "tick legend");
    this.chart.replaceChildren(svg);
  }

  // --- what fits, and the notice of a lost connection ---

  fit() { // each line is shown whole or not at all
    const narrow = matchMedia("(max-width: 900px)").matches;
    for (const list of this.root.querySelectorAll(".fits")) {
      const shown = [...list.children];
      const over = () => shown.length && shown[shown.length - 1].getBoundingClientRect().bottom > list.getBoundingClientRect().bottom + 1;
      while (!narrow && over()) shown.pop().classList.add("out"); // one at a time: hiding a line changes the size of its neighbours
      if (list === this.heldList && shown.length < list.childElementCount) this.heldMore.textContent = this.say("roll_call_more", { count: this.figure(list.childElementCount - shown.length) });
      if (list !== this.entryList) continue;
      const rest = this.board.entries_open - shown.length;
      this.entryMore.textContent = rest > 0 ? this.say("entries_more", { count: this.figure(rest) }) : "";
    }
  }

  noticeBox() {
    this.box = node("div", "notice");
    this.box.setAttribute("role", "alert");
    return this.box;
  }

  notice() {
    if (!this.box) return;
    const { lost, healthy, age } = live;
    const cut = lost ? this.say("lost") : healthy ? "" : this.say("lost_database");
    if (cut && !this.cutSince) this.cutSince = lost ? live.heard : Date.now();
    if (!cut) this.cutSince = null;
    const seconds = Math.round((Date.now() - (this.cutSince ?? Date.now())) / 1000);
    const since = seconds < 120 ? this.say("seconds", { number: seconds }) : this.span(seconds * 1000);
    this.box.replaceChildren(...(cut ? [...(this.board?.event.rehearsal ? [span("rehearsal", this.say("rehearsal"))] : []), span("cut", cut), span("old", this.say("lost_more", { span: since }))] : []));
    this.root.classList.toggle("is-lost", Boolean(cut));
    const paused = this.board?.clock.speed === 0 && !this.board?.past;
    this.state.className = cut ? "state bad" : paused || this.board?.past ? "state paused" : "state";
    this.state.textContent = this.board?.past ? this.say("past") : cut ? `✕ ${since}` : paused ? `❚❚ ${this.say("paused")}` : `● ${this.say("live")} · ${this.say("seconds", { number: Math.round(age / 1000) })}`;
  }
}
