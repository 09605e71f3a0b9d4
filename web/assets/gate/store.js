// The gate's storage on the device: the roster and the attendance statuses of its desk, the scans that wait, and the outcomes of the
// last ones. Without storage (a private window, a full disk) the gate works as long as its page is open, and says so: nothing here
// rejects, and nothing takes longer than `MAX_WAIT`.

import { within } from "/assets/gate/within.js";

const NAME = "san-sang-gate";
// The names of the object stores, and every key and field in them, are those of installed gates: an upgrade finds its data by them.
const STATE = "kept", QUEUE = "queue";
const MAX_WAIT = 3000; // ms that anything waits for the device's storage
const RETRY_INTERVAL = 5000; // ms after a failure until storage is tried again

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// An unsent scan without the words that were typed with it: `placeholder` marks that there were some.
export function withoutWords(scan, placeholder) {
  const { substitute, override } = scan;
  return { ...scan, substitute: substitute && placeholder, override: override && placeholder };
}

async function openDatabase() {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STATE);
    opening.result.createObjectStore(QUEUE, { keyPath: "scan_id" });
  };
  return result(opening);
}

function transact(database, name, mode, work) {
  const transaction = database.transaction(name, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  const request = work(transaction.objectStore(name));
  if (mode !== "readonly") return done;
  done.catch(() => {}); // the request rejects, too
  return result(request);
}

export class Store {
  // `changed`: storage failed, or works again; `reopened`: it lacks what was to be stored meanwhile, or everything
  constructor({ changed, reopened }) {
    Object.assign(this, { changed, reopened });
    this.opening = null;
    this.lasting = true;
    this.worked = false; // it has worked since the page was opened
    this.failedAt = -Infinity;
  }

  get resting() { return !this.lasting && performance.now() - this.failedAt < RETRY_INTERVAL; }

  async on(name, mode, work) {
    if (this.resting) return undefined;
    try {
      const outcome = await within(MAX_WAIT, this.attempt(name, mode, work));
      this.note(true);
      return outcome;
    } catch {
      this.close();
      this.note(false);
      return undefined;
    }
  }

  // A database that the browser has closed or deleted is opened again, once.
  async attempt(name, mode, work) {
    const opening = this.open();
    try {
      return await transact(await opening, name, mode, work);
    } catch {
      if (this.opening === opening) this.close();
      return transact(await this.open(), name, mode, work);
    }
  }

  note(lasting) {
    if (!lasting) this.failedAt = performance.now();
    this.worked ||= lasting;
    if (lasting === this.lasting) return;
    this.lasting = lasting;
    this.changed();
    if (lasting) this.reopened();
  }

  open() {
    this.opening ??= this.opened();
    return this.opening;
  }

  async opened() {
    const database = await openDatabase();
    database.onclose = database.onversionchange = () => this.close();
    if (this.worked) queueMicrotask(this.reopened);
    return database;
  }

  close() {
    this.opening?.then(database => database.close(), () => {});
    this.opening = null;
  }

  read(key) { return this.on(STATE, "readonly", store => store.get(key)); }
  async write(key, value) { if (!this.wiped) await this.on(STATE, "readwrite", store => store.put(value, key)); }
  async queued() { return (await this.on(QUEUE, "readonly", store => store.getAll())) ?? []; }
  enqueue(scans) { return this.on(QUEUE, "readwrite", store => scans.forEach(scan => store.put(scan))); }
  dequeue(ids) { return this.on(QUEUE, "readwrite", store => ids.forEach(id => store.delete(id))); }

  // Delete the state of the desk that held the device; `scans` replace the queued ones, without the words typed with them.
  async forget(scans) {
    await this.on(STATE, "readwrite", store => store.clear());
    await this.enqueue(scans);
  }

  // The same for good: unsent scans alone stay, a code and a moment each, without words about anyone.
  async wipe(scans) {
    this.wiped = true; // an answer that is still on its way from the server is not stored
    this.failedAt = -Infinity; // tried even where storage failed a moment ago
    await this.forget(scans);
    if (scans.length) return;
    this.close();
    try {
      await within(MAX_WAIT, result(indexedDB.deleteDatabase(NAME)));
    } catch {
      return; // it does not answer: there is nothing more to do
    }
  }
}
