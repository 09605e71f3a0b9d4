// The gate: what a desk sees and does. It answers by itself, at once; the server learns of it when it can.

import { Camera, photographed } from "/assets/gate/camera.js";
import { Link } from "/assets/gate/link.js";
import { Roster, folded } from "/assets/gate/roster.js";
import { sound } from "/assets/gate/sounds.js";
import { Store } from "/assets/gate/store.js";

const NEWEST = 10, REFUSED_KEPT = 50;
const at = id => document.getElementById(id);

let store, link, roster = null, camera, words = {}, language = "vi";
let newest = [], refused = [], shown = null, asked = null;

// --- words -------------------------------------------------------------------------------------------------------------

const say = (key, facts = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
const named = names => names?.[language] ?? "";
const number = value => new Intl.NumberFormat(language).format(value);
const clock = (moment, timeZone) => new Intl.DateTimeFormat("vi", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }).format(moment);
const time = moment => clock(new Date(moment), roster?.told.event.time_zone);

async function speak(wanted) {
  language = wanted;
  words = await (await fetch(`/gate/words/${language}.json`)).json();
  words.lang = language;
  document.documentElement.lang = language;
  document.title = `${say("title")} · ${say("app")}`;
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = say(one.dataset.word);
  at("code").placeholder = say("code_hint");
  at("query").placeholder = say("search_hint");
  at("view_word").textContent = say("camera_looking");
}

function made(tag, { text, ...told } = {}, ...inside) {
  const element = Object.assign(document.createElement(tag), told);
  if (text !== undefined) element.textContent = text;
  element.append(...inside);
  return element;
}

// --- the line at the top -----------------------------------------------------------------------------------------------

function drawState() {
  const { state, since, queue } = link;
  const line = ["online", "offline", "starting"].includes(state) ? state : "closed";
  at("line").dataset.state = line;
  const key = { online: "online", offline: "offline", locked: "locked", gone: "ended", denied: "not_for_you" }[state] ?? "starting";
  at("state").textContent = say(key, { at: clock(new Date(since)) });
  at("waiting").textContent = queue.size ? say("waiting", { number: number(queue.size) }) : state === "online" ? say("sent_all") : "";
  at("waiting").dataset.number = queue.size;
  at("refused_number").hidden = !refused.length;
  at("refused_number").textContent = say("refused_number", { number: number(refused.length) });
  const notices = [state === "offline" && say("offline_why"), !store.lasting && !link.ended && say("no_store"),
    state === "online" && link.wrong && say("clock_wrong", { minutes: number(Math.round(Math.abs(link.wrong) / 60000)) }),
    state === "online" && link.foreign && say("waiting_foreign", { number: number(link.foreign) }), !isSecureContext && say("insecure")];
  at("notice").textContent = notices.filter(Boolean).join(" ");
  at("notice").hidden = !at("notice").textContent;
  if (["online", "offline"].includes(state) && roster) open();
}

function open() {
  if (!at("desk_work").hidden) return;
  at("closed").hidden = true;
  at("desk_work").hidden = false;
  drawDesk();
  if (matchMedia("(pointer: fine)").matches) at("code").focus();
}

// Another thing than work: the access ended, the desk is locked, the role lets nobody in.
function closed(title, why, way, label) {
  camera?.stop();
  at("desk_work").hidden = true;
  at("closed").hidden = false;
  at("closed_title").textContent = title;
  at("closed_why").textContent = why;
  at("closed_way").textContent = label ?? "";
  if (way) at("closed_way").href = way;
}

// Nothing of whoever held the device stays on the page.
function forget() {
  roster = shown = null;
  newest = [];
  refused = [];
  closeQuestion();
  const told = ["found", "newest", "refused_list", "item", "answer_word", "answer_who", "answer_more", "desk", "event", "figures"];
  for (const id of told) at(id).replaceChildren();
  for (const id of ["query", "code", "ask_words"]) at(id).value = "";
}

function gone(waiting) {
  forget();
  const why = [say("ended_why"), waiting ? say("ended_waits", { number: number(waiting) }) : ""].join(" ");
  closed(say("ended"), why, "/sign-in?next=/gate", say("sign_in"));
  sound("bad");
  drawState();
}

// --- the desk ----------------------------------------------------------------------------------------------------------

const chosen = () => Number(at("item").value);

function drawDesk() {
  const { told } = roster;
  at("desk").textContent = named(told.desk?.name);
  at("event").textContent = `· ${named(told.event.name)}`;
  at("rehearsal").hidden = !told.event.rehearsal;
  drawItems();
  drawAnswer();
  drawNewest();
  drawRefused();
  drawFigures();
  search();
}

