// One of the workers: looks for the counter whose derived key begins with the challenge's prefix.

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (found) => Array.from(found, (byte) => byte.toString(16).padStart(2, "0")).join("");

self.onmessage = async ({ data: { parameters, start, step } }) => {
  const { cost, keyLength, keyPrefix, nonce, salt } = parameters;
  const kdf = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  const prefix = bytes(keyPrefix);
  const password = new Uint8Array(nonce.length / 2 + 4);
  password.set(bytes(nonce));
  const place = new DataView(password.buffer, nonce.length / 2);
  const began = performance.now();
  for (let counter = start; ; counter += step) {
    place.setUint32(0, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derived = new Uint8Array(await crypto.subtle.deriveBits(kdf, key, keyLength * 8));
    if (prefix.every((byte, index) => derived[index] === byte)) {
      self.postMessage({ counter, derivedKey: hex(derived), time: Math.round(performance.now() - began) });
      return;
    }
  }
};
