// Codes by camera, read on the device: by the browser's decoder where it has one, else by our own; what that does not make out
// the server may.

import { read } from "/assets/gate/qr.js";

const LOOK = 150; // ms between two looks
const ASK = 1000; // ms between two pictures for the server
const WIDE = 960; // pixels of a picture that goes to the server
const REST = 3000; // ms in which a code that stays in the frame is not read again

async function detector() {
  if (!("BarcodeDetector" in window)) return null;
  const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return known.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

export class Camera {
  constructor(video, { decode, seen, word }) {
    Object.assign(this, { video, decode, seen, word });
    this.stream = null;
    this.last = { code: "", at: 0 };
    document.addEventListener("visibilitychange", () => document.hidden && this.stop());
  }

  get open() { return this.stream !== null; }

  async start() {
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1280 } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch {
      return false;
    }
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => {});
    this.reader = await detector();
    this.look();
    return true;
  }

  stop() {
    this.stream?.getTracks().forEach(track => track.stop());
    this.stream = this.video.srcObject = null;
    this.stopped?.();
  }

  async look() {
    while (this.stream) {
      const codes = this.video.videoWidth ? await this.read().catch(() => []) : [];
      for (const code of codes) this.found(code);
      await new Promise(done => setTimeout(done, LOOK));
    }
  }

  async read() {
    if (this.reader) return (await this.reader.detect(this.video)).map(one => one.rawValue);
    const { video, asked = 0 } = this;
    const code = read(video, video.videoWidth, video.videoHeight);
    if (code) return [code];
    if (Date.now() - asked < ASK) return [];
    this.asked = Date.now();
    return this.decode(await shrunk(video, video.videoWidth, video.videoHeight));
  }

  found(code) {
    if (!this.stream || (code === this.last.code && Date.now() - this.last.at < REST)) return;
    this.last = { code, at: Date.now() };
    this.seen(code);
  }
}

// The codes in a photograph: what the device makes out of it, else what `decode` does.
export async function photographed(file, decode) {
  const picture = await createImageBitmap(file).catch(() => null);
  const code = picture && read(picture, picture.width, picture.height);
  if (code) return [code];
  return decode(picture ? await shrunk(picture, picture.width, picture.height, 1600) : file);
}

// A picture as a JPEG of a size that is quickly sent.
export async function shrunk(source, width, height, widest = WIDE) {
  const scale = Math.min(1, widest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise(done => canvas.toBlob(done, "image/jpeg", 0.85));
}
