// Draws the wall from the board document. The server decides (levels, silence, lateness, which reasons are shown, and the moments
// at which any of these change); this module runs the clock and the ages.
// All text from people is set as text, never as markup.

import { keepAwake } from "/assets/awake.js";
import { live } from "/assets/live.js";
import { draw as drawCourse, panel } from "/assets/panel.js";
import { node, span, tile } from "/assets/tile.js";

const STAND_MARKS = { go: "✓", conditional: "!", no_go: "✕", voided: "✕", expired: "?", silent: "?" };
const OUTCOME_MARKS = { go: "✓", conditional: "!", not_ready: "✕" };
const MINUTE = 60000, DAY = 1440 * MINUTE;
const VERDICT = { late: "late", at_risk: "at_risk", silent: "silent", not_started: "not_started", fine: "ready" }; // count: the level that gives its mark
// Lines of the headlines by level (late, at risk, others), the richest first: the first that fits the screen is taken.
// No line: not even one where the tile has a reason to give.
const LINES = [[4, 3, 2], [3, 2, 2], [3, 2, 1], [3, 1, 1], [2, 1, 1], [2, 1, 0], [2, 0, 0], [1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]];
const TILES = [".late", ".at_risk", ":not(.late, .at_risk)"]; // by level, in the same order

// Streamlit's own messages on a lost connection are English and would cover the wall, which draws its own notice.
const HIDDEN = '[data-testid="stDialog"], [data-testid="stStatusWidget"] { display: none !important; }';

