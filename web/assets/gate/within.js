// A promise that is not waited for without end.

export function within(wait, promise) { // `wait`: ms; rejects where the promise takes longer
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("no answer")), wait); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
