// RFC 9497's own vectors, mode 1, through the bundle that browsers get.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

const { ask, unblinded, toBase64 } = await import(process.env.BUNDLE);
const suites = JSON.parse(await readFile(process.env.VECTORS, "utf8"));
const { pkSm, vectors } = suites.find(({ mode }) => mode === 1);

const octets = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const all = (field) => field.split(",").map(octets);
const number = (littleEndian) => BigInt(`0x${Buffer.from(littleEndian).reverse().toString("hex")}`);
const digest = async (...parts) =>
  Buffer.from(await crypto.subtle.digest("SHA-512", Buffer.concat(parts))).toString("hex");
const prefixed = (part) => Buffer.concat([Buffer.from([part.length >> 8, part.length]), part]);

for (const vector of vectors) {
  test(`a vector of ${vector.Batch} is computed byte for byte`, async () => {
    const inputs = all(vector.Input);
    const blinds = all(vector.Blind).map(number);
    const { blinded, secrets } = ask(inputs, () => blinds.shift());
    assert.deepEqual(blinded, all(vector.BlindedElement).map(toBase64));
    const reply = {
      epoch: 1,
      evaluated: all(vector.EvaluationElement).map(toBase64),
      proof: toBase64(octets(vector.Proof.proof)),
    };
    const elements = unblinded(secrets, reply, { pk: toBase64(octets(pkSm)), epoch: 1 });
    const outputs = await Promise.all(
      elements.map((each, at) => digest(prefixed(inputs[at]), prefixed(each), Buffer.from("Finalize"))),
    );
    assert.equal(outputs.join(","), vector.Output);
  });
}
