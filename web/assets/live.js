// The browser's end of the live feed: one WebSocket for the whole tab, shared by everything on the page.
// It wakes the fragments whose topics changed, and says so itself when the server or the database is silent.

const SILENCE = 7000; // ms without a heartbeat (one comes every 3 s) after which the page says that it is cut off
const RETRY = [500, 1000, 2000, 3000];
const AWAY = { 4401: "/sign-in?ended", 4423: "/unlock" }; // the sign-in was ended; the desk was locked
const PATIENCE = 20000; // ms that a region waits for somebody who types in it, and for a run of the page to end
const SETTLING = 40; // ms after a run until its regions are mounted and say what they show

// While somebody types, his region waits: one that is drawn anew just then may drop half a line. The others go on.
function typingIn(region) {
  const field = document.activeElement;
  return Boolean(region?.contains(field) && field.matches('textarea, input:not([role="combobox"])') && field.value && field.type !== "range");
}

// A region waits for the run of its page that goes on. Streamlit (1.67) drops what a run has yet to deliver when the next one is
// asked for as it ends, the answer to a scan included; and a control that was tapped would be sent, and recorded, once more.
function running() {
  return ["running", "rerunRequested"].includes(document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState);
}

class Live {
  constructor() {
    // element -> {topics, wake, region, shown: the revision it was drawn at, seen: the newest it heard of, waits: since when, from: not before}
    this.watchers = new Map();
    this.told = new Map(); // topic -> the newest revision at which it changed
    this.woken = new Map(); // topics -> when a region that watches them was woken last
    this.boards = new Set(); // functions that draw the wall's board
    this.states = new Set(); // functions that show the connection's state
    this.socket = null;
    this.attempt = 0;
    this.heard = Date.now(); // when anything was last heard
    this.healthy = true;
    this.skew = 0; // ms that the server's clock is ahead of this one
    this.board = null;
    this.waking = false; // a region was woken in this turn
    this.leaving = false; // the tab is on its way elsewhere by its own wish: that its sign-in ends is no news
    setInterval(() => this.look(), 1000);
    addEventListener("online", () => this.open());
    const ended = new MutationObserver(() => setTimeout(() => this.wakeWaiting(), SETTLING));
    ended.observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["data-test-script-state"] });
    addEventListener("focusout", () => setTimeout(() => this.wakeWaiting(), 200)); // after what was typed has been sent
  }

  get age() { return Date.now() - this.heard; }
  get lost() { return this.age > SILENCE; }
  get now() { return Date.now() + this.skew; }

  topics() {
    const all = new Set(this.boards.size ? ["wall", "event", "clock"] : []);
    for (const { topics } of this.watchers.values()) topics.forEach(topic => all.add(topic));
    return [...all];
  }

  open() {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live?topics=${this.topics().join(",")}`);
    this.socket = socket;
    this.fresh = true;
    socket.onopen = () => this.ask(); // what began to watch while it was on its way
    socket.onmessage = message => this.hear(JSON.parse(message.data));
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (AWAY[code] && !this.leaving) location.replace(AWAY[code]);
      setTimeout(() => this.open(), RETRY[Math.min(this.attempt++, RETRY.length - 1)]);
    };
  }

  hear(told) {
    this.heard = Date.now();
    this.attempt = 0;
    if (told.kind === "beat") {
      this.version ??= told.version;
      // The server was upgraded. A wall loads itself anew; elsewhere somebody may be typing.
      if (this.version !== told.version && this.boards.size) location.reload();
      this.healthy = told.healthy;
      this.skew = told.real - Date.now();
      if (this.fresh) this.wakeAll(told.revision); // what happened while nobody listened
      this.fresh = false;
    } else if (told.kind === "changed") {
      const topics = new Set(told.topics);
      topics.forEach(topic => this.told.set(topic, told.revision));
      for (const watcher of this.watchers.values())
        if (watcher.topics.some(topic => topics.has(topic))) this.rouse(watcher, told.revision);
    } else if (told.kind === "board" && told.board) {
      this.board = told.board;
      this.boards.forEach(draw => draw(told.board));
    }
    this.show();
  }

  wakeAll(revision) {
    for (const watcher of this.watchers.values()) if (watcher.seen < revision) this.rouse(watcher, revision);
  }

  rouse(watcher, revision) {
    watcher.anyway ||= revision <= watcher.shown; // nothing was recorded: the clock alone changed something, or a database is back
    watcher.seen = Math.max(watcher.seen, revision);
    if (!watcher.waits) {
      watcher.waits = Date.now();
      const rested = (this.woken.get(`${watcher.topics}`) ?? 0) + watcher.rest;
      watcher.from = Math.max(rested, Date.now() + Math.random() * watcher.rest); // not all tabs of a hall in one moment
    }
    this.wakeWaiting();
  }

  // One at a time: Streamlit sends what is asked for in one turn together, by the name of one region, and the others would be left out.
  wakeWaiting() {
    if (this.waking) return;
    for (const watcher of this.watchers.values()) {
      if (!watcher.waits || ((running() || typingIn(watcher.region)) && Date.now() - watcher.waits < PATIENCE)) continue;
      if (Date.now() < watcher.from) continue; // `look` comes by every second
      const wanted = watcher.anyway || watcher.shown < watcher.seen; // not where its own tap has just drawn it
      watcher.waits = null;
      watcher.anyway = false;
      if (!wanted) continue;
      this.woken.set(`${watcher.topics}`, Date.now());
      watcher.wake(watcher.seen);
      this.waking = true;
      setTimeout(() => { this.waking = false; this.wakeWaiting(); }, SETTLING);
      return;
    }
  }

  watch(element, { topics, revision, rest }, wake) {
    const region = (element.getRootNode().host ?? element).closest('[data-testid="stVerticalBlock"]');
    const watcher = { topics, rest, wake, region, shown: revision, seen: revision, waits: null, from: 0, anyway: false };
    this.watchers.set(element, watcher);
    this.ask();
    const newest = Math.max(...topics.map(topic => this.told.get(topic) ?? 0)); // what it missed while it was drawn
    if (revision && newest > revision) this.rouse(watcher, newest);
    return () => this.watchers.delete(element);
  }

  drawBoard(draw) {
    this.boards.add(draw);
    this.ask();
    return () => this.boards.delete(draw);
  }

  ask() {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ watch: this.topics() }));
    else if (!this.socket) this.open();
  }

  look() {
    this.show();
    this.wakeWaiting();
    if (!this.lost) return;
    // A half-open connection never closes by itself: drop it and try a new one.
    if (this.socket && this.age > SILENCE + 2000) {
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

let banner = null;

function drawBanner(words) {
  return connection => {
    const text = connection.lost ? words.lost : connection.healthy ? "" : words.lost_database;
    if (!banner && text) {
      banner = document.createElement("div");
      banner.setAttribute("role", "alert");
      banner.dataset.testid = "live-lost";
      banner.style.cssText =
        "position:fixed;left:0;right:0;bottom:0;z-index:1000000;padding:12px 16px;background:#8c1d18;color:#fff;" +
        "font:600 16px/1.4 'Be Vietnam Pro',sans-serif;text-align:center";
      document.body.append(banner);
    }
    if (banner) {
      banner.textContent = text;
      banner.hidden = !text;
      banner.style.display = text ? "block" : "none";
    }
  };
}

let state = null;

export function watch({ data, parentElement, setTriggerValue }) {
  if (state) live.states.delete(state);
  live.states.add((state = drawBanner(data.words)));
  if (data.language) document.cookie = `san_sang_language=${data.language};path=/;max-age=31536000;samesite=lax`;
  document.documentElement.lang = data.language ?? "vi";
  return live.watch(parentElement, data, revision => setTriggerValue("revision", revision));
}

// Leaves this page for an address of this server, in the same tab; Streamlit's own links open a new one.
export async function go({ data }) {
  live.leaving = true;
  const answer = data.post ? await fetch(data.post, { method: "POST" }).catch(() => null) : null;
  if (data.post && !answer) live.leaving = false; // cut off: the banner says so
  else if (answer?.redirected && answer.url.startsWith(`${location.origin}/`)) location.assign(answer.url);
  else if (data.to?.startsWith("/")) location.assign(data.to);
}
