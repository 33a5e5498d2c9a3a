/** Pictures are made small on the phone and kept as ArrayBuffers: stored Blobs have been lost on iOS. */

export const LONGEST_SIDE = 2048;

export interface Picture {
  readonly sha256: string;
  readonly size: number;
  readonly mime: string;
  readonly bytes: ArrayBuffer;
}

export function canvasBytes(canvas: HTMLCanvasElement, mime: "image/png" | "image/jpeg"): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob) resolve(blob.arrayBuffer());
        else reject(new Error("the canvas gave no picture"));
      },
      mime,
      0.85,
    );
  });
}

export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function picture(bytes: ArrayBuffer, mime: string): Promise<Picture> {
  return { sha256: await sha256(bytes), size: bytes.byteLength, mime, bytes };
}

/** Width and height that fit into LONGEST_SIDE, with the same proportions; never larger than the original. */
export function fit(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** A photo as JPEG of at most 2048 px, upright, without the camera's metadata (place and time of day stay out). */
export async function shrink(file: Blob): Promise<Picture> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const { width, height } = fit(bitmap.width, bitmap.height);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.drawImage(bitmap, 0, 0, width, height);
    return await picture(await canvasBytes(canvas, "image/jpeg"), "image/jpeg");
  } finally {
    bitmap.close();
  }
}

/** A typed name as a picture: the alternative to drawing (WCAG 2.5.7) that gives the same kind of evidence. */
export async function nameAsPicture(name: string): Promise<ArrayBuffer> {
  const canvas = document.createElement("canvas");
  canvas.width = 900;
  canvas.height = 240;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000";
  context.textBaseline = "middle";
  context.font = "64px serif";
  context.fillText(name, 40, 120, 820);
  return canvasBytes(canvas, "image/png");
}
