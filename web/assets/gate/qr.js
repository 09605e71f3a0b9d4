// Decodes a badge's QR code in a picture, where the browser has no decoder of its own: versions 1 to 3 (ISO/IEC 18004), which hold
// far more than a badge code.

const MAX_SIDE = 800; // pixels of the longer side of the picture that is decoded
const CANDIDATES = 8; // of finder patterns, the best ones first
const BLOCKS = [ // by version and error correction: [blocks, data codewords, correction codewords of each]
  { L: [1, 19, 7], M: [1, 16, 10], Q: [1, 13, 13], H: [1, 9, 17] },
  { L: [1, 34, 10], M: [1, 28, 16], Q: [1, 22, 22], H: [1, 16, 28] },
  { L: [1, 55, 15], M: [1, 44, 26], Q: [2, 17, 18], H: [2, 13, 22] },
];
const MASKS = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, x => x % 3, (x, y) => (x + y) % 3, (x, y) => ((x / 3 | 0) + (y / 2 | 0)) % 2,
  (x, y) => (x * y) % 2 + (x * y) % 3, (x, y) => ((x * y) % 2 + (x * y) % 3) % 2, (x, y) => ((x + y) % 2 + (x * y) % 3) % 2,
];
const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

// The texts of the codes in a picture or a video's frame: none, one, or those of several badges.
export function readAll(source, width, height) {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(width * scale), height: Math.round(height * scale) });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return decoded(pen.getImageData(0, 0, canvas.width, canvas.height));
}

function decoded({ data, width, height }) {
  const picture = { dark: darkness(data, width, height), width, height };
  const found = finders(picture), used = new Set(), texts = new Set();
  for (const three of threes(found)) {
    if (three.some(one => used.has(one))) continue; // a finder pattern belongs to one code
    const corners = cornersOf(...three);
    const text = corners && symbol(picture, corners);
    if (!text) continue;
    texts.add(text);
    three.forEach(one => used.add(one));
  }
  return [...texts];
}

function* threes(all) {
  for (let a = 0; a < all.length; a++)
    for (let b = a + 1; b < all.length; b++)
      for (let c = b + 1; c < all.length; c++) yield [all[a], all[b], all[c]];
}

// --- binarisation ------------------------------------------------------------------------------------------------------------

// A pixel is dark where it is darker than its neighbourhood: a badge is seldom lit evenly.
function darkness(data, width, height) {
  const sums = new Float64Array((width + 1) * (height + 1)), grey = new Uint8Array(width * height), wide = width + 1;
  for (let y = 0; y < height; y++)
    for (let x = 0, row = 0; x < width; x++) {
      const place = y * width + x;
      grey[place] = (data[4 * place] * 77 + data[4 * place + 1] * 150 + data[4 * place + 2] * 29) >> 8;
      row += grey[place];
      sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + row;
    }
  const dark = new Uint8Array(width * height), reach = Math.max(8, Math.max(width, height) >> 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - reach), right = Math.min(width, x + reach), top = Math.max(0, y - reach), bottom = Math.min(height, y + reach);
      const sum = sums[bottom * wide + right] - sums[bottom * wide + left] - sums[top * wide + right] + sums[top * wide + left];
      dark[y * width + x] = grey[y * width + x] * (right - left) * (bottom - top) < sum * 0.9 ? 1 : 0;
    }
  return dark;
}

// --- finder patterns ---------------------------------------------------------------------------------------------------------

// The size of a module where the lengths of five runs are as 1:1:3:1:1, else 0.
function moduleOf(runs) {
  const size = runs.reduce((sum, run) => sum + run) / 7;
  const fits = runs.every((run, place) => Math.abs(run - (place === 2 ? 3 : 1) * size) <= (place === 2 ? 1.5 : 0.75) * size);
  return size >= 1 && fits ? size : 0;
}

