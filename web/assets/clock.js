// The screens of a room: the speaker's clock, backstage and the words to read aloud. Each counts by itself what is left, from what the
// server said last, and goes on while the server is lost.
// All text from people is set as text, never as markup.

import { keepAwake } from "/assets/awake.js";
import { live } from "/assets/live.js";
import { node } from "/assets/tile.js";

const SECOND = 1000, MINUTE = 60 * SECOND;
const SOON = 5 * MINUTE, LAST = MINUTE; // what is left at which the face turns amber, then red

export function mount({ data, parentElement }) {
  const face = (parentElement.face ??= new Face(parentElement.querySelector(".speaker")));
  face.dress(data);
  return () => face.leave();
}

// Minutes and seconds: 12:05, 0:59, -3:20; hours from the first on: 1:02:05.
export function counted(ms) {
  const total = Math.abs(ms < 0 ? Math.floor(ms / SECOND) : Math.ceil(ms / SECOND));
  const two = number => String(number).padStart(2, "0");
  const hours = Math.floor(total / 3600), minutes = Math.floor(total / 60) % 60;
  const shown = hours ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
  return ms < 0 && total ? `−${shown}` : shown;
}

function texts({ texts, words }) {
  const paragraphs = text => (text ? text.split("\n") : [words.no_words]).map(line => node("p", text ? "" : "none", line));
  return node("div", "sheet texts", ...texts.map(one => node("section", "", node("h2", "", one.title), ...paragraphs(one.words))));
}

function rows({ rows, words }) {
  const cell = (label, text) => text ? node("div", "cell", node("span", "label", label), node("span", "", text)) : "";
  return node("div", "sheet rows", ...rows.map(row => node(
    "div", `row ${row.state}`,
    node("div", "at", node("span", "", row.at), row.late ? node("small", "", row.late) : ""),
    node("div", "what", node("strong", "", row.title), row.who ? node("span", "who", row.who) : "", cell(words.technique, row.technique), cell(words.backstage, row.backstage), cell(words.note, row.note)),
  )));
}

class Face {
  constructor(root) {
    this.root = root;
    this.letSleep = keepAwake();
    this.onState = () => this.tick();
    live.states.add(this.onState);
    this.timer = setInterval(() => this.tick(), 250);
  }

  leave() {
    this.letSleep();
    live.states.delete(this.onState);
    clearInterval(this.timer);
  }

  dress(data) {
    this.data = data;
    document.documentElement.lang = document.documentElement.lang || "vi";
    const { words } = data;
    this.left = node("div", "left");
    this.state = node("div", "state");
    this.notice = node("div", "notice");
    const room = data.back ? Object.assign(node("a", "back", `‹ ${data.room}`), { href: data.back }) : node("span", "room", data.room);
    const head = node("header", "", room, data.mark ? node("span", `mark ${data.mark}`, words[data.mark]) : "");
    const title = node("div", "title", data.speaker || data.title || words.nothing); // who reads a paper sees their own time
    const next = data.next ? node("footer", "", node("span", "label", words.next), node("span", "", `${data.begins_at} · ${data.next}`)) : "";
    const message = data.message ? node("div", "message", data.message) : "";
    message && message.setAttribute("role", "alert");
    this.root.dataset.view = data.view;
    const speaker = data.view === "speaker";
    const face = speaker ? [title, this.left, this.state, message, next] : [node("div", "strip", title, this.state, this.left), message, this.sheet(data)];
    const scrolled = this.kept?.node.scrollTop ?? 0;
    this.root.replaceChildren(...[head, ...face, this.notice].filter(Boolean));
    if (!speaker) this.kept.node.scrollTop = scrolled;
    this.tick();
  }

  // What is made ready, or read aloud; who reads keeps their place while nothing of it changes.
  sheet(data) {
    const drawn = JSON.stringify([data.view, data.rows, data.texts]);
    if (this.kept?.drawn !== drawn) this.kept = { drawn, node: data.view === "prompter" ? texts(data) : rows(data) };
    this.kept.node.tabIndex = 0; // scrolled by the keys
    return this.kept.node;
  }

  now() { // by the event's clock, which a rehearsal may run faster or stop
    const { real, event, speed } = this.data.clock;
    return event + (live.now - real) * speed;
  }

  tick() {
    const { due, held, begins, words, lost } = this.data;
    const now = this.now();
    const left = due === null ? (begins === null ? null : begins - now) : due - (held === null ? now : held);
    this.left.textContent = left === null || (due === null && left < 0) ? "" : counted(left);
    this.left.style.setProperty("--letters", this.left.textContent.length); // hours take more room than minutes
    this.state.textContent = due === null ? (left !== null && left >= 0 ? words.until : "") : held !== null ? words.held : left < 0 ? words.over : words.left;
    const tone = due === null ? "idle" : held !== null ? "held" : left <= LAST ? "last" : left <= SOON ? "soon" : "calm";
    if (this.root.dataset.tone !== tone) this.root.dataset.tone = tone;
    const cut = live.lost || !live.healthy || lost;
    this.notice.textContent = cut ? words.lost : "";
    this.notice.hidden = !cut;
  }
}