export function mount({ data, parentElement }) {
  const wall = (parentElement.wall ??= new Wall(parentElement));
  wall.dress(data);
  if (wall.board) dispatchEvent(new Event("wall-drawn")); // the one before it may go (first_wall.js)
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

function setLines(place, level, lines) {
  place.style.setProperty(`--${level}lines`, Math.max(lines, 1));
  place.style.setProperty(`--${level}headline`, lines ? "-webkit-box" : "none");
}

// Whether a headline says more than is shown.
function isCut(headline) { return headline.scrollHeight > headline.clientHeight + 1 || (headline.textContent && !headline.clientHeight); }

export class Wall {
  constructor(root) {
    this.root = root.querySelector(".wall");
    this.style = document.head.appendChild(Object.assign(document.createElement("style"), { textContent: HIDDEN }));
    this.ticks = [];
    this.letSleep = keepAwake();
    this.forget = live.drawBoard(board => this.travels || this.draw(board)); // a live board does not replace one of the past
    this.onState = () => this.notice();
    live.states.add(this.onState);
    this.timer = setInterval(() => this.tick(), 500);
    this.sized = new ResizeObserver(() => this.board && this.size !== this.drawnFor && this.draw(this.board)); // it calls once at the start, too
    this.sized.observe(this.root);
    this.onFonts = () => this.board && this.fit(); // what fits depends on the font, whose weights load at first use
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

  get size() { return `${this.root.clientWidth}×${this.root.clientHeight}`; }

  dress({ words, marks, language, board, framed, slider, trust }) {
    this.words = words;
    this.marks = marks; // by level, the same as on every other page
    this.language = language;
    this.framed = framed;
    this.trust = trust;
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
    return (this.words[key] ?? key).replace(/\{(\w{1,40})(?::([^|}]{0,40})\|([^}]{0,40}))?\}/g, (_, name, one, several) =>
      several === undefined ? facts[name] ?? "" : String(facts[name]) === "1" ? one : several); // as `Counted` of data.words
  }
  in(both) { return both?.[this.language] || both?.vi || ""; }
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
  dayShort(moment) { return this.day(moment).replace(/[/ ]\d{4}$/, ""); }
  daysFrom(moment) { // calendar days from today
    return Math.floor(this.local(moment) / DAY) - Math.floor(this.local(this.now()) / DAY);
  }
  near(moment) { // the time, and the day where it is not today
    return this.daysFrom(moment) === 0 ? this.time(moment) : `${this.dayShort(moment)} ${this.time(moment)}`;
  }
  soon(moment) { // the time, or the day where it is not today
    return this.daysFrom(moment) === 0 ? this.time(moment) : this.dayShort(moment);
  }
  ago(moment) { // 09:30, yesterday 16:00, 19/7 16:00
    return this.daysFrom(moment) === -1 ? this.say("yesterday", { time: this.time(moment) }) : this.near(moment);
  }
  dayAndTime(moment) { // today 17:00, tomorrow 17:00, 27/7 17:00
    const word = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[this.daysFrom(moment)];
    return word ? this.say(word, { time: this.time(moment) }) : this.near(moment);
  }
  lower(text) { return text.charAt(0).toLowerCase() + text.slice(1); }
  span(ms) {
    const { key, facts } = age(ms);
    return this.say(key, Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, this.figure(value)])));
  }
  until(moment) { // a countdown: in calendar days where it is more than one
    const days = this.daysFrom(moment);
    return days > 1 ? this.say("in_days", { count: this.figure(days) }) : this.say("in", { span: this.lasting(moment - this.now()) });
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
    this.sectionName = Object.fromEntries(board.sections.map(section => [section.id, this.in(section.name)]));
    const foot = board.roll_call ? this.rollCall(board.roll_call) : this.programme(); // a running roll-call replaces the programme
    this.root.replaceChildren(...[this.bands(), this.head(), panel(this), this.sections(), this.side(), foot].filter(Boolean));
    this.root.classList.toggle("no-foot", !foot);
    if (this.trust && ["before", "near"].includes(board.event.phase)) this.root.dataset.trust = this.trust; // while telephones are set up
    else delete this.root.dataset.trust;
    this.notice();
    this.fit();
    this.moveNowLines();
    this.drawnFor = this.size;
  }

  tick() {
    if (!this.board) return;
    this.ticks.forEach(update => update());
    if (this.reshaped) this.fitTiles();
    const minute = Math.floor(this.now() / MINUTE);
    if (minute !== this.drawnAt) {
      this.fitPlaces(); // what runs late says more
      if (this.chart) drawCourse(this, this.chart, this.course());
    }
    this.drawnAt = minute;
    this.moveNowLines();
  }

  head() {
    const { event, running, next } = this.board;
    const badge = event.mark ? span(`rehearsal ${event.mark}`, this.say(event.mark)) : null;
    const name = node("div", "name", node("h1", "", this.in(event.name)), node("div", "row theme-row", badge, span("theme", this.in(event.theme))));
    const lines = [];
    if (running.length) lines.push([span("label", this.say("now")), ...this.parallel(running), this.ending(running)]);
    else if (event.phase === "during") lines.push([span("label", this.say("now")), span("what quiet", this.say("nothing_now"))]);
    if (next) lines.push([span("label", this.say("next")), span("what", this.in(next.short)), span("where", this.in(next.venue)), this.countdown(next)]);
    else if (event.phase === "after") lines.push([span("what quiet", this.say("event_over"))]);
    else lines.push([span("label", this.say("next")), span("what quiet", this.say("nothing_next"))]);
    const going = node("div", "going", ...lines.map(line => node("div", "line", ...line)), this.framed ? this.ways() : null);
    const clock = node("div", "clock", this.ticking("time", now => this.time(now)), this.ticking("date", now => this.date(now)));
    this.state = span("state", "");
    clock.append(this.state);
    return node("header", "head", name, going, clock);
  }

  // When what is going on should end: by its plan, or later by the script's forecast; once that has passed, by how much.
  ending(items) {
    const ends = Math.max(...items.map(item => item.ends));
    const due = now => Math.max(...items.map(item => item.due + (item.held === null ? 0 : Math.max(now - item.held, 0))));
    const late = now => Math.max(due(now), now) - ends;
    const made = this.ticking("until", now => {
      if (late(now) < MINUTE) return this.say("ends", { at: this.time(ends) });
      if (due(now) < ends + MINUTE) return this.say("over_by", { span: this.lasting(now - ends) });
      return this.say("running_late", { span: this.lasting(late(now)), at: this.time(Math.max(due(now), now)) });
    });
    this.every(() => made.classList.toggle("late", late(this.now()) >= MINUTE));
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
      if (left < 0) return this.say("late_by", { span: this.lasting(-left) });
      if (item.begins < item.starts + MINUTE) return this.until(item.starts);
      return this.say("begins_late", { at: this.time(item.begins), span: this.lasting(item.begins - item.starts) });
    });
    this.every(() => made.classList.toggle("late", item.starts < this.now() || item.begins >= item.starts + MINUTE));
    return made;
  }

  date(now) {
    const weekday = this.say(`weekday_${this.local(now).getUTCDay()}`);
    return `${weekday} ${this.day(now)}`;
  }

  // The whole in one line, then a tile for each section.
  sections() {
    const { sections, counts } = this.board;
    const verdict = node("div", "verdict", ...Object.entries(VERDICT).filter(([count]) => counts[count]).map(([count, level]) =>
      span(`said ${level}`, `${this.marks[level]} ${this.say(`verdict_${count}`, { count: this.figure(counts[count]) })}`)));
    this.tiles = node("div", "tiles", ...sections.map(section => tile(this, section)));
    this.tiles.style.setProperty("--columns", sections.length > 10 ? 3 : 2);
    return node("section", "sections", verdict, this.tiles);
  }

  side() {
    const { entries, entries_open: open, newest } = this.board;
    const list = node("div", "entries fits", ...entries.map(entry => this.entry(entry)));
    list.rest = { place: span("more", ""), total: open, key: "entries_more" };
    return node(
      "section", "panel side",
      node("div", "open", node("div", "row label", span("", this.say("entries")), span("value", this.figure(open))), entries.length ? list : node("div", "none", `✓ ${this.say("no_entries")}`), list.rest.place),
      node("div", "latest", node("div", "label newest-title", this.say("newest")), node("div", "newest fits", ...newest.map(change => this.change(change)))),
    );
  }

  entry(entry) {
    const facts = this.ticking("facts", now => [this.say(`entry.${entry.status}`), this.span(now - entry.opened), this.sectionName[entry.section]].filter(Boolean).join(" · "));
    return node("div", `entry p${entry.priority}`, span("priority", `P${entry.priority}`), node("div", "", node("div", "text", `#${String(entry.number).padStart(3, "0")} ${entry.text}`), facts));
  }

  change(change) {
    const who = this.actor(change);
    return node("div", `change ${change.status ?? ""}`, this.ticking("at", () => this.ago(change.at)), node("div", "", who ? span("where", `${who} `) : null, span("what", this.sentence(change))));
  }

  // Who acted: a section, several that confirmed, or the office that is none of them.
  actor({ command, by, section, others }) {
    if (command === "call_silence" || command === "open_entry" && !section) return ""; // the installation's own
    const names = [section, ...others].map(id => this.sectionName[id]).filter(Boolean);
    if (names.length > 3) return this.say("confirmed_by", { count: this.figure(names.length) });
    if (names.length > 1) return names.join(", ") + ":";
    return by && this.words[`role.${by}`] ? this.say(`role.${by}`) : names[0] ?? "";
  }

  sentence(change) {
    const subject = this.in(change.subject);
    const number = String(change.number ?? "").padStart(3, "0");
    switch (change.command) {
      case "report_status": return `${this.say(`status.${change.status}`)}: ${change.text || subject}`;
      case "edit_task": return `${subject}: ${this.say("plan_edited")}`;
      case "confirm_section": return this.say("confirmed");
      case "set_headline": return change.text;
      case "call_silence": return this.say("call_silence", { office: [this.say(`rung.${change.level}`), this.sectionName[change.section]].filter(Boolean).join(" ") });
      case "acknowledge_silence": return this.say("acknowledge_silence");
      case "open_entry": return change.section ? `${this.entered(change, number)}: ${change.text}` : change.text;
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

  // An incident that another office wrote names the section that it is about.
  entered({ by, section }, number) {
    return by ? this.say("entry_by", { number, section: this.sectionName[section] ?? "" }) : this.say("entry_opened", { number });
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
    return node("div", "moment", span("label", this.say("roll_call_about", { at: this.near(call.about) })), left, span("label", this.say("roll_call_left")));
  }

  clockLeft(ms) { // 18:05, or 1:18:05
    const seconds = Math.max(Math.ceil(ms / 1000), 0), two = number => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    return `${hours ? `${hours}:` : ""}${hours ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  }

  outcome(call) {
    return node("div", "moment", span("label", `${this.say("roll_call_result")} ${this.say("roll_call_about", { at: this.near(call.about) })}`), node("div", "result", `${OUTCOME_MARKS[call.outcome]} ${this.say(`outcome.${call.outcome}`)}`));
  }

  heldUpBy(call) {
    if (!call.waiting.length) return node("div", "held", span("all", `✓ ${this.say("roll_call_all")}`));
    const names = call.waiting.map(one => node("div", `who ${one.stand}`, `${STAND_MARKS[one.stand]} ${this.in(one.name)}${one.entry ? ` #${String(one.entry).padStart(3, "0")}` : ""}`));
    const list = node("div", "held fits", ...names);
    list.rest = { place: node("div", "rest", ""), total: names.length, key: "roll_call_more" };
    return node("div", "holding", list, list.rest.place);
  }

  programme() {
    const items = this.board.programme;
    this.lines = [];
    if (!items.length) return null;
    const made = node("section", "panel programme");
    made.tabIndex = 0; // where it is wider than a telephone it is scrolled by the arrow keys as well
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
    made.append(node("div", "when", span("label", this.say("programme")), span("value", this.dayShort(from))), track);
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
    const label = node("span", "", node("b", "", this.in(item.short)));
    const made = node("div", "item", label);
    // The name of a short item may extend into the free time after it.
    label.style.width = `${((next - item.starts) / (item.ends - item.starts)) * 100}%`;
    made.style.left = `${at(item.starts)}%`;
    made.style.width = `calc(${at(item.ends) - at(item.starts)}% - 3px)`;
    made.style.setProperty("--lane", item.lane);
    this.every(() => {
      const late = item.late_from !== null && this.now() > item.late_from;
      const crossed = item.starts <= this.now() && this.now() < next;
      made.className = `item ${item.progress} ${late ? "late" : ""} ${crossed ? "crossed" : ""} ${item.kind}`;
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

  // --- what fits, and the notice of a lost connection ---

  fit() {
    this.fitTiles();
    this.fitPlaces();
    this.fitBars();
    const narrow = matchMedia("(max-width: 900px)").matches;
    for (const list of this.root.querySelectorAll(".fits")) this.fitList(list, narrow);
    if (this.chart) drawCourse(this, this.chart, this.course());
  }

  fitList(list, narrow) { // each line is shown whole or not at all
    const shown = [...list.children], { place, total, key } = list.rest ?? {};
    shown.forEach(line => line.classList.remove("out"));
    const over = () => shown.length && shown[shown.length - 1].getBoundingClientRect().bottom > list.getBoundingClientRect().bottom + 1;
    if (place) place.textContent = "";
    for (let settled = false; !settled;) { // what is said of the rest takes room itself
      while (!narrow && over()) shown.pop().classList.add("out"); // one at a time: hiding a line changes the size of its neighbours
      const said = place && total > shown.length ? this.say(key, { count: this.figure(total - shown.length) }) : "";
      settled = !place || place.textContent === said;
      if (!settled) place.textContent = said;
    }
  }

  fitPlaces() { // how late it is comes before where: a place is shown whole or not at all
    for (const place of this.root.querySelectorAll(".line .where")) {
      place.classList.remove("out");
      place.classList.toggle("out", place.scrollWidth > place.clientWidth + 1);
    }
  }

  fitBars() { // of a short item nothing is said rather than a few letters
    for (const name of this.root.querySelectorAll(".item span")) {
      name.classList.remove("out");
      name.classList.toggle("out", name.scrollWidth > name.clientWidth + 1);
    }
  }

  fitTiles() { // the worst tiles say most; the others give way until all feet are on the screen
    this.reshaped = false;
    const fits = () => this.tiles.scrollHeight <= this.tiles.clientHeight + 1;
    for (const tile of this.tiles.children) tile.removeAttribute("style");
    const take = lines => ["late-", "risk-", "other-"].forEach((level, number) => setLines(this.tiles, level, lines[number]));
    let from = 0, to = LINES.length - 1; // where the richest that fits stands; by halves, since each look has the browser lay out anew
    while (from < to) {
      const middle = (from + to) >> 1;
      take(LINES[middle]);
      if (fits()) to = middle;
      else from = middle + 1;
    }
    const taken = LINES[from];
    take(taken);
    TILES.forEach((level, number) => { // then each takes the room that is left
      for (const tile of this.tiles.querySelectorAll(`:scope > ${level}`))
        for (let lines = taken[number] + 1; lines <= LINES[0][number] && isCut(tile.querySelector(".headline")); lines++) {
          setLines(tile, "", lines);
          if (fits()) continue;
          setLines(tile, "", lines - 1);
          break;
        }
    });
  }

  // Above everything, so that nothing lies below them: the past that is shown, and a lost connection.
  bands() {
    const { past } = this.board;
    this.box = node("div", "notice");
    this.box.setAttribute("role", "alert");
    const at = this.now();
    return node("div", "bands", past ? node("div", "band", this.say("viewing_past", { at: this.say("moment", { time: this.time(at), day: this.day(at) }) })) : null, this.box);
  }

  notice() {
    if (!this.box) return;
    const { lost, healthy, age } = live;
    const cut = lost ? this.say("lost") : healthy ? "" : this.say("lost_database");
    if (cut && !this.cutSince) this.cutSince = lost ? live.heard : Date.now();
    if (!cut) this.cutSince = null;
    const seconds = Math.round((Date.now() - (this.cutSince ?? Date.now())) / 1000);
    const since = seconds < 120 ? this.say("seconds", { number: seconds }) : this.span(seconds * 1000);
    this.box.replaceChildren(...(cut ? [...(this.board?.event.mark ? [span(`rehearsal ${this.board.event.mark}`, this.say(this.board.event.mark))] : []), span("cut", cut), span("old", this.say("lost_more", { span: since }))] : []));
    if (this.root.classList.contains("is-lost") !== Boolean(cut)) {
      this.root.classList.toggle("is-lost", Boolean(cut));
      this.fit(); // the band takes room
    }
    const paused = this.board?.clock.speed === 0 && !this.board?.past;
    this.state.className = cut ? "state bad" : paused || this.board?.past ? "state paused" : "state";
    this.state.textContent = this.board?.past ? this.say("past") : cut ? `✕ ${since}` : paused ? `❚❚ ${this.say("paused")}` : `● ${this.say("live")} · ${this.say("seconds", { number: Math.round(age / 1000) })}`;
  }
}
