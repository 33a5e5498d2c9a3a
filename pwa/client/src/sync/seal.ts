/**
 * Sealed envelopes: an unsent command encrypted to the server's key, so that whoever carries it cannot read it
 * (docs/sync.md section 3). HPKE (RFC 9180) in base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
 */

export interface SealKey {
  readonly kid: string;
  readonly x: string;
  readonly y: string;
}

const encoder = new TextEncoder();
const KEM = bytes(encoder.encode("KEM"), number(0x0010, 2));
const SUITE = bytes(encoder.encode("HPKE"), number(0x0010, 2), number(0x0001, 2), number(0x0002, 2));
const VERSION = encoder.encode("HPKE-v1");

/** Makes an envelope of a command's text after `{"seq":N,`; only the server that gave the key opens it. */
export async function seal(key: SealKey, pushKey: string, tail: string): Promise<string> {
  const { kid, x, y } = key;
  const ecdh = { name: "ECDH", namedCurve: "P-256" } as const;
  const receiver = await crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x, y }, ecdh, true, []);
  const sender = await crypto.subtle.generateKey(ecdh, false, ["deriveBits"]);
  const [theirs, mine, shared] = await Promise.all([
    crypto.subtle.exportKey("raw", receiver),
    crypto.subtle.exportKey("raw", sender.publicKey),
    crypto.subtle.deriveBits({ name: "ECDH", public: receiver }, sender.privateKey, 256),
  ]);
  const enc = new Uint8Array(mine);
  const info = `ts1.${kid}`;
  const secret = await sharedSecret(new Uint8Array(shared), bytes(enc, new Uint8Array(theirs)));
  const { content, nonce } = await schedule(secret, encoder.encode(info));
  const plain = encoder.encode(`${pushKey}\n${tail}`);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, content, plain);
  return `${info}.${base64url(bytes(enc, new Uint8Array(sealed)))}`;
}

/** ExtractAndExpand of DHKEM. */
async function sharedSecret(dh: Uint8Array<ArrayBuffer>, context: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const pseudo = await extract(new Uint8Array(), KEM, "eae_prk", dh);
  return expand(pseudo, KEM, "shared_secret", context, 32);
}

/** The key schedule in base mode; an envelope holds one message, so its nonce is the base nonce. */
async function schedule(
  secret: Uint8Array<ArrayBuffer>,
  info: Uint8Array<ArrayBuffer>,
): Promise<{ content: CryptoKey; nonce: Uint8Array<ArrayBuffer> }> {
  const [psk, infoHash] = await Promise.all([
    extract(new Uint8Array(), SUITE, "psk_id_hash", new Uint8Array()),
    extract(new Uint8Array(), SUITE, "info_hash", info),
  ]);
  const context = bytes(new Uint8Array([0]), psk, infoHash);
  const pseudo = await extract(secret, SUITE, "secret", new Uint8Array());
  const [raw, nonce] = await Promise.all([expand(pseudo, SUITE, "key", context, 32), expand(pseudo, SUITE, "base_nonce", context, 12)]);
  return { content: await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]), nonce };
}

function extract(
  salt: Uint8Array<ArrayBuffer>,
  suite: Uint8Array<ArrayBuffer>,
  label: string,
  material: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  // HKDF-Extract is HMAC with the salt as key; WebCrypto takes no empty key, and zeros are the same.
  return hmac(salt.length === 0 ? new Uint8Array(32) : salt, bytes(VERSION, suite, encoder.encode(label), material));
}

/** HKDF-Expand for at most one block of SHA-256. */
async function expand(
  pseudo: Uint8Array<ArrayBuffer>,
  suite: Uint8Array<ArrayBuffer>,
  label: string,
  info: Uint8Array<ArrayBuffer>,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const block = await hmac(
    pseudo,
    bytes(number(length, 2), VERSION, suite, encoder.encode(label), info, new Uint8Array([1])),
  );
  return block.slice(0, length);
}

async function hmac(key: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

function bytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function number(value: number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (value >> (8 * (length - 1 - index))) & 0xff);
}

function base64url(content: Uint8Array): string {
  let text = "";
  // In pieces: a command may hold 240 KB, and arguments have a limit.
  for (let offset = 0; offset < content.length; offset += 8192) {
    text += String.fromCharCode(...content.subarray(offset, offset + 8192));
  }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
