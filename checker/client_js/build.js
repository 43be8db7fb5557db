// Bundles each part of the client into one file for browsers, and says how large it is.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const BANNERS = {
  private_check: "holds noble-curves and noble-hashes, MIT",
  normalise: "follows libphonenumber, Apache-2.0",
};

for (const [name, holds] of Object.entries(BANNERS)) {
  const target = new URL(`../../web/static/${name}.js`, import.meta.url);
  const { outputFiles } = await build({
    entryPoints: [new URL(`src/${name}.js`, import.meta.url).pathname],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    write: false,
    banner: { js: `/* Brolly, AGPL-3.0-or-later; ${holds}: see NOTICE */` },
  });
  const [{ contents }] = outputFiles;
  const before = await readFile(target).catch(() => Buffer.alloc(0));
  if (process.argv.includes("--compare")) {
    if (!before.equals(Buffer.from(contents))) throw new Error(`${name}.js is not what the source makes`);
  } else {
    await writeFile(target, contents);
  }
  const digest = createHash("sha256").update(contents).digest("hex");
  const size = `${contents.length} octets, ${gzipSync(contents, { level: 9 }).length} gzipped`;
  console.log(`${name}.js: ${size}, sha256 ${digest}`);
}
