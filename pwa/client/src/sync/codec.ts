/**
 * The one codec round every store, so that what lies on the phone can be encrypted (SR-15).
 *
 * An IndexedDB transaction ends while WebCrypto is awaited, so values are sealed before a transaction opens and opened
 * after it has ended. Sequence numbers, ids, kinds and row versions stay outside.
 */
export interface Codec {
  seal(value: unknown): Promise<unknown>;
  open(stored: unknown): Promise<unknown>;
}

/** Keeps values as they are: for users whose phones hold nothing about patients, and where TURBIL_PIN is off. */
export const plainCodec: Codec = {
  seal: (value) => Promise.resolve(value),
  open: (stored) => Promise.resolve(stored),
};

interface Sealed {
  /** What the bytes are: JSON text, an ArrayBuffer, or a Uint8Array. */
  readonly turbil: "json" | "buffer" | "bytes";
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly data: ArrayBuffer;
}

const IV_BYTES = 12;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** True for what `aesCodec` has sealed; anything else was written before the store had a key. */
export function isSealed(value: unknown): value is Sealed {
  return typeof value === "object" && value !== null && "turbil" in value && "iv" in value && "data" in value;
}

/** AES-256-GCM with a fresh nonce for each value. Values that were stored before there was a key are read as they are. */
export function aesCodec(key: CryptoKey): Codec {
  return {
    async seal(value) {
      const kind = value instanceof ArrayBuffer ? "buffer" : value instanceof Uint8Array ? "bytes" : "json";
      const plain = kind === "json" ? encoder.encode(JSON.stringify(value ?? null)) : (value as ArrayBuffer | Uint8Array<ArrayBuffer>);
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      return { turbil: kind, iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain) } satisfies Sealed;
    },
    async open(stored) {
      if (!isSealed(stored)) return stored;
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: stored.iv }, key, stored.data);
      if (stored.turbil === "json") return JSON.parse(decoder.decode(plain)) as unknown;
      return stored.turbil === "bytes" ? new Uint8Array(plain) : plain;
    },
  };
}
