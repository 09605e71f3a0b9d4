// The gate's connection to the server: its state and since when, the queue of scans, and what is new in the ledger.

import { withoutWords } from "/assets/gate/store.js";

const API = "/api/v1";
const POLL_INTERVAL = 5000, ROSTER_INTERVAL = 60000; // ms
const TIMEOUT = 6000, LONG_TIMEOUT = 30000; // ms for an answer: a gate must not hang on a half-open network
const MAX_BATCH = 100; // scans in one request
const FIRST_PAUSE = 5000, MAX_PAUSE = 60000; // ms until a batch that was refused is sent again: each time twice as long
const MAX_ASKED_PAUSE = 300000; // ms that the server may ask for
const MAX_SILENCE = 8000; // ms without a heartbeat of the live feed (one comes every 3 s)
const MAX_SKEW = 120000; // ms between the device's clock and the server's above which the desk is warned
const ACCESS_ENDED = ["sign_in_needed", "sign_in_over", "token_wrong"];

export class Link {
  // `listeners`: functions by event: state, roster, statuses, outcome, gone, locked, denied, version
  constructor(store, listeners, words) {
    Object.assign(this, { store, listeners, words });
    this.state = "starting";
    this.since = Date.now();
    this.queue = new Map();
    this.last = 0;
    this.etag = null;
    this.clock = null;
    this.person = null;
    this.event = null;
    this.sending = this.asking = false;
    this.size = MAX_BATCH;
    this.finished = []; // the desk's items that have ended
    this.held = null; // why the server refuses what waits: {status, why, times, until}
  }

  // Load the state from before the page was closed; `complete`: the roster and the statuses are stored too.
  async restore(complete) {
    const stored = await this.store.read("link");
    await this.restoreQueue();
    if (stored && complete) Object.assign(this, stored);
  }

  async restoreQueue() {
    const beat = await this.store.read("clocks");
    const others = (await this.store.queued()).filter(scan => !this.queue.has(scan.scan_id)).map(scan => this.adopted(scan, beat));
    for (const scan of others) this.queue.set(scan.scan_id, scan);
    if (others.length) this.store.enqueue(others);
  }

  // A scan's age comes from a clock that nobody can set. It begins anew with each page: of a page that was closed the scan takes along how
  // old it was when that was last seen open (`beat`, every few seconds), and from then on the time by the device's own clock.
  get clocks() { return { ticks: performance.now(), life: performance.timeOrigin }; }

  adopted(scan, beat) {
    const now = this.clocks;
    if (scan.life === now.life) return scan;
    const age = beat?.life === scan.life ? beat.ticks - scan.ticks + Date.now() - beat.shown : Date.now() - Date.parse(scan.device_at);
    return { ...scan, life: now.life, ticks: now.ticks - Math.max(0, age) };
  }

  // Storage works again after a failure, or was opened anew.
  async storeAll() {
    await this.restoreQueue();
    this.store.enqueue([...this.queue.values()]);
    if (this.etag) this.save();
  }

  async start() {
    addEventListener("offline", () => this.set("offline"));
    addEventListener("online", () => this.ask());
    setInterval(() => { this.ask(); this.store.write("clocks", { ...this.clocks, shown: Date.now() }); }, POLL_INTERVAL);
    this.listen();
    await this.ask();
  }

  set(state) {
    if (this.state === state || this.ended) return;
    // A page that opens without the network has been offline since the server's last answer, not since it opened.
    this.since = state === "offline" && this.state === "starting" && this.clock ? this.clock.heard : Date.now();
    this.state = state;
    this.listeners.state();
  }

  get online() { return this.state === "online"; }
  get eventNow() { return this.clock ? this.clock.at + (Date.now() - this.clock.heard) * this.clock.speed : Date.now(); }

