// The gate's camera: codes are decoded on the device, by the browser's decoder where it has one, else by `qr.js`; a picture in
// which that finds no code goes to the server.

import { read } from "/assets/gate/qr.js";

const READ_INTERVAL = 150; // ms between two reads of the video
const SERVER_INTERVAL = 1000; // ms between two pictures for the server
const MAX_SIDE = 960; // pixels of the longer side of a picture that goes to the server
const REPEAT_PAUSE = 3000; // ms in which a code that stays in the frame is not reported again

async function detector() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
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
    this.watch();
    return true;
  }

  stop() {
    this.stream?.getTracks().forEach(track => track.stop());
    this.stream = this.video.srcObject = null;
    this.stopped?.();
  }

  async watch() {
    while (this.stream) {
      const codes = this.video.videoWidth ? await this.read().catch(() => []) : [];
      for (const code of codes) this.found(code);
      await new Promise(done => setTimeout(done, READ_INTERVAL));
    }
  }

  async read() {
    if (this.reader) return (await this.reader.detect(this.video)).map(one => one.rawValue);
    const { video, askedAt = 0 } = this;
    const code = read(video, video.videoWidth, video.videoHeight);
    if (code) return [code];
    if (Date.now() - askedAt < SERVER_INTERVAL) return [];
    this.askedAt = Date.now();
    return this.decode(await shrunk(video, video.videoWidth, video.videoHeight));
  }

  found(code) {
    if (!this.stream || (code === this.last.code && Date.now() - this.last.at < REPEAT_PAUSE)) return;
    this.last = { code, at: Date.now() };
    this.seen(code);
  }
}

// The codes in a photograph: decoded on the device, else by `decode`.
export async function photographed(file, decode) {
  const picture = await createImageBitmap(file).catch(() => null);
  const code = picture && read(picture, picture.width, picture.height);
  if (code) return [code];
  return decode(picture ? await shrunk(picture, picture.width, picture.height, 1600) : file);
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
