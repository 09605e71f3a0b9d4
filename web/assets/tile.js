// A section's tile on the wall: level, headline, what speaks against it, who keeps silent, and how far its tasks are.

const MARKS = { late: "✕", at_risk: "!", silent: "?", not_started: "–", on_track: "✓", ready: "✓" };
const TROUBLE = ["late", "at_risk"];

function node(tag, name, ...children) {
  const made = document.createElement(tag);
  made.className = name;
  made.append(...children);
  return made;
}

const span = (name, text) => node("span", name, text);

// `wall` lends its words, figures, clock and ticks.
export function tile(wall, section) {
  const made = node("article", "tile");
  const [chip, silence, figures, reason, rest] = ["chip", "silence", "tasks", "reason", "beside"].map(name => span(name, ""));
  const headline = node("div", "headline");
  const age = wall.ticking("age", now => ageOf(wall, section, now));
  made.append(
    node("div", "row top", span("title", wall.in(section.name)), age),
    headline, node("div", "why", reason, rest),
    node("div", "row foot", chip, silence, figures), coverage(section),
  );
  wall.every(() => {
    const silent = isSilent(section, wall.now());
    // Silence never hides a red or an amber: their word stays, and the silence is said beside it.
    const shown = silent && !TROUBLE.includes(section.level) ? "silent" : section.level;
    const said = shown === "silent" ? keptSilent(wall, section) : spokenOf(wall, section);
    put(headline, said.headline);
    put(reason, said.why);
    put(rest, said.rest);
    made.className = `tile ${shown}${silent ? " hatched" : ""}${said.why ? " explained" : ""}`;
    put(chip, `${MARKS[shown]} ${wall.say(`level.${shown}`)}`);
    put(silence, silent && shown !== "silent" ? `? ${wall.say("level.silent")}` : "");
    const share = `${wall.figure(section.done)}/${wall.figure(section.total)}`;
    put(figures, said.voice || (silence.textContent ? share : `${share} ${wall.say("tasks")}`));
    age.classList.toggle("old", silent);
  });
  return made;
}

function put(place, text) { if (place.textContent !== text) place.textContent = text; }

function isSilent({ silent_at }, now) { return silent_at !== null && silent_at <= now; }

function ageOf(wall, section, now) {
  const since = isSilent(section, now) ? section.since : section.confirmed;
  return since === null ? "" : wall.span(now - since);
}

function coverage({ done, started, total }) { // done, begun, of all: two lengths that are read from across the room
  const bar = node("i", "coverage", node("b", "done"), node("b", "begun"));
  bar.children[0].style.width = `${total ? (done / total) * 100 : 0}%`;
  bar.children[1].style.width = `${total ? ((started - done) / total) * 100 : 0}%`;
  return bar;
}

// The lead's headline, then what speaks against him where he declares better, else the worst blocker by name.
function spokenOf(wall, { headline, level, declared, differs, why, blocker, more, done, total }) {
  const said = { headline: headline || wall.say("no_headline"), why: "", rest: "", voice: "" };
  if (!TROUBLE.includes(level)) return said;
  if (differs && why) return { ...said, why: reasonOf(wall, why), rest: `${wall.figure(done)}/${wall.figure(total)}`, voice: wall.say("declared", { level: wall.say(`level.${declared}`) }) };
  if (!blocker) return said;
  return { ...said, why: `${blocker.number}. ${wall.in(blocker.title)}`, rest: more ? `+${wall.figure(more)}` : "" };
}

function reasonOf(wall, { fact, number, needs, priority }) {
  return wall.say(`reason.${fact}`, { number: fact === "entry" ? String(number).padStart(3, "0") : number, needs: needs.join(", "), priority });
}

// Who owes a word and what he said last; then whom the ladder called, and who answered.
function keptSilent(wall, { confirmed, declared, why, owner, call, fresh, asked }) {
  const office = owner || wall.say("rung.lead");
  const stale = { count: wall.figure(asked - fresh), asked: wall.figure(asked), office };
  const headline = why?.fact === "stale" ? wall.say("stale_tasks", stale)
    : confirmed === null ? wall.say("never_by", { office })
    : wall.say("declared_by", { office, level: wall.say(`level.${declared}`) });
  const told = call?.answered ? wall.say("answered", { office: by(wall, call), at: soon(wall, call.answered) })
    : call ? wall.say("called", { office: wall.say(`rung.${call.rung}`), at: soon(wall, call.at) }) : "";
  return { headline, why: told, rest: "", voice: "" };
}

function by(wall, { role, office }) { return role === "lead" || role === "deputy" ? wall.say(`rung.${role}`) : wall.in(office); }

function soon(wall, moment) { // the time, or the day where it is not today
  return wall.day(moment) === wall.day(wall.now()) ? wall.time(moment) : wall.near(moment).split(" ").slice(0, -1).join(" ");
}