// From a point within a finder pattern along a line: the shift to its centre and the size of its modules; null outside of a pattern.
function across({ dark, width, height }, x, y, stepX, stepY) {
  const at = far => {
    const column = Math.round(x + far * stepX), row = Math.round(y + far * stepY);
    return column < 0 || row < 0 || column >= width || row >= height ? -1 : dark[row * width + column];
  };
  const side = step => {
    const ends = [];
    let far = 0;
    for (const wanted of [1, 0, 1]) {
      while (at(far) === wanted) far += step;
      ends.push(far);
    }
    return ends;
  };
  if (at(0) !== 1) return null;
  const [a, b, c] = side(1), [d, e, f] = side(-1);
  const size = moduleOf([e - f, d - e, a - d - 1, b - a, c - b].map(Math.abs));
  return size ? { shift: (a + d) / 2, size } : null;
}

function finders(picture) {
  const { dark, width, height } = picture, found = [];
  for (let y = 0; y < height; y += 2) {
    let runs = [0, 0, 0, 0, 0], colour = dark[y * width];
    for (let x = 0, length = 0; x <= width; x++) {
      const now = x < width ? dark[y * width + x] : -1;
      if (now === colour) { length++; continue; }
      runs = [...runs.slice(1), length];
      if (colour === 1 && moduleOf(runs)) confirm(picture, x - runs[4] - runs[3] - runs[2] / 2, y, found);
      colour = now;
      length = 1;
    }
  }
  return found.sort((one, other) => other.seen - one.seen).slice(0, CANDIDATES);
}

// A row that looks like the centre of a finder pattern is one if the column does too, and then the row through that centre.
function confirm(picture, x, y, found) {
  const down = across(picture, x, y, 0, 1);
  const wide = down && across(picture, x, y + down.shift, 1, 0);
  if (!wide || Math.abs(down.size - wide.size) > 0.4 * Math.max(down.size, wide.size)) return;
  const one = { x: x + wide.shift, y: y + down.shift, size: (down.size + wide.size) / 2, seen: 1 };
  const known = found.find(other => Math.hypot(other.x - one.x, other.y - one.y) < 2 * other.size);
  if (!known) return void found.push(one);
  for (const name of ["x", "y", "size"]) known[name] = (known[name] * known.seen + one[name]) / (known.seen + 1);
  known.seen++;
}

// Three finder patterns as top left, top right, bottom left; null where they cannot belong to one code.
function cornersOf(...three) {
  const far = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
  const sizes = three.map(one => one.size);
  if (Math.max(...sizes) > 1.6 * Math.min(...sizes)) return null;
  const [topLeft, one, other] = [0, 1, 2].map(turn => [three[turn], three[(turn + 1) % 3], three[(turn + 2) % 3]])
    .sort((a, b) => far(b[1], b[2]) - far(a[1], a[2]))[0];
  const [wide, high] = [far(topLeft, one), far(topLeft, other)];
  if (Math.max(wide, high) > 1.6 * Math.min(wide, high)) return null;
  const turn = (one.x - topLeft.x) * (other.y - topLeft.y) - (one.y - topLeft.y) * (other.x - topLeft.x);
  const size = (wide + high) / 2;
  return turn > 0 ? { topLeft, topRight: one, bottomLeft: other, size } : { topLeft, topRight: other, bottomLeft: one, size };
}

// --- the modules -------------------------------------------------------------------------------------------------------------

// Try each version, and the fourth corner around the place where a flat badge would have it.
function symbol(picture, { topLeft, topRight, bottomLeft, size }) {
  const module = (topLeft.size + topRight.size + bottomLeft.size) / 3, guess = size / module + 7;
  const versions = [1, 2, 3].sort((a, b) => Math.abs(17 + 4 * a - guess) - Math.abs(17 + 4 * b - guess));
  for (const version of versions)
    for (const [right, down] of SHIFTS) {
      const span = 10 + 4 * version;
      const fourth = ["x", "y"].map(axis => topRight[axis] + bottomLeft[axis] - topLeft[axis]
        + (right * (topRight[axis] - topLeft[axis]) + down * (bottomLeft[axis] - topLeft[axis])) / span);
      const text = textOf(modules(picture, version, [topLeft, topRight, { x: fourth[0], y: fourth[1] }, bottomLeft]), version);
      if (text) return text;
    }
  return null;
}

