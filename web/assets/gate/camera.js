// Cameras that read badges, at the gate and at the desk: codes are decoded on the device, by the browser's decoder where it has one
// that works, else by `qr.js`; a picture in which that finds no code goes to the server.

import { keepAwake } from "/assets/awake.js";
import { readAll } from "/assets/gate/qr.js";
import { within } from "/assets/gate/within.js";

const READ_INTERVAL = 150; // ms between two reads of the video
const SERVER_INTERVAL = 1000; // ms between two pictures for the server
const COMPARE_INTERVAL = 1000; // ms between two looks of our own reader at what the browser's decoder found nothing in
const DECODER_WAIT = 1000; // ms for an answer of the browser's decoder
const MAX_FAILURES = 3; // of the browser's decoder in a row, before it is given up
const AWAY = 3000; // ms that a code has to be out of view before it is reported again
const SLOW = 10000; // ms without any code after which another way is named
const MAX_SIDE = 960; // pixels of the longer side of a picture that goes to the server
const MAX_PHOTOGRAPH_SIDE = 1600; // the same of a photograph

async function detector() {
  try {
    const formats = await within(DECODER_WAIT, BarcodeDetector.getSupportedFormats());
    return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null; // the browser has none, or one that does not answer
  }
}

const end = stream => stream?.getTracks().forEach(track => track.stop());

export class Camera {
  // `seen`: takes each code that comes into view; `decode`: asks the server for the codes of a picture; `rests`: whether codes are
  // to be passed over for now; `say`: "looking" or "slow", for the words next to the video
  constructor(video, { seen, decode, rests = () => false, say = () => {} }) {
    Object.assign(this, { video, seen, decode, rests, say });
    this.turn = null; // from the tap that opens the camera to the one that closes it
    this.stream = null;
    this.wanted = ""; // the camera that was chosen
    this.inView = new Map(); // code -> when it was last seen
    document.addEventListener("visibilitychange", () => document.hidden && this.stop());
  }

  get open() { return this.stream !== null; }

  // Open the camera; false where there is none, null where it is open already or was stopped while the browser asked.
  async start() {
    if (this.turn) return null;
    const turn = this.turn = {};
    const [stream, reader] = await Promise.all([this.request(), detector()]);
    if (this.turn !== turn) {
      end(stream);
      return null;
    }
    if (!stream) {
      this.turn = null;
      return false;
    }
    Object.assign(this, { stream, reader, failures: 0, comparedAt: -Infinity, askedAt: -Infinity, foundAt: performance.now() });
    for (const track of stream.getTracks()) track.onended = () => this.turn === turn && this.stop(); // unplugged, or taken by another program
    this.video.srcObject = stream;
    this.video.play().catch(() => {}); // rejected where the element was removed meanwhile
    this.letSleep = keepAwake();
    this.tell("looking");
    this.watch(turn);
    return true;
  }

  async request() {
    const back = { facingMode: "environment" };
    for (const wish of this.wanted ? [{ deviceId: { exact: this.wanted } }, back] : [back]) {
      try {
        return await navigator.mediaDevices.getUserMedia({ video: { ...wish, width: { ideal: 1280 } }, audio: false });
      } catch {
        continue; // the camera that was chosen is gone; or none is allowed
      }
    }
    return null;
  }

  stop() {
    this.turn = null;
    end(this.stream);
    this.stream = this.video.srcObject = null;
    this.letSleep?.();
    this.told = null;
    this.stopped?.();
  }

  async watch(turn) {
    while (this.turn === turn) {
      const codes = this.video.videoWidth ? await this.read().catch(() => []) : [];
      if (this.turn === turn) this.found(codes);
      await new Promise(done => setTimeout(done, READ_INTERVAL));
    }
  }

