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

/** Keeps values as they are. */
export const plainCodec: Codec = {
  seal: (value) => Promise.resolve(value),
  open: (stored) => Promise.resolve(stored),
};
