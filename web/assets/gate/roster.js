// The roster of the desk's items, and the gate's own answer to a badge. The rules are those of models/text.py and
// models/attendance/admission.py, as far as a device can know; a test runs them on the same table of cases.

const LETTERS = "BCGHKLMNPQT";
const WEIGHTS = [7, 6, 5, 4, 3, 2]; // counted from the right
const FOUND_MOST = 20;

export function clean(text) {
  const seen = text.replace(/[ÐƉ]/g, "Đ").replace(/ð/g, "đ").replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ").replace(/[\p{Cf}\p{Cs}]/gu, "");
  return seen.normalize("NFC").split(/\s+/u).filter(Boolean).join(" ");
}

export function folded(text) {
  return clean(text).toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
}

export function checkLetter(serial) {
  return LETTERS[[...serial].reduce((total, digit, place) => total + WEIGHTS.at(place - serial.length) * Number(digit), 0) % LETTERS.length];
}

// The badge code in what was typed or scanned; else what is wrong with it.
export function badgeCode(typed) {
  const shown = clean(typed.slice(0, 40)).toUpperCase().replace(/[ -]/g, "");
  if (typed.length > 40 || !/^([0-9]{4}|[1-9][0-9]{4,5})[BCGHKLMNPQT]$/.test(shown)) return { wrong: "malformed", code: shown.slice(0, 20) };
  return checkLetter(shown.slice(0, -1)) === shown.at(-1) ? { code: shown } : { wrong: "mistyped", code: shown };
}

const HERE = ["present", "substitute"];
const STANDS = [...HERE, "excused", "announced"];

export class Roster {
  constructor(told) {
    this.told = told;
    this.standings = new Map(); // item/badge -> as the server tells it
    this.own = new Map(); // item/badge -> what this gate has answered and the server does not know yet
    this.delegates = new Map(told.delegates.map(one => [one.badge, one]));
    this.delegations = new Map(told.delegations.map(one => [one.id, one.name]));
    this.items = new Map(told.items.map(one => [one.id, one]));
    this.others = new Map([...told.right, ...told.items].map(one => [one.id, one]));
    this.replaced = new Set(told.replaced);
    this.texts = told.delegates.map(one => {
      const name = this.delegations.get(one.delegation);
      return folded([one.title.vi, one.title.en, name?.vi, name?.en, one.badge].join(" "));
    });
  }

  take(standings) { for (const one of standings) this.standings.set(`${one.item}/${one.badge}`, one); }

  standing(item, badge) {
    const key = `${item}/${badge}`;
    return this.own.get(key) ?? this.standings.get(key) ?? { standing: "undone", place: "outside" };
  }

  delegation(delegate) { return this.delegations.get(delegate?.delegation); }

  // What to answer at an item: `kind` names the word, `admits` whether he is let in, `tone` the colour and the sound: good for
  // who comes in, note for what takes a decision, bad for a stop.
  answer(item, typed, { substitute = "", override = "" } = {}) {
    const { code, wrong } = badgeCode(typed);
    if (wrong) return { kind: wrong, tone: "bad", code };
    const delegate = this.delegates.get(code);
    const stood = this.standing(item, code);
    const found = { code, delegate, stood };
    if (this.replaced.has(code)) return { ...found, kind: "replaced", tone: "bad" };
    if (!delegate && !this.told.elsewhere[code] && stood.standing === "undone") return { ...found, kind: "unknown", tone: "bad" };
    if (stood.place === "room") return { ...found, kind: "already", tone: "bad" };
    if (!this.belongs(item, delegate, stood) && !override) {
      const right = this.rightRoom(item, code, delegate);
      return { ...found, kind: right ? "other_room" : "not_expected", right, tone: "note", ask: "override" };
    }
    if (stood.standing === "announced" && !stood.named && !substitute) return { ...found, kind: "needs_name", tone: "note", ask: "substitute" };
    if (HERE.includes(stood.standing)) return { ...found, kind: stood.standing === "substitute" ? "substitute" : "in", tone: "good", admits: true };
    if (substitute || stood.standing === "announced") return { ...found, kind: "substitute", tone: "good", admits: true };
    if (stood.standing === "excused") return { ...found, kind: "excused", tone: "good", admits: true };
    return { ...found, kind: "in", tone: "good", admits: true };
  }

  belongs(item, delegate, stood) { return Boolean(delegate?.items.includes(item)) || STANDS.includes(stood.standing); }

  // The item at the same time that counts a delegate: where they were admitted despite the roster, else where it expects them.
  rightRoom(item, code, delegate) {
    const here = this.items.get(item);
    const expecting = [...(delegate?.items ?? []), ...(this.told.elsewhere[code] ?? [])];
    const status = id => this.standing(id, code).standing;
    const admitted = [...this.items.keys()].filter(id => !expecting.includes(id) && STANDS.includes(status(id)));
    const ids = [...admitted.sort((a, b) => a - b), ...expecting.filter(id => status(id) !== "moved").sort((a, b) => a - b)];
    return ids.map(id => this.others.get(id)).find(one => one && one.id !== item && one.starts_at < here.ends_at && one.ends_at > here.starts_at);
  }

  search(query) {
    const words = folded(query.slice(0, 100)).split(" ").filter(Boolean);
    if (!words.length) return [];
    const found = this.told.delegates.filter((_, place) => words.every(word => this.texts[place].includes(word)));
    const asked = clean(query).toLowerCase().split(" ");
    const near = one => asked.filter(word => ` ${one.title.vi} ${this.delegation(one)?.vi} ${one.badge} `.toLowerCase().includes(` ${word} `)).length;
    return found.map((one, place) => [near(one), place, one]).sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, FOUND_MOST).map(row => row[2]);
  }

  figures(item) {
    const expected = this.told.delegates.filter(one => one.items.includes(item) && this.standing(item, one.badge).standing !== "moved");
    const let_in = [...new Set([...this.standings.keys(), ...this.own.keys()])].filter(key => key.startsWith(`${item}/`));
    const here = let_in.filter(key => HERE.includes((this.own.get(key) ?? this.standings.get(key)).standing)).map(key => key.split("/")[1]);
    return { here: here.length, expected: new Set([...expected.map(one => one.badge), ...here]).size };
  }
}