const SHIFTS = [0, -1, 1, -2, 2, -3, 3].flatMap(right => [0, -1, 1, -2, 2, -3, 3].map(down => [right * 0.7, down * 0.7]))
  .sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

// The modules of the code in perspective: its corners are the centres of the finder patterns and the fourth corner.
function modules({ dark, width, height }, version, [a, b, c, d]) {
  const size = 17 + 4 * version, span = size - 7, rows = [];
  const [sumX, sumY] = [a.x - b.x + c.x - d.x, a.y - b.y + c.y - d.y];
  const [bx, by, dx, dy] = [b.x - c.x, b.y - c.y, d.x - c.x, d.y - c.y], area = bx * dy - dx * by;
  const g = (sumX * dy - dx * sumY) / area, h = (bx * sumY - sumX * by) / area;
  for (let row = 0; row < size; row++) {
    rows.push([]);
    for (let column = 0; column < size; column++) {
      const u = (column - 3) / span, v = (row - 3) / span, depth = g * u + h * v + 1;
      const x = Math.round((a.x + (b.x - a.x + g * b.x) * u + (d.x - a.x + h * d.x) * v) / depth);
      const y = Math.round((a.y + (b.y - a.y + g * b.y) * u + (d.y - a.y + h * d.y) * v) / depth);
      if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1) return null;
      const place = y * width + x;
      rows[row].push(2 * dark[place] + dark[place - 1] + dark[place + 1] + dark[place - width] + dark[place + width] > 3 ? 1 : 0);
    }
  }
  return rows;
}

// --- format and codewords ----------------------------------------------------------------------------------------------------

function textOf(rows, version) {
  const form = rows && formOf(rows);
  if (!form) return null;
  const words = codewords(rows, version, MASKS[form.mask]), [blocks, length, correcting] = BLOCKS[version - 1][form.level];
  const data = [];
  for (let block = 0; block < blocks; block++) {
    const right = corrected(words.filter((_, place) => place % blocks === block), correcting);
    if (!right) return null;
    data.push(...right.slice(0, length));
  }
  return textIn(data);
}

// The level of error correction and the mask: written twice, next to the finder patterns, in a code that corrects three modules.
function formOf(rows) {
  const size = rows.length, first = [], second = [];
  for (let bit = 0; bit < 15; bit++) {
    first.push(bit < 6 ? rows[bit][8] : bit < 8 ? rows[bit + 1][8] : bit === 8 ? rows[8][7] : rows[8][14 - bit]);
    second.push(bit < 8 ? rows[8][size - 1 - bit] : rows[size - 15 + bit][8]);
  }
  const nearest = bits => FORMS.map(form => [form.bits.filter((bit, place) => bit !== bits[place]).length, form]).sort((a, b) => a[0] - b[0])[0];
  const [wrong, form] = [nearest(first), nearest(second)].sort((a, b) => a[0] - b[0])[0];
  return wrong <= 3 ? form : null;
}

const FORMS = ["M", "L", "H", "Q"].flatMap((level, number) => MASKS.map((_, mask) => {
  const format = number << 3 | mask;
  let rest = format;
  for (let step = 0; step < 10; step++) rest = rest << 1 ^ (rest >> 9) * 0x537;
  const bits = (format << 10 | rest & 0x3ff) ^ 0x5412;
  return { level, mask, bits: Array.from({ length: 15 }, (_, bit) => bits >> bit & 1) };
}));

// The codewords: read in columns of two from the right, up and down in turn, skipping the function patterns.
function codewords(rows, version, mask) {
  const size = rows.length, bits = [];
  const fixed = (x, y) => x === 6 || y === 6 || (x < 9 && y < 9) || (x >= size - 8 && y < 9) || (x < 9 && y >= size - 8)
    || (version > 1 && Math.abs(x - size + 7) <= 2 && Math.abs(y - size + 7) <= 2);
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right--;
    for (let step = 0; step < size; step++)
      for (const x of [right, right - 1]) {
        const y = up ? size - 1 - step : step;
        if (!fixed(x, y)) bits.push(rows[y][x] ^ (mask(x, y) === 0 ? 1 : 0));
      }
  }
  return Array.from({ length: bits.length >> 3 }, (_, word) => bits.slice(8 * word, 8 * word + 8).reduce((sum, bit) => sum << 1 | bit, 0));
}

