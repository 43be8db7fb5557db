// Lets a program of another language drive the bundle: a line of JSON in, a line of JSON out.
import { createInterface } from "node:readline";

const { ask, answered, open, fromBase64, toBase64 } = await import(process.env.BUNDLE);
const asked = new Map();
const verbs = {
  ask({ id, inputs }) {
    const { blinded, secrets } = ask(inputs);
    asked.set(id, secrets);
    return blinded;
  },
  async answered({ id, reply, pinned }) {
    const found = await answered(asked.get(id), reply, pinned);
    return found.map(({ tag, key, bucket, watch }) => [toBase64(tag), toBase64(key), bucket, watch]);
  },
  async open({ bucket, tag, key, pinned }) {
    const derived = { tag: fromBase64(tag), key: fromBase64(key), bucket: "", watch: "" };
    return open(fromBase64(bucket), derived, pinned);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { verb, ...rest } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ came: await verbs[verb](rest) }));
  } catch (error) {
    console.log(JSON.stringify({ refused: error.why ?? `not refused but broken: ${error.message}` }));
  }
}
