// A desk's camera: it reads badge codes continuously, or in a photograph, and hands them to the desk.

import { take, asked } from "/assets/desk.js";
import { Camera, equip, photographed } from "/assets/gate/camera.js";

// The codes that the server finds in a picture; null where it does not answer.
async function decode(picture) {
  try {
    const answer = await fetch("/api/v1/decode", { method: "POST", headers: { "Content-Type": "image/jpeg" }, body: picture });
    return answer.ok ? (await answer.json()).codes : null;
  } catch {
    return null;
  }
}

class DeskCamera {
  constructor(root, words) {
    Object.assign(this, { root, words });
    this.video = root.querySelector("video");
    root.querySelector("label span").textContent = words.camera_photograph;
    root.querySelector("input").onchange = ({ target }) => this.photograph(target);
    this.choice = root.querySelector("select");
    this.choice.onchange = async () => { if (await this.camera.choose(this.choice.value)) this.draw(); };
    this.camera = new Camera(this.video, { seen: take, decode, rests: asked, say: word => this.say(word === "slow" ? "camera_slow" : "camera_aim") });
    this.camera.stopped = () => this.draw();
  }

  say(word) { this.root.querySelector("p").textContent = word ? this.words[word] : ""; }

  draw() {
    const { camera, choice, words } = this, torch = this.root.querySelector("button");
    this.video.hidden = !camera.open;
    if (camera.open) equip(camera, { choice, torch, words: { name: words.camera_name, torch: words.camera_torch, choice: words.camera_choice } });
    else choice.hidden = torch.hidden = true;
  }

  async start() {
    const started = await this.camera.start();
    this.draw();
    if (started === false) this.say("camera_denied");
  }

  async photograph(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    this.say("camera_reading");
    const codes = await photographed(file, decode);
    this.say(codes ? { 0: "camera_nothing", 1: "" }[codes.length] ?? "camera_several" : "camera_failed");
    if (codes?.length === 1) take(codes[0]);
  }
}

const cameras = new WeakMap();

export function camera({ data, parentElement }) {
  if (!cameras.has(parentElement)) {
    cameras.set(parentElement, new DeskCamera(parentElement, data.words));
    cameras.get(parentElement).start();
  }
  return () => {
    cameras.get(parentElement)?.camera.stop();
    cameras.delete(parentElement);
  };
}