function drawItems() {
  const day = moment => new Intl.DateTimeFormat("vi", { day: "numeric", month: "numeric", timeZone: roster.told.event.time_zone }).format(new Date(moment));
  const before = chosen();
  at("item").replaceChildren(...roster.told.items.map(one => made("option", {
    value: one.id, text: `${day(one.starts_at)} ${time(one.starts_at)} · ${named(one.title)}${one.venue ? ` · ${named(one.venue)}` : ""}`,
  })));
  at("item").value = roster.items.has(before) ? before : (current()?.id ?? "");
  if (!roster.told.items.length) at("notice").textContent = say("none_served");
}

// The item that goes on or comes next; the last one after the end.
function current() {
  const now = link.eventNow;
  return roster.told.items.find(one => Date.parse(one.ends_at) > now) ?? roster.told.items.at(-1);
}

function drawFigures() {
  if (!roster || !chosen()) return;
  const { here, expected } = roster.figures(chosen());
  at("figures").textContent = say("figures", { here: number(here), expected: number(expected) });
}

// --- an answer ---------------------------------------------------------------------------------------------------------

function answer(told) {
  shown = told;
  drawAnswer();
  sound(told.tone);
}

function drawAnswer() {
  const box = at("answer");
  box.dataset.tone = shown?.tone ?? "ready";
  box.dataset.kind = shown?.kind ?? "ready";
  at("answer_word").textContent = shown ? say(`answer_${shown.kind}`) : say("ready");
  at("answer_who").textContent = shown ? who(shown) : say("ready_why");
  at("answer_more").textContent = shown ? more(shown) : itemInFull();
}

// The item in full, which its list may cut off on a narrow screen.
function itemInFull() {
  const item = roster?.items.get(chosen());
  return [named(item?.title), named(item?.venue)].filter(Boolean).join(" · ");
}

function who({ code, delegate }) {
  return [delegate && named(delegate.title), named(roster?.delegation(delegate)), code].filter(Boolean).join(" · ");
}

function more({ kind, stood, right, why }) {
  if (why) return why;
  if (kind === "already") {
    const where = stood.own ? say("here") : stood.desk ? say("seen_where", { desk: named(stood.desk) }) : "";
    return [say("seen_at", { at: time(stood.at) }), where].filter(Boolean).join(" · ");
  }
  if (kind === "other_room") return say("right_room", { room: named(right.title) });
  return ["malformed", "mistyped"].includes(kind) ? say("malformed_why") : "";
}

// A badge was scanned, typed or found: the answer is given before anything is sent.
async function scan(typed, extra = {}) {
  const item = chosen();
  if (!roster || !item) return;
  closeQuestion();
  const told = roster.answer(item, typed, extra);
  if (!told.admits) {
    answer(told);
    if (told.ask) question(told, typed);
    return;
  }
  const device_at = new Date().toISOString();
  const standing = told.kind === "substitute" ? "substitute" : "present";
  const stood = { item, badge: told.code, standing, place: "room", at: new Date(link.eventNow).toISOString(), own: true };
  roster.own.set(`${item}/${told.code}`, stood);
  answer(told);
  const scan_id = crypto.randomUUID?.() ?? `gate-${Date.now()}-${[...crypto.getRandomValues(new Uint8Array(12))].map(one => one.toString(16)).join("")}`;
  newest = [{ scan_id, item, code: told.code, kind: told.kind, tone: told.tone, at: stood.at, sent: false }, ...newest].slice(0, NEWEST);
  drawNewest();
  drawFigures();
  await link.put({ scan_id, badge: told.code, item, device_at, at: stood.at, substitute: extra.substitute ?? "", override: extra.override ?? "" });
  await store.keep("newest", newest);
}

// What the server made of scans: mostly what the gate has said already.
async function outcome(pairs) {
  for (const [sent, told] of pairs) {
    const key = `${sent.item}/${sent.badge}`;
    const own = roster?.own.get(key);
    roster?.own.delete(key);
    const line = newest.find(one => one.scan_id === sent.scan_id);
    if (line) line.sent = true;
    if (told.outcome === "recorded") {
      if (told.standing) roster?.take([{ ...own, item: sent.item, badge: sent.badge, standing: told.standing, place: told.place, at: told.at, own: true }]);
      else if (own) roster?.take([own]);
    } else {
      refusedOne(sent, told, line);
    }
  }
  if (pairs.some(([sent, told]) => sent.offline && told.outcome !== "recorded")) sound("bad");
  await store.keep("refused", refused);
  await store.keep("newest", newest);
  drawNewest();
  drawRefused();
  drawFigures();
}

