// The gate's line to the server: whether there is one and since when, the scans that wait, what is new in the ledger.

import { bare } from "/assets/gate/store.js";

const API = "/api/v1";
const POLL = 5000, ROSTER_POLL = 60000; // ms
const PATIENCE = 6000, LONG_PATIENCE = 30000; // ms for an answer: a gate must not hang on a half-open network
const AT_ONCE = 100; // scans in one batch
const SILENCE = 8000; // ms without a heartbeat of the live feed (one comes every 3 s)
const WRONG = 120000; // ms by which the device's clock may differ from the server's before it is told
const GONE = ["sign_in_needed", "sign_in_over", "token_wrong"];

export class Link {
  // `told`: functions that hear what happens: state, roster, standings, outcome, gone, locked, denied
  constructor(store, told, words) {
    Object.assign(this, { store, told, words });
    this.state = "starting";
    this.since = Date.now();
    this.queue = new Map();
    this.last = 0;
    this.etag = null;
    this.clock = null;
    this.person = null;
    this.event = null;
    this.sending = this.asking = false;
  }

  // What was known before the page was closed; `whole`: the roster and the standings are there too.
  async restore(whole) {
    const kept = await this.store.read("link");
    for (const scan of await this.store.waiting()) this.queue.set(scan.scan_id, scan);
    if (kept && whole) Object.assign(this, kept);
  }

  async start() {
    addEventListener("offline", () => this.set("offline"));
    addEventListener("online", () => this.ask());
    setInterval(() => this.ask(), POLL);
    this.listen();
    await this.ask();
  }

  set(state) {
    if (this.state === state || this.ended) return;
    // A page that opens without the network has been without it since the server was last heard, not since then.
    this.since = state === "offline" && this.state === "starting" && this.clock ? this.clock.heard : Date.now();
    this.state = state;
    this.told.state();
  }

  get online() { return this.state === "online"; }
  get eventNow() { return this.clock ? this.clock.at + (Date.now() - this.clock.heard) * this.clock.speed : Date.now(); }

  // An answer of the API; null where there was none. What says that access ended ends the gate.
  async call(path, { patience = PATIENCE, ...options } = {}) {
    const headers = { "Accept-Language": this.words().lang, ...options.headers };
    try {
      const answer = await fetch(`${API}${path}`, { ...options, headers, cache: "no-store", signal: AbortSignal.timeout(patience) });
      const problem = answer.headers.get("content-type")?.startsWith("application/problem+json") ? await answer.json() : null;
      if (answer.status === 401 && GONE.includes(problem?.code)) return this.end();
      if (answer.status === 423 && problem) return this.close("locked");
      if (answer.status === 403 && problem?.code === "not_permitted") return this.deny();
      if (answer.status >= 500 || (!answer.ok && answer.status !== 304 && !problem)) return this.lose();
      return { status: answer.status, problem, headers: answer.headers, body: answer.status === 200 ? await answer.json() : null };
    } catch {
      return this.lose();
    }
  }

  lose() {
    this.set("offline");
    return null;
  }

  close(why) {
    this.set(why);
    this.told[why]?.();
    return null;
  }

  async end() {
    if (this.ended) return null;
    this.set("gone");
    this.ended = true;
    this.socket?.close();
    await this.wipe();
    return null;
  }

  async wipe() {
    await this.store.wipe(this.bared());
    this.told.gone(this.queue.size);
  }

  // Somebody holds the device now who lets nobody in: what its desk had kept is not for him.
  async deny() {
    Object.assign(this, { etag: null, last: 0, person: null, event: null, clock: null });
    await this.store.forget(this.bared());
    return this.close("denied");
  }

  bared() {
    const wiped = this.words().words_wiped;
    for (const [id, scan] of this.queue) this.queue.set(id, bare(scan, wiped));
    return [...this.queue.values()];
  }

  // --- what is new -----------------------------------------------------------------------------------------------------

  async ask() {
    if (this.ended) return;
    if (this.asking) { this.again = true; return; }
    this.asking = true;
    try {
      do {
        this.again = false;
        await this.askOnce();
      } while (this.again && !this.ended);
    } finally {
      this.asking = false;
    }
    this.send();
  }

