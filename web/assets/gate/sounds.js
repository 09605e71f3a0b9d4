// The sound of an answer: rising for an admission, the same tone twice for a question, low and long for a refusal. A telephone also
// vibrates in the same rhythm: in a hall nobody hears it.

const TONES = { good: [[880, 0, 0.09], [1320, 0.1, 0.14]], note: [[660, 0, 0.12], [660, 0.18, 0.12]], bad: [[196, 0, 0.45]] };
const PULSES = { good: [80], note: [80, 100, 80], bad: [400] }; // ms of vibration and pause
let context = null;

// A browser allows sound only after a touch or a key press on the page.
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { context ??= new AudioContext(); context.resume(); }, { capture: true });

export function sound(tone) {
  document.body.dataset.sounded = tone;
  navigator.vibrate?.(PULSES[tone] ?? 0);
  if (!context || !TONES[tone]) return;
  for (const [pitch, from, lasts] of TONES[tone]) {
    const source = new OscillatorNode(context, { frequency: pitch, type: tone === "bad" ? "square" : "sine" });
    const loud = new GainNode(context, { gain: tone === "bad" ? 0.15 : 0.3 });
    source.connect(loud).connect(context.destination);
    source.start(context.currentTime + from);
    source.stop(context.currentTime + from + lasts);
  }
}