// --- Reed–Solomon ------------------------------------------------------------------------------------------------------------

const POWER = new Uint8Array(510), LOG = new Uint8Array(256);
for (let step = 0, value = 1; step < 255; step++, value = value << 1 ^ (value >> 7) * 0x11d) {
  POWER[step] = POWER[step + 255] = value;
  LOG[value] = step;
}
const times = (one, other) => (one && other ? POWER[LOG[one] + LOG[other]] : 0);
const over = (one, other) => (one ? POWER[LOG[one] + 255 - LOG[other]] : 0);
const valueAt = (polynomial, x) => polynomial.reduceRight((sum, factor) => times(sum, x) ^ factor, 0); // lowest power first

// The codewords with their errors corrected; null where the errors are more than half the number of correction codewords.
function corrected(words, correcting) {
  const backwards = words.slice().reverse();
  const syndromes = Array.from({ length: correcting }, (_, power) => valueAt(backwards, POWER[power]));
  if (syndromes.every(syndrome => syndrome === 0)) return words;
  const locator = locatorOf(syndromes), degree = locator.length - 1;
  const places = backwards.map((_, place) => place).filter(place => valueAt(locator, POWER[255 - place]) === 0);
  if (degree > correcting / 2 || places.length !== degree) return null;
  const product = syndromes.map((_, power) => (
    locator.slice(0, power + 1).reduce((sum, factor, step) => sum ^ times(factor, syndromes[power - step]), 0)));
  const slope = locator.map((factor, power) => (power % 2 ? factor : 0)).slice(1);
  for (const place of places) {
    const inverse = POWER[255 - place];
    backwards[place] ^= times(POWER[place], over(valueAt(product.slice(0, degree), inverse), valueAt(slope, inverse)));
  }
  return backwards.reverse();
}

// Berlekamp–Massey: the shortest recurrence that the syndromes follow.
function locatorOf(syndromes) {
  let locator = [1], before = [1], length = 0, gap = 1, last = 1;
  for (let step = 0; step < syndromes.length; step++, gap++) {
    let off = 0;
    for (let power = 0; power <= length; power++) off ^= times(locator[power] ?? 0, syndromes[step - power]);
    if (!off) continue;
    const previous = locator, factor = over(off, last);
    locator = Array.from({ length: Math.max(locator.length, before.length + gap) }, (_, power) => (locator[power] ?? 0) ^ times(factor, before[power - gap] ?? 0));
    if (2 * length > step) continue;
    [length, before, last, gap] = [step + 1 - length, previous, off, 0];
  }
  return locator.slice(0, length + 1);
}

// --- text --------------------------------------------------------------------------------------------------------------------

function textIn(words) {
  let place = 0, text = "";
  const left = () => 8 * words.length - place;
  const take = number => {
    let value = 0;
    for (; number > 0; number--, place++) value = value << 1 | words[place >> 3] >> (7 - place % 8) & 1;
    return value;
  };
  while (left() >= 4) {
    const kind = take(4);
    if (kind === 0) break;
    let number = { 1: 10, 2: 9, 4: 8 }[kind];
    if (!number || left() < number) return null;
    number = take(number);
    if (kind === 1) for (; number > 0; number -= 3) text += String(take([0, 4, 7, 10][Math.min(number, 3)])).padStart(Math.min(number, 3), "0");
    if (kind === 2) for (; number > 0; number -= 2) text += pair(take(number > 1 ? 11 : 6), number);
    if (kind === 4) text += new TextDecoder().decode(Uint8Array.from({ length: number }, () => take(8)));
    if (place > 8 * words.length) return null;
  }
  return text;
}

const pair = (value, left) => (left > 1 ? ALPHANUMERIC[value / 45 | 0] ?? "" : "") + (ALPHANUMERIC[value % 45] ?? "");