function refusedOne(sent, told, line) {
  const why = told.problem?.detail ?? "";
  refused = [{ code: sent.badge, at: sent.at, why, conflict: told.outcome === "conflict" }, ...refused].slice(0, REFUSED_KEPT);
  if (line) Object.assign(line, { kind: "refused", tone: "bad", why });
  // Whoever stands at the door now is told at once; of those who went in long ago the list tells.
  if (!sent.offline) answer({ kind: "refused", tone: "bad", code: sent.badge, delegate: roster?.delegates.get(sent.badge), why });
}

// --- questions: the substitute's name, the reason for letting in ----------------------------------------------------------

function question(told, typed, kind = told.ask) {
  asked = { typed, kind };
  at("ask_label").textContent = say(kind === "substitute" ? "substitute_who" : "override_why");
  at("ask_go").textContent = say(kind === "substitute" ? "substitute" : "override");
  at("ask_words").value = "";
  at("ask").hidden = false;
  if (kind === "substitute") at("ask_words").focus();
}

function closeQuestion() {
  asked = null;
  at("ask_words").value = "";
  at("ask").hidden = true;
}

// --- lists -------------------------------------------------------------------------------------------------------------

function drawNewest() {
  if (!roster) return;
  at("newest").replaceChildren(...newest.map(one => {
    const delegate = roster.delegates.get(one.code);
    const small = [time(one.at), say(`answer_${one.kind}`), one.sent ? "" : say("not_sent"), one.why].filter(Boolean).join(" · ");
    const row = made("li", {}, made("span", { text: who({ code: one.code, delegate }) }, made("small", { text: small })));
    row.dataset.tone = one.tone;
    if (!["undone", "refused"].includes(one.kind)) row.append(made("button", { type: "button", text: say("undo"), onclick: () => undo(one) }));
    return row;
  }));
  if (!newest.length) at("newest").replaceChildren(made("li", { text: say("newest_none") }));
}

async function undo(one) {
  const waiting = link.queue.get(one.scan_id);
  const key = `${one.item}/${one.code}`;
  if (waiting && !waiting.tries) {
    await link.drop(one.scan_id);
    roster.own.delete(key);
  } else {
    const undo_id = `undo-${one.scan_id}`.slice(0, 64);
    const got = link.online && !waiting ? await link.undo({ scan_id: undo_id, badge: one.code, item: one.item }) : null;
    if (!got) return answerUndo(one, "refused", "bad", say("undo_offline"));
    if (!got.body) return answerUndo(one, "refused", "bad", got.problem.detail);
    roster.take([{ item: one.item, badge: one.code, standing: got.body.standing, place: got.body.place, at: got.body.at }]);
  }
  one.kind = "undone";
  one.tone = "ready";
  await store.keep("newest", newest);
  answerUndo(one, "undone", "note");
}

function answerUndo(one, kind, tone, why) {
  answer({ kind, tone, code: one.code, delegate: roster.delegates.get(one.code), why });
  drawNewest();
  drawFigures();
}

function drawRefused() {
  at("refused").hidden = !refused.length;
  at("refused_list").replaceChildren(...refused.map(one => {
    const small = [one.why, one.conflict ? say("conflict") : ""].filter(Boolean).join(" ");
    const text = [time(one.at), one.code, named(roster?.delegates.get(one.code)?.title)].filter(Boolean).join(" · ");
    const row = made("li", {}, made("span", { text }, made("small", { text: small })));
    row.dataset.tone = "bad";
    return row;
  }));
  drawState();
}

function search() {
  if (!roster) return;
  const query = at("query").value;
  const found = folded(query) ? roster.search(query) : [];
  const rows = found.map(one => {
    const stood = roster.standing(chosen(), one.badge);
    const here = stood.place === "room" ? `${say("answer_already")} ${time(stood.at)}` : "";
    const small = [named(roster.delegation(one)), one.badge, here].filter(Boolean).join(" · ");
    return made("li", {}, made("span", { text: named(one.title) }, made("small", { text: small })),
      made("button", { type: "button", text: say("admit"), onclick: () => scan(one.badge).then(search) }),
      made("button", { type: "button", text: say("substitute"), onclick: () => question(roster.answer(chosen(), one.badge), one.badge, "substitute") }));
  });
  if (folded(query) && !rows.length) rows.push(made("li", { text: say("nobody") }));
  if (rows.length === 20) rows.push(made("li", { text: say("too_many", { number: 20 }) }));
  at("found").replaceChildren(...rows);
}