  // An answer of the API; null where there was none. An answer that access has ended ends the gate. `refusable`: a refusal that is
  // not the API's own (of a proxy), or that the database does not write, is an answer, too.
  async call(path, { timeout = TIMEOUT, refusable = false, ...options } = {}) {
    const headers = { "Accept-Language": this.words().lang, ...options.headers };
    try {
      const answer = await fetch(`${API}${path}`, { ...options, headers, cache: "no-store", signal: AbortSignal.timeout(timeout) });
      const problem = answer.headers.get("content-type")?.startsWith("application/problem+json") ? await answer.json() : null;
      if (answer.status === 401 && ACCESS_ENDED.includes(problem?.code)) return this.end();
      if (answer.status === 423 && problem) return this.close("locked");
      if (answer.status === 403 && problem?.code === "not_permitted") return this.deny();
      const refused = answer.status < 500 ? problem || refusable : problem && refusable;
      if (!answer.ok && answer.status !== 304 && !refused) return this.lose();
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
    this.listeners[why]?.();
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
    await this.store.wipe(this.queueWithoutWords());
    this.listeners.gone(this.queue.size);
  }

  // The device is in the hands of a person who may not admit anyone: the state of its desk is not for them.
  async deny() {
    Object.assign(this, { etag: null, last: 0, person: null, event: null, clock: null });
    await this.store.forget(this.queueWithoutWords());
    return this.close("denied");
  }

  queueWithoutWords() {
    const placeholder = this.words().words_wiped;
    for (const [id, scan] of this.queue) this.queue.set(id, withoutWords(scan, placeholder));
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
    // A device without a roster asks for both at once: on a slow line the second would wait for the first.
    const early = this.etag ? null : this.askStandings(0);
    if (!this.etag || Date.now() - (this.rosterAt ?? 0) > ROSTER_INTERVAL) await this.askRoster();
    if (!this.etag || this.ended) return;
    const got = await (early ?? this.askStandings(this.last));
    if (!got?.body) return;
    const { event, roster, now, speed, finished, standings, last } = got.body;
    if (this.event !== null && event !== this.event) { // another event became the current one: other items, other people
      this.etag = null;
      this.last = 0;
      this.again = true;
      return;
    }
    if (roster !== this.etag && roster !== this.newer) { // a replaced badge must be refused at this gate at once
      this.newer = roster;
      this.rosterAt = 0;
      this.again = true;
    }
    const skew = Date.now() - Date.parse(got.headers.get("date"));
    this.skew = Math.abs(skew) > MAX_SKEW ? skew : 0;
    this.finished = finished ?? []; // a server of an earlier version does not say
    this.clock = { at: Date.parse(now), heard: Date.now(), speed };
    if (standings.length || last !== this.last) this.listeners.statuses(standings);
    this.last = last;
    this.save();
    this.set("online");
  }

  askStandings(after) {
    return this.call(`/standings?after=${after}`, { timeout: after ? TIMEOUT : LONG_TIMEOUT });
  }

  async askRoster() {
    const headers = this.etag ? { "If-None-Match": this.etag } : {};
    const got = await this.call("/roster", { headers, timeout: LONG_TIMEOUT });
    if (!got) return;
    this.rosterAt = Date.now();
    if (!got.body) return;
    const { person, event } = got.body;
    const others = this.person === null ? "" : this.person !== person ? "person" : this.event !== event.id ? "event" : "";
    Object.assign(this, { etag: got.headers.get("etag")?.replace(/^W\//, ""), person, event: event.id, last: 0 });
    this.listeners.roster(got.body, others);
  }

  save() {
    const { last, etag, clock, person, event, finished } = this;
    return this.store.write("link", { last, etag, clock, person, event, finished });
  }

  // The live feed announces each change at once; without it the poll finds the change a little later.
  listen() {
    if (this.ended) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live?topics=attendance,event,clock`);
    this.socket = socket;
    let heard = Date.now();
    const watch = setInterval(() => Date.now() - heard > MAX_SILENCE && socket.close(), 1000);
    socket.onmessage = ({ data }) => {
      heard = Date.now();
      const { kind, version } = JSON.parse(data);
      if (version) this.listeners.version(version);
      if (kind === "changed" || !this.online) this.ask();
    };
    socket.onclose = () => {
      clearInterval(watch);
      this.ask(); // finds out whether the network, the server or the access is gone
      setTimeout(() => this.listen(), 2000);
    };
  }

  // --- the queue of scans ----------------------------------------------------------------------------------------------

  // Sending does not wait for storing, which may fail or never end.
  put(scan) {
    const made = { ...scan, ...this.clocks, person: this.person, offline: !this.online || this.held !== null, tries: 0 };
    this.queue.set(made.scan_id, made);
    this.store.enqueue([made]);
    this.listeners.state();
    this.send();
  }

  drop(scan_id) {
    this.queue.delete(scan_id);
    this.store.dequeue([scan_id]);
    this.listeners.state();
  }

  get foreign() { return [...this.queue.values()].filter(scan => scan.person !== this.person).length; }
  get due() { return [...this.queue.values()].filter(scan => scan.person === this.person).slice(0, this.size); }

  async send() {
    if (this.sending || this.ended || !this.online || performance.now() < this.held?.until) return;
    this.sending = true;
    try {
      while (!this.ended && this.due.length && (await this.sendBatch(this.due)));
    } finally {
      this.sending = false;
    }
  }

  // A scan that was sent before may have arrived: it is sent again with the same id, as one that the device answered offline.
  async sendBatch(scans) {
    for (const scan of scans) scan.offline ||= scan.tries++ > 0;
    this.store.enqueue(scans);
    const sent_at = new Date().toISOString(); // by the same clock as `device_at`, which may be wrong
    const rows = scans.map(({ scan_id, badge, item, device_at, ticks, offline, substitute, override, confirmed = false }) => (
      { scan_id, badge, item, device_at, sent_at, age: Math.round(performance.now() - ticks), offline, substitute, override, confirmed }));
    const headers = { "Content-Type": "application/json" }, body = JSON.stringify({ scans: rows });
    const got = await this.call("/scans", { method: "POST", headers, body, timeout: LONG_TIMEOUT, refusable: true });
    if (!got) return false;
    if (!got.body) return this.hold(got, scans);
    this.held = null;
    for (const scan of scans) this.queue.delete(scan.scan_id);
    const known = this.ended ? null : this.listeners.outcome(got.body.answers.map((answer, place) => [scans[place], answer]));
    const dequeued = Promise.resolve(known).then(() => this.store.dequeue(scans.map(scan => scan.scan_id)));
    if (this.ended) await dequeued.then(() => this.wipe()); // access ended while the batch was on its way
    else this.listeners.state();
    return true;
  }

  // The server refuses a whole batch: half of it goes at once where it was too large, else the same again after a pause.
  hold({ status, problem, headers }, scans) {
    if (status < 500) for (const scan of scans) scan.tries = 0; // none has arrived: each can still be taken back
    if (status === 413 && scans.length > 1) {
      this.size = Math.ceil(scans.length / 2);
      return true;
    }
    const times = (this.held?.times ?? 0) + 1;
    const asked = Math.min(1000 * (Number(headers.get("retry-after")) || 0), MAX_ASKED_PAUSE);
    const pause = Math.max(asked, Math.min(FIRST_PAUSE * 2 ** (times - 1), MAX_PAUSE));
    this.held = { status, why: problem?.detail ?? "", times, until: performance.now() + pause };
    this.listeners.state();
    return false;
  }

  undo(scan) {
    const body = JSON.stringify(scan);
    return this.call("/undo", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  }

  async decode(picture) {
    const got = await this.call("/decode", { method: "POST", headers: { "Content-Type": "image/jpeg" }, body: picture, timeout: LONG_TIMEOUT });
    return got?.body?.codes ?? [];
  }
}
