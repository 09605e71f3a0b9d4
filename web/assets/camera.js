// A desk's camera: reads badge codes continuously where the browser has a decoder, else from a photograph that the server decodes.

const REPEAT_PAUSE = 3000; // ms in which the same code is not reported again
const READ_INTERVAL = 120; // ms between two reads of the video
const MAX_SIDE = 1600; // pixels of the longer side of a photograph that is sent

async function detector() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []);
  return formats?.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

class Camera {
  constructor(root, words) {
    this.words = words;
    this.video = root.querySelector("video");
    this.message = root.querySelector("p");
    root.querySelector("label span").textContent = words.camera_photograph;
    root.querySelector("input").onchange = ({ target }) => this.photograph(target);
    this.last = { text: "", at: 0 };
  }

  say(word) { this.message.textContent = word ? this.words[word] : ""; }

  async start() {
    const reader = await detector();
    this.video.hidden = true;
    if (!reader) return this.say("camera_lacking");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      return this.say("camera_denied");
    }
    if (this.stopped) return this.stop();
    this.video.srcObject = this.stream;
    this.video.hidden = false;
    this.video.play().catch(() => {}); // rejected where the element was removed meanwhile
    this.say("camera_aim");
    this.read(reader);
  }

  async read(reader) {
    if (this.stopped) return;
    const found = await reader.detect(this.video).catch(() => []);
    if (found.length && !this.stopped) this.found(found[0].rawValue);
    setTimeout(() => this.read(reader), READ_INTERVAL);
  }

  found(text) {
    const now = Date.now();
    const repeated = text === this.last.text && now - this.last.at < REPEAT_PAUSE;
    this.last = { text, at: now };
    if (!repeated) this.report(text);
  }

  async photograph(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    this.say("camera_reading");
    try {
      const answer = await fetch("/api/v1/decode", { method: "POST", headers: { "Content-Type": "image/jpeg" }, body: await shrunk(file) });
      const { codes } = answer.ok ? await answer.json() : {};
      this.say(codes ? (codes.length ? "" : "camera_nothing") : "camera_failed");
      if (codes?.length) this.report(codes[0]);
    } catch {
      this.say("camera_failed");
    }
  }

  stop() {
    this.stopped = true;
    this.stream?.getTracks().forEach(track => track.stop());
  }
}

async function shrunk(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise(done => canvas.toBlob(done, "image/jpeg", 0.9));
}

const cameras = new WeakMap();

export function camera({ data, parentElement, setTriggerValue }) {
  let mounted = cameras.get(parentElement);
  if (!mounted) {
    mounted = new Camera(parentElement, data.words);
    cameras.set(parentElement, mounted);
    mounted.start();
  }
  mounted.report = text => setTriggerValue("code", { text, at: Date.now() }); // the time makes a repeated code a new scan
  return () => {
    mounted.stop();
    cameras.delete(parentElement);
  };
}
