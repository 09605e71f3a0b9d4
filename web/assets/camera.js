// A badge before the camera: read continuously where the browser has a decoder, else from a photograph, which the server reads.

const PAUSE = 3000; // ms in which the same code is not told again
const EVERY = 120; // ms between two looks
const SIDE = 1600; // pixels of a photograph that is sent

async function detector() {
  const kinds = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []);
  return kinds?.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

class Camera {
  constructor(root, words) {
    this.words = words;
    this.video = root.querySelector("video");
    this.said = root.querySelector("p");
    root.querySelector("label span").textContent = words.camera_photograph;
    root.querySelector("input").onchange = ({ target }) => this.photograph(target);
    this.seen = { text: "", at: 0 };
  }

  say(word) { this.said.textContent = word ? this.words[word] : ""; }

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
    this.video.play().catch(() => {}); // it was taken away meanwhile
    this.say("camera_aim");
    this.look(reader);
  }

  async look(reader) {
    if (this.stopped) return;
    const found = await reader.detect(this.video).catch(() => []);
    if (found.length && !this.stopped) this.found(found[0].rawValue);
    setTimeout(() => this.look(reader), EVERY);
  }

  found(text) {
    const now = Date.now();
    const again = text === this.seen.text && now - this.seen.at < PAUSE;
    this.seen = { text, at: now };
    if (!again) this.tell(text);
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
      if (codes?.length) this.tell(codes[0]);
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
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
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
  mounted.tell = text => setTriggerValue("code", { text, at: Date.now() }); // the same code once more is another scan
  return () => {
    mounted.stop();
    cameras.delete(parentElement);
  };
}
