// The browser's end of the live feed: one WebSocket for the whole tab, shared by everything on the page.
// It wakes the fragments whose topics changed, and shows when the server or the database does not answer.

import "/assets/taps.js"; // every page of Streamlit loads this module
import { running } from "/assets/focus.js";
import { say, strip } from "/assets/connecting.js";
import { forget } from "/assets/typing.js";

const MAX_SILENCE = 7000; // ms without a heartbeat (one comes every 3 s) after which the page says that it is disconnected
const RETRY_DELAYS = [500, 1000, 2000, 3000]; // ms
const REDIRECTS = { 4401: "/sign-in?ended", 4423: "/unlock" }; // by close code: the sign-in was ended; the desk was locked
const MAX_WAIT = 20000; // ms that a region waits for a person who types in it, and for a run of the page to end
const SETTLING = 40; // ms after a run until its regions are mounted and report the revision they show

// While a person types, their region waits: a redraw at that moment may drop half a line. The other regions go on.
function typingIn(region) {
  const field = document.activeElement;
  return Boolean(region?.contains(field) && field.matches('textarea, input:not([role="combobox"])') && field.value && field.type !== "range");
}

class Live {
  constructor() {
    // element -> {topics, throttle, wake, region, shown: the revision it was drawn at, seen: the newest one of its topics,
    // waitsSince: when it began to wait (null: it does not), notBefore: when it may be woken, forced: even at the same revision}
    this.watchers = new Map();
    this.changedAt = new Map(); // topic -> the newest revision at which it changed
    this.wokenAt = new Map(); // topics -> when a region that watches them was woken last
    this.boards = new Set(); // functions that draw the wall's board
    this.states = new Set(); // functions that show the connection's state
    this.socket = null;
    this.attempt = 0;
    this.heard = null; // when the last message arrived, or the feed was first asked for; null: not asked for yet
    this.healthy = true;
    this.skew = 0; // ms that the server's clock is ahead of this one
    this.board = null;
    this.waking = false; // a region was woken in this turn
    this.leaving = false; // the person leaves the page: the end of the sign-in needs no redirect
    setInterval(() => this.check(), 1000);
    addEventListener("online", () => this.open());
    const ended = new MutationObserver(() => setTimeout(() => this.wakeWaiting(), SETTLING));
    ended.observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["data-test-script-state"] });
    addEventListener("focusout", () => setTimeout(() => this.wakeWaiting(), 200)); // after what was typed has been sent
  }

  get age() { return this.heard === null ? 0 : Date.now() - this.heard; }
  get lost() { return this.age > MAX_SILENCE; }
  get now() { return Date.now() + this.skew; }

  topics() {
    const all = new Set(this.boards.size ? ["wall", "event", "clock"] : []);
    for (const { topics } of this.watchers.values()) topics.forEach(topic => all.add(topic));
    return [...all];
  }

  open() {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    this.heard ??= Date.now();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live?topics=${this.topics().join(",")}`);
    this.socket = socket;
    socket.onopen = () => this.subscribe(); // and hears what changed in the time without a connection
    socket.onmessage = ({ data }) => this.receive(JSON.parse(data));
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (REDIRECTS[code] && !this.leaving) {
        forget();
        location.replace(REDIRECTS[code]);
      }
      setTimeout(() => this.open(), RETRY_DELAYS[Math.min(this.attempt++, RETRY_DELAYS.length - 1)]);
    };
  }

  receive(message) {
    this.heard = Date.now();
    this.attempt = 0;
    if (message.kind === "beat") this.beat(message);
    else if (message.kind === "changed") {
      // Of what turned it may be lower than before, where an older copy of the database was put in place.
      for (const [topic, revision] of Object.entries(message.revisions))
        this.changedAt.set(topic, Math.max(revision, message.turned.includes(topic) ? 0 : (this.changedAt.get(topic) ?? 0)));
      for (const watcher of this.watchers.values()) {
        const newest = Math.max(...watcher.topics.map(topic => message.revisions[topic] ?? 0));
        const turned = watcher.topics.some(topic => message.turned.includes(topic));
        watcher.seen = Math.max(watcher.seen, newest);
        if (turned || newest > watcher.shown) this.announce(watcher, turned);
      }
    } else if (message.kind === "board" && message.board) {
      this.board = message.board;
      this.boards.forEach(draw => draw(message.board));
    }
    this.show();
  }

  beat({ version, healthy, real }) {
    this.version ??= version;
    // The server was upgraded: a wall reloads itself; on any other page a person may be typing.
    if (this.version !== version && this.boards.size) location.reload();
    this.healthy = healthy;
    this.skew = real - Date.now();
    // Drawn while the database did not answer, which may have been over before the server looked.
    if (healthy) for (const watcher of this.watchers.values()) if (!watcher.shown) this.announce(watcher, true);
  }

  // `turned`: nothing was recorded, the clock alone changed something, or a database is back.
  announce(watcher, turned) {
    watcher.forced ||= turned;
    if (!watcher.waitsSince) {
      watcher.waitsSince = Date.now();
      const earliest = (this.wokenAt.get(`${watcher.topics}`) ?? 0) + watcher.throttle;
      watcher.notBefore = Math.max(earliest, Date.now() + Math.random() * watcher.throttle); // spreads the tabs of a hall
    }
    this.wakeWaiting();
  }

  // A region waits for the current run of its page. When the next run is requested as the current one ends, Streamlit (1.67) drops
  // what the current run has yet to deliver, the answer to a scan included; and a tapped control would be sent, and recorded, twice.
  // One at a time: Streamlit merges the requests of one turn into one, under the name of one region, and would skip the others.
  wakeWaiting() {
    if (this.waking) return;
    for (const watcher of this.watchers.values()) {
      if (!watcher.waitsSince || ((running() || typingIn(watcher.region)) && Date.now() - watcher.waitsSince < MAX_WAIT)) continue;
      if (Date.now() < watcher.notBefore) continue; // `check` tries again every second
      const wanted = watcher.forced || watcher.shown < watcher.seen; // not where the person's own tap has just drawn it
      watcher.waitsSince = null;
      watcher.forced = false;
      if (!wanted) continue;
      this.wokenAt.set(`${watcher.topics}`, Date.now());
      watcher.wake(watcher.seen);
      this.waking = true;
      setTimeout(() => { this.waking = false; this.wakeWaiting(); }, SETTLING);
      return;
    }
  }

  watch(element, { topics, revision, rest: throttle }, wake) {
    const region = (element.getRootNode().host ?? element).closest('[data-testid="stVerticalBlock"]');
    const watcher = { topics, throttle, wake, region, shown: revision, seen: revision, waitsSince: null, notBefore: 0, forced: false };
    this.watchers.set(element, watcher);
    this.subscribe();
    watcher.seen = Math.max(revision, ...topics.map(topic => this.changedAt.get(topic) ?? 0)); // a change may arrive while a region is drawn
    if (revision && watcher.seen > revision) this.announce(watcher, false);
    return () => this.watchers.delete(element);
  }

  drawBoard(draw) {
    this.boards.add(draw);
    this.subscribe();
    return () => this.boards.delete(draw);
  }

  // Tells the revision that each topic is shown at: the server answers where a newer change was not heard of here.
  subscribe() {
    const watch = Object.fromEntries(this.topics().map(topic => [topic, null]));
    for (const { topics, shown } of this.watchers.values())
      if (shown) topics.forEach(topic => (watch[topic] = Math.min(watch[topic] ?? shown, shown)));
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ watch }));
    else if (!this.socket) this.open();
  }

  check() {
    this.show();
    this.wakeWaiting();
    if (!this.lost) return;
    // A half-open connection never closes by itself: drop it and try a new one.
    if (this.socket && this.age > MAX_SILENCE + 2000) {
      const dead = this.socket;
      this.socket = null;
      dead.close();
      this.open();
    }
  }

  show() { this.states.forEach(state => state(this)); }
}

export const live = (window.sanSangLive ??= new Live());

// --- the banner of every page but the wall, which draws its own notice ---

function drawBanner(connection) {
  strip("live-lost", connection.lost ? say("lost") : connection.healthy ? "" : say("lost_database"));
}

export function watch({ data, parentElement, setTriggerValue }) {
  live.states.add(drawBanner);
  if (data.language) document.cookie = `${data.language_cookie}=${data.language};path=/;max-age=31536000;samesite=lax`;
  document.documentElement.lang = data.language ?? "vi";
  document.documentElement.toggleAttribute("data-alone", Boolean(data.alone)); // no fields for English (style.css)
  return live.watch(parentElement, data, revision => setTriggerValue("revision", revision));
}

// Leave this page for an address of this server, in the same tab; Streamlit's own links open a new one.
export async function go({ data }) {
  live.leaving = true;
  if (data.post) forget(); // the next person at this browser is another one
  const answer = data.post ? await fetch(data.post, { method: "POST" }).catch(() => null) : null;
  if (data.post && !answer) live.leaving = false; // disconnected: the banner says so
  else if (answer?.redirected && answer.url.startsWith(`${location.origin}/`)) location.assign(answer.url);
  else if (data.to?.startsWith("/")) location.assign(data.to);
}
