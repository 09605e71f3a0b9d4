// A section's tile on the wall: level, headline, the reason against it, what is said beside it, silence, and the progress of its tasks.

export function node(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children.filter(child => child !== null && child !== undefined && child !== ""));
  return made;
}

export const span = (name, text) => node("span", name, text);

// `wall` provides words, figures, the clock and its ticks.
export function tile(wall, section) {
  const made = node("article", "tile");
  const [chip, figures, reason, rest, voice] = ["chip", "tasks", "reason", "rest", "voice"].map(name => span(name, ""));
  const headline = node("div", "headline");
  const age = wall.ticking("age", now => ageOf(wall, section, now));
  made.append(
    node("div", "row top", span("title", wall.in(section.name)), age),
    headline, node("div", "why", reason, voice, rest),
    node("div", "row foot", chip, figures), coverage(section),
  );
  put(figures, `${wall.figure(section.done)}/${wall.figure(section.total)} ${wall.say("tasks")}`);
  wall.every(() => {
    const silent = isSilent(section, wall.now());
    const shown = silent ? section.level_when_silent : section.level;
    const text = shown === "silent" ? silenceOf(wall, section) : troubleOf(wall, section, silent);
    put(headline, text.headline);
    put(reason, text.why);
    put(rest, text.rest);
    put(voice, text.voice);
    const dressed = `tile ${shown}${silent ? " hatched" : ""}${text.why ? " explained" : ""}${text.aside ? " aside" : ""}`;
    if (made.className !== dressed) {
      made.className = dressed;
      wall.reshaped = true; // its lines may need more room
    }
    put(chip, `${wall.marks[shown]} ${wall.say(shown === section.level && section.word ? WORDS[section.word] : `level.${shown}`)}`);
    age.classList.toggle("old", silent);
  });
  return made;
}

const WORDS = { completed: "completed", on_track: "level.on_track" };

function put(place, text) { if (place.textContent !== text) place.textContent = text; }

// The server decides: silent now, or from the moment `silent_at` that the board names.
export function isSilent({ silent, silent_at }, now) { return silent || (silent_at !== null && silent_at <= now); }

function ageOf(wall, section, now) {
  const silent = isSilent(section, now), since = silent ? section.since : section.confirmed;
  const age = since === null ? "" : wall.span(now - since);
  return silent && section.level_when_silent !== "silent" ? `${wall.marks.silent} ${age}` : age;
}

function coverage({ done, started, total }) { // done and begun as shares of all: two lengths, legible from across the room
  const bar = node("i", "coverage", node("b", "done"), node("b", "begun"));
  bar.children[0].style.width = `${total ? (done / total) * 100 : 0}%`;
  bar.children[1].style.width = `${total ? ((started - done) / total) * 100 : 0}%`;
  return bar;
}

// The lead's headline, then the reason against it or the worst blocker by name: the server chooses which. What a level without trouble
// would hide is said in the same place.
function troubleOf(wall, section, silent) {
  const { headline, trouble, why, blocker, more } = section;
  const said = trouble && !headline ? "" : headline || wall.say("no_headline"); // the reason says more than that there is no news
  const text = { headline: said, why: asideOf(wall, section), rest: "", voice: "", aside: true };
  if (trouble === "reason") return { ...text, why: reasonOf(wall, why), voice: voiceOf(wall, section, silent), aside: false };
  const quiet = silent ? unconfirmed(wall) : "";
  if (trouble !== "blocker") return { ...text, voice: quiet, aside: Boolean(text.why) };
  return { ...text, why: `${blocker.number}. ${wall.in(blocker.title)}`, rest: more ? `+${wall.figure(more)}` : "", voice: quiet, aside: false };
}

function asideOf(wall, { aside }) {
  const said = ["tasks", "incidents"].filter(kind => aside?.[kind]).map(kind => wall.say(`aside_${kind}`, { count: wall.figure(aside[kind]) }));
  return said.length ? `${wall.marks.at_risk} ${said.join(" · ")}` : "";
}

// What the lead says, and that it has not been confirmed in time.
function voiceOf(wall, { declared, confirmed }, silent) {
  if (confirmed === null) return `${wall.marks.silent} ${wall.say("never_said")}`;
  const said = wall.say("declared", { level: wall.lower(wall.say(`level.${declared}`)) });
  return silent ? `${said} · ${unconfirmed(wall)}` : said;
}

function unconfirmed(wall) { return `${wall.marks.silent} ${wall.lower(wall.say("level.silent"))}`; }

function reasonOf(wall, { concern, number, needs, priority }) {
  return wall.say(`reason.${concern}`, { number: concern === "entry" ? String(number).padStart(3, "0") : number, needs: needs.join(", "), priority });
}

// Who has to confirm and what was declared last; then who was reminded or, once answered, who answered.
function silenceOf(wall, section) {
  const { silence, declared, owner, reminder, fresh, asked } = section;
  const office = owner || wall.say("rung.lead");
  const facts = { office, count: wall.figure(asked - fresh), asked: wall.figure(asked), level: wall.lower(wall.say(`level.${declared}`)) };
  const why = reminder?.answered ? wall.say("answered", { office: by(wall, reminder), at: wall.soon(reminder.answered) })
    : reminder ? wall.say("called", { office: wall.say(`rung.${reminder.level}`), at: wall.soon(reminder.at) }) : "";
  return { headline: wall.say(silence, facts), why, rest: "", voice: asideOf(wall, section), aside: false };
}

function by(wall, { role, office }) { return role === "lead" || role === "deputy" ? wall.say(`rung.${role}`) : wall.in(office); }
