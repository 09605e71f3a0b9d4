// The roster of the desk's items, and the gate's own answer to a badge. The rules are those of models/text.py and
// models/attendance/admission.py, as far as a device can know; a test runs them on the same table of cases.

const LETTERS = "BCGHKLMNPQT";
const WEIGHTS = [7, 6, 5, 4, 3, 2]; // counted from the right
const MAX_FOUND = 20;
const MAX_WORDS = 200; // characters of a name or a reason
const OVERTIME = 2 * 3600000; // ms after its planned end: an item is over, too, of which no one recorded that it ended

const UNSEEN = /[\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}\u115f\u1160\u3164\uffa0\u2800]/gu;

export function clean(text) {
  const seen = text.replace(/[ÐƉ]/g, "Đ").replace(/ð/g, "đ").replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ").replace(UNSEEN, "");
  return seen.normalize("NFC").split(/\s+/u).filter(Boolean).join(" ");
}

export function folded(text) {
  return clean(text).toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
}

export function checkLetter(serial) {
  return LETTERS[[...serial].reduce((total, digit, place) => total + WEIGHTS.at(place - serial.length) * Number(digit), 0) % LETTERS.length];
}

// The badge code in a typed or scanned text; `wrong` names the fault of one that is no valid code.
export function badgeCode(typed) {
  const shown = clean(typed.slice(0, 40)).toUpperCase().replace(/[ -]/g, "");
  if (typed.length > 40 || !/^([0-9]{4}|[1-9][0-9]{4,5})[BCGHKLMNPQT]$/.test(shown)) return { wrong: "malformed", code: shown.slice(0, 20) };
  return checkLetter(shown.slice(0, -1)) === shown.at(-1) ? { code: shown } : { wrong: "mistyped", code: shown };
}

// What was written for a question; `wrong` names the fault of what the server would refuse.
export function written(text) {
  const said = clean(text);
  if (!/[\p{L}\p{N}]/u.test(said)) return { wrong: "empty" };
  if ([...said].length > MAX_WORDS) return { wrong: "long" };
  return badgeCode(said).wrong ? { said } : { wrong: "badge" };
}

const HERE = ["present", "substitute"];
const RECORDED = [...HERE, "excused", "announced"];

export class Roster {
  constructor(data) {
    this.data = data; // as `/api/v1/roster` answers
    this.statuses = new Map(); // item/badge -> the server's answer: {item, badge, standing, place, at, …}
    this.own = new Map(); // item/badge -> an answer of this gate that the server does not have yet
    this.delegates = new Map(data.delegates.map(one => [one.badge, one]));
    this.delegations = new Map(data.delegations.map(one => [one.id, one.name]));
    this.items = new Map(data.items.map(one => [one.id, one]));
    this.others = new Map([...data.right, ...data.items].map(one => [one.id, one]));
    this.replaced = new Set(data.replaced);
    this.retired = new Set(data.retired); // none in a roster that was stored by an earlier version
    this.finished = new Set(); // the ids of items that have ended, as the server last told
    this.texts = data.delegates.map(one => {
      const name = this.delegations.get(one.delegation);
      return folded([one.title.vi, one.title.en, name?.vi, name?.en, one.badge].join(" "));
    });
  }

  take(statuses) { for (const one of statuses) this.statuses.set(`${one.item}/${one.badge}`, one); }

  status(item, badge) {
    const key = `${item}/${badge}`;
    return this.own.get(key) ?? this.statuses.get(key) ?? { standing: "undone", place: "outside" };
  }

  delegation(delegate) { return this.delegations.get(delegate?.delegation); }

  // The answer to a badge at an item: `kind` names the word; `admits` says whether the delegate is admitted; `tone` is the colour
  // and the sound: good for an admission, note where a decision is needed, bad for a refusal.
  // `now`: ms of the event's clock; `confirmed`: the desk means an item that is over.
  answer(item, typed, { substitute = "", override = "", confirmed = false, now = 0 } = {}) {
    const { code, wrong } = badgeCode(typed);
    if (wrong) return { kind: wrong, tone: "bad", code };
    const delegate = this.delegates.get(code);
    const status = this.status(item, code);
    const found = { code, delegate, status };
    if (this.replaced.has(code)) return { ...found, kind: "replaced", tone: "bad" };
    if (this.retired.has(code)) return { ...found, kind: "retired", tone: "bad" };
    if (!delegate && !this.data.elsewhere[code] && status.standing === "undone") return { ...found, kind: "unknown", tone: "bad" };
    if (!confirmed && this.isOver(item, now)) return { ...found, kind: "finished", tone: "note", ask: "finished" };
    if (status.place === "room") return { ...found, kind: "already", tone: "bad" };
    if (!this.belongs(item, delegate, status) && !override) {
      const right = this.rightRoom(item, code, delegate);
      return { ...found, kind: right ? "other_room" : "not_expected", right, tone: "note", ask: "override" };
    }
    if (status.standing === "announced" && !status.named && !substitute) return { ...found, kind: "needs_name", tone: "note", ask: "substitute" };
    if (HERE.includes(status.standing)) return { ...found, kind: status.standing === "substitute" ? "substitute" : "in", tone: "good", admits: true };
    if (substitute || status.standing === "announced") return { ...found, kind: "substitute", tone: "good", admits: true };
    if (status.standing === "excused") return { ...found, kind: "excused", tone: "good", admits: true };
    return { ...found, kind: "in", tone: "good", admits: true };
  }

  isOver(item, now) { return this.finished.has(item) || now >= Date.parse(this.items.get(item)?.ends_at) + OVERTIME; }

  belongs(item, delegate, status) { return Boolean(delegate?.items.includes(item)) || RECORDED.includes(status.standing); }

  // The item at the same time that counts a delegate: where they were admitted despite the roster, else where it expects them.
  rightRoom(item, code, delegate) {
    const here = this.items.get(item);
    const expecting = [...(delegate?.items ?? []), ...(this.data.elsewhere[code] ?? [])];
    const status = id => this.status(id, code).standing;
    const admitted = [...this.items.keys()].filter(id => !expecting.includes(id) && RECORDED.includes(status(id)));
    const ids = [...admitted.sort((a, b) => a - b), ...expecting.filter(id => status(id) !== "moved").sort((a, b) => a - b)];
    return ids.map(id => this.others.get(id)).find(one => one && one.id !== item && one.starts_at < here.ends_at && one.ends_at > here.starts_at);
  }

  search(query) {
    const words = folded(query.slice(0, 100)).split(" ").filter(Boolean);
    if (!words.length) return [];
    const found = this.data.delegates.filter((_, place) => words.every(word => this.texts[place].includes(word)));
    const exact = clean(query).toLowerCase().split(" ");
    const near = one => exact.filter(word => ` ${one.title.vi} ${this.delegation(one)?.vi} ${one.badge} `.toLowerCase().includes(` ${word} `)).length;
    return found.map((one, place) => [near(one), place, one]).sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, MAX_FOUND).map(row => row[2]);
  }

  figures(item) {
    const expected = this.data.delegates.filter(one => one.items.includes(item) && this.status(item, one.badge).standing !== "moved");
    const recorded = [...new Set([...this.statuses.keys(), ...this.own.keys()])].filter(key => key.startsWith(`${item}/`));
    const here = recorded.filter(key => HERE.includes((this.own.get(key) ?? this.statuses.get(key)).standing)).map(key => key.split("/")[1]);
    return { here: here.length, expected: new Set([...expected.map(one => one.badge), ...here]).size };
  }
}