  // The codes in view. A decoder that rejects, does not answer, or misses what our own reader finds is given up after three failures.
  async read() {
    if (!this.reader) return this.readOwn();
    const found = await within(DECODER_WAIT, this.detected()).catch(() => null);
    if (found?.length) {
      this.failures = 0;
      return found;
    }
    if (found && performance.now() - this.comparedAt < COMPARE_INTERVAL) return [];
    this.comparedAt = performance.now();
    const missed = readAll(this.video, this.video.videoWidth, this.video.videoHeight);
    if ((!found || missed.length) && ++this.failures >= MAX_FAILURES) this.reader = null;
    return missed;
  }

  async detected() { return (await this.reader.detect(this.video)).map(one => one.rawValue); }

  readOwn() {
    const { video } = this, codes = readAll(video, video.videoWidth, video.videoHeight);
    if (!codes.length && !this.asking && performance.now() - this.askedAt >= SERVER_INTERVAL) this.askServer(this.turn);
    return codes;
  }

  // What the server finds in a picture; the camera reads on meanwhile.
  async askServer(turn) {
    this.asking = true;
    this.askedAt = performance.now();
    const { video } = this;
    const codes = await shrunk(video, video.videoWidth, video.videoHeight).then(this.decode).catch(() => []);
    this.asking = false;
    if (this.turn === turn) this.found(codes ?? []);
  }

  // A code that stays in view is reported once: again only after it was out of view for a while. One that comes into view while the
  // camera rests is reported afterwards, if it is still there.
  found(codes) {
    const now = performance.now();
    for (const [code, at] of this.inView) if (now - at >= AWAY) this.inView.delete(code);
    for (const code of codes.filter(Boolean)) {
      this.foundAt = now;
      if (!this.inView.has(code) && this.rests()) continue;
      const known = this.inView.has(code);
      this.inView.set(code, now);
      if (!known) this.seen(code);
    }
    this.tell(now - this.foundAt > SLOW ? "slow" : "looking");
  }

  tell(word) {
    if (word !== this.told) this.say(word);
    this.told = word;
  }

  // --- which camera, and its torch ---

  get track() { return this.stream?.getVideoTracks()[0]; }
  get hasTorch() { return Boolean(this.track?.getCapabilities?.().torch); }

  // Switch the torch; false where the camera did not.
  async light(on) {
    return Boolean(await this.track?.applyConstraints({ advanced: [{ torch: on }] }).then(() => true, () => false));
  }

  // The cameras of the device as [id, name], the one in use first.
  async choices() {
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const used = this.track?.getSettings?.().deviceId;
    const cameras = devices.filter(one => one.kind === "videoinput" && one.deviceId);
    return cameras.sort((a, b) => (b.deviceId === used) - (a.deviceId === used)).map(one => [one.deviceId, one.label]);
  }

  async choose(id) {
    this.wanted = id;
    this.stop();
    return this.start();
  }
}

// The controls beside a video: the choice of camera where there are several, the torch where the camera has one.
export async function equip(camera, { choice, torch, name, words }) {
  const cameras = await camera.choices();
  choice.hidden = cameras.length < 2;
  choice.ariaLabel = words.choice;
  choice.replaceChildren(...cameras.map(([id, label], place) => new Option(label || `${name} ${place + 1}`, id)));
  torch.hidden = !camera.hasTorch;
  torch.textContent = words.torch;
  torch.ariaPressed = "false";
  torch.onclick = async () => {
    const on = torch.ariaPressed !== "true";
    if (await camera.light(on)) torch.ariaPressed = String(on);
  };
}

// The codes in a photograph: decoded on the device, else by `decode`.
export async function photographed(file, decode) {
  const picture = await createImageBitmap(file).catch(() => null);
  const codes = picture ? readAll(picture, picture.width, picture.height) : [];
  if (codes.length) return codes;
  return decode(picture ? await shrunk(picture, picture.width, picture.height, MAX_PHOTOGRAPH_SIDE) : file);
}

// A picture as a JPEG that is small enough to send quickly.
export async function shrunk(source, width, height, side = MAX_SIDE) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise(done => canvas.toBlob(done, "image/jpeg", 0.85));
}
