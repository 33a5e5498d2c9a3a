/** The envelopes themselves are opened by the server's own tests (tests/offline_sync/test_sealed.py). */
import { createPrivateKey, diffieHellman, createPublicKey, createHmac, createDecipheriv } from "node:crypto";
import { expect, test } from "vitest";
import vectors from "../../../../tests/vectors/sealed_envelopes.json";
import { seal } from "./seal";

const hmac = (key: Buffer, ...parts: Buffer[]): Buffer => createHmac("sha256", key).update(Buffer.concat(parts)).digest();
const text = (value: string): Buffer => Buffer.from(value);

/** HPKE's receiving side, written from RFC 9180 with node's own primitives. */
function open(envelope: string): string {
  const [version, kid, content] = envelope.split(".");
  const bytes = Buffer.from(content ?? "", "base64url");
  const [enc, sealed] = [bytes.subarray(0, 65), bytes.subarray(65)];
  const point = { kty: "EC", crv: "P-256", x: enc.subarray(1, 33).toString("base64url"), y: enc.subarray(33).toString("base64url") };
  const privateKey = createPrivateKey(vectors.private_key);
  const dh = diffieHellman({ privateKey, publicKey: createPublicKey({ key: point, format: "jwk" }) });
  const mine = createPublicKey(privateKey).export({ format: "jwk" });
  const receiver = Buffer.concat([Buffer.from([4]), Buffer.from(String(mine.x), "base64url"), Buffer.from(String(mine.y), "base64url")]);
  const kem = Buffer.concat([text("KEM"), Buffer.from([0, 0x10])]);
  const suite = Buffer.concat([text("HPKE"), Buffer.from([0, 0x10, 0, 1, 0, 2])]);
  const extract = (salt: Buffer, id: Buffer, label: string, material: Buffer): Buffer =>
    hmac(salt.length === 0 ? Buffer.alloc(32) : salt, text("HPKE-v1"), id, text(label), material);
  const expand = (key: Buffer, id: Buffer, label: string, info: Buffer, length: number): Buffer =>
    hmac(key, Buffer.from([0, length]), text("HPKE-v1"), id, text(label), info, Buffer.from([1])).subarray(0, length);
  const none = Buffer.alloc(0);
  const shared = expand(extract(none, kem, "eae_prk", dh), kem, "shared_secret", Buffer.concat([enc, receiver]), 32);
  const info = text(`${String(version)}.${String(kid)}`);
  const context = Buffer.concat([Buffer.from([0]), extract(none, suite, "psk_id_hash", none), extract(none, suite, "info_hash", info)]);
  const secret = extract(shared, suite, "secret", none);
  const decipher = createDecipheriv("aes-256-gcm", expand(secret, suite, "key", context, 32), expand(secret, suite, "base_nonce", context, 12));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString();
}

test("what the server's key opens is the push key and the command", async () => {
  for (const { push_key, tail } of vectors.envelopes) {
    const envelope = await seal(vectors.public_key, push_key, tail);
    expect(open(envelope)).toBe(`${push_key}\n${tail}`);
    expect(envelope).not.toBe(await seal(vectors.public_key, push_key, tail));
  }
  for (const vector of vectors.envelopes) expect(open(vector.envelope)).toBe(`${vector.push_key}\n${vector.tail}`);
});

test("a command of the largest size is sealed, and nothing of it shows", async () => {
  const tail = `"id":"x","args":{"note":"${"kanariefågel ".repeat(18_000)}"}}`;
  const envelope = await seal(vectors.public_key, "key", tail);
  expect(open(envelope)).toBe(`key\n${tail}`);
  expect(Buffer.from(envelope.split(".")[2] ?? "", "base64url").toString("latin1")).not.toContain("kanarie");
});

test("a point that lies on no curve is refused", async () => {
  const { x, kid } = vectors.public_key;
  await expect(seal({ kid, x, y: x }, "key", "tail")).rejects.toThrow();
});
