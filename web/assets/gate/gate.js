// The gate: what a desk sees and does. It answers a badge on the device, at once; scans reach the server as soon as there is one.

import { Camera, equip, photographed } from "/assets/gate/camera.js";
import { Link } from "/assets/gate/link.js";
import { Roster, folded, written } from "/assets/gate/roster.js";
import { Scanner } from "/assets/gate/scanner.js";
import { sound } from "/assets/gate/sounds.js";
import { Store } from "/assets/gate/store.js";
import { installed, keepFiles, upgradeTo } from "/assets/gate/upgrade.js";

const MAX_NEWEST = 10, MAX_REFUSED = 50;
const SAME_ACT = 2000; // ms in which a second tap at the same place is the same act
const SEARCH_PAUSE = 120; // ms after the last letter, so that a slow telephone follows the fingers
const DOUBLE_TAP = 700; // ms in which it is for the camera: opening and closing it are both meant
const LANGUAGE = document.documentElement.dataset.cookie; // the cookie that keeps the language
const byId = id => document.getElementById(id);

let store, link, roster = null, camera, words = {}, language = "vi";
const MEANT_FOR = 3600000; // ms for which a desk means an item that is over, once it has said so
let meant = { item: null, at: 0 };
let newest = [], refused = [], shown = null, asked = null, tapped = {}, searching = null;

// --- words -------------------------------------------------------------------------------------------------------------

const say = (key, facts = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
const named = names => names?.[language] || names?.vi || "";
const number = value => new Intl.NumberFormat(language).format(value);
const clock = (moment, timeZone) => new Intl.DateTimeFormat("vi", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }).format(moment);
const time = moment => clock(new Date(moment), roster?.data.event.time_zone);

async function setLanguage(chosen) {
  language = chosen;
  words = await (await fetch(`/gate/words/${language}.json`)).json();
  words.lang = language;
  document.documentElement.lang = language;
  document.title = `${say("title")} · ${say("app")}`;
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = say(one.dataset.word);
  byId("code").placeholder = say("code_hint");
  byId("query").placeholder = say("search_hint");
  drawQuestion();
}

