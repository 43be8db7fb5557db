// Lets a program of another language read entries: a line of JSON in, a line of JSON out.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

const { read, show, NotAnIdentifier } = await import(process.env.NORMALISER);
const plans = JSON.parse(await readFile(process.env.PLANS, "utf8"));

function result([text, region]) {
  try {
    return read(text, region, plans);
  } catch (error) {
    return error instanceof NotAnIdentifier ? { error: error.code } : { broken: String(error.stack) };
  }
}

const verbs = {
  read: ({ entries }) => entries.map(result),
  show: ({ identifiers, home }) => identifiers.map((each) => show(each, home, plans)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { verb, ...rest } = JSON.parse(line);
  console.log(JSON.stringify({ came: verbs[verb](rest) }));
}
