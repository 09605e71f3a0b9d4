// What the gate keeps on the device: the roster and the standings of its desk, the scans that wait, and what became of the last ones.
// Without a store (a private window) it works as long as the page is open.

const NAME = "san-sang-gate";
const KEPT = "kept", QUEUE = "queue";

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// A scan that was never sent, without what was typed with it: `wiped` says in its place that something was.
export function bare(scan, wiped) {
  const { substitute, override } = scan;
  return { ...scan, substitute: substitute && wiped, override: override && wiped };
}

export class Store {
  static async open() {
    const store = new Store();
    try {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore(KEPT);
        asked.result.createObjectStore(QUEUE, { keyPath: "scan_id" });
      };
      store.database = await answered(asked);
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
    return mode === "readonly" ? answered(request) : done;
  }

  read(key) { return this.on(KEPT, "readonly", store => store.get(key)); }
  async keep(key, value) { if (!this.wiped) await this.on(KEPT, "readwrite", store => store.put(value, key)); }
  async waiting() { return (await this.on(QUEUE, "readonly", store => store.getAll())) ?? []; }
  wait(scans) { return this.on(QUEUE, "readwrite", store => scans.forEach(scan => store.put(scan))); }
  sent(ids) { return this.on(QUEUE, "readwrite", store => ids.forEach(id => store.delete(id))); }

  // What belongs to whoever held the device goes, and the words that were typed with scans which wait (`bare` ones).
  async forget(scans) {
    await this.on(KEPT, "readwrite", store => store.clear());
    await this.wait(scans);
  }

  // The same for good. Scans that were never sent stay: a code and a moment each, without a word about anybody.
  async wipe(scans) {
    this.wiped = true; // what is still on its way from the server is not kept
    if (!this.database) return;
    await this.forget(scans);
    if (scans.length) return;
    this.database.close();
    await answered(indexedDB.deleteDatabase(NAME)).catch(() => {});
    this.database = null;
  }
}
