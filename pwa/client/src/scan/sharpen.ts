/**
 * The middle of a frame with its edges drawn anew: codes that are out of focus or in a shadow become readable, which no
 * reader's own options bring about (docs/benchmarks.md). Pure; works on one channel, for a code has no colours.
 */

/** A code that somebody aims at lies in the middle square; the edge of the frame has been looked at without this. */
export const middleOf = (width: number, height: number): { readonly left: number; readonly top: number; readonly side: number } => {
  const side = Math.min(width, height);
  return { left: (width - side) >> 1, top: (height - side) >> 1, side };
};

/** Pixels to each side that an edge is measured against: about a module of a label at arm's length. */
const RADIUS = 3;
/** How much of the difference to the surroundings is added. */
const AMOUNT = 2;

/** Kept from frame to frame: a new half megabyte thirty times a second would have to be collected again. */
let grey = new Uint8Array(0);
let rows = new Uint16Array(0);
let columns = new Int32Array(0);

/** Unsharp masking in place: every pixel moves away from the mean of the square around it. */
export function sharpen(pixels: ImageData): ImageData {
  const { width, height } = pixels;
  const colours = new Uint32Array(pixels.data.buffer);
  const count = width * height;
  if (grey.length !== count) {
    grey = new Uint8Array(count);
    rows = new Uint16Array(count);
    columns = new Int32Array(width);
  }
  for (let at = 0; at < count; at += 1) grey[at] = (colours[at] as number) >>> 8;
  sumRows(width, height);
  const share = AMOUNT / (2 * RADIUS + 1) ** 2;
  for (let x = 0; x < width; x += 1) {
    let sum = (rows[x] as number) * (RADIUS + 1);
    for (let y = 1; y <= RADIUS; y += 1) sum += rows[Math.min(y, height - 1) * width + x] as number;
    columns[x] = sum;
  }
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    const enters = Math.min(y + RADIUS + 1, height - 1) * width;
    const leaves = Math.max(y - RADIUS, 0) * width;
    for (let x = 0; x < width; x += 1) {
      const own = grey[row + x] as number;
      const sum = columns[x] as number;
      const drawn = own + AMOUNT * own - share * sum;
      const value = drawn < 0 ? 0 : drawn > 255 ? 255 : drawn | 0;
      colours[row + x] = 0xff000000 | (value * 0x010101);
      columns[x] = sum + (rows[enters + x] as number) - (rows[leaves + x] as number);
    }
  }
  return pixels;
}

/** For each pixel the sum of its row's pixels within the radius; beyond the edge the last one counts again. */
function sumRows(width: number, height: number): void {
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    let sum = (grey[row] as number) * (RADIUS + 1);
    for (let x = 1; x <= RADIUS; x += 1) sum += grey[row + Math.min(x, width - 1)] as number;
    for (let x = 0; x < width; x += 1) {
      rows[row + x] = sum;
      sum += (grey[row + Math.min(x + RADIUS + 1, width - 1)] as number) - (grey[row + Math.max(x - RADIUS, 0)] as number);
    }
  }
}