// --- ways to a code ------------------------------------------------------------------------------------------------------

function wire() {
  at("scan").addEventListener("submit", event => {
    event.preventDefault();
    const typed = at("code").value;
    at("code").value = "";
    if (typed.trim()) scan(typed);
    if (asked?.kind !== "substitute") at("code").focus();
  });
  at("ask").addEventListener("submit", event => {
    event.preventDefault();
    const { typed, kind } = asked;
    const told = at("ask_words").value.trim();
    if (told) scan(typed, { [kind]: told }).then(() => { search(); at("code").focus(); });
  });
  at("ask_cancel").onclick = closeQuestion;
  at("query").addEventListener("input", search);
  at("item").addEventListener("change", () => { shown = null; closeQuestion(); drawAnswer(); drawFigures(); search(); });
  at("refused_number").onclick = () => at("refused").scrollIntoView();
  at("refused_clear").onclick = async () => { refused = []; await store.keep("refused", refused); drawRefused(); };
  at("language").onclick = async () => {
    await speak(language === "vi" ? "en" : "vi");
    document.cookie = `san_sang_language=${language};path=/;max-age=31536000;samesite=lax`;
    if (roster) drawDesk();
    drawState();
  };
  // A scanner types wherever the finger was last.
  addEventListener("keydown", event => {
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.target.closest("input, select, textarea")) at("code").focus();
  });
  wireCamera();
}

function wireCamera() {
  const decode = async picture => (link.online ? link.decode(picture) : []);
  camera = new Camera(at("video"), { decode, seen: code => scan(code) });
  camera.stopped = () => { at("view").hidden = true; at("camera").textContent = say("camera"); };
  at("camera").onclick = async () => {
    if (camera.open) return camera.stop();
    const started = await camera.start();
    at("view").hidden = !started;
    if (!started) return answer({ kind: "other_way", tone: "note", why: say("camera_none") });
    at("camera").textContent = say("camera_stop");
  };
  at("photograph").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (!file) return;
    const codes = await photographed(file, decode);
    if (codes.length) scan(codes[0]);
    else answer({ kind: "other_way", tone: "note", why: say("photograph_none") });
  });
}

// --- beginning -----------------------------------------------------------------------------------------------------------

function hold(told, standings) {
  const before = roster;
  roster = new Roster(told);
  if (before) roster.own = before.own;
  roster.take(standings);
  for (const scan of link.queue.values()) {
    const key = `${scan.item}/${scan.badge}`;
    if (!roster.own.has(key)) roster.own.set(key, { item: scan.item, badge: scan.badge, standing: scan.substitute ? "substitute" : "present", place: "room", at: scan.at, own: true });
  }
}

const told = {
  state: drawState,
  async roster(given, others) {
    if (others) {
      forget();
      await store.keep("newest", newest);
      await store.keep("refused", refused);
    }
    hold(given, []);
    await store.keep("roster", given);
    drawState();
    if (!at("desk_work").hidden) drawDesk();
  },
  async standings(given) {
    const mine = [...link.queue.values()];
    roster?.take(given);
    for (const one of given) if (!mine.some(scan => scan.item === one.item && scan.badge === one.badge)) roster?.own.delete(`${one.item}/${one.badge}`);
    drawFigures();
    search();
    if (roster) await store.keep("standings", [...roster.standings.values()]);
  },
  outcome,
  gone,
  locked: () => closed(say("locked"), say("locked_why"), "/unlock", say("unlock")),
  denied: () => { forget(); closed(say("not_for_you"), "", "/", say("sign_in")); },
};

async function begin() {
  store = await Store.open();
  link = new Link(store, told, () => words);
  const cookie = /(?:^|; )san_sang_language=(vi|en)/.exec(document.cookie)?.[1];
  await speak(cookie ?? (document.documentElement.lang === "en" ? "en" : "vi"));
  newest = (await store.read("newest")) ?? [];
  refused = (await store.read("refused")) ?? [];
  wire();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/gate/worker.js", { scope: "/gate" }).catch(() => {});
  navigator.storage?.persist?.();
  const [kept, standings] = [await store.read("roster"), await store.read("standings")];
  await link.restore(kept && standings);
  if (kept) {
    hold(kept, standings ?? []);
    drawDesk();
  }
  drawState();
  await link.start();
}

begin();