function made(tag, { text, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

// --- the line at the top -----------------------------------------------------------------------------------------------

function drawState() {
  const { state, since, queue } = link;
  const line = ["online", "offline", "starting"].includes(state) ? state : "closed";
  byId("line").dataset.state = line;
  const key = { online: "online", offline: "offline", locked: "locked", gone: "ended", denied: "not_for_you" }[state] ?? "starting";
  byId("line").toggleAttribute("data-held", state === "online" && link.held !== null);
  byId("state").textContent = say(key, { at: time(since) });
  byId("waiting").textContent = queue.size ? say("waiting", { number: number(queue.size) }) : state === "online" ? say("sent_all") : "";
  byId("waiting").dataset.number = queue.size;
  byId("refused_number").hidden = !refused.length;
  byId("refused_number").textContent = say("refused_number", { number: number(refused.length) });
  const notices = [state === "offline" && say("offline_why"), !store.lasting && !link.ended && say(store.worked ? "store_fails" : "no_store"),
    state === "online" && link.held && say("held_why", { number: number(queue.size), why: link.held.why || `HTTP ${link.held.status}.` }),
    state === "online" && link.skew && say("clock_wrong", { minutes: number(Math.round(Math.abs(link.skew) / 60000)) }),
    state === "online" && link.foreign && say("waiting_foreign", { number: number(link.foreign) }), !isSecureContext && say("insecure"),
    isSecureContext && installed === false && say("not_installed")];
  byId("notice").textContent = notices.filter(Boolean).join(" ");
  byId("notice").hidden = !byId("notice").textContent;
  if (["online", "offline"].includes(state) && roster) open();
}

function open() {
  if (!byId("desk_work").hidden) return;
  byId("closed").hidden = true;
  byId("desk_work").hidden = false;
  drawDesk();
  if (matchMedia("(pointer: fine)").matches) byId("code").focus();
}

// The gate does not work: the access ended, the desk is locked, or the role may not admit anyone.
function closed(title, why, way, label) {
  camera?.stop();
  byId("desk_work").hidden = true;
  byId("closed").hidden = false;
  byId("closed_title").textContent = title;
  byId("closed_why").textContent = why;
  byId("closed_way").textContent = label ?? "";
  if (way) byId("closed_way").href = way;
}

// Remove every trace of the desk that held the device from the page.
function forget() {
  roster = shown = null;
  newest = [];
  refused = [];
  closeQuestion();
  const drawn = ["found", "newest", "refused_list", "item", "answer_word", "answer_who", "answer_more", "desk", "event", "figures"];
  for (const id of drawn) byId(id).replaceChildren();
  for (const id of ["query", "code", "ask_words"]) byId(id).value = "";
}

function gone(waiting) {
  forget();
  const why = [say("ended_why"), waiting ? say("ended_waits", { number: number(waiting) }) : ""].join(" ");
  closed(say("ended"), why, "/sign-in?next=/gate", say("sign_in"));
  sound("bad");
  drawState();
}

// --- the desk ----------------------------------------------------------------------------------------------------------

const chosen = () => Number(byId("item").value);

function drawMark(mark) {
  const badge = byId("rehearsal");
  badge.hidden = !mark;
  badge.dataset.word = mark || "rehearsal";
  badge.classList.toggle("trial", mark === "trial");
  badge.textContent = say(badge.dataset.word);
}

function drawDesk() {
  const { desk, event } = roster.data;
  byId("desk").textContent = named(desk?.name);
  byId("event").textContent = `· ${named(event.name)}`;
  drawMark(event.mark ?? (event.rehearsal ? "rehearsal" : "")); // a roster of an earlier version names no mark
  drawItems();
  drawAnswer();
  drawNewest();
  drawRefused();
  drawFigures();
  search();
}

function drawItems() {
  const day = moment => new Intl.DateTimeFormat("vi", { day: "numeric", month: "numeric", timeZone: roster.data.event.time_zone }).format(new Date(moment));
  const previous = chosen();
  byId("item").replaceChildren(...roster.data.items.map(one => made("option", {
    value: one.id, text: `${day(one.starts_at)} ${time(one.starts_at)} · ${named(one.title)}${one.venue ? ` · ${named(one.venue)}` : ""}`,
  })));
  byId("item").value = roster.items.has(previous) ? previous : (current()?.id ?? "");
  if (!roster.data.items.length) byId("notice").textContent = say("none_served");
}

// The item that runs or comes next; the last one after the end.
function current() {
  const now = link.eventNow;
  return roster.data.items.find(one => Date.parse(one.ends_at) > now && !link.finished.includes(one.id)) ?? roster.data.items.at(-1);
}

function drawFigures() {
  if (!roster || !chosen()) return;
  const { here, expected } = roster.figures(chosen());
  byId("figures").textContent = say("figures", { here: number(here), expected: number(expected) });
}

// --- an answer ---------------------------------------------------------------------------------------------------------

function answer(given) {
  shown = given;
  drawAnswer();
  sound(given.tone);
}

function drawAnswer() {
  const box = byId("answer");
  box.dataset.tone = shown?.tone ?? "ready";
  box.dataset.kind = shown?.kind ?? "ready";
  byId("answer_word").textContent = shown ? say(`answer_${shown.kind}`) : say("ready");
  byId("answer_who").textContent = shown ? who(shown) : say("ready_why");
  byId("answer_more").textContent = shown ? more(shown) : itemInFull();
}

// The item in full: on a narrow screen its list may cut it off.
function itemInFull() {
  const item = roster?.items.get(chosen());
  return [named(item?.title), named(item?.venue)].filter(Boolean).join(" · ");
}

function who({ code, delegate }) {
  return [delegate && named(delegate.title), named(roster?.delegation(delegate)), code].filter(Boolean).join(" · ");
}

function more({ kind, status, right, why }) {
  if (why) return why;
  if (kind === "already") {
    const where = status.own ? say("here") : status.desk ? say("seen_where", { desk: named(status.desk) }) : "";
    return [say("seen_at", { at: time(status.at) }), where].filter(Boolean).join(" · ");
  }
  if (kind === "finished") return say("finished_why", { item: named(roster.items.get(chosen())?.title) });
  if (kind === "other_room") return say("right_room", { room: named(right.title) });
  return ["malformed", "mistyped"].includes(kind) ? say("malformed_why") : "";
}

// Answer a badge that was scanned, typed or found: the answer comes before anything is sent.
function scan(typed, extra = {}) {
  const item = chosen();
  if (!roster || !item) return;
  closeQuestion();
  const confirmed = meant.item === item && Math.abs(Date.now() - meant.at) < MEANT_FOR;
  roster.finished = new Set(link.finished);
  const given = roster.answer(item, typed, { ...extra, confirmed, now: link.eventNow });
  if (!given.admits) {
    answer(given);
    if (given.ask) question(typed, given.ask, extra);
    return;
  }
  const { code, kind, tone } = given;
  const device_at = new Date().toISOString(), at = new Date(link.eventNow).toISOString();
  const standing = kind === "substitute" ? "substitute" : "present";
  roster.own.set(`${item}/${code}`, { item, badge: code, standing, place: "room", at, own: true });
  answer(given);
  const scan_id = crypto.randomUUID?.() ?? `gate-${Date.now()}-${[...crypto.getRandomValues(new Uint8Array(12))].map(one => one.toString(16)).join("")}`;
  newest = [{ scan_id, item, code, kind, tone, at, sent: false }, ...newest].slice(0, MAX_NEWEST);
  drawNewest();
  drawFigures();
  link.put({ scan_id, badge: code, item, device_at, at, substitute: extra.substitute ?? "", override: extra.override ?? "", confirmed });
  store.write("newest", newest);
}

// The server's answers to scans, as pairs of scan and answer: mostly what the gate has answered already.
async function outcome(pairs) {
  for (const [sent, result] of pairs) {
    const key = `${sent.item}/${sent.badge}`;
    const own = roster?.own.get(key);
    roster?.own.delete(key);
    const line = newest.find(one => one.scan_id === sent.scan_id);
    if (line) line.sent = true;
    if (result.outcome === "recorded") {
      const { standing, place, at } = result;
      if (standing) roster?.take([{ ...own, item: sent.item, badge: sent.badge, standing, place, at, own: true }]);
      else if (own) roster?.take([own]);
    } else {
      refuse(sent, result, line);
    }
  }
  if (pairs.some(([sent, result]) => sent.offline && result.outcome !== "recorded")) sound("bad");
  drawNewest();
  drawRefused();
  drawFigures();
  await store.write("refused", refused);
  await store.write("newest", newest);
}

function refuse(sent, { problem, outcome }, line) {
  const why = problem?.detail ?? "";
  refused = [{ code: sent.badge, at: sent.at, why, conflict: outcome === "conflict" }, ...refused].slice(0, MAX_REFUSED);
  if (line) Object.assign(line, { kind: "refused", tone: "bad", why });
  // The answer on show changes only for a person who is still at the door; those of an offline scan went in long ago: see the list.
  if (!sent.offline) answer({ kind: "refused", tone: "bad", code: sent.badge, delegate: roster?.delegates.get(sent.badge), why });
}

// --- questions: an item that is over, the substitute's name, the reason for an admission -------------------------------------------------------

// `extra`: what has been answered already of the same badge.
function question(typed, kind, extra = {}) {
  asked = { typed, kind, extra };
  byId("ask_words").value = "";
  byId("ask").hidden = false;
  drawQuestion();
  if (kind === "substitute") byId("ask_words").focus();
}

function drawQuestion() {
  if (!asked) return;
  const { kind } = asked, name = kind === "substitute", over = kind === "finished", now = current();
  byId("ask_label").textContent = say(name ? "substitute_who" : "override_why");
  byId("ask_go").textContent = say(over ? "finished_mean" : name ? "substitute" : "override");
  byId("ask_go").classList.toggle("main", !over);
  byId("ask_words").parentElement.hidden = over;
  byId("ask_switch").hidden = !over || now.id === chosen();
  byId("ask_switch").textContent = say("finished_switch", { item: named(now?.title) });
}

function closeQuestion() {
  asked = null;
  byId("ask_words").value = "";
  byId("ask_words").setCustomValidity("");
  byId("ask").hidden = true;
}

// Somebody answers the question: a name is always waited for, a reason from the first letter or as soon as its field has the focus.
const answering = () => Boolean(asked && (asked.kind === "substitute" || byId("ask_words").value || byId("ask_words") === document.activeElement));

// While something is asked, what another badge brings would wipe the answer: it is passed over, with a tone.
function rest() {
  sound("note");
  byId("ask").scrollIntoView({ block: "nearest" });
  byId("ask_words").focus();
}

// --- lists -------------------------------------------------------------------------------------------------------------

function drawNewest() {
  if (!roster) return;
  byId("newest").replaceChildren(...newest.map(one => {
    const delegate = roster.delegates.get(one.code);
    const small = [time(one.at), say(`answer_${one.kind}`), one.sent || one.kind === "undone" ? "" : say("not_sent"), one.why].filter(Boolean).join(" · ");
    const row = made("li", {}, made("span", { text: who({ code: one.code, delegate }) }, made("small", { text: small })));
    row.dataset.tone = one.tone;
    if (!["undone", "refused"].includes(one.kind)) row.append(made("button", { type: "button", text: say("undo"), onclick: () => undo(one) }));
    return row;
  }));
  if (!newest.length) byId("newest").replaceChildren(made("li", { text: say("newest_none") }));
}

async function undo(one) {
  const waiting = link.queue.get(one.scan_id);
  const key = `${one.item}/${one.code}`;
  if (waiting && !waiting.tries) {
    link.drop(one.scan_id);
    roster.own.delete(key);
  } else {
    const undo_id = `undo-${one.scan_id}`.slice(0, 64);
    const got = link.online && !waiting ? await link.undo({ scan_id: undo_id, undoes: one.scan_id, badge: one.code, item: one.item }) : null;
    if (!got) return answerUndo(one, "refused", "bad", say("undo_offline"));
    if (!got.body) return answerUndo(one, "refused", "bad", got.problem.detail);
    roster.take([{ item: one.item, badge: one.code, standing: got.body.standing, place: got.body.place, at: got.body.at }]);
  }
  one.kind = "undone";
  one.tone = "ready";
  store.write("newest", newest);
  answerUndo(one, "undone", "note");
}

function answerUndo(one, kind, tone, why) {
  answer({ kind, tone, code: one.code, delegate: roster.delegates.get(one.code), why });
  drawNewest();
  drawFigures();
}

function drawRefused() {
  byId("refused").hidden = !refused.length;
  byId("refused_list").replaceChildren(...refused.map(one => {
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
  const query = byId("query").value;
  const found = folded(query) ? roster.search(query) : [];
  const rows = found.map(one => {
    const status = roster.status(chosen(), one.badge);
    const here = status.place === "room" ? `${say("answer_already")} ${time(status.at)}` : "";
    const small = [named(roster.delegation(one)), one.badge, here].filter(Boolean).join(" · ");
    return made("li", {}, made("span", { text: named(one.title) }, made("small", { text: small })),
      made("button", { type: "button", text: say("admit"), onclick: () => admit(one.badge) }),
      made("button", { type: "button", text: say("substitute"), onclick: () => question(one.badge, "substitute") }));
  });
  if (folded(query) && !rows.length) rows.push(made("li", { text: say("nobody") }));
  if (rows.length === 20) rows.push(made("li", { text: say("too_many", { number: 20 }) }));
  byId("found").replaceChildren(...rows);
}

// --- input: field, search, camera ----------------------------------------------------------------------------------------

// A tap on a person of the search. A second one at the same place is the same act, and no "already in".
function admit(code) {
  if (code === tapped.code && performance.now() - tapped.at < SAME_ACT) return;
  tapped = { code, at: performance.now() };
  scan(code);
  search();
}

// Once more the badge of a question, with its answer.
function answered(typed, extra) {
  scan(typed, extra);
  search();
  if (!asked) byId("code").focus();
}

function wire() {
  byId("scan").addEventListener("submit", event => {
    event.preventDefault();
    const typed = byId("code").value;
    if (!typed.trim()) return;
    if (asked && byId("ask_words").value) return rest();
    byId("code").value = "";
    scan(typed);
    if (asked?.kind !== "substitute") byId("code").focus();
  });
  byId("ask").addEventListener("submit", event => {
    event.preventDefault();
    const { typed, kind, extra } = asked;
    if (kind === "finished") {
      meant = { item: chosen(), at: Date.now() };
      return answered(typed, extra);
    }
    const { said, wrong } = written(byId("ask_words").value);
    if (!wrong) return answered(typed, { ...extra, [kind]: said });
    byId("ask_words").setCustomValidity(say(`words_${wrong}`));
    byId("ask_words").reportValidity();
  });
  byId("ask_words").addEventListener("input", () => byId("ask_words").setCustomValidity(""));
  byId("ask_switch").onclick = () => {
    const { typed, extra } = asked;
    byId("item").value = current().id;
    answered(typed, extra);
  };
  byId("ask").addEventListener("keydown", ({ key, isComposing }) => key === "Escape" && !isComposing && closeQuestion());
  byId("ask_cancel").onclick = closeQuestion;
  byId("query").addEventListener("input", () => { clearTimeout(searching); searching = setTimeout(search, SEARCH_PAUSE); });
  byId("item").addEventListener("change", () => { shown = null; closeQuestion(); drawAnswer(); drawFigures(); search(); });
  byId("refused_number").onclick = () => byId("refused").scrollIntoView();
  byId("refused_clear").onclick = () => { refused = []; store.write("refused", refused); drawRefused(); };
  byId("language").onclick = async () => {
    await setLanguage(language === "vi" ? "en" : "vi");
    document.cookie = `${LANGUAGE}=${language};path=/;max-age=31536000;samesite=lax`;
    if (roster) drawDesk();
    drawCamera();
    drawState();
  };
  addEventListener("beforeunload", event => { if (link.queue.size && !store.lasting) event.preventDefault(); });
  new Scanner({ home: () => (byId("desk_work").hidden ? null : byId("code")), scanned: code => (answering() ? rest() : scan(code)) });
  wireCamera();
}

// --- the camera ----------------------------------------------------------------------------------------------------------

const decode = async picture => (link.online ? link.decode(picture) : []);

function wireCamera() {
  camera = new Camera(byId("video"), { decode, seen: scan, rests: () => asked !== null, say: word => { byId("view_word").textContent = say(`camera_${word}`); } });
  camera.stopped = drawCamera;
  byId("camera").onclick = toggleCamera;
  byId("camera_choice").onchange = async ({ target }) => { if (await camera.choose(target.value)) drawCamera(); };
  byId("photograph").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (file) photograph(await photographed(file, decode));
  });
}

let toggledAt = -Infinity;

async function toggleCamera() {
  if (performance.now() - toggledAt < DOUBLE_TAP) return;
  toggledAt = performance.now();
  if (camera.turn) return camera.stop(); // open, or the browser still asks
  const started = await camera.start();
  if (started) drawCamera();
  else if (started === false) answer({ kind: "other_way", tone: "note", why: say("camera_none") });
}

function drawCamera() {
  byId("view").hidden = !camera.open;
  byId("camera").textContent = say(camera.open ? "camera_stop" : "camera");
  if (!camera.open) return;
  const words = { name: say("camera_name"), torch: say("torch"), choice: say("camera_choice") };
  equip(camera, { choice: byId("camera_choice"), torch: byId("torch"), words });
}

// Of two badges in a photograph nobody can say whose it is.
function photograph(codes) {
  if (codes.length === 1 && !answering()) return scan(codes[0]);
  if (codes.length === 1) return rest();
  answer({ kind: "other_way", tone: "note", why: say(codes.length ? "photograph_several" : "photograph_none") });
}

// --- state and start -----------------------------------------------------------------------------------------------------

function setRoster(data, statuses) {
  const previous = roster;
  roster = new Roster(data);
  if (previous) roster.own = previous.own;
  roster.take(statuses);
  byId("language").hidden = Boolean(data.event.vietnamese_only);
  if (data.event.vietnamese_only && language !== "vi") setLanguage("vi").then(() => { drawDesk(); drawState(); });
  for (const scan of link.queue.values()) {
    const key = `${scan.item}/${scan.badge}`;
    if (!roster.own.has(key)) roster.own.set(key, { item: scan.item, badge: scan.badge, standing: scan.substitute ? "substitute" : "present", place: "room", at: scan.at, own: true });
  }
}

const listeners = {
  state: drawState,
  roster(data, others) { // `others`: "person" or "event" where it is of another one than before
    if (others) {
      const known = refused;
      forget();
      if (others === "event") refused = known; // the desk is the same: what the server did not take is still to be looked at
      store.write("newest", newest);
      store.write("refused", refused);
    }
    setRoster(data, []);
    store.write("roster", data);
    drawState();
    if (!byId("desk_work").hidden) drawDesk();
    if (others === "event") answer({ kind: "other_event", tone: "note", why: say("other_event_why") });
  },
  statuses(changed) {
    const mine = [...link.queue.values()];
    roster?.take(changed);
    for (const one of changed) if (!mine.some(scan => scan.item === one.item && scan.badge === one.badge)) roster?.own.delete(`${one.item}/${one.badge}`);
    drawFigures();
    search();
    if (roster) store.write("standings", [...roster.statuses.values()]);
  },
  version: version => upgradeTo(version, idle),
  outcome,
  gone,
  locked: () => closed(say("locked"), say("locked_why"), "/unlock", say("unlock")),
  denied: () => { forget(); closed(say("not_for_you"), "", "/", say("sign_in")); },
};

// Nothing is lost and nobody is stopped by loading the page again.
function idle() {
  const typed = ["code", "query", "ask_words"].some(id => byId(id).value);
  return !asked && !typed && !camera.turn && (store.lasting || !link.queue.size);
}

// Store all that is known: storage works again, or the browser has emptied it.
function storeAll() {
  link.storeAll();
  store.write("newest", newest);
  store.write("refused", refused);
  if (!roster) return;
  store.write("roster", roster.data);
  store.write("standings", [...roster.statuses.values()]);
}

async function begin() {
  store = new Store({ changed: () => drawState(), reopened: () => storeAll() });
  link = new Link(store, listeners, () => words);
  const cookie = document.cookie.split("; ").find(one => one.startsWith(`${LANGUAGE}=`))?.slice(LANGUAGE.length + 1);
  const chosen = byId("language").hidden ? "vi" : cookie; // hidden where the event is Vietnamese only
  await setLanguage(["vi", "en"].includes(chosen) ? chosen : (document.documentElement.lang === "en" ? "en" : "vi"));
  newest = (await store.read("newest")) ?? [];
  refused = (await store.read("refused")) ?? [];
  wire();
  navigator.storage?.persist?.();
  const [data, statuses] = [await store.read("roster"), await store.read("standings")];
  await link.restore(data && statuses);
  if (data) {
    setRoster(data, statuses ?? []);
    drawDesk();
  }
  drawState();
  await link.start();
  keepFiles(drawState);
}

// A sign-in leads a desk here. The gate is made for fingers: without a touch screen the desk's own page is the better one.
const signedIn = new URLSearchParams(location.search).has("start"), touched = matchMedia("(any-pointer: coarse)").matches;
if (signedIn && !touched) location.replace("/attendance");
else {
  if (signedIn) history.replaceState(null, "", "/gate");
  begin();
}