  async askOnce() {
    if (!this.etag || Date.now() - (this.rosterAt ?? 0) > ROSTER_POLL) await this.askRoster();
    if (!this.etag || this.ended) return;
    const got = await this.call(`/standings?after=${this.last}`, { patience: this.last ? PATIENCE : LONG_PATIENCE });
    if (!got?.body) return;
    const told = got.body;
    if (this.event !== null && told.event !== this.event) { // another event became the current one: other items, other people
      this.etag = null;
      this.last = 0;
      this.again = true;
      return;
    }
    if (told.roster !== this.etag && told.roster !== this.newer) { // a badge died: at this gate too, at once
      this.newer = told.roster;
      this.rosterAt = 0;
      this.again = true;
    }
    const shown = Date.parse(got.headers.get("date"));
    this.wrong = Math.abs(Date.now() - shown) > WRONG ? Date.now() - shown : 0;
    this.clock = { at: Date.parse(told.now), heard: Date.now(), speed: told.speed };
    if (told.standings.length || told.last !== this.last) this.told.standings(told.standings);
    this.last = told.last;
    await this.keep();
    this.set("online");
  }

  async askRoster() {
    const headers = this.etag ? { "If-None-Match": this.etag } : {};
    const got = await this.call("/roster", { headers, patience: LONG_PATIENCE });
    if (!got) return;
    this.rosterAt = Date.now();
    if (!got.body) return;
    const { person, event } = got.body;
    const others = this.person !== null && (this.person !== person || this.event !== event.id);
    Object.assign(this, { etag: got.headers.get("etag")?.replace(/^W\//, ""), person, event: event.id, last: 0 });
    await this.told.roster(got.body, others);
  }

  keep() {
    const { last, etag, clock, person, event } = this;
    return this.store.keep("link", { last, etag, clock, person, event });
  }

  // The live feed tells at once when something was recorded; without it the poll does, a little later.
  listen() {
    if (this.ended) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live?topics=attendance,event,clock`);
    this.socket = socket;
    let heard = Date.now();
    const watch = setInterval(() => Date.now() - heard > SILENCE && socket.close(), 1000);
    socket.onmessage = ({ data }) => {
      heard = Date.now();
      if (JSON.parse(data).kind === "changed" || !this.online) this.ask();
    };
    socket.onclose = () => {
      clearInterval(watch);
      this.ask(); // whether the network went, the server, or the access
      setTimeout(() => this.listen(), 2000);
    };
  }

  // --- scans that wait -------------------------------------------------------------------------------------------------

  async put(scan) {
    const made = { ...scan, person: this.person, offline: !this.online, tries: 0 };
    this.queue.set(made.scan_id, made);
    await this.store.wait([made]);
    this.told.state();
    this.send();
    return made;
  }

  async drop(scan_id) {
    this.queue.delete(scan_id);
    await this.store.sent([scan_id]);
    this.told.state();
  }

  get foreign() { return [...this.queue.values()].filter(scan => scan.person !== this.person).length; }
  get due() { return [...this.queue.values()].filter(scan => scan.person === this.person).slice(0, AT_ONCE); }

  async send() {
    if (this.sending || this.ended || !this.online) return;
    this.sending = true;
    try {
      while (!this.ended && this.due.length && (await this.sendSome(this.due)));
    } finally {
      this.sending = false;
    }
  }

  // A scan that was tried before may have arrived: it goes again with the same id, as one that the device has answered by itself.
  async sendSome(scans) {
    for (const scan of scans) scan.offline ||= scan.tries++ > 0;
    await this.store.wait(scans);
    const sent_at = new Date().toISOString(); // by the same clock as `device_at`, which may be wrong
    const rows = scans.map(({ scan_id, badge, item, device_at, offline, substitute, override }) => (
      { scan_id, badge, item, device_at, sent_at, offline, substitute, override }));
    const headers = { "Content-Type": "application/json" };
    const got = await this.call("/scans", { method: "POST", headers, body: JSON.stringify({ scans: rows }), patience: LONG_PATIENCE });
    if (!got?.body) return false;
    if (!this.ended) await this.told.outcome(got.body.answers.map((answer, place) => [scans[place], answer]));
    for (const scan of scans) this.queue.delete(scan.scan_id);
    await this.store.sent(scans.map(scan => scan.scan_id));
    if (this.ended) await this.wipe(); // access ended while they were on their way
    else this.told.state();
    return true;
  }

  undo(scan) {
    const body = JSON.stringify(scan);
    return this.call("/undo", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  }

  async decode(picture) {
    const got = await this.call("/decode", { method: "POST", headers: { "Content-Type": "image/jpeg" }, body: picture, patience: LONG_PATIENCE });
    return got?.body?.codes ?? [];
  }
}
