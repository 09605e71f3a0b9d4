// The gate's storage on the device: the roster and the attendance statuses of its desk, the scans that wait, and the outcomes of the
// last ones. Without storage (a private window) the gate works as long as its page is open.

const NAME = "san-sang-gate";
// The names of the object stores, and every key and field in them, are those of installed gates: an upgrade finds its data by them.
const STATE = "kept", QUEUE = "queue";

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

export class Store {
  static async open() {
    const store = new Store();
    try {
      const opening = indexedDB.open(NAME, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore(STATE);
        opening.result.createObjectStore(QUEUE, { keyPath: "scan_id" });
      };
      store.database = await result(opening);
      store.database.onversionchange = () => store.database.close();
    } catch {
      store.database = null;
    }
    return store;
  }

  get lasting() { return this.database !== null; }

  on(name, mode, work) {
    if (!this.database) return Promise.resolve(undefined);
    const transaction = this.database.transaction(name, mode, { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    const request = work(transaction.objectStore(name));
    return mode === "readonly" ? result(request) : done;
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
    if (!this.database) return;
    await this.forget(scans);
    if (scans.length) return;
    this.database.close();
    await result(indexedDB.deleteDatabase(NAME)).catch(() => {});
    this.database = null;
  }
}
