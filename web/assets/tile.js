// A section's tile on the wall: level, headline, the reason against it, silence, and the progress of its tasks.

function node(tag, name, ...children) {
  const made = document.createElement(tag);
  made.className = name;
  made.append(...children);
  return made;
}

const span = (name, text) => node("span", name, text);

// `wall` provides words, figures, the clock and its ticks.
export function tile(wall, section) {
  const made = node("article", "tile");
  const [chip, silence, figures, reason, rest] = ["chip", "silence", "tasks", "reason", "rest"].map(name => span(name, ""));
  const headline = node("div", "headline");
  const age = wall.ticking("age", now => ageOf(wall, section, now));
  made.append(
    node("div", "row top", span("title", wall.in(section.name)), age),
    headline, node("div", "why", reason, rest),
    node("div", "row foot", chip, silence, figures), coverage(section),
  );
  wall.every(() => {
    const silent = isSilent(section, wall.now());
    const shown = silent ? section.level_when_silent : section.level;
    const text = shown === "silent" ? silenceOf(wall, section) : troubleOf(wall, section);
    put(headline, text.headline);
    put(reason, text.why);
    put(rest, text.rest);
    made.className = `tile ${shown}${silent ? " hatched" : ""}${text.why ? " explained" : ""}`;
    put(chip, `${wall.marks[shown]} ${wall.say(`level.${shown}`)}`);
    put(silence, silent && shown !== "silent" ? `${wall.marks.silent} ${wall.say("level.silent")}` : "");
    const share = `${wall.figure(section.done)}/${wall.figure(section.total)}`;
    put(figures, text.voice || (silence.textContent ? share : `${share} ${wall.say("tasks")}`));
    age.classList.toggle("old", silent);
  });
  return made;
}

function put(place, text) { if (place.textContent !== text) place.textContent = text; }

// The server decides: silent now, or from the moment `silent_at` that the board names.
export function isSilent({ silent, silent_at }, now) { return silent || (silent_at !== null && silent_at <= now); }

function ageOf(wall, section, now) {
  const since = isSilent(section, now) ? section.since : section.confirmed;
  return since === null ? "" : wall.span(now - since);
}

function coverage({ done, started, total }) { // done and begun as shares of all: two lengths, legible from across the room
  const bar = node("i", "coverage", node("b", "done"), node("b", "begun"));
  bar.children[0].style.width = `${total ? (done / total) * 100 : 0}%`;
  bar.children[1].style.width = `${total ? ((started - done) / total) * 100 : 0}%`;
  return bar;
}

// The lead's headline, then the reason against it or the worst blocker by name: the server chooses which.
function troubleOf(wall, { headline, trouble, declared, why, blocker, more, done, total }) {
  const text = { headline: headline || wall.say("no_headline"), why: "", rest: "", voice: "" };
  if (trouble === "reason") return { ...text, why: reasonOf(wall, why), rest: `${wall.figure(done)}/${wall.figure(total)}`, voice: wall.say("declared", { level: wall.say(`level.${declared}`) }) };
  if (trouble !== "blocker") return text;
  return { ...text, why: `${blocker.number}. ${wall.in(blocker.title)}`, rest: more ? `+${wall.figure(more)}` : "" };
}

function reasonOf(wall, { concern, number, needs, priority }) {
  return wall.say(`reason.${concern}`, { number: concern === "entry" ? String(number).padStart(3, "0") : number, needs: needs.join(", "), priority });
}

// Who has to confirm and what was declared last; then who was reminded or, once answered, who answered.
function silenceOf(wall, { silence, declared, owner, reminder, fresh, asked }) {
  const office = owner || wall.say("rung.lead");
  const facts = { office, count: wall.figure(asked - fresh), asked: wall.figure(asked), level: wall.say(`level.${declared}`) };
  const why = reminder?.answered ? wall.say("answered", { office: by(wall, reminder), at: soon(wall, reminder.answered) })
    : reminder ? wall.say("called", { office: wall.say(`rung.${reminder.level}`), at: soon(wall, reminder.at) }) : "";
  return { headline: wall.say(silence, facts), why, rest: "", voice: "" };
}

function by(wall, { role, office }) { return role === "lead" || role === "deputy" ? wall.say(`rung.${role}`) : wall.in(office); }

function soon(wall, moment) { // the time, or the day where it is not today
  return wall.day(moment) === wall.day(wall.now()) ? wall.time(moment) : wall.near(moment).split(" ").slice(0, -1).join(" ");
}
